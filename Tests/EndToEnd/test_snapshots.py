"""Snapshots: taken while it runs, listed, verified, restored from; a restored copy waits to be released."""

import json
import pathlib

import pytest

from switchboard import OPERATOR_KEY, Server, command_line


@pytest.fixture
def history(own_server):
    """A server with some history; `tell` adds to it."""
    server = own_server().start()
    ada, bob = server.person(), server.person()
    group = ada.group(bob)

    def tell(count=10):
        for number in range(count):
            ada.say(group, f"line {number}")
        return server.state_hash()

    tell()
    return server, ada, group, tell


def operate(*arguments):
    done = command_line(*arguments, "--json")
    assert done.returncode == 0, (arguments, done.stdout, done.stderr)
    return json.loads(done.stdout) if done.stdout.strip() else None


def snapshots(server):
    found = operate("snapshots", "list", "--data", server.data)
    for each in found:
        assert set(each) >= {"file", "position", "at", "bytes"}
    return found


def path_of(server, snapshot):
    named = pathlib.Path(snapshot["file"])
    candidates = [named, server.data / named, *server.data.rglob(named.name)]
    return next(path for path in candidates if path.is_file())


def restore(source, target, *more):
    return command_line("snapshots", "restore", "--from", source, "--to", target, "--json", *more)


def test_a_snapshot_is_taken_while_it_serves_and_is_listed(history):
    server, ada, group, tell = history
    server.operator.post("/v1/snapshots")
    listed = snapshots(server)
    assert listed
    newest = max(listed, key=lambda each: each["position"])
    assert newest["bytes"] == path_of(server, newest).stat().st_size
    assert ada.say(group, "still serving")["seq"] == 11


def test_a_snapshot_verifies_and_can_be_inspected(history):
    server, *_ = history
    server.operator.post("/v1/snapshots")
    file = path_of(server, snapshots(server)[-1])
    for action in ("inspect", "verify"):
        operate("snapshots", action, file, "--data", server.data)
    operate("snapshots", "verify", "--data", server.data)


def test_a_stopped_directory_can_be_snapshotted(history):
    server, ada, group, tell = history
    expected = tell()
    server.kill()
    operate("snapshots", "create", "--data", server.data)
    assert snapshots(server)
    operate("snapshots", "verify", "--data", server.data)
    server.start()
    assert server.state_hash() == expected
    assert server.ready["recovered"]["records"] == 0


def test_a_damaged_snapshot_does_not_verify(history):
    server, *_ = history
    server.operator.post("/v1/snapshots")
    file = path_of(server, snapshots(server)[-1])
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    assert command_line("snapshots", "verify", file, "--data", server.data, "--json").returncode != 0


def test_a_damaged_newest_snapshot_falls_back_to_an_older_one_and_the_journal(history):
    server, ada, group, tell = history
    server.operator.post("/v1/snapshots")
    tell()
    server.operator.post("/v1/snapshots")
    expected = tell()
    server.kill()
    older, newest = sorted(snapshots(server), key=lambda each: each["position"])[-2:]
    file = path_of(server, newest)
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    server.start()
    assert server.state_hash() == expected
    assert pathlib.Path(newest["file"]).name not in server.ready["recovered"]["snapshot"]
    assert ada.say(group, "on")["seq"] == 31


def test_a_restored_directory_has_the_same_state_and_waits(history, own_server):
    server, ada, group, tell = history
    expected = tell()
    server.operator.post("/v1/snapshots")
    server.stop()
    target = server.data.parent / "restored"
    done = restore(server.data, target)
    assert done.returncode == 0, done.stderr
    restored = own_server("restored").start()
    assert restored.state_hash() == expected
    messages, head, _ = type(ada)(ada.id, ada.username, ada.token, restored).whole_history(group)
    assert head == len(messages) == 20
    restored.operator.post("/v1/release")
    assert restored.state_hash() == expected


def test_people_talk_on_while_a_restored_copy_is_on_hold(history, own_server):
    server, ada, group, tell = history
    server.stop()
    assert restore(server.data, server.data.parent / "restored").returncode == 0
    restored = own_server("restored").start()
    person = type(ada)(ada.id, ada.username, ada.token, restored)
    assert person.say(group, "on hold, yet")["seq"] == 11
    restored.stop()
    operate("release", "--data", restored.data)
    restored.start()
    assert person.say(group, "released")["seq"] == 12


def test_restoring_into_a_directory_that_is_not_empty_refuses(history):
    server, *_ = history
    server.stop()
    target = server.data.parent / "occupied"
    target.mkdir()
    (target / "keep.txt").write_text("keep")
    done = restore(server.data, target)
    assert done.returncode != 0
    assert [path.name for path in target.iterdir()] == ["keep.txt"]
    assert (target / "keep.txt").read_text() == "keep"
    assert restore(server.data, server.data).returncode != 0


def test_a_restore_to_a_position_gives_the_state_of_that_moment(history, own_server):
    server, ada, group, tell = history
    moments = []
    for _ in range(3):
        tell(4)
        moments.append(server.operator.get("/v1/state-hash"))
        server.operator.post("/v1/snapshots")
        tell(3)
        moments.append(server.operator.get("/v1/state-hash"))
    server.stop()
    for number, moment in enumerate(moments):
        done = restore(server.data, server.data.parent / f"at-{number}", "--at", str(moment["position"]))
        assert done.returncode == 0, (moment, done.stderr)
        restored = own_server(f"at-{number}").start()
        assert restored.state_hash() == moment["hash"]
        restored.stop()


def test_with_a_retained_time_points_before_the_oldest_snapshot_are_within_reach(own_server):
    server = own_server(
        SWITCHBOARD_RETAIN="7d", SWITCHBOARD_SNAPSHOTS_KEPT=1, SWITCHBOARD_JOURNAL_SEGMENT_BYTES=1 << 20,
        SWITCHBOARD_PUBLISH_RATE=0,
    ).start()
    ada, bob = server.person(), server.person()
    group = ada.group(bob)
    moments = []
    for number in range(6):
        # A segment's worth each time: it is closed, and archived when a snapshot has made it superfluous.
        for _ in range(20):
            ada.say(group, "x" * 60_000)
        moments.append(server.operator.get("/v1/state-hash"))
        server.operator.post("/v1/snapshots")
    server.kill()
    assert len(list((server.data / "archive").glob("*.zst"))) >= 2
    assert operate("journal", "verify", "--data", server.data)["whole"]
    for number, moment in enumerate(moments):
        done = restore(server.data, server.data.parent / f"at-{number}", "--at", str(moment["position"]))
        assert done.returncode == 0, (moment, done.stderr)
        assert json.loads(done.stdout)["hash"] == moment["hash"]
    restored = own_server("at-0").start()
    assert restored.state_hash() == moments[0]["hash"]


def test_a_backup_of_a_running_server_starts_elsewhere(history, own_server):
    server, ada, group, tell = history
    expected = tell()
    target = server.data.parent / "backup"
    create = ("snapshots", "create", "--data", server.data, "--to", target)
    done = command_line(*create, SWITCHBOARD_OPERATOR_KEY=OPERATOR_KEY)
    assert done.returncode == 0, done.stderr
    assert ada.say(group, "after the backup")["seq"] == 21
    backup = own_server("backup").start()
    assert backup.state_hash() == expected
    again = command_line(*create, SWITCHBOARD_OPERATOR_KEY=OPERATOR_KEY)
    assert again.returncode != 0 and "not empty" in again.stderr


def test_a_mailbox_restored_to_an_earlier_point_has_another_epoch(history, own_server):
    server, ada, group, tell = history
    early = server.operator.get("/v1/state-hash")["position"]
    epoch = ada.history(group)["epoch"]
    tell()
    server.stop()
    done = restore(server.data, server.data.parent / "early", "--at", str(early))
    assert done.returncode == 0, done.stderr
    restored: Server = own_server("early").start()
    page = type(ada)(ada.id, ada.username, ada.token, restored).history(group)
    assert page["head"] == 10
    assert page["epoch"] != epoch


def test_the_state_hash_tells_states_apart(history):
    server, ada, group, tell = history
    first = server.operator.get("/v1/state-hash")
    assert server.operator.get("/v1/state-hash") == first
    ada.say(group, "one more")
    second = server.operator.get("/v1/state-hash")
    assert second["hash"] != first["hash"]
    assert second["position"] > first["position"]
