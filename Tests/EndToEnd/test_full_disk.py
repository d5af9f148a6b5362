"""A real file system that is full: a small tmpfs of the test's own."""

import os
import subprocess
import time

import pytest

from switchboard import problem

MEBIBYTE = 1 << 20


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 16 MiB, where mounting is permitted."""
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=16m", "none", folder], capture_output=True, text=True,
    )
    if mounted.returncode != 0:
        pytest.skip(f"mounting is not permitted here: {mounted.stderr.strip()}")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


def test_a_full_file_system_refuses_writes_serves_reads_and_loses_nothing(own_server, small_disk):
    server = own_server(
        "small/data", SWITCHBOARD_JOURNAL_SEGMENT_BYTES=1 << 20, SWITCHBOARD_SHARDS=8, SWITCHBOARD_PUBLISH_RATE=0,
    ).start()
    ada = server.person()
    group = ada.group()
    acknowledged = {}

    def say():
        number = len(acknowledged)
        body = {"to": group, "body": {"text": f"line {number} " + "x" * 20_000}, "key": str(number)}
        response = ada.api.call("POST", "/messages", body)
        if response.status_code in (200, 201):
            acknowledged[response.json()["seq"]] = number
        return response

    def until(status):
        deadline = time.monotonic() + 30
        while (response := say()).status_code != status:
            assert response.status_code in (200, 201, 503), response.text
            assert time.monotonic() < deadline, response.text
        return response

    def check():
        messages, head, _ = ada.whole_history(group)
        assert {each["seq"]: int(each["body"]["text"].split(" ")[1]) for each in messages} == acknowledged
        assert head == len(acknowledged)

    until(201)
    # Something else takes the room: all but what the server has already.
    ballast = small_disk / "ballast"
    with ballast.open("wb") as file:
        try:
            while True:
                file.write(bytes(64 << 10))
                file.flush()
        except OSError:
            pass
    # For a moment it may be the next segment that is awaited; then the file system has said no.
    while problem(until(503), "unavailable")["detail"] != "The disk is full.":
        pass
    assert os.statvfs(small_disk).f_bavail * os.statvfs(small_disk).f_bsize < MEBIBYTE
    check()
    assert server.api().get("/health/live")
    ballast.unlink()
    until(201)
    for _ in range(10):
        until(201)
    check()
    server.kill()
    server.start()
    check()
    until(201)
