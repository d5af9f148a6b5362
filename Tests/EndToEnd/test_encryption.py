"""With a key nothing that people say is to be read in the files; without it nothing starts."""

import base64
import hashlib
import json
import os

import pytest

from switchboard import OPERATOR_KEY, DidNotStart, Person, command_line

NEEDLE = "needle-in-the-hay"


def new_key():
    return os.urandom(32).hex()


def key_id(key):
    return hashlib.sha256(bytes.fromhex(key)).hexdigest()[:16]


def sealed_with(key):
    return {"SWITCHBOARD_ENCRYPTION_KEY": key}


def files(directory):
    return {path: path.read_bytes() for path in sorted(directory.rglob("*")) if path.is_file()}


def holding(directory, *needles):
    return [
        str(path) for path, content in files(directory).items() if any(needle.encode() in content for needle in needles)
    ]


def talk(server, count=20):
    ada, bob = server.person(displayName="Ada"), server.person()
    group = ada.group(bob, title=f"{NEEDLE} title")
    for number in range(count):
        ada.say(group, f"{NEEDLE}-{number}", tags={"tag": NEEDLE})
    return ada, group


def on(server, person):
    return Person(person.id, person.username, person.token, server)


def test_without_a_key_the_needle_is_there(own_server):
    server = own_server().start()
    talk(server)
    server.kill()
    assert holding(server.data, NEEDLE)


def test_no_file_of_a_sealed_directory_shows_what_was_said(own_server):
    server = own_server(**sealed_with(new_key())).start()
    ada, group = talk(server)
    server.operator.post("/v1/snapshots")
    ada.say(group, NEEDLE)
    server.kill()
    assert any(path.suffix == ".snap" for path in files(server.data))
    assert holding(server.data, NEEDLE, ada.username, ada.id) == []
    server.start()
    assert ada.history(group)["head"] == 21
    assert server.stop() == 0
    assert holding(server.data, NEEDLE, ada.username, ada.id) == []


@pytest.mark.parametrize("form", ["hexadecimal", "base64"])
def test_everything_is_there_after_a_kill_with_the_key(own_server, form):
    key = new_key()
    server = own_server(**sealed_with(key)).start()
    ada, group = talk(server)
    expected = server.state_hash()
    server.kill()
    if form == "base64":
        server.environment.update(sealed_with(base64.b64encode(bytes.fromhex(key)).decode()))
    server.start()
    assert server.state_hash() == expected
    assert ada.say(group, "after")["seq"] == 21


@pytest.mark.parametrize("ending", ["SIGTERM", "kill -9"])
@pytest.mark.parametrize("other", [None, "another"])
def test_without_the_right_key_it_does_not_start_and_changes_nothing(own_server, ending, other):
    key = new_key()
    server = own_server(**sealed_with(key)).start()
    ada, group = talk(server)
    expected = server.state_hash()
    server.stop() if ending == "SIGTERM" else server.kill()
    before = files(server.data)
    server.environment.update(sealed_with(other and new_key()))
    with pytest.raises(DidNotStart) as refused:
        server.start()
    assert refused.value.status not in (0, None)
    said = refused.value.log.splitlines()[-1] if refused.value.log else ""
    assert key_id(key) in refused.value.log, said
    assert (".snap" if ending == "SIGTERM" else ".segment") in refused.value.log
    assert files(server.data) == before
    server.environment.update(sealed_with(key))
    server.start()
    assert server.state_hash() == expected


def test_no_log_and_no_command_shows_a_key(own_server, tmp_path):
    key, file = new_key(), tmp_path / "keys"
    file.write_text(f"# the keys\n\n{key}\n")
    server = own_server(**sealed_with(key), SWITCHBOARD_LOG_LEVEL="trace").start()
    talk(server, 1)
    server.stop()
    checked = command_line("config", "check", **sealed_with(key))
    assert checked.returncode == 0
    assert "encryptionKey = set" in checked.stdout
    for environment in ({"SWITCHBOARD_ENCRYPTION_KEY": key[:-1]},
                        {**sealed_with(key), "SWITCHBOARD_ENCRYPTION_KEY_FILE": str(file)}):
        refused = command_line("config", "check", **environment)
        assert refused.returncode != 0 and "encryptionKey" in refused.stderr
        assert key[:-1] not in refused.stdout + refused.stderr
    assert key not in server.log() + checked.stdout


def test_a_file_of_keys_that_is_none_is_refused_by_its_line(own_server, tmp_path):
    file = tmp_path / "keys"
    for text, says in [("", "no key"), (f"{new_key()}\nplain\n", "line 2"), (f"\n{new_key()}0\n", "line 2")]:
        file.write_text(text)
        refused = command_line("config", "check", SWITCHBOARD_ENCRYPTION_KEY_FILE=file)
        assert refused.returncode != 0 and says in refused.stderr, (text, refused.stderr)
    file.unlink()
    assert command_line("config", "check", SWITCHBOARD_ENCRYPTION_KEY_FILE=file).returncode != 0


def test_a_key_is_changed_by_putting_a_new_one_first(own_server, tmp_path):
    old, new, file = new_key(), new_key(), tmp_path / "keys"
    file.write_text(old + "\n")
    server = own_server(SWITCHBOARD_ENCRYPTION_KEY_FILE=file).start()
    ada, group = talk(server)
    server.kill()
    file.write_text(f"{new}\n{old}\n")
    server.start()
    for number in range(5):
        ada.say(group, f"{NEEDLE} again {number}")
    expected = server.state_hash()
    server.kill()
    told = json.loads(
        command_line("journal", "inspect", "--data", server.data, "--json", "--encryption-key-file", file).stdout
    )
    assert [segment["key"] for segment in told["segments"]] == [key_id(old), key_id(new)]
    # The old one is still needed ...
    file.write_text(new + "\n")
    with pytest.raises(DidNotStart) as refused:
        server.start()
    assert key_id(old) in refused.value.log
    # ... until a snapshot holds everything.
    file.write_text(f"{new}\n{old}\n")
    server.start()
    assert server.state_hash() == expected
    assert server.stop() == 0
    file.write_text(new + "\n")
    server.start()
    assert server.state_hash() == expected
    assert ada.history(group)["head"] == 25
    assert holding(server.data, NEEDLE) == []


def test_encryption_is_switched_on_and_off_for_a_directory_that_is_there(own_server, tmp_path):
    key, file = new_key(), tmp_path / "keys"
    server = own_server().start()
    ada, group = talk(server)
    server.kill()
    server.environment["SWITCHBOARD_ENCRYPTION_KEY_FILE"] = file
    file.write_text(key)
    server.start()
    ada.say(group, "sealed from here")
    server.kill()
    assert holding(server.data, "sealed from here") == []
    file.write_text(f"plain\n{key}\n")
    server.start()
    ada.say(group, "plain from here")
    assert [ada.history(group)["head"], holding(server.data, "plain from here") != []] == [22, True]
    assert server.stop() == 0
    del server.environment["SWITCHBOARD_ENCRYPTION_KEY_FILE"]
    server.start()
    assert ada.history(group)["head"] == 22


def test_commands_check_what_they_cannot_open_and_say_so(own_server):
    key = new_key()
    server = own_server(**sealed_with(key)).start()
    ada, group = talk(server)
    server.operator.post("/v1/snapshots")
    ada.say(group, "behind the snapshot")
    server.kill()
    for command in ("snapshots", "journal"):
        for environment, says in [({}, "no key is given"), (sealed_with(new_key()), "not among the keys given")]:
            verified = command_line(command, "verify", "--data", server.data, **environment)
            assert verified.returncode == 0, verified.stderr
            assert says in verified.stdout and key_id(key) in verified.stdout
        verified = command_line(command, "verify", "--data", server.data, **sealed_with(key))
        assert verified.returncode == 0 and "sealed with" not in verified.stdout
    snapshot = next(path for path in files(server.data) if path.suffix == ".snap")
    inspected = command_line("snapshots", "inspect", snapshot, "--data", server.data, "--json")
    assert json.loads(inspected.stdout)["key"] == key_id(key)
    assert command_line("snapshots", "create", "--data", server.data).returncode != 0
    created = command_line("snapshots", "create", "--data", server.data, **sealed_with(key))
    assert created.returncode == 0, created.stderr
    assert holding(server.data, NEEDLE) == []
    content = bytearray(snapshot.read_bytes())
    content[len(content) // 2] ^= 1
    snapshot.write_bytes(content)
    assert command_line("snapshots", "verify", "--data", server.data).returncode != 0


def test_a_restored_copy_is_sealed_with_the_key_that_is_given(own_server, tmp_path):
    old, new, file = new_key(), new_key(), tmp_path / "keys"
    server = own_server(**sealed_with(old)).start()
    ada, group = talk(server)
    expected = server.state_hash()
    server.kill()
    target = server.data.parent / "copy"
    refused = command_line("snapshots", "restore", "--from", server.data, "--to", target)
    assert refused.returncode != 0 and key_id(old) in refused.stderr
    file.write_text(f"{new}\n{old}\n")
    restored = command_line(
        "snapshots", "restore", "--from", server.data, "--to", target, "--encryption-key-file", file
    )
    assert restored.returncode == 0, restored.stderr
    assert holding(target, NEEDLE) == []
    copy = own_server("copy", **sealed_with(new)).start()
    assert copy.state_hash() == expected
    assert on(copy, ada).say(group, "on hold")["seq"] == 21
    copy.kill()
    assert holding(target, NEEDLE, "on hold") == []


@pytest.mark.parametrize("state", ["running", "stopped"])
def test_a_backup_of_a_sealed_directory_starts_elsewhere_with_the_key_and_not_without(own_server, state):
    key, target = new_key(), "backup"
    server = own_server(**sealed_with(key)).start()
    ada, group = talk(server)
    expected = server.state_hash()
    if state == "stopped":
        server.kill()
    to = server.data.parent / target
    create = ("snapshots", "create", "--data", server.data, "--to", to)
    for environment in ({}, sealed_with(new_key())):
        refused = command_line(*create, **environment, SWITCHBOARD_OPERATOR_KEY=OPERATOR_KEY)
        assert refused.returncode != 0 and key_id(key) in refused.stderr
        assert not to.exists() or files(to) == {}
    created = command_line(*create, **sealed_with(key), SWITCHBOARD_OPERATOR_KEY=OPERATOR_KEY)
    assert created.returncode == 0, created.stderr
    assert holding(to, NEEDLE, ada.username, ada.id) == []
    before = files(to)
    for environment in ({}, sealed_with(new_key())):
        with pytest.raises(DidNotStart) as refused:
            own_server(target, **environment).start()
        assert refused.value.status not in (0, None)
        assert key_id(key) in refused.value.log and ".snap" in refused.value.log
        assert files(to) == {**before, to / "lock": b""}
    backup = own_server(target, **sealed_with(key)).start()
    assert backup.state_hash() == expected
    assert on(backup, ada).say(group, "on hold")["seq"] == 21
    backup.kill()
    assert holding(to, NEEDLE, "on hold") == []


def test_points_before_the_oldest_snapshot_are_restored_through_a_sealed_archive(own_server, tmp_path):
    old, new, file = new_key(), new_key(), tmp_path / "keys"
    file.write_text(old)
    server = own_server(
        SWITCHBOARD_ENCRYPTION_KEY_FILE=file, SWITCHBOARD_RETAIN="7d", SWITCHBOARD_SNAPSHOTS_KEPT=1,
        SWITCHBOARD_JOURNAL_SEGMENT_BYTES=1 << 20, SWITCHBOARD_PUBLISH_RATE=0,
    ).start()
    ada, group = talk(server, 1)
    moments = []
    for number in range(6):
        # A segment's worth each time: it is closed, and archived when a snapshot has made it superfluous.
        for _ in range(20):
            ada.say(group, NEEDLE + "x" * 60_000)
        moments.append(server.operator.get("/v1/state-hash"))
        server.operator.post("/v1/snapshots")
        if number == 2:
            server.kill()
            file.write_text(f"{new}\n{old}\n")
            server.start()
    server.kill()
    told = json.loads(
        command_line("journal", "inspect", "--data", server.data, "--json", "--encryption-key-file", file).stdout
    )
    assert {segment["key"] for segment in told["segments"] if segment["archived"]} == {key_id(old), key_id(new)}
    # Compressed text is not to be found by looking for it: what does not shrink is sealed.
    assert all(path.stat().st_size > 500_000 for path in sorted((server.data / "archive").glob("*.zst"))[:2])
    for number, moment in enumerate(moments):
        restore = ("snapshots", "restore", "--from", server.data, "--at", moment["position"], "--json", "--to")
        refused = command_line(*restore, server.data.parent / f"none-{number}")
        assert refused.returncode != 0
        done = command_line(*restore, server.data.parent / f"at-{number}", "--encryption-key-file", file)
        assert done.returncode == 0, (moment, done.stderr)
        assert json.loads(done.stdout)["hash"] == moment["hash"]
        assert holding(server.data.parent / f"at-{number}", NEEDLE) == []


def test_many_kills_of_a_sealed_server_leave_small_files(own_server):
    server = own_server(**sealed_with(new_key()), SWITCHBOARD_JOURNAL_SEGMENT_BYTES=1 << 20).start()
    ada, group = talk(server, 1)
    for number in range(8):
        server.kill()
        server.start()
        ada.say(group, f"{NEEDLE} {number}")
    server.kill()
    segments = sorted((server.data / "journal").glob("*.segment"))
    assert len(segments) == 9
    assert all(path.stat().st_size < 65536 for path in segments[:-1])
    server.start()
    assert ada.history(group)["head"] == 9
    assert server.stop() == 0
