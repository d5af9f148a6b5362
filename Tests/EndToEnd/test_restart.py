"""Everything acknowledged is there after a clean stop and after a kill."""

import signal
import subprocess
import threading
import time

import httpx
import pytest

from rawsocket import RawSocket
from sdk import Follower
from switchboard import OPERATOR_KEY, PASSWORD, DidNotStart, Server, binary, command_line, ident

ENDINGS = ["SIGTERM", "kill -9"]


def end(server, how):
    if how == "SIGTERM":
        assert server.stop(timeout=30) == 0, server.log()[-4000:]
    else:
        server.kill()


@pytest.mark.parametrize("how", ENDINGS)
def test_everything_acknowledged_is_there_after(own_server, how):
    server = own_server().start()
    ada, bob = server.person(displayName="Ada"), server.person()
    group, channel = ada.group(bob, title="Hikers"), ada.channel("News")
    bob.join(channel)
    for number in range(1, 31):
        ada.say(group, f"line {number}", tags={"n": str(number)})
        ada.say(channel, f"news {number}")
    bob.say(ada, "direct")
    with RawSocket(server, bob.token) as socket:
        socket.rpc("ack", {"in": group, "delivered": 20, "read": 17})
        epochs = {address: sub["epoch"] for address, sub in socket.connected["subs"].items()}
    keyed = ada.say(group, "once", key="kept")
    made = ada.api.post("/groups", {"title": "Kept", "members": []}, key="group-key", expecting=201)
    issuer = server.operator.post("/v1/keys", {"name": "issuer", "scopes": ["tokens"]}, expecting=201)
    gone = server.login(ada.username, ada.id)
    gone.api.post("/logout", expecting=204)
    before = {
        "group": ada.whole_history(group), "channel": bob.whole_history(channel),
        "direct": bob.whole_history(ada.direct(bob)), "chats": bob.api.get("/chats"),
        "user": bob.api.get(f"/users/{ada.id}"), "hash": server.state_hash(),
    }
    end(server, how)
    server.start()
    assert {
        "group": ada.whole_history(group), "channel": bob.whole_history(channel),
        "direct": bob.whole_history(ada.direct(bob)), "chats": bob.api.get("/chats"),
        "user": bob.api.get(f"/users/{ada.id}"), "hash": server.state_hash(),
    } == before
    chat = next(chat for chat in before["chats"]["chats"] if chat["address"] == group)
    assert (chat["read"], chat["unread"]) == (17, 14)
    with RawSocket(server, bob.token) as socket:
        assert {address: sub["epoch"] for address, sub in socket.connected["subs"].items()} == epochs
    assert ada.say(group, "once", key="kept") == {**keyed, "duplicate": True}
    ada.api.post("/messages", {"to": group, "body": {"text": "other"}, "key": "kept"}, expecting=422)
    again = ada.api.post("/groups", {"title": "Kept", "members": []}, key="group-key", expecting=(200, 201))
    assert again["id"] == made["id"]
    gone.api.get("/chats", expecting=401)
    assert server.login(ada.username, ada.id).api.get("/chats") == ada.api.get("/chats")
    server.api().post("/register", {"username": ada.username, "password": PASSWORD}, expecting=409)
    server.api(issuer["key"]).post("/v1/tokens", {"subject": "user:x", "ttl": 60}, expecting=201)
    assert ada.say(group, "after")["seq"] == 32


@pytest.mark.parametrize("how", ENDINGS)
def test_several_generations_add_up(own_server, how):
    server = own_server().start()
    ada = server.person()
    group = ada.group()
    expected = []
    for generation in range(5):
        for number in range(7):
            expected.append(f"{generation}.{number}")
            ada.say(group, expected[-1])
        end(server, how)
        server.start()
        messages, head, _ = ada.whole_history(group)
        assert [message["body"]["text"] for message in messages] == expected
        assert [message["seq"] for message in messages] == list(range(1, head + 1))


def test_sigterm_closes_sockets_with_3001_and_exits_0_in_time(own_server):
    server = own_server().start()
    ada = server.person()
    sockets = [RawSocket(server, ada.token) for _ in range(5)]
    started = time.monotonic()
    server.process.send_signal(signal.SIGTERM)
    assert [socket.close_code() for socket in sockets] == [3001] * 5
    assert server.process.wait(30) == 0
    assert time.monotonic() - started < 30
    for socket in sockets:
        socket.drop()


def test_a_sigterm_right_after_the_ready_line_is_a_clean_stop(own_server):
    server = own_server()
    assert [server.start().stop() for _ in range(5)] == [0] * 5


def test_sigterm_under_load_loses_nothing_acknowledged(own_server):
    server = own_server().start()
    ada = server.person()
    group = ada.group()
    acknowledged, under_way = [], threading.Event()

    def publish():
        try:
            for number in range(100_000):
                response = ada.api.call("POST", "/messages", {"to": group, "body": {"text": str(number)}})
                if response.status_code == 201:
                    acknowledged.append((response.json()["seq"], str(number)))
                if len(acknowledged) == 30:
                    under_way.set()
        except httpx.HTTPError:
            pass

    thread = threading.Thread(target=publish)
    thread.start()
    assert under_way.wait(30)
    assert server.stop() == 0
    thread.join()
    server.start()
    there = {message["seq"]: message["body"]["text"] for message in ada.whole_history(group)[0]}
    assert [entry for entry in acknowledged if there.get(entry[0]) != entry[1]] == []


async def test_the_sdk_reconnects_by_itself_after_a_kill(own_server):
    server = own_server().start()
    ada = server.person()
    group = ada.group()
    async with Follower(server.websocket_url, ada.token) as follower:
        for generation in range(1, 4):
            await follower.until_connected(generation)
            await follower.rpc("publish", {"to": group, "body": {"text": f"generation {generation}"}})
            server.kill()
            server.start()
        await follower.until_connected(4)
        await follower.until_received(group, 3)
        assert follower.offsets(group) == [1, 2, 3]
        assert all(recovered for _, recovered in follower.recoveries)


def test_a_second_process_on_one_directory_refuses_and_the_first_goes_on(own_server):
    server = own_server().start()
    ada = server.person()
    second = Server(server.data)
    with pytest.raises(DidNotStart) as refused:
        second.start(timeout=15)
    assert refused.value.status not in (0, None)
    assert isinstance(refused.value.status, int), refused.value.status
    assert server.process.poll() is None
    ada.api.get("/chats")


def test_a_directory_that_a_killed_process_held_is_free(own_server):
    server = own_server().start()
    server.kill()
    server.start()
    assert server.api().get("/health/ready")["status"] == "ok"


def test_ready_tells_how_it_recovered(own_server):
    server = own_server().start()
    ada = server.person()
    ada.say(ada.group(), "x")
    server.kill()
    server.start()
    assert server.ready["recovered"]["records"] > 0
    assert server.stop() == 0
    server.start()
    assert server.ready["recovered"]["snapshot"]
    assert server.ready["recovered"]["records"] == 0


def test_sighup_is_survived(own_server):
    server = own_server().start()
    ada = server.person()
    with RawSocket(server, ada.token) as socket:
        server.process.send_signal(signal.SIGHUP)
        assert "error" not in socket.position(ada.address)
        ada.api.get("/chats")
        assert server.process.poll() is None


# Damage.


def segments(server):
    found = sorted(server.data.rglob("*.segment"))
    assert found, [str(path) for path in server.data.rglob("*")]
    return found


def flip(path, position):
    with path.open("r+b") as file:
        file.seek(position)
        byte = file.read(1)
        file.seek(position)
        file.write(bytes([byte[0] ^ 0x10]))


def find(paths, needle):
    for path in paths:
        position = path.read_bytes().find(needle)
        if position >= 0:
            return path, position
    raise AssertionError(f"{needle} in none of {paths}")


def test_a_flipped_byte_in_the_middle_of_the_journal_is_refused_with_its_place(own_server):
    server = own_server().start()
    ada = server.person()
    group = ada.group()
    for number in range(20):
        ada.say(group, f"needle-{number:03} in the hay")
    server.kill()
    path, position = find(segments(server), b"needle-004")
    flip(path, position)
    with pytest.raises(DidNotStart) as refused:
        server.start()
    assert refused.value.status not in (0, None)
    assert path.name.split(".")[0].lstrip("0") in refused.value.log
    verdict = command_line("journal", "verify", "--data", server.data, "--json")
    assert verdict.returncode != 0
    flip(path, position)
    server.start()
    assert ada.history(group)["head"] == 20


def test_repair_accepts_a_loss_only_when_told_to(own_server):
    server = own_server().start()
    ada = server.person()
    group = ada.group()
    for number in range(20):
        ada.say(group, f"needle-{number:03} in the hay")
    server.kill()
    path, position = find(segments(server), b"needle-015")
    flip(path, position)
    assert command_line("journal", "repair", "--data", server.data).returncode != 0
    with pytest.raises(DidNotStart):
        server.start()
    repaired = command_line("journal", "repair", "--accept-loss", "--data", server.data, "--json")
    assert repaired.returncode == 0, repaired.stderr
    server.start()
    page = ada.history(group, after=0, limit=100)
    assert [message["seq"] for message in page["messages"]] == list(range(1, page["head"] + 1))
    assert page["head"] >= 15


def test_a_torn_tail_that_was_never_acknowledged_is_cut(own_server):
    server = own_server().start()
    ada = server.person()
    group = ada.group()
    for number in range(5):
        ada.say(group, f"needle-{number:03}")
    server.kill()
    path, position = find(segments(server), b"needle-004")
    with path.open("r+b") as file:
        tail = file.read()
        used = len(tail.rstrip(b"\0"))
        file.seek((used + 4095) // 4096 * 4096)
        file.write(b"\x01" * 37)
    server.start()
    assert ada.history(group)["head"] == 5
    assert ada.say(group, "after")["seq"] == 6


def test_the_journal_can_be_inspected_and_verified_on_a_stopped_directory(own_server):
    server = own_server().start()
    ada = server.person()
    ada.say(ada.group(), "x")
    server.stop()
    for action in ("inspect", "verify"):
        done = command_line("journal", action, "--data", server.data, "--json")
        assert done.returncode == 0, (action, done.stdout, done.stderr)


def test_a_data_directory_that_cannot_be_written_is_refused_plainly(tmp_path):
    blocker = tmp_path / "file"
    blocker.write_text("not a directory")
    done = subprocess.run(
        [str(binary()), "serve", "--data", str(blocker / "data"), "--listen", "127.0.0.1:0", "--mqtt", "127.0.0.1:0"],
        capture_output=True, text=True, timeout=20, env={"SWITCHBOARD_OPERATOR_KEY": OPERATOR_KEY},
    )
    assert done.returncode > 0
    assert done.stdout == ""
    assert str(blocker) in done.stderr


def test_a_removed_member_stays_removed(own_server):
    server = own_server().start()
    ada, bob = server.person(), server.person()
    group = ada.group(bob)
    ada.api.delete(f"/groups/{ident(group)}/members/{bob.id}")
    server.kill()
    server.start()
    bob.api.get("/messages", params={"mailbox": group}, expecting=403)
