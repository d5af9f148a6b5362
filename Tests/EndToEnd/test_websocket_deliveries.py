"""The client protocol over a bare WebSocket: what arrives, in which order, and what a reconnect brings back."""

import pytest

from rawsocket import RawSocket
from switchboard import ident


def offsets(publications):
    return [publication["offset"] for publication in publications]


def test_the_answer_to_a_publish_carries_its_position(server, raw):
    ada = server.person()
    group = ada.group()
    socket = raw(ada)
    answer = socket.ask(publish={"channel": group, "data": {"text": "x"}})["publish"]
    assert answer["offset"] == 1
    assert answer["epoch"] == socket.connected["subs"][group]["epoch"]
    assert answer["duplicate"] is False
    assert answer["durability"] == "synced"
    message = ada.history(group)["messages"][0]
    assert message["at"] == answer["time"]
    push = socket.publication(group)
    assert push["offset"] == 1
    assert push["data"] == {"text": "x"}
    assert push["info"] == {"user": ada.address, "client": socket.connected["client"]}
    assert push["time"] == answer["time"]
    assert push["tags"]["id"] == message["id"]


@pytest.mark.parametrize("durability", ["synced", "written", "memory"])
def test_an_answer_says_how_durable_it_is(server, raw, durability):
    ada = server.person()
    group = ada.group()
    answer = raw(ada).rpc("publish", {"to": group, "body": {"text": "x"}, "durability": durability})
    assert answer["offset"] == 1
    assert answer["durability"] in {"synced": ["synced"], "written": ["written", "synced"]}.get(
        durability, ["memory", "written", "synced"]
    )


def test_offsets_arrive_one_by_one_at_every_member(server, raw):
    ada, bob, eve = server.person(), server.person(), server.person()
    group = ada.group(bob, eve)
    sockets = [raw(person) for person in (ada, bob, eve)]
    for number in range(20):
        for socket in sockets:
            socket.send({"id": 1000 + number, "publish": {"channel": group, "data": {"n": number}}})
    for socket in sockets:
        assert [socket.publication(group)["offset"] for _ in range(60)] == list(range(1, 61))


def test_the_first_message_of_a_direct_chat_is_a_subscribe_at_0_then_publication_1(server, raw):
    ada, bob = server.person(), server.person()
    sockets = [raw(ada), raw(bob)]
    direct = ada.direct(bob)
    assert all(direct not in socket.connected["subs"] for socket in sockets)
    ada.say(bob, "first")
    for socket in sockets:
        opened = socket.push(direct, "subscribe")
        assert opened.get("offset", 0) == 0
        assert opened["recoverable"] is True
        assert opened["epoch"]
        assert not [push for push in socket.pushes(direct) if "subscribe" in push]
        assert socket.publication(direct)["offset"] == 1
    ada.say(bob, "second")
    for socket in sockets:
        assert socket.publication(direct)["offset"] == 2


def test_the_subscribe_push_comes_before_the_first_publication(server, raw):
    ada, bob = server.person(), server.person()
    socket = raw(bob)
    ada.say(bob, "first")
    direct = ada.direct(bob)
    socket.publication(direct)
    assert [push["subscribe"].get("offset", 0) for push in socket.pushes(direct) if "subscribe" in push] == [0]


def test_a_new_membership_arrives_as_subscribe_and_a_lost_one_as_unsubscribe(server, raw):
    ada, bob = server.person(), server.person()
    group = ada.group()
    ada.say(group, "before Bob")
    socket = raw(bob)
    ada.api.post(f"/groups/{ident(group)}/members", {"members": [bob.id]}, expecting=204)
    opened = socket.push(group, "subscribe")
    assert opened["offset"] == 1
    assert opened["recoverable"] is True
    ada.say(group, "after")
    assert socket.publication(group)["offset"] == 2
    ada.api.delete(f"/groups/{ident(group)}/members/{bob.id}", expecting=204)
    socket.push(group, "unsubscribe")
    assert group not in raw(bob).connected["subs"]


def test_joining_a_channel_arrives_as_subscribe_and_leaving_as_unsubscribe(server, raw):
    ada, bob = server.person(), server.person()
    channel = ada.channel()
    socket = raw(bob)
    bob.join(channel)
    socket.push(channel, "subscribe")
    ada.say(channel, "news")
    assert socket.publication(channel)["offset"] == 1
    bob.api.delete(f"/channels/{ident(channel)}/subscribers/me", expecting=204)
    socket.push(channel, "unsubscribe")


def test_typing_and_receipts_have_no_offset_and_say_by_whom(server, raw):
    ada, bob = server.person(), server.person()
    group = ada.group(bob)
    ada.say(group, "x")
    listener, talker = raw(ada), raw(bob)
    talker.rpc("typing", {"in": group})
    assert listener.event(group, "typing")["data"] == {"by": bob.address}
    talker.rpc("ack", {"in": group, "delivered": 1})
    receipt = listener.event(group, "receipt")["data"]
    assert (receipt["by"], receipt["delivered"], receipt.get("read", 0)) == (bob.address, 1, 0)
    talker.rpc("ack", {"in": group, "read": 1})
    receipt = listener.event(group, "receipt")["data"]
    assert (receipt["by"], receipt["read"]) == (bob.address, 1)
    assert listener.position(group)["history"]["offset"] == 1


def test_typing_in_a_direct_chat_reaches_the_other(server, raw):
    ada, bob = server.person(), server.person()
    ada.say(bob, "x")
    listener, talker = raw(ada), raw(bob)
    talker.rpc("typing", {"in": ada.direct(bob)})
    assert listener.event(ada.direct(bob), "typing")["data"]["by"] == bob.address


def test_a_read_mark_never_goes_back_nor_beyond_the_head(server, raw):
    ada, bob = server.person(), server.person()
    group = ada.group(bob)
    for text in ("one", "two", "three"):
        ada.say(group, text)
    socket = raw(bob)

    def mark():
        chat = next(chat for chat in socket.rpc("chats", {})["chats"] if chat["address"] == group)
        return chat.get("read", 0), chat["unread"]

    assert mark() == (0, 3)
    socket.rpc("ack", {"in": group, "read": 2})
    assert mark() == (2, 1)
    socket.rpc("ack", {"in": group, "read": 1})
    assert mark() == (2, 1)
    socket.rpc("ack", {"in": group, "read": 999})
    assert mark() in ((2, 1), (3, 0))


def test_members_see_each_other_join_and_leave(server, raw):
    ada, bob = server.person(), server.person()
    group = ada.group(bob)
    watcher = raw(ada)
    arriving = raw(bob)
    joined = watcher.push(group, "join", lambda join: join["info"]["user"] == bob.address)
    assert joined["info"]["client"] == arriving.connected["client"]
    assert watcher.ask(presence_stats={"channel": group})["presence_stats"]["num_clients"] == 2
    arriving.drop()
    left = watcher.push(group, "leave")
    assert left["info"]["client"] == arriving.connected["client"]
    present = watcher.ask(presence={"channel": group})["presence"]["presence"]
    assert [info["user"] for info in present.values()] == [ada.address]


# Recovery.


@pytest.fixture
def talk(server):
    """A group and a public channel with ten messages each."""
    ada, bob = server.person(), server.person()
    group, channel = ada.group(bob), ada.channel()
    for number in range(1, 11):
        ada.say(group, f"line {number}")
        ada.say(channel, f"line {number}")
    return ada, bob, group, channel


@pytest.mark.parametrize("since", [0, 1, 9, 10])
def test_connect_brings_back_everything_missed(talk, raw, since):
    ada, bob, group, _ = talk
    epoch = raw(bob).connected["subs"][group]["epoch"]
    socket = raw(bob, subs={group: {"recover": True, "epoch": epoch, "offset": since}})
    sub = socket.connected["subs"][group]
    assert sub["recovered"] is True
    assert sub["was_recovering"] is True
    assert offsets(sub.get("publications", [])) == list(range(since + 1, 11))
    ada.say(group, "line 11")
    assert socket.publication(group)["offset"] == 11


@pytest.mark.parametrize("since", [0, 1, 9, 10])
def test_subscribe_brings_back_everything_missed(talk, raw, since):
    ada, bob, _, channel = talk
    socket = raw(bob)
    epoch = socket.position(channel)["history"]["epoch"]
    sub = socket.ask(subscribe={"channel": channel, "recover": True, "epoch": epoch, "offset": since})["subscribe"]
    assert sub["recovered"] is True
    assert offsets(sub.get("publications", [])) == list(range(since + 1, 11))
    ada.say(channel, "line 11")
    assert socket.publication(channel)["offset"] == 11


@pytest.mark.parametrize("epoch,since", [("another", 5), (None, 11), (None, 10_000)], ids=str)
def test_recovery_from_a_position_that_never_was_is_refused_with_the_present_one(talk, raw, epoch, since):
    _, bob, group, channel = talk
    present = raw(bob).connected["subs"][group]
    socket = raw(bob, subs={group: {"recover": True, "epoch": epoch or present["epoch"], "offset": since}})
    sub = socket.connected["subs"][group]
    assert sub.get("recovered", False) is False
    assert sub.get("publications", []) == []
    assert (sub["epoch"], sub["offset"]) == (present["epoch"], 10)
    there = socket.position(channel)["history"]
    sub = socket.ask(subscribe={
        "channel": channel, "recover": True, "epoch": epoch or there["epoch"], "offset": since,
    })["subscribe"]
    assert sub.get("recovered", False) is False
    assert (sub["epoch"], sub["offset"]) == (there["epoch"], 10)


def test_a_first_subscribe_without_recover_brings_the_position_only(talk, raw):
    _, bob, _, channel = talk
    sub = raw(bob).ask(subscribe={"channel": channel})["subscribe"]
    assert sub.get("publications", []) == []
    assert sub["offset"] == 10
    assert sub["epoch"]


def test_a_stranger_naming_a_group_in_connect_gets_nothing_of_it(talk, server, raw):
    _, bob, group, _ = talk
    epoch = raw(bob).connected["subs"][group]["epoch"]
    eve = server.person()
    socket = raw(eve, subs={group: {"recover": True, "epoch": epoch, "offset": 0}})
    assert group not in socket.connected["subs"]


def test_recovery_has_neither_hole_nor_repeat_while_others_publish(talk, server, raw):
    ada, bob, group, _ = talk
    position = raw(bob).connected["subs"][group]
    writer = raw(ada)
    count = 150
    writer.send(*({"id": 100 + n, "publish": {"channel": group, "data": {"n": n}}} for n in range(count // 2)))
    socket = RawSocket(server)
    socket.send({"id": 1, "connect": {
        "token": bob.token, "subs": {group: {"recover": True, "epoch": position["epoch"], "offset": 10}},
    }})
    writer.send(*({"id": 300 + n, "publish": {"channel": group, "data": {"n": n}}} for n in range(count // 2)))
    sub = socket.reply(1)["connect"]["subs"][group]
    found = offsets(sub.get("publications", []))
    while len(found) < count:
        found.append(socket.publication(group)["offset"])
    assert found == list(range(11, 11 + count))
    socket.drop()


@pytest.mark.parametrize("query,expected", [
    ({"limit": 3}, [1, 2, 3]),
    ({"limit": 100}, list(range(1, 11))),
    ({"limit": 3, "since": 4}, [5, 6, 7]),
    ({"limit": 3, "since": 10}, []),
    ({"limit": 3, "reverse": True}, [10, 9, 8]),
    ({"limit": 3, "reverse": True, "since": 4}, [3, 2, 1]),
    ({"limit": 0}, []),
], ids=str)
def test_history_reads_forward_and_back(talk, raw, query, expected):
    _, bob, group, channel = talk
    socket = raw(bob)
    for address in (group, channel):
        epoch = socket.position(address)["history"]["epoch"]
        sent = dict(query)
        if "since" in sent:
            sent["since"] = {"offset": sent["since"], "epoch": epoch}
        page = socket.ask(history={"channel": address, **sent})["history"]
        assert offsets(page.get("publications", [])) == expected
        assert (page["offset"], page["epoch"]) == (10, epoch)


def test_history_of_another_epoch_is_112(talk, raw):
    _, bob, group, _ = talk
    reply = raw(bob).ask(history={"channel": group, "limit": 3, "since": {"offset": 1, "epoch": "another"}})
    assert reply["error"]["code"] == 112


def test_a_publication_in_history_is_the_one_that_was_pushed(talk, raw):
    ada, bob, group, _ = talk
    socket = raw(bob)
    raw(ada).ask(publish={"channel": group, "data": {"text": "both ways"}})
    pushed = socket.publication(group)
    stored = socket.ask(history={"channel": group, "limit": 1, "reverse": True})["history"]["publications"][0]
    for field in ("offset", "data", "tags", "time"):
        assert stored[field] == pushed[field]
    assert stored["info"]["user"] == pushed["info"]["user"]


def test_a_slow_reader_is_cut_or_fed_but_loses_nothing_others_have(server, raw):
    ada, bob = server.person(), server.person()
    group = ada.group(bob)
    sleeping, writer = raw(bob), raw(ada)
    position = sleeping.connected["subs"][group]
    body = {"text": "x" * 32_000}
    for number in range(150):
        assert writer.ask(publish={"channel": group, "data": body})["publish"]["offset"] == number + 1
    again = raw(bob, subs={group: {"recover": True, "epoch": position["epoch"], "offset": 100}})
    assert offsets(again.connected["subs"][group]["publications"]) == list(range(101, 151))


def test_recovery_beyond_its_limit_is_refused_whole_and_history_has_it_all(server, raw):
    ada, bob = server.person(), server.person()
    group = ada.group(bob)
    writer = raw(ada)
    epoch = writer.connected["subs"][group]["epoch"]
    for number in range(150):
        body = {"text": "x" * 32_000}
        assert writer.ask(publish={"channel": group, "data": body})["publish"]["offset"] == number + 1
    socket = raw(bob, subs={group: {"recover": True, "epoch": epoch, "offset": 0}})
    sub = socket.connected["subs"][group]
    assert sub.get("recovered", False) is False
    assert (sub.get("publications", []), sub["offset"], sub["epoch"]) == ([], 150, epoch)
    found = 0
    while found < 150:
        since = {"offset": found, "epoch": epoch}
        page = socket.ask(history={"channel": group, "limit": 40, "since": since})["history"]
        assert offsets(page["publications"]) == list(range(found + 1, found + len(page["publications"]) + 1))
        found += len(page["publications"])


def test_a_long_absence_in_small_messages_is_recovered(own_server):
    server = own_server(SWITCHBOARD_PUBLISH_RATE=0).start()
    ada, bob = server.person(), server.person()
    group = ada.group(bob)
    writer = RawSocket(server, ada.token)
    epoch = writer.connected["subs"][group]["epoch"]
    count = 3000
    for start in range(0, count, 100):
        writer.send(*(
            {"id": start + n + 10, "publish": {"channel": group, "data": {"n": start + n}}} for n in range(100)
        ))
        assert writer.reply(start + 109)["publish"]["offset"] == start + 100
    socket = RawSocket(server, bob.token, subs={group: {"recover": True, "epoch": epoch, "offset": 0}})
    sub = socket.connected["subs"][group]
    assert sub["recovered"] is True
    assert [publication["data"]["n"] for publication in sub["publications"]] == list(range(count))
    writer.drop()
    socket.drop()


def test_tags_of_a_message_travel_with_it_everywhere(server, raw):
    ada, bob = server.person(), server.person()
    group = ada.group(bob)
    socket = raw(bob)
    raw(ada).rpc("publish", {"to": group, "body": {"text": "x"}, "tags": {"mood": "good"}})
    raw(ada).rpc("publish", {"to": group, "body": {"text": "y"}, "replyTo": 1})
    assert socket.publication(group)["tags"] == {"mood": "good", "id": f"{group}/1"}
    assert socket.publication(group)["tags"] == {"replyTo": "1", "id": f"{group}/2"}
    first, second = bob.history(group)["messages"]
    assert first["tags"] == {"mood": "good"}
    assert (second["replyTo"], second.get("tags", {})) == (1, {})


def test_a_publish_by_websocket_is_read_by_http_as_its_senders(server, raw):
    ada = server.person()
    group = ada.group()
    raw(ada).ask(publish={"channel": group, "data": {"text": "x", "deep": [1, {"a": None}]}})
    message = ada.history(group)["messages"][0]
    assert message["from"] == ada.address
    assert message["body"] == {"text": "x", "deep": [1, {"a": None}]}
    assert message["id"] == f"{group}/1"
