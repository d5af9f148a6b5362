"""The client protocol over a bare WebSocket: what is refused, with which error and which close code."""

import json
import time
import zlib

import pytest

from rawsocket import BINARY, CLOSE, PING, PONG, TEXT
from switchboard import ident, jwt

# The connection's life.


@pytest.mark.parametrize("connected", [False, True], ids=["before connect", "after connect"])
@pytest.mark.parametrize("text", [
    "not json", "{", "[]", "null", "1", '{"id":1,"ping":{}} trailing', '{"id":"one","ping":{}}', '{"id":-1,"ping":{}}',
    '{"id":1}', '{"id":1,"frobnicate":{}}', '{"id":1,"connect":7}', "[" * 5000,
], ids=lambda text: text[:32])
def test_what_is_no_command_closes_with_3501(server, raw, text, connected):
    socket = raw(server.person() if connected else None)
    socket.text(text)
    assert socket.close_code() == 3501


@pytest.mark.parametrize("verb", [
    {"subscribe": {"channel": "channel:c"}}, {"publish": {"channel": "group:g", "data": {}}}, {"ping": {}},
    {"history": {"channel": "group:g"}}, {"rpc": {"method": "chats", "data": {}}}, {"presence": {"channel": "group:g"}},
], ids=lambda verb: next(iter(verb)))
def test_connect_must_be_first(raw, verb):
    socket = raw()
    socket.send({"id": 1, **verb})
    assert socket.close_code() == 3501


def test_a_second_connect_closes_with_3501(server, raw):
    person = server.person()
    socket = raw(person)
    socket.send({"id": 9, "connect": {"token": person.token}})
    assert socket.close_code() == 3501


@pytest.mark.parametrize("token", ["nonsense", "x" * 5000])
def test_a_wrong_token_closes_with_3500(raw, token):
    socket = raw()
    socket.send({"id": 1, "connect": {"token": token}})
    assert socket.close_code() == 3500


def test_no_token_is_unauthorized(raw):
    socket = raw()
    socket.send({"id": 1, "connect": {}})
    code = socket.close_code(timeout=3)
    assert [item["error"]["code"] for item in socket.waiting if "error" in item] == [101] or code == 3500


def test_an_expired_token_is_109(server, raw):
    socket = raw()
    reply = socket.ask(connect={"token": jwt(server.person().address, int(time.time()) - 10)})
    assert reply["error"]["code"] == 109


def test_the_connect_reply_tells_the_client_what_it_needs(server, raw):
    person = server.person()
    connected = raw(person).connected
    assert connected["client"]
    assert connected["ping"] == 25
    assert connected["pong"] is True
    own = connected["subs"][person.address]
    assert own["recoverable"] is True
    assert own["epoch"]
    assert own.get("offset", 0) == 0


def test_every_connection_has_a_client_id_of_its_own(server, raw):
    person = server.person()
    assert raw(person).connected["client"] != raw(person).connected["client"]


def test_logout_closes_the_live_connections_of_that_token_only(server, raw):
    person = server.person()
    person, other = (server.login(person.username, person.id) for _ in range(2))
    leaving, also_leaving, staying = raw(person), raw(person), raw(other)
    person.api.post("/logout", expecting=204)
    assert leaving.close_code() == 3500
    assert also_leaving.close_code() == 3500
    assert "error" not in staying.position(person.address)


def test_a_foreign_origin_is_refused_before_the_upgrade(raw):
    socket = raw(headers={"Origin": "https://evil.example"})
    assert socket.status == 403


def test_the_servers_own_origin_is_let_in(server, raw):
    assert raw(headers={"Origin": server.url}).status == 101


def test_protobuf_is_chosen_by_its_subprotocol(raw):
    assert raw(headers={"Sec-WebSocket-Protocol": "centrifuge-protobuf"}).headers[
        "sec-websocket-protocol"
    ] == "centrifuge-protobuf"


@pytest.mark.slow
def test_a_connection_without_connect_closes_with_3502(raw):
    started = time.monotonic()
    assert raw().close_code(timeout=15) == 3502
    assert 8 < time.monotonic() - started < 13


@pytest.mark.slow
def test_the_server_pings_and_an_answer_keeps_the_connection(server, raw):
    socket = raw(server.person())
    socket.await_ping(timeout=28)
    socket.await_ping(timeout=28)
    assert "error" not in socket.ask(rpc={"method": "chats", "data": {}})


@pytest.mark.slow
def test_no_pong_closes_with_3012(server, raw):
    socket = raw(server.person())
    socket.answers_pings = False
    assert socket.close_code(timeout=40) == 3012


@pytest.mark.slow
def test_pings_can_be_frames(server, raw):
    socket = raw(server.person(), path="/connection/websocket?cf_ws_frame_ping_pong=true")
    deadline = time.monotonic() + 30
    while True:
        opcode, payload = socket.next_frame(deadline)
        if opcode == PING:
            break
    socket.frame(PONG, payload)
    assert socket.pings == 0
    assert "error" not in socket.ask(rpc={"method": "chats", "data": {}})


@pytest.mark.slow
def test_a_connection_ends_with_its_token(server, raw):
    person = server.person()
    socket = raw(jwt(person.address, int(time.time()) + 3))
    assert socket.connected["expires"] is True
    assert 0 < socket.connected["ttl"] <= 3
    assert socket.close_code(timeout=45) == 3005


def test_refresh_carries_a_connection_past_its_token(server, raw):
    person = server.person()
    socket = raw(jwt(person.address, int(time.time()) + 60))
    refreshed = socket.ask(refresh={"token": jwt(person.address, int(time.time()) + 600)})["refresh"]
    assert refreshed["expires"] is True
    assert 500 < refreshed["ttl"] <= 600


# Frames.


def test_several_commands_in_one_frame_are_all_answered(server, raw):
    ada = server.person()
    group = ada.group()
    socket = raw(ada)
    socket.send(
        {"id": 2, "publish": {"channel": group, "data": {"text": "one"}}},
        {"id": 3, "publish": {"channel": group, "data": {"text": "two"}}},
        {"id": 4, "rpc": {"method": "no_such_method", "data": {}}},
        {"id": 5, "history": {"channel": group, "limit": 0}},
    )
    assert socket.reply(2)["publish"]["offset"] == 1
    assert socket.reply(3)["publish"]["offset"] == 2
    assert socket.reply(4)["error"]["code"] == 104
    assert "history" in socket.reply(5)


def test_connect_and_commands_may_share_the_first_frame(server, raw):
    ada = server.person()
    group = ada.group()
    socket = raw()
    socket.send(
        {"id": 1, "connect": {"token": ada.token}},
        {"id": 2, "publish": {"channel": group, "data": {"text": "at once"}}},
    )
    assert group in socket.reply(1)["connect"]["subs"]
    assert socket.reply(2)["publish"]["offset"] == 1


def test_a_fragmented_message_is_one_message(server, raw):
    socket = raw(server.person())
    command = json.dumps({"id": 7, "rpc": {"method": "chats", "data": {}}}).encode()
    socket.frame(TEXT, command[:5], last=False)
    socket.frame(PING, b"between")
    socket.frame(0x0, command[5:20], last=False)
    socket.frame(0x0, command[20:])
    assert "rpc" in socket.reply(7)


def test_a_ping_frame_is_answered_with_its_payload(raw):
    socket = raw()
    socket.frame(PING, b"are you there")
    assert socket.next_frame() == (PONG, b"are you there")


def test_a_close_is_answered_with_a_close(server, raw):
    socket = raw(server.person())
    socket.frame(CLOSE, (1000).to_bytes(2, "big"))
    assert socket.close_code() == 1000


def oversized(socket):
    socket.text(json.dumps({"id": 1, "rpc": {"method": "publish", "data": "x" * (64 * 1024)}}))


def oversized_in_fragments(socket):
    socket.frame(TEXT, b"x" * 40_000, last=False)
    socket.frame(0x0, b"x" * 40_000)


@pytest.mark.parametrize("mistake,code", [
    (oversized, 1009),
    (oversized_in_fragments, 1009),
    (lambda socket: socket.frame(BINARY, b"\x00\x01"), 1003),
    (lambda socket: socket.frame(TEXT, b'{"id":1,"name":"\xff\xfe"}'), 1007),
    (lambda socket: socket.frame(TEXT, b"{}", reserved=2), 1002),
    (lambda socket: socket.frame(TEXT, b"{}", masked=False), 1002),
    (lambda socket: socket.frame(0x3, b""), 1002),
    (lambda socket: socket.frame(0x0, b"a continuation of nothing"), 1002),
    (lambda socket: socket.frame(PING, b"x" * 126), 1002),
    (lambda socket: socket.frame(PING, b"x", last=False), 1002),
    (lambda socket: socket.frame(CLOSE, b"\x03"), 1002),
    (lambda socket: socket.frame(CLOSE, (1005).to_bytes(2, "big")), 1002),
], ids=[
    "too large", "too large in fragments", "binary in JSON", "not UTF-8", "reserved bit", "unmasked", "opcode 3",
    "continuation of nothing", "long ping", "fragmented ping", "close of one byte", "close with 1005",
])
def test_a_broken_frame_closes_with_the_rfcs_code(server, raw, mistake, code):
    socket = raw(server.person())
    mistake(socket)
    assert socket.close_code() == code


def test_text_in_protobuf_closes_with_1003(raw):
    socket = raw(headers={"Sec-WebSocket-Protocol": "centrifuge-protobuf"})
    socket.text("{}")
    assert socket.close_code() == 1003


def test_a_protobuf_message_that_is_cut_short_closes_with_3501(raw):
    socket = raw(headers={"Sec-WebSocket-Protocol": "centrifuge-protobuf"})
    socket.frame(BINARY, b"\x7f\x08\x01")
    assert socket.close_code() == 3501


# Compression.


def deflated(text):
    squeezer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return (squeezer.compress(text.encode()) + squeezer.flush(zlib.Z_SYNC_FLUSH)).removesuffix(b"\0\0\xff\xff")


OFFER = {"Sec-WebSocket-Extensions": "permessage-deflate"}


def test_a_compressed_command_is_read(server, raw):
    socket = raw(headers=OFFER)
    if "permessage-deflate" not in socket.headers.get("sec-websocket-extensions", ""):
        pytest.fail("permessage-deflate was offered and not taken")
    command = json.dumps({"id": 1, "connect": {"token": server.person().token}})
    socket.frame(TEXT, deflated(command), reserved=4)
    opcode, _ = socket.next_frame()
    assert opcode == TEXT


def test_what_inflates_beyond_its_limit_closes_with_1009(raw):
    socket = raw(headers=OFFER)
    bomb = deflated("x" * (20 << 20))
    assert len(bomb) < 64 * 1024
    socket.frame(TEXT, bomb, reserved=4)
    assert socket.close_code() == 1009


def test_what_does_not_inflate_closes(raw):
    socket = raw(headers=OFFER)
    socket.frame(TEXT, b"\xff\xff\xff\xff\x00garbage", reserved=4)
    assert socket.close_code() in (1002, 1007)


# Errors.


def error(reply):
    assert set(reply["error"]) >= {"code", "message"}
    assert reply["error"]["message"]
    return reply["error"]["code"]


@pytest.mark.parametrize("channel,codes", [
    ("nonsense", {102, 107}), ("planet:mars", {102, 107}), ("", {102, 107}), ("channel:nowhere", {102, 103}),
    ("group:nowhere", {103}), ("direct:a~b", {103}), ("user:somebody-else", {103}),
], ids=str)
def test_a_channel_that_cannot_be_followed_says_why(server, raw, channel, codes):
    assert error(raw(server.person()).ask(subscribe={"channel": channel})) in codes


@pytest.mark.parametrize("verb", ["subscribe", "history", "presence", "presence_stats", "publish"])
def test_a_strangers_group_is_103(server, raw, verb):
    group = server.person().group()
    body = {"channel": group, **({"data": {"text": "x"}} if verb == "publish" else {})}
    assert error(raw(server.person()).ask(**{verb: body})) == 103


@pytest.mark.parametrize("method,data", [
    ("publish", {"body": {"text": "x"}}), ("ack", {"read": 1}), ("typing", {}),
])
def test_a_strangers_group_is_103_by_rpc_too(server, raw, method, data):
    group = server.person().group()
    where = {"to": group} if method == "publish" else {"in": group}
    assert raw(server.person()).rpc(method, {**where, **data})["code"] == 103


def test_only_owner_and_admins_publish_in_a_channel(server, raw):
    ada, bob = server.person(), server.person()
    channel = ada.channel()
    bob.join(channel)
    assert error(raw(bob).ask(publish={"channel": channel, "data": {"text": "x"}})) == 103
    assert raw(ada).ask(publish={"channel": channel, "data": {"text": "x"}})["publish"]["offset"] == 1


def test_a_second_subscription_to_one_channel_is_105(server, raw):
    ada, bob = server.person(), server.person()
    channel = ada.channel()
    socket = raw(bob)
    assert "subscribe" in socket.ask(subscribe={"channel": channel})
    assert error(socket.ask(subscribe={"channel": channel})) == 105
    assert "unsubscribe" in socket.ask(unsubscribe={"channel": channel})
    assert "subscribe" in socket.ask(subscribe={"channel": channel})


def test_what_the_server_subscribed_already_is_105(server, raw):
    ada = server.person()
    group = ada.group()
    assert error(raw(ada).ask(subscribe={"channel": group})) == 105


@pytest.mark.parametrize("data", [
    {}, {"to": "nonsense", "body": {"text": "x"}}, {"to": "GROUP"}, {"to": "GROUP", "body": {"text": "x"}, "colour": 1},
    {"to": "GROUP", "body": {"text": "x"}, "tags": {"k": 1}}, {"to": "GROUP", "body": {"text": "x"}, "replyTo": "x"},
    [], "text", {"to": "GROUP", "body": {"text": "x"}, "durability": "engraved"},
], ids=str)
def test_an_rpc_publish_that_is_not_right_is_107(server, raw, data):
    ada = server.person()
    group = ada.group()
    if isinstance(data, dict) and data.get("to") == "GROUP":
        data = {**data, "to": group}
    allowed = {102, 107} if isinstance(data, dict) and data.get("to") == "nonsense" else {107}
    assert raw(ada).rpc("publish", data)["code"] in allowed


def test_the_same_key_with_other_content_is_107(server, raw):
    ada = server.person()
    group = ada.group()
    socket = raw(ada)
    command = {"to": group, "body": {"text": "one"}, "key": "k"}
    first = socket.rpc("publish", command)
    assert socket.rpc("publish", command) == {**first, "duplicate": True}
    assert socket.rpc("publish", {**command, "body": {"text": "two"}})["code"] == 107


def test_http_and_websocket_share_a_senders_keys(server, raw):
    ada = server.person()
    group = ada.group()
    assert ada.say(group, "one", key="shared")["duplicate"] is False
    answer = raw(ada).rpc("publish", {"to": group, "body": {"text": "one"}, "key": "shared"})
    assert (answer["offset"], answer["duplicate"]) == (1, True)


def test_an_unknown_rpc_is_104(server, raw):
    assert raw(server.person()).rpc("no_such_method", {})["code"] == 104


def test_too_many_publishes_are_111_and_every_one_is_answered(server, raw):
    ada = server.person()
    group = ada.group()
    socket = raw(ada)
    ids = range(100, 800)
    socket.waiting.clear()
    for start in range(100, 800, 100):
        socket.send(*(
            {"id": each, "publish": {"channel": group, "data": {"n": each}}} for each in range(start, start + 100)
        ))
    replies = [socket.reply(each) for each in ids]
    refused = [reply["error"] for reply in replies if "error" in reply]
    offsets = [reply["publish"]["offset"] for reply in replies if "publish" in reply]
    assert refused and all(each["code"] == 111 and each["temporary"] is True for each in refused)
    assert len(offsets) >= 200
    assert offsets == list(range(1, len(offsets) + 1))


def test_an_unrecoverable_position_is_112_when_the_client_asked_for_it(server, raw):
    ada, bob = server.person(), server.person()
    channel = ada.channel()
    ada.say(channel, "x")
    lost = {"channel": channel, "recover": True, "epoch": "another", "offset": 0}
    assert error(raw(bob).ask(subscribe={**lost, "flag": 2})) == 112
    assert raw(bob).ask(subscribe=lost)["subscribe"].get("recovered", False) is False


@pytest.mark.slow
def test_too_many_subscriptions_of_one_session_are_106(server, raw):
    makers = [server.person() for _ in range(2)]
    channels = [makers[number % 2].channel(f"C{number}") for number in range(1025)]
    socket = raw(server.person())
    codes = [socket.ask(subscribe={"channel": channel}).get("error", {}).get("code") for channel in channels]
    assert codes == [None] * 1024 + [106]


def test_unsubscribing_from_what_was_not_followed_is_answered(server, raw):
    socket = raw(server.person())
    reply = socket.ask(unsubscribe={"channel": "channel:nowhere"})
    assert "unsubscribe" in reply or "error" in reply


def test_send_is_passed_over_or_refused_but_never_hangs(server, raw):
    socket = raw(server.person())
    socket.send({"send": {"data": {}}}, {"id": 50, "rpc": {"method": "chats", "data": {}}})
    try:
        assert "rpc" in socket.reply(50)
    except AssertionError:
        assert socket.close_code() in (3501, 1006)


def test_no_error_reveals_whether_a_group_exists(server, raw):
    group = server.person().group()
    socket = raw(server.person())
    assert socket.ask(history={"channel": group})["error"] == socket.ask(history={"channel": "group:nowhere"})["error"]


def test_a_removed_member_hears_nothing_more(server, raw):
    ada, bob = server.person(), server.person()
    group = ada.group(bob)
    socket = raw(bob)
    ada.api.delete(f"/groups/{ident(group)}/members/{bob.id}")
    socket.push(group, "unsubscribe")
    ada.say(group, "a secret")
    assert error(socket.position(group)) == 103
    assert [push for push in socket.pushes(group) if "pub" in push] == []
