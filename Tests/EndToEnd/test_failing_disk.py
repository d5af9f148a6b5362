"""A disk that fails with EIO, under a real server: a library loaded before the others lets one call fail."""

import concurrent.futures
import pathlib
import shutil
import subprocess
import threading

import httpx
import pytest

from switchboard import problem

PUBLISHERS = 4
# How the server says that it stopped for its disk.
EXIT_STATUS = 74


@pytest.fixture(scope="session")
def library(tmp_path_factory):
    if shutil.which("gcc") is None:
        pytest.skip("gcc is not here to make the failing disk")
    target = tmp_path_factory.mktemp("failing") / "failingdisk.so"
    source = pathlib.Path(__file__).with_name("failingdisk.c")
    subprocess.run(["gcc", "-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o", target, source, "-ldl"], check=True)
    return target


class Publishers:
    """People who write to one group side by side, each line under a key, until the server is gone."""

    def __init__(self, server):
        self.people = [server.person() for _ in range(PUBLISHERS)]
        self.group = self.people[0].group(*self.people[1:])
        self.asked, self.acknowledged = set(), {}
        self.lock, self.first_lines = threading.Lock(), threading.Semaphore(0)
        self.gone = threading.Event()

    def run(self, number):
        for line in range(100_000):
            key = f"{number}-{line}"
            if self.gone.is_set() or not self.say(self.people[number], key):
                return
            self.first_lines.release()

    def say(self, person, key):
        """Publishes the line; false when it was not acknowledged."""
        with self.lock:
            self.asked.add(key)
        # Long lines: segments are soon full, and the next ones are wanted.
        body = {"text": key, "more": "x" * 8000}
        try:
            response = person.api.call("POST", "/messages", {"to": self.group, "body": body, "key": key})
        except httpx.TransportError:
            return False
        if response.status_code == 503:
            problem(response, "unavailable")
            return False
        assert response.status_code in (200, 201), response.text
        with self.lock:
            self.acknowledged[key] = response.json()["seq"]
        return True


@pytest.mark.timeout(120)
@pytest.mark.parametrize("call, file, after", [
    ("fdatasync", ".segment", 0),
    ("fdatasync", ".segment", 20),
    ("pwrite", ".segment", 0),
    ("pwrite", ".segment", 21),
    ("fdatasync", ".partial", 1),
])
def test_a_disk_that_fails_ends_the_server_and_what_was_acknowledged_is_there(
    own_server, library, tmp_path, call, file, after,
):
    trigger = tmp_path / "trigger"
    server = own_server(
        LD_PRELOAD=library, FAILING_CALL=call, FAILING_FILE=file, FAILING_TRIGGER=trigger, FAILING_AFTER=after,
        SWITCHBOARD_JOURNAL_SEGMENT_BYTES=1 << 20, SWITCHBOARD_SHARDS=8, SWITCHBOARD_PUBLISH_RATE=0,
    ).start()
    crowd = Publishers(server)
    with concurrent.futures.ThreadPoolExecutor(PUBLISHERS) as pool:
        running = [pool.submit(crowd.run, number) for number in range(PUBLISHERS)]
        try:
            for _ in range(10 * PUBLISHERS):
                assert crowd.first_lines.acquire(timeout=30)
            trigger.touch()
            assert server.process.wait(60) == EXIT_STATUS, server.log()[-4000:]
        finally:
            crowd.gone.set()
        for each in running:
            each.result()
    assert trigger.with_name("trigger.fired").exists()
    assert "journal's disk failed" in server.log()

    # The disk is well again.
    del server.environment["LD_PRELOAD"]
    server.start()
    person = crowd.people[0]

    def lines():
        messages, head, _ = person.whole_history(crowd.group)
        assert [message["seq"] for message in messages] == list(range(1, head + 1))
        return {message["body"]["text"]: message["seq"] for message in messages}

    found = lines()
    # Each line once: no number is given twice, and no text is there twice.
    assert len(found) == person.history(crowd.group)["head"]
    assert crowd.acknowledged.items() <= found.items()
    assert found.keys() <= crowd.asked
    # Whoever was not answered asks again under the same key, and gets the one message that there is.
    for key in sorted(crowd.asked - crowd.acknowledged.keys()):
        assert crowd.say(crowd.people[int(key.split("-")[0])], key)
    assert lines().keys() == crowd.asked
    assert lines().items() >= found.items()
    assert server.stop() == 0


def test_a_snapshot_that_fails_ends_nothing(own_server, library, tmp_path):
    trigger = tmp_path / "trigger"
    server = own_server(
        LD_PRELOAD=library, FAILING_CALL="fdatasync", FAILING_FILE="/snapshots/", FAILING_TRIGGER=trigger,
        SWITCHBOARD_SHARDS=8,
    ).start()
    ada = server.person()
    group = ada.group()
    ada.say(group, "before")
    trigger.touch()
    response = server.operator.call("POST", "/v1/snapshots")
    assert response.status_code >= 500, response.text
    problem(response)
    assert trigger.with_name("trigger.fired").exists()
    assert not list((server.data / "snapshots").iterdir())
    ada.say(group, "after")
    server.operator.post("/v1/snapshots")
    server.kill()
    server.start()
    assert [message["body"]["text"] for message in ada.history(group)["messages"]] == ["before", "after"]
