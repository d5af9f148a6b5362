"""Outside services: told of everything that was acknowledged, in the way of nothing when they are away."""

import itertools
import time

import pytest

from drivers import Driver, configure, eventually, send
from outside import QUICK, Outside
from switchboard import Server, problem

GRAPH = {"id": "ask", "version": 1, "start": "q", "messages": {
    "q": {"text": "Well?", "options": [{"answer": "yes", "next": "end"}]}, "end": {"text": "Good.", "end": True}}}


@pytest.fixture
def outside():
    """Makes services that end with the test."""
    made = []

    def make(*answers):
        made.append(Outside(*answers))
        return made[-1]

    yield make
    for each in made:
        each.stop()


def connect(server, **senders):
    return configure(server, "senders", {name: {**QUICK, **sender} for name, sender in senders.items()})


def webhook(service, **more):
    return {"kind": "webhook", "url": service.url + "/events", **more}


def offer_help(server):
    """Gives every driver a chat that the support service answers, beside the news."""
    configure(server, "available-chats", {"chats": [{"id": "news"}, {"id": "help"}]})
    configure(server, "chat-meta", {"news": {"title": "News"}, "help": {"title": "Help", "kind": "support"}})


def last(driver, chat="news"):
    return driver.page(chat)["messages"][-1]["id"]


def sender(server, name):
    states = {each["name"]: each for each in server.operator.get("/v1/senders")["senders"]}
    return states[name]


def test_a_service_is_told_of_each_status_once(own_server, outside):
    server, crm = own_server().start(), outside()
    connect(server, crm=webhook(crm))
    driver = Driver(server)
    item = send(server, driver, "read me")
    message = last(driver)
    driver.status([(message, "delivered")])
    driver.status([(message, "read")])
    driver.status([(message, "read"), (message, "delivered")])
    crm.wait(lambda service: len(service.events) >= 2)
    send(server, driver, "another")
    driver.status([(last(driver), "read")])
    crm.wait(lambda service: len(service.events) >= 3)
    events = crm.events
    assert [(each["event"], each["message"]) for each in events[:2]] == [("delivered", message), ("read", message)]
    assert events[0]["item"] == item["id"] and events[0]["driver"] == driver.id
    assert events[0]["id"] == f"{message}#delivered"
    # What is read is delivered too, and one word says both.
    assert {each["event"] for each in events[2:]} <= {"delivered", "read"}
    assert len({each["id"] for each in events}) == len(events)
    request = crm.requests[0]
    assert (request.method, request.path) == ("POST", "/events")
    assert request.headers["Content-Type"].startswith("application/json")
    assert request.headers["Idempotency-Key"]


def test_a_service_is_told_of_what_drivers_say(own_server, outside):
    server, crm, other = own_server().start(), outside(), outside()
    connect(server, crm=webhook(crm), other=webhook(other, events=["vote"]))
    driver = Driver(server)
    item = send(server, driver, "Which one?", payload={"options": ["a", "b"]})
    question = last(driver)
    text = driver.reply(key="1", text="good morning")["id"]
    vote = driver.reply(key="2", replyTo=question, vote="a")["id"]
    like = driver.reply(key="3", replyTo=question, reaction="like")["id"]
    back = driver.reply(key="4", replyTo=question, reaction=None)["id"]
    driver.reply(key="2", replyTo=question, vote="a", expecting=200)
    crm.wait(lambda service: len(service.events) >= 4)
    events = {each["message"]: each for each in crm.events}
    assert events[text]["event"] == "reply" and events[text]["text"] == "good morning"
    assert events[vote]["vote"] == "a" and events[vote]["replyTo"] == question and events[vote]["item"] == item["id"]
    assert events[like]["reaction"] == "like"
    assert events[back]["event"] == "reaction" and events[back]["reaction"] is None
    assert len(crm.events) == 4
    other.wait(lambda service: service.events)
    assert [each["event"] for each in other.events] == ["vote"]


def test_what_a_service_missed_it_gets_when_it_is_back(own_server, outside):
    server, crm = own_server().start(), outside()
    connect(server, crm=webhook(crm, inFlight=4))
    crm.stop()
    drivers = [Driver(server) for _ in range(12)]
    send(server, drivers, "to all")
    expected = set()
    for driver in drivers:
        message = last(driver)
        started = time.monotonic()
        driver.status([(message, "delivered")])
        driver.status([(message, "read")])
        reply = driver.reply(key="r", text="ok")["id"]
        # A service that is away is in nobody's way.
        assert time.monotonic() - started < 4
        expected |= {f"{message}#delivered", f"{message}#read", f"{reply}#reply"}
    eventually(lambda: sender(server, "crm")["circuit"] == "open")
    assert all(driver.poll() is not None for driver in drivers)
    assert not crm.events
    crm.start()
    crm.wait(lambda service: {each["id"] for each in service.events} == expected)
    assert len(crm.events) == len(expected), "each once"
    eventually(lambda: sender(server, "crm")["circuit"] == "closed")


def test_nothing_acknowledged_is_kept_from_a_service_by_a_kill(own_server, outside):
    server, crm = own_server().start(), outside(500)
    connect(server, crm=webhook(crm))
    expected = set()
    for round in range(4):
        drivers = [Driver(server) for _ in range(5)]
        send(server, drivers, "hello")
        for driver in drivers:
            message = last(driver)
            driver.status([(message, "read")])
            reply = driver.reply(key="r", text="ok")["id"]
            expected |= {f"{message}#read", f"{reply}#reply"}
        if round == 2:
            crm.answer(200)
        server.kill()
        server.start()
    # Whatever a kill cut off comes again under the same ids.
    crm.wait(lambda service: {each["id"] for each in service.events} >= expected)
    assert {each["id"] for each in crm.events if not each["id"].endswith("#delivered")} == expected


AILMENTS = {
    "refuses connections": None,
    "closes without an answer": [0],
    "fails": [500],
    "wants patience": [(429, {}, {"Retry-After": "1"})],
    "wants another key": [401],
}


@pytest.mark.parametrize("ailment", AILMENTS)
def test_drivers_notice_nothing_of_a_service_that(ailment, own_server, outside):
    """Every service is ill at once; every call of a driver's answers as ever, and all is told in the end."""
    server = own_server().start()
    services = {name: outside() for name in ("crm", "push", "support", "scenarios", "profiles")}
    connect(
        server,
        crm=webhook(services["crm"]),
        push={"kind": "push", "url": services["push"].url},
        support={"kind": "support", "url": services["support"].url},
        scenarios={"kind": "scenarios", "url": services["scenarios"].url, "every": 1000},
        profiles={"kind": "profiles", "url": services["profiles"].url, "every": 1000},
    )
    offer_help(server)
    for service in services.values():
        service.stop() if AILMENTS[ailment] is None else service.answer(*AILMENTS[ailment])
    driver = Driver(server)
    driver.api.post("/driver/v1/push/addresses", {"sender": "push", "token": "t1"}, expecting=200)
    item = send(server, driver, "news", push={"title": "News", "body": "news"})
    started = time.monotonic()
    assert driver.poll()["chats"] == [{"id": "news", "unread": 1}]
    message = last(driver)
    driver.status([(message, "read")])
    reply = driver.reply(key="1", replyTo=message, text="thanks")["id"]
    asked = driver.reply("help", key="2", text="help!")["id"]
    assert time.monotonic() - started < 4
    counted = server.operator.get(f"/v1/feeds/items/{item['id']}")["counts"]
    assert counted["read"] == 1
    eventually(lambda: sender(server, "crm").get("lastFailure"))
    for service in services.values():
        service.answer(200)
        if AILMENTS[ailment] is None:
            service.start()
    services["crm"].wait(
        lambda service: {each["id"] for each in service.events} >= {f"{message}#read", f"{reply}#reply"}
    )
    services["support"].wait(lambda service: any(each.status == 200 for each in service.requests))
    told = [each for each in services["support"].requests if each.status == 200]
    assert told[0].body["messages"][0]["id"] == asked


@pytest.fixture(scope="module")
def organisation(tmp_path_factory):
    """A server with all its services, each of which a test may take away for a while."""
    server = Server(tmp_path_factory.mktemp("organisation") / "data").start()
    services = {name: Outside() for name in ("crm", "push", "support", "scenarios")}
    connect(
        server,
        crm=webhook(services["crm"]),
        push={"kind": "push", "url": services["push"].url},
        support={"kind": "support", "url": services["support"].url},
        scenarios={"kind": "scenarios", "url": services["scenarios"].url, "every": 1000},
    )
    offer_help(server)
    configure(server, "scenarios", {"scenarios": [GRAPH]})
    services["scenarios"].answer((200, {"scenarios": [GRAPH]}, {}))
    yield server, services
    server.close()
    for service in services.values():
        service.stop()


SUBSETS = [
    subset
    for count in range(1, 5) for subset in itertools.combinations(("crm", "push", "support", "scenarios"), count)
]


@pytest.mark.parametrize("away", SUBSETS, ids="+".join)
def test_whoever_is_away_is_in_nobodys_way(away, organisation):
    """Every combination of outages: drivers are served, the others are told at once, those away when they are back."""
    server, services = organisation
    for name in away:
        services[name].answer(503)
    driver = Driver(server)
    driver.api.post("/driver/v1/push/addresses", {"sender": "push", "token": driver.id}, expecting=200)
    send(server, driver, "a question", push={"title": "t", "body": "b"}, payload={"scenario": "ask"})
    assert driver.poll()["chats"] == [{"id": "news", "unread": 2}]
    message = last(driver)
    driver.reply(key="1", replyTo=message, answer="yes")
    assert driver.texts()[-1] == "Good.", "scenarios are played whoever is away"
    driver.status([(message, "read")])
    asked = driver.reply("help", key="2", text="help!")["id"]

    def is_told(name):
        done = [each for each in services[name].requests if each.status == 200]
        match name:
            case "crm":
                return f"{message}#read" in {each["id"] for each in services[name].events}
            case "push":
                return any(each.body["to"]["token"] == driver.id for each in done)
            case "support":
                return any(asked in {one["id"] for one in each.body["messages"]} for each in done)
            case "scenarios":
                return bool(done)

    for name in services:
        if name not in away:
            services[name].wait(lambda _, name=name: is_told(name))
    assert not any(is_told(name) for name in away if name != "scenarios")
    for name in away:
        services[name].answer((200, {"scenarios": [GRAPH]}, {}) if name == "scenarios" else 200)
    for name in away:
        # A push is tried once: whoever was away for it finds the message by polling.
        if name != "push":
            services[name].wait(lambda _, name=name: is_told(name))
    eventually(lambda: all(sender(server, name)["circuit"] == "closed" for name in away if name != "push"))


def test_a_refused_event_is_not_told_again(own_server, outside):
    server, crm = own_server().start(), outside(422, 200)
    connect(server, crm=webhook(crm, events=["reply"]))
    driver = Driver(server)
    driver.reply(key="1", text="first")
    crm.wait(lambda service: len(service.requests) == 1)
    second = driver.reply(key="2", text="second")["id"]
    crm.wait(lambda service: service.events)
    assert [each["message"] for each in crm.events] == [second]
    assert sender(server, "crm")["counts"]["refused"] == 1


def test_a_support_chat_goes_through_the_same_door(own_server, outside):
    server, support = own_server().start(), outside((200, {"messages": [{"key": "auto", "text": "We are looking."}]}, {}))
    connect(server, desk={"kind": "support", "url": support.url + "/inbox"})
    offer_help(server)
    driver = Driver(server)
    driver.reply(key="0", text="in the news")
    asked = driver.reply("help", key="1", text="My card is blocked")["id"]
    support.wait(lambda service: service.requests)
    body = support.requests[0].body
    assert body["driver"] == driver.id
    assert [(each["id"], each["text"]) for each in body["messages"]] == [(asked, "My card is blocked")]
    eventually(lambda: driver.texts("help") == ["My card is blocked", "We are looking."])
    assert driver.poll()["chats"] == [{"id": "help", "unread": 1}]
    answer = {"driver": driver.id, "key": "a1", "text": "It is open again.", "replyTo": asked}
    said = server.operator.post("/v1/support/messages", answer, expecting=201)["id"]
    assert server.operator.post("/v1/support/messages", answer, expecting=200)["id"] == said
    assert driver.page("help")["messages"][-1]["parent"] == asked
    assert driver.texts("news") == ["in the news"]
    assert len(support.requests) == 1, "what support says does not come back to it"
    wrong = server.operator.call("POST", "/v1/support/messages", {**answer, "key": "a2", "replyTo": "driver:x/1"})
    assert problem(wrong, "bad_request")["detail"].startswith('The field "replyTo"')


def test_scenarios_come_from_their_author_and_are_played_without_him(own_server, outside):
    server, author = own_server().start(), outside((200, {"scenarios": [GRAPH]}, {"ETag": '"1"'}), 304)
    connect(server, author={"kind": "scenarios", "url": author.url + "/graphs", "every": 1000})
    eventually(lambda: server.operator.get("/v1/config/scenarios")["scenarios"])
    author.wait(lambda service: len(service.requests) >= 2)
    assert author.requests[0].headers.get("If-None-Match") is None
    assert author.requests[1].headers["If-None-Match"] == '"1"'
    # A faulty document changes nothing; neither does a service that is away.
    author.answer((200, {"scenarios": [{**GRAPH, "start": "nowhere"}]}, {"ETag": '"2"'}))
    seen = len(author.requests)
    author.wait(lambda service: len(service.requests) > seen + 1)
    author.stop()
    assert server.operator.get("/v1/config/scenarios")["scenarios"] == [GRAPH]
    driver = Driver(server)
    send(server, driver, "A question", payload={"scenario": "ask"})
    driver.reply(key="1", replyTo=last(driver), answer="yes")
    assert driver.texts()[-2:] == ["yes", "Good."]


def visits(server):
    query = {"kind": "driver-communication-info-updater"}
    return server.operator.get("/v1/tasks", params=query)["tasks"]


def test_what_is_known_of_drivers_comes_from_the_organisation(own_server, outside):
    server, drivers = own_server().start(), outside()
    one, two = Driver(server), Driver(server)
    drivers.answer(
        (200, {"drivers": [{"id": one.id, "attributes": {"city": "kazan"}}], "next": "c1"}, {}),
        (200, {"drivers": [{"id": two.id, "attributes": {"city": "moscow"}}], "next": "c2"}, {}),
        (200, {"drivers": [], "next": "c2"}, {}),
    )
    connect(server, hr={"kind": "profiles", "url": drivers.url, "every": 1000})
    drivers.wait(lambda service: len(service.requests) >= 3)
    assert [each.path for each in drivers.requests[:3]] == ["/", "/?after=c1", "/?after=c2"]
    item = send(server, {"predicate": {"eq": ["city", "kazan"]}}, "for Kazan")
    assert item["planned"] == 1 and one.texts() == ["for Kazan"]
    # The next life of the server goes on where this one ended.
    eventually(lambda: all(not each.get("leasedUntil") for each in visits(server)))
    server.kill()
    seen = len(drivers.requests)
    server.start()
    drivers.wait(lambda service: len(service.requests) > seen)
    assert drivers.requests[seen].path == "/?after=c2"


@pytest.mark.parametrize("document, pointer", [
    ({"crm": {"kind": "webhook"}}, "/crm"),
    ({"crm": {"kind": "pigeon", "url": "http://127.0.0.1:1/"}}, "/crm/kind"),
    ({"crm": {"kind": "webhook", "url": "ftp://x/"}}, "/crm/url"),
    ({"crm": {"kind": "webhook", "url": "http://127.0.0.1:1/", "timeout": 0}}, "/crm/timeout"),
    ({"crm": {"kind": "webhook", "url": "http://127.0.0.1:1/", "retries": 3}}, "/crm/retries"),
    ({"crm": {"kind": "webhook", "url": "http://127.0.0.1:1/", "authorization": "secret"}}, "/crm/authorization"),
])
def test_a_faulty_document_is_refused_with_its_place(server, document, pointer):
    refused = problem(configure(server, "senders", document, expecting=400), "bad_request")
    assert refused["pointer"] == pointer
    assert server.operator.get("/v1/config/senders") == {}


def test_a_secret_is_named_and_never_shown(own_server, outside):
    server, crm = own_server(CRM_TOKEN="open-sesame").start(), outside()
    connect(server, crm=webhook(crm, authorization={"variable": "CRM_TOKEN"}))
    driver = Driver(server)
    driver.reply(key="1", text="hello")
    crm.wait(lambda service: service.events)
    assert crm.requests[0].headers["Authorization"] == "Bearer open-sesame"
    for path in ("/v1/senders", "/v1/config/senders", "/metrics"):
        assert "sesame" not in server.operator.call("GET", path).text
    assert "sesame" not in server.log()


def test_numbers_go_to_a_metrics_service_until_it_has_them(own_server, outside):
    server, metrics = own_server().start(), outside(503, 200)
    connect(server, numbers={"kind": "metrics", "url": metrics.url, "every": 1000})
    driver = Driver(server)
    send(server, driver, "read me")
    driver.status([(last(driver), "read")])
    metrics.wait(lambda service: any(
        each.status == 200 and each.body["total"]["read"] == 1 for each in service.requests
    ))
    body = metrics.requests[-1].body
    assert [each["read"] for each in body["days"]] == [1] and body["total"]["came"] == 1
    assert body["days"] == server.operator.get("/v1/stats/drivers", params={"from": body["from"]})["days"]
