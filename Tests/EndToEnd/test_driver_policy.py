"""The policy at the door, with a clock that the test sets; and documents of configuration that change while it runs."""

import json

import pytest

from drivers import DAY, Clock, Driver, configure, counts, eventually, explain, send, utc
from switchboard import problem

HOUR = 3_600_000


def verdicts(server, driver):
    return [(each["verdict"], each.get("reason")) for each in explain(server, subject=driver.address)]


# Caps.

def test_no_more_than_a_hundred_a_day_by_default(timed):
    driver = Driver(timed)
    for number in range(102):
        send(timed, driver, str(number))
    assert len(driver.page(limit=100)["messages"]) == 100
    assert verdicts(timed, driver)[-1] == ("suppress", "frequency_cap")
    timed.clock.set(timed.clock.at + DAY)
    eventually(lambda: send(timed, driver, "tomorrow") and "tomorrow" in driver.texts())


def test_a_cap_counts_what_was_accepted_and_names_itself(timed):
    configure(timed, "policies", {"caps": [
        {"id": "hourly", "scope": "all", "limit": 1, "window": {"rolling": HOUR}, "counts": "accepted", "onExceed": "drop"},
        {"id": "news", "scope": "tag:news", "limit": 5, "window": {"calendar": "day"}, "counts": "accepted",
         "onExceed": "drop"},
    ]})
    driver = Driver(timed)
    send(timed, driver, "first")
    send(timed, driver, "second")
    (_, refused) = explain(timed, subject=driver.address)
    assert (refused["verdict"], refused["reason"], refused["rule"]) == ("suppress", "frequency_cap", "hourly")
    assert (refused["numbers"]["count"], refused["numbers"]["limit"]) == (1, 1)
    send(timed, driver, "safety", **{"class": "critical"})
    assert driver.texts() == ["first", "safety"]


def test_a_cap_may_hold_until_the_window_frees(timed):
    configure(timed, "policies", {"caps": [{
        "id": "one", "scope": "all", "limit": 1, "window": {"rolling": HOUR}, "counts": "accepted",
        "onExceed": {"hold": {"untilMax": DAY}},
    }]})
    driver = Driver(timed)
    send(timed, driver, "now")
    held = send(timed, driver, "later")
    assert counts(timed, held)["held"] == 1 and driver.texts() == ["now"]
    timed.clock.set(timed.clock.at + HOUR + 120_000)
    eventually(lambda: driver.texts() == ["now", "later"])
    assert [each for each in verdicts(timed, driver)] == [
        ("send", None), ("hold", "frequency_cap"), ("send", None),
    ]


# Quiet hours.

QUIET = {"quietHours": [{"id": "night", "from": "22:00", "until": "08:00"}], "defaultZone": "Europe/Moscow"}


def test_quiet_hours_hold_until_the_local_morning(timed):
    configure(timed, "policies", QUIET)
    timed.clock.set(utc("2026-02-28T22:00:00"))
    driver = Driver(timed, timeZone="Europe/Moscow")
    item = eventually(lambda: send(timed, driver, "morning"))
    eventually(lambda: counts(timed, item)["held"] == 1)
    (decision,) = explain(timed, subject=driver.address)
    assert (decision["verdict"], decision["reason"]) == ("hold", "quiet_hours")
    assert decision["until"] == utc("2026-03-01T05:00:00")
    timed.clock.set(utc("2026-03-01T04:59:58"))
    assert driver.texts() == []
    timed.clock.set(utc("2026-03-01T05:02:00"))
    eventually(lambda: driver.texts() == ["morning"])


def test_held_and_then_opted_out(timed):
    configure(timed, "policies", QUIET)
    timed.clock.set(utc("2026-03-01T00:00:00"))
    driver = Driver(timed, timeZone="Europe/Moscow")
    item = eventually(lambda: send(timed, driver, "too late"))
    eventually(lambda: counts(timed, item)["held"] == 1)
    driver.become(timeZone="Europe/Moscow", optOut=True)
    timed.clock.set(utc("2026-03-01T06:00:00"))
    eventually(lambda: counts(timed, item)["suppressed"] == 1)
    assert verdicts(timed, driver)[-1] == ("suppress", "opted_out")
    assert driver.texts() == []


def test_held_and_then_expired(timed):
    configure(timed, "policies", QUIET)
    timed.clock.set(utc("2026-03-01T00:00:00"))
    driver = Driver(timed, timeZone="Europe/Moscow")
    item = eventually(lambda: send(timed, driver, "too late", expiresAt=utc("2026-03-01T04:00:00")))
    eventually(lambda: counts(timed, item)["held"] == 1)
    timed.clock.set(utc("2026-03-01T04:30:00"))
    eventually(lambda: counts(timed, item)["expired"] == 1)
    assert verdicts(timed, driver)[-1] == ("suppress", "expired_in_hold")
    timed.clock.set(utc("2026-03-01T06:00:00"))
    assert driver.texts() == []


def test_what_is_held_survives_a_kill_and_comes_once(timed):
    configure(timed, "policies", QUIET)
    timed.clock.set(utc("2026-03-01T00:00:00"))
    drivers = [Driver(timed, timeZone="Europe/Moscow") for _ in range(20)]
    item = eventually(lambda: send(timed, drivers, "morning"))
    eventually(lambda: counts(timed, item)["held"] == 20)
    timed.kill()
    timed.start()
    assert counts(timed, item)["held"] == 20
    timed.clock.set(utc("2026-03-01T06:00:00"))
    eventually(lambda: counts(timed, item)["accepted"] == 20, within=90)
    timed.kill()
    timed.start()
    for driver in drivers:
        assert driver.texts() == ["morning"]
    assert counts(timed, item)["accepted"] == 20


def test_a_clock_set_back_sends_nothing_twice(timed):
    driver = Driver(timed)
    send(timed, driver, key="once")
    timed.clock.set(timed.clock.at - HOUR)
    send(timed, driver, key="once")
    timed.clock.set(timed.clock.at + 2 * HOUR)
    send(timed, driver, key="once")
    assert driver.texts() == ["hello"]


# Content, snooze, expiry.

def test_the_same_content_is_told_once_within_the_window(timed):
    configure(timed, "policies", {"contentDedup": {"window": DAY}})
    driver = Driver(timed)
    send(timed, driver, "the same")
    send(timed, driver, "the same")
    send(timed, driver, "another")
    assert driver.texts() == ["the same", "another"]
    assert ("suppress", "duplicate_content") in verdicts(timed, driver)


def test_a_snoozed_tag_waits(timed):
    driver = Driver(timed)
    until = timed.clock.at + HOUR
    timed.operator.post(f"/v1/drivers/{driver.id}/snooze", {"tags": ["news"], "until": until}, expecting=204)
    send(timed, driver, "later")
    send(timed, driver, "other", tags=["safety"])
    assert driver.texts() == ["other"]
    timed.clock.set(until + 120_000)
    eventually(lambda: driver.texts() == ["other", "later"])


@pytest.mark.parametrize("body", [
    {}, {"until": 1}, {"tags": [], "until": 1}, {"tags": ["a"]}, {"tags": ["a"], "item": "b", "until": 1},
    {"tags": ["~x"], "until": 1}, {"tags": ["a"], "until": "soon"}, {"tags": ["a"], "until": 1, "surprise": 1},
])
def test_a_bad_snooze_is_refused(server, body):
    server.operator.post("/v1/drivers/1/snooze", body, expecting=400)


def test_what_was_never_seen_goes_when_its_time_is_over(timed):
    seen, unseen = Driver(timed), Driver(timed)
    item = send(timed, [seen, unseen], "today only", expiresAt=timed.clock.at + HOUR)
    seen.status([(f"{seen.address}/1", "read")])
    timed.clock.set(timed.clock.at + 2 * HOUR)
    eventually(lambda: counts(timed, item)["expired"] == 1)
    assert (seen.texts(), unseen.texts()) == (["today only"], [])
    assert unseen.poll()["chats"] == []


def test_an_item_that_starts_later_waits_for_it(timed):
    driver = Driver(timed)
    item = send(timed, driver, "tomorrow", startsAt=timed.clock.at + HOUR)
    assert driver.texts() == []
    assert explain(timed, message=item["id"])[0]["reason"] == "campaign_not_started"
    timed.clock.set(timed.clock.at + HOUR + 120_000)
    eventually(lambda: driver.texts() == ["tomorrow"])


def test_a_holdout_is_told_nothing_that_can_wait(timed):
    configure(timed, "policies", {"holdout": {"percent": 100, "salt": "h"}})
    driver = Driver(timed)
    send(timed, driver, "offer", **{"class": "marketing"})
    send(timed, driver, "code", **{"class": "critical"})
    assert driver.texts() == ["code"]
    assert verdicts(timed, driver)[0] == ("suppress", "holdout")


# Documents of configuration.

def test_chats_follow_their_documents_at_once(own_server):
    server = own_server().start()
    driver, chosen = Driver(server), Driver(server, experiments=["diagnostics"])
    for each in (driver, chosen):
        send(server, each, "engine", tags=["diagnostics"])
    etag = chosen.poll()["etag"]
    configure(server, "chat-tags", {"diagnostics": {"defaultChatId": "news", "chatIds": ["diagnostics"]}})
    configure(server, "chat-meta", {
        "news": {"title": "Новости"}, "diagnostics": {"title": "Diagnostics", "icon": "d.png", "kind": "command",
                                                      "public": {"colour": "red"}},
    })
    configure(server, "available-chats", {"chats": [
        {"id": "diagnostics", "predicate": {"contains": ["experiments", "diagnostics"]}},
        {"id": "news", "predicate": {"allOf": []}},
    ]})
    assert driver.texts("news") == ["engine"] and driver.texts("diagnostics") is None
    assert chosen.texts("news") == [] and chosen.texts("diagnostics") == ["engine"]
    assert chosen.poll(etag)["chats"] == [{"id": "diagnostics", "unread": 1}]
    first = chosen.chats()["chats"][0]
    assert (first["title"], first["icon"], first["kind"], first["public"]) == (
        "Diagnostics", "d.png", "command", {"colour": "red"},
    )
    driver.page("diagnostics", expecting=403)
    # What the driver is decides, from the next call on.
    driver.become(experiments=["diagnostics"])
    assert driver.texts("diagnostics") == ["engine"]


def test_a_reply_stays_with_its_question_when_that_moves(own_server):
    server = own_server().start()
    driver = Driver(server)
    send(server, driver, "Well?", tags=["polls"])
    question = driver.chats()["chats"][0]["messages"][0]["id"]
    driver.reply(key="a", replyTo=question, text="So so")
    configure(server, "available-chats", {"chats": [{"id": "news"}, {"id": "polls"}]})
    configure(server, "chat-tags", {"polls": {"defaultChatId": "polls"}})
    assert (driver.texts("news"), driver.texts("polls")) == ([], ["Well?", "So so"])


@pytest.mark.parametrize("name, document, pointer", [
    ("available-chats", {}, ""),
    ("available-chats", {"chats": [{"id": "a b"}]}, "/chats/0/id"),
    ("available-chats", {"chats": [{"id": "a"}, {"id": "a"}]}, "/chats/1/id"),
    ("available-chats", {"chats": [{"id": "a", "predicate": {"nope": []}}]}, "/chats/0/predicate/nope"),
    ("chat-tags", {"t": {"chatIds": []}}, "/t"),
    ("chat-tags", {"a/b~c": {"defaultChatId": 7}}, "/a~1b~0c/defaultChatId"),
    ("chat-meta", {"c": {"title": "x", "colour": "red"}}, "/c/colour"),
    ("policies", {"caps": [{"id": "x", "scope": "all", "limit": -1, "window": {"rolling": 1}}]}, "/caps/0/limit"),
    ("policies", {"defaultZone": "Mars/Olympus"}, "/defaultZone"),
    ("policies", [], ""),
])
def test_a_faulty_document_is_refused_with_its_place_and_changes_nothing(server, name, document, pointer):
    before = server.operator.call("GET", f"/v1/config/{name}")
    refused = configure(server, name, document, expecting=400)
    assert problem(refused)["pointer"] == pointer
    after = server.operator.call("GET", f"/v1/config/{name}")
    assert (after.content, after.headers["etag"]) == (before.content, before.headers["etag"])


def test_documents_have_versions_and_a_history(own_server):
    server = own_server().start()
    path = "/v1/config/chat-meta"
    assert server.operator.call("GET", path).headers["etag"] == '"0"'
    first = configure(server, "chat-meta", {"news": {"title": "1"}}, **{"If-Match": '"0"'})
    assert first.headers["etag"] == '"1"'
    configure(server, "chat-meta", {"news": {"title": "x"}}, expecting=412, **{"If-Match": '"0"'})
    configure(server, "chat-meta", {"news": {"title": "x"}}, expecting=412, **{"If-None-Match": "*"})
    configure(server, "chat-meta", {"news": {"title": "x"}}, expecting=412, **{"If-Match": "nonsense"})
    configure(server, "chat-meta", {"news": {"title": "2"}}, **{"If-Match": '"1"'})
    assert json.loads(server.operator.call("GET", path).content) == {"news": {"title": "2"}}
    assert server.operator.get(path, params={"version": 1}) == {"news": {"title": "1"}}
    server.operator.get(path, params={"version": 3}, expecting=404)
    server.operator.get("/v1/config/nonsense", expecting=404)
    server.kill()
    server.start()
    assert server.operator.get(path) == {"news": {"title": "2"}}
    assert server.operator.get(path, params={"version": 1}) == {"news": {"title": "1"}}
    refused = server.operator.call("PUT", path, content=b"{not json")
    assert problem(refused)["pointer"] == ""


# After a crash.

def test_all_of_a_driver_survives_a_kill_and_a_snapshot(own_server):
    server = own_server().start()
    driver = Driver(server, city="moscow")
    first = send(server, driver, "one", payload={"options": ["a", "b"]})
    send(server, driver, "two")
    driver.status([(f"{driver.address}/1", "read")])
    driver.reply(key="v", replyTo=f"{driver.address}/1", vote="a")
    etag, chats, state = driver.poll()["etag"], driver.chats(), server.state_hash()
    for end in (server.kill, server.stop):
        end()
        server.start()
        assert server.state_hash() == state
        assert driver.poll(etag) is None
        assert driver.chats() == chats
        driver.reply(key="v", replyTo=f"{driver.address}/1", vote="a", expecting=200)
        assert explain(server, message=first["id"])[0]["verdict"] == "send"


# Before it is sent, and after other rules.

def item_body(to, text="offer", **fields):
    return {"tags": ["news"], "to": {"drivers": [each.id for each in to]}, "text": text, "class": "marketing", **fields}


def test_a_simulation_says_what_sending_then_does(timed):
    configure(timed, "policies", {"caps": [{
        "id": "one", "scope": "all", "limit": 1, "window": {"calendar": "day"}, "counts": "accepted", "onExceed": "drop",
    }]})
    fresh, full, banned = Driver(timed), Driver(timed), Driver(timed, banned=True)
    send(timed, full, "first")
    body = item_body([fresh, full, banned])
    simulated = timed.operator.post("/v1/feeds/simulate", body, expecting=200)
    assert simulated["verdicts"] == {"send": 1, "suppress": 2}
    assert simulated["reasons"] == {"frequency_cap": 1, "banned": 1}
    assert {each["subject"] for each in simulated["sample"]} == {each.address for each in (fresh, full, banned)}
    assert fresh.texts() == []
    item = timed.operator.post("/v1/feeds/items", {**body, "key": "s", "plan": simulated["plan"]}, expecting=202)
    found = counts(timed, item)
    assert (found["accepted"], found["suppressed"]) == (1, 2)


def test_a_plan_that_no_longer_holds_sends_nothing(timed):
    driver = Driver(timed)
    body = item_body([driver])
    plan = timed.operator.post("/v1/feeds/simulate", body, expecting=200)["plan"]
    configure(timed, "policies", {"caps": []})
    refused = timed.operator.post("/v1/feeds/items", {**body, "key": "p", "plan": plan}, expecting=412)
    assert refused["code"] == "precondition_failed"
    assert driver.texts() == []
    # The key is free for the plan that holds now.
    plan = timed.operator.post("/v1/feeds/simulate", body, expecting=200)["plan"]
    timed.operator.post("/v1/feeds/items", {**body, "key": "p", "plan": plan}, expecting=202)
    assert driver.texts() == ["offer"]
    timed.operator.post("/v1/feeds/items", {**body, "key": "q", "plan": "nonsense"}, expecting=400)


def test_other_rules_are_tried_on_what_was_decided(timed):
    start = timed.clock.at
    drivers = [Driver(timed) for _ in range(3)]
    for number in range(4):
        send(timed, drivers, str(number))
        timed.clock.set(timed.clock.at + HOUR)
        eventually(lambda: timed.operator.post("/v1/feeds/simulate", item_body(drivers)))
    cap = {"id": "two", "scope": "all", "limit": 2, "window": {"calendar": "day"}, "counts": "accepted", "onExceed": "drop"}
    span = {"from": start, "to": timed.clock.at + HOUR}
    tried = timed.operator.post("/v1/policies/replay", {**span, "policies": {"caps": [cap]}}, expecting=200)
    assert (tried["recipients"], tried["decided"], tried["changed"]) == (3, 12, 6)
    assert tried["before"] == {"send": 12}
    assert tried["after"] == {"send": 6, "suppress frequency_cap": 6}
    change = tried["sample"][0]
    assert (change["before"]["verdict"], change["after"]["rule"]) == ("send", "two")
    same = timed.operator.post("/v1/policies/replay", {**span, "version": 0}, expecting=200)
    assert same["changed"] == 0
    one = {**span, "version": 0, "subject": drivers[0].address}
    assert timed.operator.post("/v1/policies/replay", one, expecting=200)["decided"] == 4
    assert drivers[0].texts() == ["0", "1", "2", "3"]


@pytest.mark.parametrize("body, status", [
    ({}, 400), ({"from": 1, "to": 2}, 400), ({"from": 2, "to": 1, "version": 0}, 400),
    ({"from": 1, "to": 2, "version": 0, "policies": {}}, 400), ({"from": 1, "to": 2, "version": 77}, 404),
    ({"from": 1, "to": 2, "policies": {"caps": 7}}, 400), ({"from": 1, "to": 2, "version": 0, "subject": "user:1"}, 400),
])
def test_a_bad_replay_is_refused(server, body, status):
    server.operator.post("/v1/policies/replay", body, expecting=status)


def test_what_is_refused_leaves_its_key_free(timed):
    driver = Driver(timed)
    send(timed, driver, "x", key="free", payload={"scenario": "nowhere"}, expecting=400)
    send(timed, driver, "another", key="free")
    assert driver.texts() == ["another"]
