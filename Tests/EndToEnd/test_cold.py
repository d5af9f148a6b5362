"""Messages that left memory for the cold store are read, recovered, restored and verified like all others."""

import hashlib
import json
import os
import sqlite3
import time

import pytest

from rawsocket import RawSocket
from switchboard import OPERATOR_KEY, DidNotStart, Person, Server, command_line

# Twenty messages of a mailbox in memory, looked at all the time.
SMALL = {"SWITCHBOARD_HOT_COUNT_MAX": 20, "SWITCHBOARD_OFFLOAD_INTERVAL": "50ms", "SWITCHBOARD_PUBLISH_RATE": 0}
COUNT = 200


def eventually(holds, seconds=20):
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.05)


def offloaded(server):
    for line in server.operator.call("GET", "/metrics").text.splitlines():
        if line.startswith("switchboard_offloaded_messages_total "):
            return int(float(line.split()[1]))
    return 0


def talk(server, count=COUNT):
    """A group of so many lines, nearly all of them cold."""
    ada, bob = server.person(), server.person()
    group = ada.group(bob, title="Cold")
    for number in range(count):
        ada.say(group, f"line {number}")
    eventually(lambda: offloaded(server) >= count - 26)
    return ada, bob, group


def texts(person, group):
    return [message["body"]["text"] for message in person.whole_history(group)[0]]


def test_pages_cross_from_memory_to_the_cold_store_without_a_seam(own_server):
    server = own_server(**SMALL).start()
    ada, bob, group = talk(server)
    assert texts(ada, group) == [f"line {number}" for number in range(COUNT)]
    for limit in (1, 7, 100, 1000):
        seen, after = [], "0"
        while after is not None:
            page = bob.history(group, after=after, limit=limit)
            seen += [message["seq"] for message in page["messages"]]
            after = page["next"]
        assert seen == list(range(1, COUNT + 1))
    assert bob.history(group, after="170", limit=20)["messages"][0]["seq"] == 171


def test_a_client_recovers_cold_messages_over_websocket(own_server):
    server = own_server(**SMALL).start()
    ada, bob, group = talk(server)
    with RawSocket(server, bob.token) as socket:
        epoch = socket.connected["subs"][group]["epoch"]
    for offset in (0, 10, 170, 199):
        subs = {group: {"recover": True, "epoch": epoch, "offset": offset}}
        with RawSocket(server, bob.token, subs=subs) as socket:
            answer = socket.connected["subs"][group]
            assert answer["recovered"] is True
            assert [each["offset"] for each in answer.get("publications", [])] == list(range(offset + 1, COUNT + 1))


@pytest.mark.parametrize("how", ["SIGTERM", "kill -9"])
def test_cold_messages_are_there_after(own_server, how):
    server = own_server(**SMALL).start()
    ada, bob, group = talk(server)
    before, hash_before = texts(ada, group), server.state_hash()
    if how == "SIGTERM":
        assert server.stop() == 0
    else:
        server.kill()
    verified = command_line("cold", "verify", "--data", server.data, "--json")
    assert verified.returncode == 0, verified.stdout + verified.stderr
    report = json.loads(verified.stdout)
    assert report["whole"] is True and report["messages"] >= COUNT - 26
    server.start()
    assert texts(ada, group) == before and server.state_hash() == hash_before


def test_a_copy_made_while_it_serves_has_the_cold_messages_too(own_server, tmp_path):
    server = own_server(**SMALL).start()
    ada, bob, group = talk(server)
    hash_before = server.state_hash()
    copy = tmp_path / "copy"
    done = command_line("snapshots", "create", "--data", server.data, "--to", copy, SWITCHBOARD_OPERATOR_KEY=OPERATOR_KEY)
    assert done.returncode == 0, done.stderr
    assert "messages were copied from the cold store" in done.stdout
    other = Server(copy, **SMALL)
    try:
        other.start()
        assert other.state_hash() == hash_before
        assert texts(Person(ada.id, ada.username, ada.token, other), group) == texts(ada, group)
    finally:
        other.close()


def test_a_restore_to_an_earlier_position_has_what_was_cold_then(own_server, tmp_path):
    server = own_server(**SMALL).start()
    ada, bob, group = talk(server, 100)
    then = server.operator.get("/v1/state-hash")
    for number in range(100, COUNT):
        ada.say(group, f"line {number}")
    eventually(lambda: offloaded(server) >= COUNT - 26)
    done = command_line(
        "snapshots", "restore", "--from", server.data, "--to", tmp_path / "then", "--at", then["position"], "--json",
    )
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["hash"] == then["hash"] and report["coldMessages"] > 0
    verified = command_line("cold", "verify", "--data", tmp_path / "then")
    assert verified.returncode == 0, verified.stdout


def test_a_damaged_block_is_refused_named_and_nothing_else(own_server):
    server = own_server(**SMALL).start()
    ada, bob, group = talk(server)
    assert server.stop() == 0
    with sqlite3.connect(server.data / "cold" / "messages.sqlite") as database:
        first, data = database.execute("SELECT first, data FROM block ORDER BY first LIMIT 1").fetchone()
        damaged = bytes([data[0] ^ 1]) + data[1:]
        database.execute("UPDATE block SET data = ? WHERE first = ?", (damaged, first))
    database.close()
    verified = command_line("cold", "verify", "--data", server.data)
    assert verified.returncode == 1 and group in verified.stdout, verified.stdout
    server.start()
    refused = ada.api.call("GET", f"/messages?mailbox={group}&after=0")
    assert refused.status_code == 503 and refused.json()["code"] == "unavailable"
    assert "are missing or damaged in the cold store" in server.log()
    assert ada.history(group, after="180")["messages"][0]["seq"] == 181
    assert ada.say(group, "and on")["seq"] == COUNT + 1


def test_retention_deletes_the_oldest_and_says_so(own_server):
    server = own_server(**SMALL, SWITCHBOARD_MESSAGE_RETENTION="group=50").start()
    ada, bob = server.person(), server.person()
    group = ada.group(bob, title="Short")
    with RawSocket(server, bob.token) as socket:
        epoch = socket.connected["subs"][group]["epoch"]
    for number in range(COUNT):
        ada.say(group, f"line {number}")
    eventually(lambda: len(ada.whole_history(group)[0]) <= 80)
    left = ada.whole_history(group)[0]
    assert len(left) >= 50 and left[-1]["seq"] == COUNT
    assert [message["seq"] for message in left] == list(range(left[0]["seq"], COUNT + 1))
    subs = {group: {"recover": True, "epoch": epoch, "offset": 1}}
    with RawSocket(server, bob.token, subs=subs) as socket:
        assert not socket.connected["subs"][group].get("recovered")
    server.kill()
    server.start()
    assert [message["seq"] for message in ada.whole_history(group)[0]][-50:] == list(range(COUNT - 49, COUNT + 1))


def test_what_is_not_a_retention_is_refused_by_name(own_server):
    for wrong in ("group", "group=", "planet=3d", "group=-5", "group=0", "group=3x"):
        with pytest.raises(DidNotStart) as refused:
            own_server(SWITCHBOARD_MESSAGE_RETENTION=wrong).start()
        assert "messageRetention" in refused.value.log


def test_with_a_key_no_line_is_in_the_cold_store(own_server):
    key = os.urandom(32).hex()
    server = own_server(**SMALL, SWITCHBOARD_ENCRYPTION_KEY=key).start()
    ada, bob, group = talk(server)
    assert texts(ada, group)[:3] == ["line 0", "line 1", "line 2"]
    assert server.stop() == 0
    with sqlite3.connect(server.data / "cold" / "messages.sqlite") as database:
        rows = database.execute("SELECT label, data FROM block").fetchall()
    database.close()
    assert rows and all(label is not None and b"line" not in data for label, data in rows)
    inspected = json.loads(command_line("cold", "inspect", "--data", server.data, "--json").stdout)
    assert inspected["keys"] == [hashlib.sha256(bytes.fromhex(key)).hexdigest()[:16]]
    without = command_line("cold", "verify", "--data", server.data)
    assert without.returncode != 0 and "key" in without.stderr
    assert command_line("cold", "verify", "--data", server.data, SWITCHBOARD_ENCRYPTION_KEY=key).returncode == 0
