"""Kills at random moments, few enough for every run, and a run that goes on from its log."""

import json

import pytest

from kills import SMALL, Kills


@pytest.mark.timeout(170)
def test_a_hundred_kills_at_random_moments_lose_nothing_acknowledged(own_server):
    result = Kills(own_server(**SMALL), 100, moments=(0.02, 0.25)).run()
    assert result["cycles"] == 100
    assert result["acknowledged"] > 100
    assert result["verified"] >= result["acknowledged"]


def test_a_run_goes_on_from_its_log(own_server, tmp_path):
    server, log = own_server(**SMALL), tmp_path / "kills.jsonl"
    first = Kills(server, 3, log=log, moments=(0.02, 0.1)).run()
    server.kill()
    second = Kills(server, 5, log=log, moments=(0.02, 0.1)).run()
    assert (first["cycles"], second["cycles"]) == (3, 5)
    assert second["verified"] > first["verified"]
    assert [json.loads(line).get("cycle") for line in log.read_text().splitlines()] == [None, 1, 2, 3, 4, 5]
