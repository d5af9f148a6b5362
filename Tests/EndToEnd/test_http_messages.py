"""HTTP: messages, chats, groups, channels."""

import concurrent.futures
import time
import urllib.parse

import pytest

from switchboard import ident, problem


def one(message_id):
    return "/messages/" + urllib.parse.quote(message_id, safe="")


# Messages.

def test_a_message_to_a_user_opens_the_direct_chat(server):
    ada, bob = server.person(), server.person()
    before = time.time() * 1000 - 2000
    answer = ada.api.post("/messages", {"to": bob.address, "body": {"text": "hi"}}, expecting=201)
    mailbox = ada.direct(bob)
    assert answer["id"] == f"{mailbox}/1"
    assert answer["mailbox"] == mailbox
    assert answer["seq"] == 1
    assert answer["duplicate"] is False
    assert before < answer["at"] < time.time() * 1000 + 2000
    assert bob.say(ada, "hello")["id"] == f"{mailbox}/2"
    assert bob.api.post(
        "/messages", {"to": mailbox, "body": {"text": "by address"}}, expecting=201
    )["seq"] == 3


def test_a_message_is_read_as_it_was_written(server):
    ada, bob = server.person(), server.person()
    first = ada.say(bob, "first")
    sent = ada.say(bob, "ünïcode 🚀\n\"quoted\" \\ \u2028", replyTo=first["seq"], tags={"k": "v"})
    message = bob.api.get(one(sent["id"]))
    assert message == {
        "id": sent["id"], "in": ada.direct(bob), "seq": 2, "from": ada.address, "at": sent["at"],
        "body": {"text": "ünïcode 🚀\n\"quoted\" \\ \u2028"}, "replyTo": 1, "tags": {"k": "v"},
    }
    assert "replyTo" not in bob.api.get(one(first["id"]))
    assert "tags" not in bob.api.get(one(first["id"]))


def test_a_message_that_is_not_there_is_404_and_a_strangers_is_403(server):
    ada, bob, eve = server.person(), server.person(), server.person()
    sent = ada.say(bob, "private")
    ada.api.get(one(f"{ada.direct(bob)}/99"), expecting=404)
    eve.api.get(one(sent["id"]), expecting=403)
    eve.api.get(one("group:nowhere/1"), expecting=403)
    eve.api.get(one("nonsense"), expecting=(400, 404))


@pytest.mark.parametrize("body", [
    {"body": {"text": "to nobody"}},
    {"to": "nonsense", "body": {"text": "x"}},
    {"to": "user:has space", "body": {"text": "x"}},
    {"to": "planet:mars", "body": {"text": "x"}},
    {"to": "user:" + "x" * 129, "body": {"text": "x"}},
    {"to": 7, "body": {"text": "x"}},
    {"to": "user:x"},
    {"to": "user:x", "body": {"text": "x"}, "tags": {"k": 1}},
    {"to": "user:x", "body": {"text": "x"}, "tags": ["k"]},
    {"to": "user:x", "body": {"text": "x"}, "replyTo": "twelve"},
    {"to": "user:x", "body": {"text": "x"}, "colour": "red"},
], ids=str)
def test_a_message_that_is_not_right_is_400(server, body):
    assert server.person().api.post("/messages", body, expecting=400)["code"] == "bad_request"


def test_a_message_to_nobody_reveals_nothing(server):
    eve = server.person()
    eve.api.post("/messages", {"to": "group:nowhere", "body": {"text": "x"}}, expecting=403)
    eve.api.post("/messages", {"to": "direct:a~b", "body": {"text": "x"}}, expecting=403)
    eve.api.post("/messages", {"to": "user:nobody-with-this-id", "body": {"text": "x"}}, expecting=(403, 404))


def test_a_body_over_64_kib_is_413_and_one_just_under_is_taken(server):
    ada, bob = server.person(), server.person()
    assert ada.say(bob, "x" * (64 * 1024 - 100))["seq"] == 1
    response = ada.api.call("POST", "/messages", {"to": bob.address, "body": {"text": "x" * (64 * 1024 + 1)}})
    assert response.status_code == 413, response.text
    problem(response, "too_large")
    response = ada.api.call("POST", "/messages", {"to": bob.address, "body": {"text": "x" * (8 << 20)}})
    assert response.status_code == 413


def test_too_many_publishes_are_429_and_told_when_to_come_back(server):
    ada, bob = server.person(), server.person()

    def publish(number):
        return ada.api.call("POST", "/messages", {"to": bob.address, "body": {"text": str(number)}})

    with concurrent.futures.ThreadPoolExecutor(24) as pool:
        responses = list(pool.map(publish, range(900)))
    statuses = {response.status_code for response in responses}
    assert statuses == {201, 429}
    refused = next(response for response in responses if response.status_code == 429)
    problem(refused, "rate_limited")
    assert int(refused.headers["retry-after"]) >= 1
    accepted = sorted(response.json()["seq"] for response in responses if response.status_code == 201)
    assert len(accepted) >= 200
    assert accepted == list(range(1, len(accepted) + 1))
    assert bob.say(ada, "others are not held back")["seq"] == len(accepted) + 1


def test_the_publish_rate_can_be_configured_and_turned_off(own_server):
    server = own_server(SWITCHBOARD_PUBLISH_RATE=0).start()
    ada, bob = server.person(), server.person()
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        seqs = pool.map(lambda number: ada.say(bob, str(number))["seq"], range(600))
    assert sorted(seqs) == list(range(1, 601))


# Idempotency.

@pytest.mark.parametrize("where", ["field", "header"])
def test_the_same_key_and_content_is_answered_with_the_first_result(server, where):
    ada, bob = server.person(), server.person()
    body = {"to": bob.address, "body": {"text": "once"}}
    if where == "field":
        body["key"] = "k1"
    key = "k1" if where == "header" else None
    first = ada.api.post("/messages", body, key=key, expecting=201)
    again = ada.api.post("/messages", body, key=key, expecting=200)
    assert first["duplicate"] is False
    assert again == {**first, "duplicate": True}
    assert ada.history(ada.direct(bob))["head"] == 1


def test_the_same_key_with_other_content_or_another_recipient_is_422(server):
    ada, bob, eve = server.person(), server.person(), server.person()
    ada.say(bob, "once", key="k1")
    other_text = {"to": bob.address, "body": {"text": "other"}, "key": "k1"}
    other_recipient = {"to": eve.address, "body": {"text": "once"}, "key": "k1"}
    other_tags = {"to": bob.address, "body": {"text": "once"}, "key": "k1", "tags": {"k": "v"}}
    for body in (other_text, other_recipient, other_tags):
        ada.api.post("/messages", body, expecting=422)
    assert ada.history(ada.direct(bob))["head"] == 1
    assert all(chat["address"] != ada.direct(eve) for chat in ada.api.get("/chats")["chats"])


def test_keys_belong_to_the_sender(server):
    ada, bob = server.person(), server.person()
    assert ada.say(bob, "same", key="k1")["seq"] == 1
    assert bob.say(ada, "same", key="k1") | {"at": 0} == {
        "id": f"{ada.direct(bob)}/2", "mailbox": ada.direct(bob), "seq": 2, "at": 0, "duplicate": False,
    }


def test_one_key_from_many_calls_at_once_makes_one_message(server):
    ada, bob = server.person(), server.person()
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: ada.say(bob, "once", key="race"), range(32)))
    assert {answer["seq"] for answer in answers} == {1}
    assert sum(not answer["duplicate"] for answer in answers) == 1


@pytest.mark.parametrize("path,body", [
    ("/groups", {"title": "G", "members": []}), ("/channels", {"title": "C", "public": True}),
])
def test_groups_and_channels_are_made_once_under_one_key(server, path, body):
    ada = server.person()
    first = ada.api.post(path, body, key="make", expecting=201)
    again = ada.api.post(path, body, key="make", expecting=(200, 201))
    assert again["id"] == first["id"]
    ada.api.post(path, {**body, "title": "Another"}, key="make", expecting=422)


# History over HTTP.

@pytest.fixture(scope="module")
def conversation(server):
    ada, bob = server.person(), server.person()
    group = ada.group(bob)
    for number in range(1, 26):
        (ada if number % 2 else bob).say(group, f"line {number}")
    return ada, bob, group


def seqs(page):
    return [message["seq"] for message in page["messages"]]


@pytest.mark.parametrize("params,expected", [
    ({}, list(range(1, 26))),
    ({"limit": 5}, [21, 22, 23, 24, 25]),
    ({"before": 21, "limit": 5}, [16, 17, 18, 19, 20]),
    ({"before": 4, "limit": 5}, [1, 2, 3]),
    ({"before": 1, "limit": 5}, []),
    ({"after": 0, "limit": 5}, [1, 2, 3, 4, 5]),
    ({"after": 23, "limit": 5}, [24, 25]),
    ({"after": 25, "limit": 5}, []),
], ids=str)
def test_pages_are_oldest_first_and_say_where_they_end(conversation, params, expected):
    ada, _, group = conversation
    page = ada.history(group, **params)
    assert seqs(page) == expected
    assert page["head"] == 25
    assert page["epoch"]


@pytest.mark.parametrize("direction", ["before", "after"])
def test_next_goes_back_unchanged_until_null(conversation, direction):
    ada, _, group = conversation
    found, params = [], {"limit": 7, **({"after": 0} if direction == "after" else {})}
    for _ in range(10):
        page = ada.history(group, **params)
        found = seqs(page) + found if direction == "before" else found + seqs(page)
        if page["next"] is None:
            break
        params[direction] = page["next"]
    assert found == list(range(1, 26))
    assert page["next"] is None


@pytest.mark.parametrize("params", [
    {"before": "x"}, {"after": "-1"}, {"limit": "0"}, {"limit": "x"}, {"before": 5, "after": 5}, {"colour": "red"},
], ids=str)
def test_history_that_cannot_be_is_400(conversation, params):
    ada, _, group = conversation
    ada.api.get("/messages", params={"mailbox": group, **params}, expecting=400)


def test_history_without_or_with_a_wrong_mailbox_is_400(server):
    ada = server.person()
    ada.api.get("/messages", expecting=400)
    ada.api.get("/messages", params={"mailbox": "nonsense"}, expecting=400)


def test_the_groups_own_route_gives_the_same(conversation):
    ada, _, group = conversation
    assert ada.api.get(f"/groups/{ident(group)}/messages", params={"limit": 3}) == ada.history(group, limit=3)


def test_history_is_for_members_only_also_where_nothing_exists(conversation, server):
    _, _, group = conversation
    eve = server.person().api
    there = eve.get("/messages", params={"mailbox": group}, expecting=403)
    nowhere = eve.get("/messages", params={"mailbox": "group:nowhere"}, expecting=403)
    assert there["code"] == nowhere["code"] == "forbidden"
    assert there["title"] == nowhere["title"]
    eve.get(f"/groups/{ident(group)}/messages", expecting=403)
    eve.get("/messages", params={"mailbox": "direct:a~b"}, expecting=403)


# Chats.

def test_chats_are_newest_first_with_unread_counts_and_the_last_message(server):
    ada, bob, eve = server.person("Ada"), server.person("Bob"), server.person("Eve")
    bob.say(ada, "one")
    bob.say(ada, "two")
    group = eve.group(ada, title="Hikers")
    eve.say(group, "three")
    chats = ada.api.get("/chats")["chats"]
    chats = [chat for chat in chats if chat["address"] in (group, ada.direct(bob))]
    assert [chat["address"] for chat in chats] == [group, ada.direct(bob)]
    hikers, direct = chats
    assert hikers["title"] == "Hikers"
    assert (hikers["head"], hikers.get("read", 0), hikers["unread"]) == (1, 0, 1)
    assert hikers["last"]["body"] == {"text": "three"}
    assert (direct["head"], direct.get("read", 0), direct["unread"]) == (2, 0, 2)
    assert direct["last"]["from"] == bob.address
    assert direct["title"]
    bob.say(ada, "four")
    assert ada.api.get("/chats")["chats"][0]["address"] == ada.direct(bob)


def test_ones_own_messages_are_never_unread(server):
    ada, bob = server.person(), server.person()

    def unread(person):
        chats = {chat["address"]: chat["unread"] for chat in person.api.get("/chats")["chats"]}
        return chats[ada.direct(bob)]

    ada.say(bob, "one")
    ada.say(bob, "two")
    assert (unread(ada), unread(bob)) == (0, 2)
    bob.say(ada, "three")
    assert (unread(ada), unread(bob)) == (1, 2)


def test_chats_are_paged_by_before(server):
    ada = server.person()
    expected = []
    for number in range(5):
        expected.insert(0, ada.group(title=f"G{number}"))
        ada.say(expected[0], "x")
    found, before = [], None
    for _ in range(6):
        page = ada.api.get("/chats", params={"limit": 2, **({"before": before} if before else {})})
        found += [chat["address"] for chat in page["chats"] if chat["address"].startswith("group:")]
        before = page["next"]
        if before is None:
            break
    assert before is None
    assert found == expected


# Groups.

def test_the_maker_of_a_group_is_its_owner_and_member(server):
    ada, bob = server.person(), server.person()
    made = ada.api.post("/groups", {"title": "Team", "members": [bob.id]}, expecting=201)
    assert made["title"] == "Team"
    assert made["owner"] == ada.id
    assert made["address"] == f"group:{made['id']}"
    for person in (ada, bob):
        answer = person.api.post(f"/groups/{made['id']}/message", {"body": {"text": "hello"}}, expecting=201)
        assert answer["mailbox"] == made["address"]
    assert [message["from"] for message in ada.history(made["address"])["messages"]] == [ada.address, bob.address]


def test_strangers_neither_read_nor_write_nor_change_a_group(server):
    ada, eve = server.person(), server.person()
    group = ident(ada.group())
    for where in (group, "no-such-group"):
        eve.api.post(f"/groups/{where}/message", {"body": {"text": "x"}}, expecting=403)
        eve.api.get(f"/groups/{where}/messages", expecting=403)
        eve.api.post(f"/groups/{where}/members", {"members": [eve.id]}, expecting=403)
        eve.api.delete(f"/groups/{where}/members/{ada.id}", expecting=403)
    eve.api.post("/messages", {"to": f"group:{group}", "body": {"text": "x"}}, expecting=403)


def test_the_owner_adds_and_removes_and_a_member_only_leaves(server):
    ada, bob, eve = server.person(), server.person(), server.person()
    group = ada.group(bob)
    members = f"/groups/{ident(group)}/members"
    bob.api.post(members, {"members": [eve.id]}, expecting=403)
    bob.api.delete(f"{members}/{ada.id}", expecting=403)
    ada.api.post(members, {"members": [eve.id]}, expecting=204)
    eve.say(group, "I am in")
    bob.api.delete(f"{members}/{bob.id}", expecting=204)
    bob.api.get("/messages", params={"mailbox": group}, expecting=403)
    ada.api.delete(f"{members}/{eve.id}", expecting=204)
    eve.api.post("/messages", {"to": group, "body": {"text": "still here?"}}, expecting=403)


def test_a_group_holds_a_hundred_its_owner_included(server):
    ada = server.person()
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        def register(number):
            body = {"username": f"crowd-{ada.id[:24]}-{number}", "password": "a long password 1"}
            return server.api().post("/register", body, expecting=201)["user"]["id"]

        crowd = list(pool.map(register, range(100)))
    body = ada.api.post("/groups", {"title": "Too many", "members": crowd}, expecting=409)
    assert body["code"]
    made = ada.api.post("/groups", {"title": "Full", "members": crowd[:99]}, expecting=201)
    ada.api.post(f"/groups/{made['id']}/members", {"members": crowd[99:]}, expecting=409)
    ada.api.delete(f"/groups/{made['id']}/members/{crowd[0]}", expecting=204)
    ada.api.post(f"/groups/{made['id']}/members", {"members": crowd[99:]}, expecting=204)


@pytest.mark.parametrize("body", [
    {"members": []}, {"title": "", "members": []}, {"title": "T", "members": "bob"}, {"title": 7, "members": []},
    {"title": "T", "members": [], "colour": "red"}, {"title": "T", "members": [7]},
], ids=str)
def test_a_group_that_cannot_be_is_400(server, body):
    server.person().api.post("/groups", body, expecting=400)


def test_a_group_with_unknown_members_is_refused(server):
    server.person().api.post("/groups", {"title": "T", "members": ["nobody-with-this-id"]}, expecting=(400, 404))


# Channels.

def test_a_channel_is_written_by_its_owner_and_read_by_subscribers(server):
    ada, bob = server.person(), server.person()
    made = ada.api.post("/channels", {"title": "News", "public": True}, expecting=201)
    assert made["address"] == f"channel:{made['id']}"
    path = f"/channels/{made['id']}"
    assert ada.api.post(f"{path}/message", {"body": {"text": "first"}}, expecting=201)["seq"] == 1
    bob.api.get(f"{path}/messages", expecting=403)
    bob.api.post(f"{path}/subscribers")
    assert seqs(bob.api.get(f"{path}/messages")) == [1]
    assert made["address"] in [chat["address"] for chat in bob.api.get("/chats")["chats"]]
    bob.api.post(f"{path}/message", {"body": {"text": "mine"}}, expecting=403)
    bob.api.delete(f"{path}/subscribers/me", expecting=204)
    bob.api.get(f"{path}/messages", expecting=403)


def test_a_private_channel_cannot_be_joined_and_looks_like_none(server):
    ada, bob = server.person(), server.person()
    private = ident(ada.channel(public=False))
    for where in (private, "no-such-channel"):
        bob.api.post(f"/channels/{where}/subscribers", expecting=403)
        bob.api.get(f"/channels/{where}/messages", expecting=403)
        bob.api.post(f"/channels/{where}/message", {"body": {"text": "x"}}, expecting=403)


def test_joining_twice_is_joining_once(server):
    ada, bob = server.person(), server.person()
    channel = ada.channel()
    bob.join(channel)
    bob.join(channel)
    assert [chat["address"] for chat in bob.api.get("/chats")["chats"]].count(channel) == 1


@pytest.mark.parametrize("body", [
    {"public": True}, {"title": "", "public": True}, {"title": "T", "public": "yes"},
    {"title": "T", "public": True, "colour": "red"},
], ids=str)
def test_a_channel_that_cannot_be_is_400(server, body):
    server.person().api.post("/channels", body, expecting=400)
