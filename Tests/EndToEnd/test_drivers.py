"""Driver communications: the five calls of the app, and what the organisation's software says."""

import pytest

from drivers import Driver, configure, counts, eventually, explain, send
from switchboard import problem


# Polling.

def test_a_poll_names_the_chats_with_news_and_then_nothing_new(server):
    driver = Driver(server)
    assert driver.poll()["chats"] == []
    send(server, driver)
    send(server, driver, "again")
    first = driver.poll()
    assert first["chats"] == [{"id": "news", "unread": 2}]
    assert driver.poll(first["etag"]) is None
    assert driver.poll(headers={"If-None-Match": f'"{first["etag"]}"'}) is None
    send(server, driver, "third")
    assert driver.poll(first["etag"])["chats"] == [{"id": "news", "unread": 3}]


def test_what_is_read_elsewhere_is_news_too(server):
    driver = Driver(server)
    send(server, driver)
    etag = driver.poll()["etag"]
    message = driver.chats()["chats"][0]["messages"][0]
    driver.status([(message["id"], "read")])
    assert driver.poll(etag)["chats"] == [{"id": "news", "unread": 0}]
    assert driver.poll()["chats"] == []


@pytest.mark.parametrize("etag", ["nonsense", "1.2.3", "1.2.3.4.5", "g.1.1.1", "-1.1.1.1", "", "1.1.1." + "f" * 17])
def test_a_forged_etag_is_refused_and_in_the_header_ignored(server, etag):
    driver = Driver(server)
    problem(driver.api.call("POST", "/driver/v1/chats/polling", {"etag": etag}), "bad_request")
    assert driver.poll(headers={"If-None-Match": etag})["chats"] == []


def test_an_etag_from_elsewhere_brings_everything(server):
    driver, other = Driver(server), Driver(server)
    send(server, driver, "mine")
    for _ in range(3):
        send(server, other)
    etag = other.poll()["etag"]
    assert driver.poll(etag)["chats"] == [{"id": "news", "unread": 1}]
    assert driver.texts(etag=etag) == ["mine"]


# Messages.

def test_a_message_is_shown_as_the_contract_says(server):
    driver = Driver(server)
    item = send(server, driver, "Ünïcode 🚀", tags=["news", "city"], payload={"deep": {"link": "a/b"}})
    chat = driver.chats()["chats"]
    assert [each["id"] for each in chat] == ["news"]
    assert {name: chat[0][name] for name in ("title", "kind", "unread", "hasMore")} == {
        "title": "News", "kind": "news", "unread": 1, "hasMore": False,
    }
    message = chat[0]["messages"][0]
    assert message.pop("at") > 1_700_000_000_000
    assert message == {
        "id": f"{driver.address}/1", "chat": "news", "type": "news", "text": "Ünïcode 🚀",
        "payload": {"deep": {"link": "a/b"}}, "read": False, "delivered": False, "tags": ["news", "city"],
        "item": item["id"],
    }


def test_with_an_etag_only_newer_messages_come(server):
    driver = Driver(server)
    send(server, driver, "old")
    known = driver.chats()
    assert driver.texts(etag=known["etag"]) == []
    send(server, driver, "new")
    later = driver.chats(etag=known["etag"])
    assert [each["text"] for each in later["chats"][0]["messages"]] == ["new"]
    assert later["etag"] != known["etag"]


def test_plain_messages_of_the_organisation_are_part_of_the_chats(server):
    driver = Driver(server)
    server.operator.post("/messages", {"to": driver.address, "body": {"text": "plain"}}, expecting=201)
    assert driver.poll()["chats"] == [{"id": "news", "unread": 1}]
    message = driver.chats()["chats"][0]["messages"][0]
    assert (message["text"], message["type"], message["tags"]) == ("plain", "text", [])


def test_pages_are_stable_while_new_messages_arrive(server):
    driver = Driver(server)
    for number in range(25):
        send(server, driver, str(number))
    page = driver.page(limit=10)
    assert [each["text"] for each in page["messages"]] == [str(number) for number in range(15, 25)]
    send(server, driver, "late")
    page = driver.page(limit=10, before=page["next"])
    assert [each["text"] for each in page["messages"]] == [str(number) for number in range(5, 15)]
    page = driver.page(limit=10, before=page["next"])
    assert [each["text"] for each in page["messages"]] == [str(number) for number in range(5)]
    assert page["next"] is None
    assert driver.chats(limit=3)["chats"][0]["hasMore"] is True


@pytest.mark.parametrize("fields", [
    {"before": "nonsense"}, {"before": "0"}, {"before": 7}, {"limit": 0}, {"limit": 101}, {"limit": "ten"},
    {"surprise": 1}, {"before": "-1"},
])
def test_a_bad_page_is_refused(server, fields):
    Driver(server).page(expecting=400, **fields)


@pytest.mark.parametrize("path", ["messages/list", "reply", "messages/status"])
def test_a_foreign_chat_and_none_at_all_are_not_told_apart(server, path):
    driver = Driver(server)
    body = {"reply": {"key": "k", "text": "x"}, "messages/status": {"statuses": []}}.get(path, {})
    for chat in ("nowhere", "news%2Fx", "НЕТ"):
        answer = driver.api.call("POST", f"/driver/v1/chats/{chat}/{path}", body)
        problem(answer, "forbidden")


# Statuses.

def test_a_status_never_goes_back(server):
    driver = Driver(server)
    item = send(server, driver)
    message = driver.chats()["chats"][0]["messages"][0]["id"]
    assert driver.status([(message, "read")]) == {"accepted": 1}
    assert driver.status([(message, "delivered")]) == {"accepted": 1}
    shown = driver.chats()["chats"][0]["messages"][0]
    assert shown["read"] and shown["delivered"]
    assert counts(server, item)["delivered"] == 1 and counts(server, item)["read"] == 1


def test_marks_are_of_single_messages(server):
    driver = Driver(server)
    for number in range(4):
        send(server, driver, str(number))
    ids = [each["id"] for each in driver.chats()["chats"][0]["messages"]]
    driver.status([(ids[1], "read"), (ids[3], "delivered")])
    shown = driver.chats()["chats"][0]
    assert [each["read"] for each in shown["messages"]] == [False, True, False, False]
    assert [each["delivered"] for each in shown["messages"]] == [False, True, False, True]
    assert shown["unread"] == 3


def test_statuses_that_cannot_be_change_nothing(server):
    driver, other = Driver(server), Driver(server)
    send(server, driver)
    good = f"{driver.address}/1"
    assert driver.status([(f"{driver.address}/2", "read")]) == {"accepted": 0}
    driver.status([(good, "read"), (f"{other.address}/1", "read")], expecting=403)
    driver.status([(good, "read"), ("nonsense", "read")], expecting=400)
    driver.status([(good, "read"), (good, "eaten")], expecting=400)
    driver.status([(good, "read")] * 1001, expecting=413)
    assert driver.poll()["chats"] == [{"id": "news", "unread": 1}]
    assert driver.status([(good, "read")] * 1000) == {"accepted": 1000}


# Replies.

def test_a_reply_is_taken_once(server):
    driver = Driver(server)
    first = driver.reply(key="k1", text="hello")
    assert driver.reply(key="k1", text="hello", expecting=200) == first
    driver.reply(key="k1", text="other", expecting=422)
    assert driver.texts() == ["hello"]
    shown = driver.chats()["chats"][0]["messages"][0]
    assert shown["own"] and shown["read"]
    assert driver.poll()["chats"] == []


def test_a_vote_is_shown_at_what_it_is_about_and_is_no_line_itself(server):
    driver = Driver(server)
    item = send(server, driver, "Which?", payload={"options": ["a", "b"]})
    question = driver.chats()["chats"][0]["messages"][0]
    assert (question["type"], question["options"]) == ("vote", ["a", "b"])
    driver.reply(key="v", replyTo=question["id"], vote="c", expecting=422)
    driver.reply(key="v1", replyTo=question["id"], vote="a")
    driver.reply(key="v2", replyTo=question["id"], vote="b")
    shown = driver.chats()["chats"][0]["messages"]
    assert [each.get("myAnswer") for each in shown] == ["b"]
    assert counts(server, item)["replied"] == 1


def test_a_reaction_can_be_taken_back(server):
    driver = Driver(server)
    send(server, driver)
    news = driver.chats()["chats"][0]["messages"][0]["id"]
    driver.reply(key="r1", replyTo=news, reaction="like")
    assert driver.chats()["chats"][0]["messages"][0]["myAnswer"] == "like"
    driver.reply(key="r2", replyTo=news, reaction=None)
    assert "myAnswer" not in driver.chats()["chats"][0]["messages"][0]
    driver.reply(key="r3", replyTo=news, reaction="shrug", expecting=400)


def test_an_answer_is_a_line_with_its_parent(server):
    driver = Driver(server)
    send(server, driver, "Well?")
    question = driver.chats()["chats"][0]["messages"][0]["id"]
    driver.reply(key="a", replyTo=question, answer="yes")
    first, second = driver.chats()["chats"][0]["messages"]
    assert first["myAnswer"] == "yes"
    assert (second["text"], second["parent"], second["own"]) == ("yes", question, True)


@pytest.mark.parametrize("fields, status", [
    ({"text": "no key"}, 400),
    ({"key": "k"}, 400),
    ({"key": "k", "text": "x", "vote": "y"}, 400),
    ({"key": "k", "text": ""}, 400),
    ({"key": "k", "text": 7}, 400),
    ({"key": "k", "vote": "a"}, 400),
    ({"key": "k", "reaction": "like"}, 400),
    ({"key": "k", "text": "x", "surprise": 1}, 400),
    ({"key": "x" * 256, "text": "x"}, 400),
    ({"key": "k", "text": "x", "replyTo": "nonsense"}, 400),
    ({"key": "k", "text": "x", "replyTo": "driver:somebody/1"}, 403),
])
def test_a_bad_reply_is_refused_and_leaves_nothing(server, fields, status):
    driver = Driver(server)
    driver.reply(expecting=status, **fields)
    driver.reply(key="gone", text="x", replyTo=f"{driver.address}/9", expecting=404)
    assert driver.texts() == []


def test_only_drivers_call_as_drivers(server):
    person = server.person()
    for api in (person.api, server.operator):
        problem(api.call("POST", "/driver/v1/chats/polling", {}), "forbidden")
    problem(server.api().call("POST", "/driver/v1/chats/polling", {}), "unauthenticated")


def test_a_driver_does_not_write_to_his_own_mailbox_by_other_ways(server):
    driver = Driver(server)
    send(server, driver)
    answer = driver.api.call("POST", "/messages", {"to": driver.address, "body": {"text": "x"}})
    problem(answer, "forbidden")


# Items.

def test_an_item_comes_once_however_often_it_is_sent(server):
    drivers = [Driver(server) for _ in range(3)]
    first = send(server, drivers, key="same")
    assert first["planned"] == 3
    assert send(server, drivers, key="same") == first
    send(server, drivers, "other", key="same", expecting=422)
    send(server, drivers[:2], key="same", expecting=422)
    assert [each.texts() for each in drivers] == [["hello"]] * 3


def test_items_go_by_predicate_over_attributes(server):
    chosen = [Driver(server, shift=f"s-{server.port}", rating=4.7), Driver(server, shift=f"s-{server.port}", rating=5)]
    other = Driver(server, shift=f"s-{server.port}", rating=4.2)
    predicate = {"allOf": [{"eq": ["shift", f"s-{server.port}"]}, {"gte": ["rating", 4.5]}]}
    assert send(server, {"predicate": predicate}, "chosen")["planned"] == 2
    assert [each.texts() for each in chosen] == [["chosen"]] * 2
    assert other.texts() == []


def test_items_go_to_the_drivers_of_a_channel(server):
    person, driver, other = server.person(), Driver(server), Driver(server)
    channel = person.channel()
    for api in (driver.api, server.person().api):
        api.post(f"/channels/{channel.split(':')[1]}/subscribers")
    assert send(server, {"channel": channel.split(":")[1]}, "to all there")["planned"] == 1
    assert (driver.texts(), other.texts()) == (["to all there"], [])


def test_many_recipients_are_reached_in_their_own_time(server):
    drivers = [Driver(server) for _ in range(3)]
    ids = [each.id for each in drivers] + [f"many-{server.port}-{number}" for number in range(1500)]
    item = send(server, {"drivers": ids}, "to many")
    assert item["planned"] == len(ids)
    eventually(lambda: counts(server, item)["accepted"] == len(ids), within=30)
    assert [each.texts() for each in drivers] == [["to many"]] * 3


def test_taking_an_item_back_leaves_it_with_those_who_have_seen_it(server):
    seen, unseen = Driver(server), Driver(server)
    item = send(server, [seen, unseen], "oops")
    seen.status([(f"{seen.address}/1", "delivered")])
    server.operator.delete(f"/v1/feeds/items/{item['id']}")
    assert (seen.texts(), unseen.texts()) == (["oops"], [])
    assert unseen.poll()["chats"] == []
    found = counts(server, item)
    assert (found["delivered"], found["cancelled"]) == (1, 1)
    server.operator.delete(f"/v1/feeds/items/{item['id']}")
    server.operator.delete("/v1/feeds/items/nowhere", expecting=404)
    server.operator.get("/v1/feeds/items/nowhere", expecting=404)


def test_a_fetch_brings_items_by_tag_in_order(server):
    driver = Driver(server)
    for number, tags in enumerate([["a"], ["b"], ["a", "b"], ["c"]]):
        send(server, driver, str(number), tags=tags)

    def fetch(**fields):
        return server.operator.post("/v1/feeds/fetch", {"driver": driver.id, **fields}, expecting=200)

    both = fetch(tags=["a", "b"])
    assert [each["text"] for each in both["items"]] == ["0", "1", "2"]
    assert [each["text"] for each in fetch(tags=["c"])["items"]] == ["3"]
    assert fetch(tags=["a"], etag=both["etag"])["items"] == []
    assert fetch(tags=["nothing"])["items"] == []


@pytest.mark.parametrize("fields, status", [
    ({"key": None}, 400), ({"tags": []}, 400), ({"tags": ["~chat"]}, 400), ({"tags": ["a", "a"]}, 400),
    ({"to": {}}, 400), ({"to": {"drivers": ["a"], "channel": "b"}}, 400), ({"to": {"drivers": ["a b"]}}, 400),
    ({"to": {"predicate": {"eq": ["city"]}}}, 400), ({"to": {"predicate": {"is": ["city", "x"]}}}, 400),
    ({"class": "urgent"}, 400), ({"class": None}, 400), ({"text": None}, 400), ({"surprise": 1}, 400),
    ({"startsAt": 2000, "expiresAt": 1000}, 400), ({"priority": 1000}, 400), ({"payload": "text"}, 400),
    ({"push": {"title": "t"}}, 400), ({"to": {"drivers": ["x"] * 10_001}}, 413),
])
def test_a_bad_item_is_refused(server, fields, status):
    body = {"key": "bad", "tags": ["news"], "to": {"drivers": ["1"]}, "text": "x", "class": "service", **fields}
    body = {name: value for name, value in body.items() if value is not None}
    server.operator.post("/v1/feeds/items", body, expecting=status)


def test_a_key_without_the_scope_may_not(server):
    key = server.operator.post("/v1/keys", {"name": "narrow", "scopes": ["publish"]}, expecting=201)["key"]
    for method, path in [("POST", "/v1/feeds/items"), ("GET", "/v1/explain"), ("PUT", "/v1/config/policies")]:
        problem(server.api(key).call(method, path, {} if method != "GET" else None), "forbidden")


# Decisions.

def test_each_decision_can_be_explained(server):
    driver = Driver(server, banned=True)
    item = send(server, driver)
    assert driver.texts() == []
    for query in ({"message": item["id"]}, {"subject": driver.address}):
        (decision,) = explain(server, **query)
        assert (decision["verdict"], decision["reason"]) == ("suppress", "banned")
        assert decision["subject"] == driver.address and decision["item"] == item["id"]
        assert [step for step in decision["steps"]]
    assert counts(server, item)["suppressed"] == 1
    sent = send(server, Driver(server))
    (decision,) = explain(server, message=sent["id"])
    assert decision["verdict"] == "send"
    assert explain(server, message=decision["message"]) == [decision]


def test_explain_pages_an_items_recipients(server):
    drivers = [Driver(server) for _ in range(7)]
    item = send(server, drivers)
    seen, after = [], None
    while True:
        query = {"message": item["id"], "limit": 3, **({"after": after} if after else {})}
        page = server.operator.get("/v1/explain", params=query)
        seen += [each["subject"] for each in page["decisions"]]
        after = page["next"]
        if after is None:
            break
    assert sorted(seen) == sorted(each.address for each in drivers)


@pytest.mark.parametrize("query, status", [
    ({}, 400), ({"message": "x", "subject": "driver:1"}, 400), ({"subject": "nonsense"}, 400),
    ({"subject": "user:1"}, 400), ({"message": "nowhere"}, 404), ({"message": "driver:nobody/1"}, 404),
    ({"subject": "driver:1", "since": "soon"}, 400), ({"message": "nowhere", "after": "x"}, 400),
])
def test_a_bad_question_is_refused(server, query, status):
    server.operator.get("/v1/explain", params=query, expecting=status)
