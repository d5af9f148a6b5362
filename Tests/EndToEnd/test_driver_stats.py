"""The product's numbers of drivers, over reads, votes, take-backs, expiry and restarts; and what Prometheus sees."""

import json
import pathlib
import re

import pytest

from drivers import DAY, Clock, Driver, configure, counts, eventually, send, utc
from switchboard import problem

ROOT = pathlib.Path(__file__).parents[2]
HOUR = 3_600_000


def stats(server, expecting=200, **query):
    return server.operator.get("/v1/stats/drivers", params=query, expecting=expecting)


def next_day(server, days=1):
    """Moves the clock, and waits until the server has looked at it."""
    server.clock.set(server.clock.at + days * DAY)
    eventually(lambda: stats(server)["to"] > server.clock.at)


def given(told):
    """Votes or answers by text."""
    return {each["text"]: (each["given"], each["takenBack"]) for each in told}


def ids(driver):
    return [message["id"] for message in driver.page(limit=100)["messages"]]


def metric(server, name, **labels):
    wanted = "".join(f'(?=.*{key}="{value}")' for key, value in labels.items())
    page = server.operator.call("GET", "/metrics").text
    found = [line for line in page.splitlines() if re.match(rf"{name}[{{ ]", line) and re.search(wanted, line)]
    return sum(float(line.rsplit(" ", 1)[1]) for line in found)


# What is counted.

def test_reads_are_told_by_day_tag_and_reader(timed):
    first, second, third = Driver(timed), Driver(timed), Driver(timed)
    for number in range(3):
        send(timed, [first, second, third], f"news {number}")
    send(timed, first, "both", tags=["news", "city"])
    first.status([(each, "read") for each in ids(first)])
    second.status([(ids(second)[0], "read"), (ids(second)[1], "delivered")])
    told = stats(timed)
    assert [each["day"] for each in told["days"]] == ["2026-03-02"]
    day = told["days"][0]
    assert (day["offered"], day["came"], day["delivered"], day["read"]) == (10, 10, 6, 5)
    assert (day["readers"], day["readsPerReader"]) == (2, {"mean": 2.5, "p50": 1, "p90": 4, "p99": 4, "max": 4})
    assert {tag: (each["came"], each["read"]) for tag, each in day["tags"].items()} == {"news": (10, 5), "city": (1, 1)}
    assert told["waiting"] == {"unread": 5, "held": 0, "tags": {"news": {"unread": 5, "held": 0}}}
    assert told["total"]["readerDays"] == 2 and told["total"]["came"] == 10
    next_day(timed)
    second.status([(each, "read") for each in ids(second)])
    told = stats(timed)
    assert [(each["day"], each["read"], each["readers"]) for each in told["days"]] == [
        ("2026-03-02", 5, 2), ("2026-03-03", 2, 1),
    ]
    assert (told["total"]["read"], told["total"]["readerDays"], told["total"]["readsPerReader"]["max"]) == (7, 3, 4)
    city = stats(timed, tag="city")
    assert (city["tag"], city["total"]["came"], city["total"]["read"], city["waiting"]) == (
        "city", 1, 1, {"unread": 0, "held": 0},
    )
    assert "readerDays" not in city["total"] and "tags" not in city["total"]


def test_a_status_that_is_sent_again_counts_once(timed):
    driver = Driver(timed)
    send(timed, driver)
    for status in ("delivered", "read", "read", "delivered"):
        driver.status([(ids(driver)[0], status)])
    total = stats(timed)["total"]
    assert (total["delivered"], total["read"], total["readerDays"]) == (1, 1, 1)


def test_words_add_up_when_they_are_changed_and_taken_back(timed):
    driver, other = Driver(timed), Driver(timed)
    send(timed, [driver, other], "which?", payload={"options": ["yes", "no"]})
    for each, words in ((driver, ["yes", "no", "no"]), (other, ["yes"])):
        for number, word in enumerate(words):
            each.reply(key=f"v{number}", replyTo=ids(each)[0], vote=word)
    # The same key again is the same word.
    driver.reply(key="v2", replyTo=ids(driver)[0], vote="no", expecting=200)
    words = stats(timed)["total"]["words"]
    assert given(words["votes"]) == {"yes": (2, 1), "no": (2, 1)}
    send(timed, driver, "nice?")
    liked = ids(driver)[-1]
    next_day(timed)
    for number, reaction in enumerate(["like", "dislike", None, "like"]):
        driver.reply(key=f"r{number}", replyTo=liked, reaction=reaction)
    next_day(timed)
    driver.reply(key="last", replyTo=liked, reaction=None)
    told = stats(timed)
    assert told["total"]["words"]["likes"] == {"given": 2, "takenBack": 2}
    assert told["total"]["words"]["dislikes"] == {"given": 1, "takenBack": 1}
    assert [each["words"]["likes"] for each in told["days"]] == [
        {"given": 0, "takenBack": 0}, {"given": 2, "takenBack": 1}, {"given": 0, "takenBack": 1},
    ]
    # A message is replied to once, whatever is said of it afterwards.
    assert [each["replied"] for each in told["days"]] == [2, 1, 0]
    assert told["total"]["tags"]["news"]["words"] == told["total"]["words"]
    # Words are no messages that wait for anybody.
    assert told["total"]["came"] == 3


def test_a_survey_s_answers_are_told_by_option(timed):
    configure(timed, "scenarios", {"scenarios": [{"id": "shift", "version": 1, "start": "ask", "messages": {
        "ask": {"text": "How was it?", "options": [{"answer": "fine", "next": "end"}, {"answer": "bad", "next": "end"}]},
        "end": {"text": "Thank you.", "end": True},
    }}]})
    drivers = [Driver(timed) for _ in range(3)]
    send(timed, drivers, "survey", tags=["survey"], payload={"scenario": "shift"})
    for driver, answer in zip(drivers, ["fine", "bad", "fine"]):
        driver.reply(key="a", replyTo=ids(driver)[1], answer=answer)
    assert given(stats(timed, tag="survey")["total"]["words"]["answers"]) == {"fine": (2, 0), "bad": (1, 0)}


def test_what_goes_without_being_seen_is_told_by_its_reason(timed):
    configure(timed, "policies", {"caps": [
        {"id": "one", "scope": "tag:promo", "limit": 1, "window": {"rolling": DAY}, "onExceed": "drop"},
        {"id": "later", "scope": "tag:news", "limit": 2, "window": {"rolling": HOUR},
         "onExceed": {"hold": {"untilMax": DAY}}},
    ]})
    driver = Driver(timed)
    taken, _ = send(timed, driver, "taken back"), send(timed, driver, "runs out", expiresAt=timed.clock.at + HOUR)
    held = send(timed, driver, "held and taken back")
    send(timed, driver, "held and runs out", expiresAt=timed.clock.at + HOUR // 2)
    send(timed, driver, "promo", tags=["promo"])
    send(timed, driver, "promo again", tags=["promo"])
    assert stats(timed)["waiting"] == {
        "unread": 3, "held": 2, "tags": {"news": {"unread": 2, "held": 2}, "promo": {"unread": 1, "held": 0}},
    }
    for item in (taken, held):
        timed.operator.delete(f"/v1/feeds/items/{item['id']}")
    timed.clock.set(timed.clock.at + 2 * HOUR)
    total = eventually(lambda: stats(timed)["total"]["removedUnseen"]["expired"] == 2 and stats(timed)["total"])
    assert total["removedUnseen"] == {"cancelled": 2, "expired": 2, "deleted": 0}
    assert (total["offered"], total["came"], total["suppressed"]) == (6, 3, 1)
    assert {tag: each["suppressed"] for tag, each in total["tags"].items()} == {"news": 0, "promo": 1}
    assert stats(timed)["waiting"]["unread"] == 1 and stats(timed)["waiting"]["held"] == 0


# Restarts.

@pytest.mark.parametrize("end", ["kill", "stop", "snapshot and kill"])
def test_a_restart_changes_no_number(timed, end):
    driver, other = Driver(timed), Driver(timed)
    for number in range(4):
        send(timed, [driver, other], str(number))
    driver.status([(each, "read") for each in ids(driver)[:2]])
    driver.reply(key="l", replyTo=ids(driver)[0], reaction="like")
    if end == "snapshot and kill":
        timed.operator.post("/v1/snapshots")
    other.status([(ids(other)[0], "read")])
    driver.reply(key="n", replyTo=ids(driver)[0], reaction="dislike")
    before, state = stats(timed), timed.state_hash()
    timed.stop() if end == "stop" else timed.kill()
    timed.start()
    assert stats(timed) == before and timed.state_hash() == state
    # And the reader is still the same reader.
    driver.status([(each, "read") for each in ids(driver)])
    day = stats(timed)["days"][0]
    assert (day["readers"], day["read"], day["readsPerReader"]["max"]) == (2, 5, 4)


def test_days_are_forgotten_in_their_time(own_server, tmp_path):
    clock = Clock(tmp_path / "clock", utc("2026-03-02T23:59:00"))
    server = own_server(SWITCHBOARD_TEST_CLOCK=clock.path, SWITCHBOARD_STATS_DAYS=2, SWITCHBOARD_SHARDS=1)
    server.start()
    server.clock = clock
    driver = Driver(server)
    for day in range(4):
        send(server, driver, f"day {day}")
        next_day(server)
    assert [each["day"] for each in stats(server)["days"]] == ["2026-03-04", "2026-03-05"]
    assert stats(server)["waiting"]["unread"] == 4


# The query.

def test_a_span_is_of_whole_days(timed):
    driver = Driver(timed)
    for _ in range(9):
        send(timed, driver)
        next_day(timed)
    # Now it is the 11th, and nothing has come yet.
    assert [each["day"] for each in stats(timed)["days"]] == [f"2026-03-{day:02}" for day in range(5, 11)]
    few = stats(timed, **{"from": "2026-03-03", "to": "2026-03-05"})
    assert [each["day"] for each in few["days"]] == ["2026-03-03", "2026-03-04"]
    assert (few["from"], few["to"], few["total"]["came"]) == (utc("2026-03-03"), utc("2026-03-05"), 2)
    inside = stats(timed, **{"from": utc("2026-03-03T12:00:00"), "to": utc("2026-03-03T13:00:00")})
    assert [each["day"] for each in inside["days"]] == ["2026-03-03"]
    assert stats(timed, **{"from": 0})["total"]["came"] == 9
    assert stats(timed, **{"to": "2026-03-01"})["days"] == []


@pytest.mark.parametrize("query, name", [
    ({"from": "yesterday"}, "from"), ({"to": "2026-02-30"}, "to"), ({"from": "-1"}, "from"), ({"from": "1e3"}, "from"),
    ({"from": "253402300800000"}, "from"), ({"from": "2026-3-2"}, "from"), ({"tag": "~chat"}, "tag"), ({"tag": ""}, "tag"),
    ({"from": "2026-03-02", "to": "2026-03-02"}, "to"), ({"from": "9999-01-01"}, "from"), ({"since": "1"}, "since"),
])
def test_a_bad_query_is_refused_by_name(server, query, name):
    answer = server.operator.call("GET", "/v1/stats/drivers", params=query)
    problem(answer, "bad_request")
    assert f'"{name}"' in answer.json()["detail"]


def test_only_keys_for_statistics_see_them(server):
    key = server.operator.post("/v1/keys", {"name": "feeds", "scopes": ["feeds"]}, expecting=201)["key"]
    problem(server.api(key).call("GET", "/v1/stats/drivers"), "forbidden")
    problem(Driver(server).api.call("GET", "/v1/stats/drivers"), "forbidden")
    key = server.operator.post("/v1/keys", {"name": "stats", "scopes": ["stats"]}, expecting=201)["key"]
    assert server.api(key).get("/v1/stats/drivers")["total"]["came"] >= 0


# Prometheus.

def test_prometheus_sees_the_product_and_the_policy(timed):
    configure(timed, "policies", {"caps": [
        {"id": "one", "scope": "all", "limit": 1, "window": {"rolling": HOUR}, "onExceed": "drop"},
    ]})
    driver = Driver(timed)
    send(timed, driver, "first")
    send(timed, driver, "too much")
    driver.status([(ids(driver)[0], "read")])
    driver.reply(key="l", replyTo=ids(driver)[0], reaction="like")
    driver.reply(key="d", replyTo=ids(driver)[0], reaction="dislike")
    eventually(lambda: metric(timed, "switchboard_driver_words_total", word="dislike", change="given") == 1)
    events = {event: metric(timed, "switchboard_driver_messages_total", event=event)
              for event in ("offered", "came", "read", "suppressed", "replied", "cancelled")}
    assert events == {"offered": 2, "came": 1, "read": 1, "suppressed": 1, "replied": 1, "cancelled": 0}
    assert metric(timed, "switchboard_driver_words_total", word="like", change="taken_back") == 1
    assert metric(timed, "switchboard_driver_waiting", state="unread") == 0
    decided = "switchboard_policy_decisions_total"
    assert metric(timed, decided, verdict="send", reason="none", channel="feed") == 1
    assert metric(timed, decided, verdict="suppress", reason="frequency_cap", channel="feed") == 1
    # The items' tasks are looked at once, and then they are done.
    eventually(lambda: metric(timed, "switchboard_tasks_waiting", kind="feed-distributor") == 2)
    timed.clock.set(timed.clock.at + HOUR)
    eventually(lambda: metric(timed, "switchboard_task_results_total", kind="feed-distributor", result="done") == 2)
    eventually(lambda: metric(timed, "switchboard_tasks_waiting", kind="feed-distributor") == 0)
    assert metric(timed, "switchboard_data_bytes", part="journal") > 0
    # A process counts what happens while it runs; what waits is what waits.
    send(timed, driver, "waits")
    timed.kill()
    timed.start()
    eventually(lambda: metric(timed, "switchboard_driver_waiting", state="unread") == 1)
    assert metric(timed, "switchboard_driver_messages_total", event="came") == 0


def test_every_metric_of_the_dashboard_is_one_that_a_server_has(timed):
    configure(timed, "policies", {"caps": [
        {"id": "one", "scope": "all", "limit": 1, "window": {"rolling": HOUR}, "onExceed": "drop"},
    ]})
    driver = Driver(timed)
    send(timed, driver)
    driver.reply(key="l", replyTo=ids(driver)[0], reaction="like")
    timed.operator.post("/v1/snapshots")
    timed.clock.set(timed.clock.at + HOUR)
    dashboard = json.loads((ROOT / "Docs/grafana/switchboard.json").read_text())
    queries = [target["expr"] for panel in dashboard["panels"] for target in panel.get("targets", [])]
    assert len(queries) > 20
    named = set(re.findall(r"\b(?:switchboard|process)_[a-z0-9_]+", " ".join(queries)))

    def exposed():
        page = timed.operator.call("GET", "/metrics").text
        return {re.match(r"[a-z0-9_]+", line)[0] for line in page.splitlines() if line and line[0] != "#"}

    eventually(lambda: named <= exposed(), within=15) if not named <= exposed() else None
    assert named - exposed() == set()
    labels = set(re.findall(r"by \(([^)]*)\)", " ".join(queries)))
    page = timed.operator.call("GET", "/metrics").text
    for label in {each.strip() for group in labels for each in group.split(",")}:
        assert f'{label}="' in page, label
