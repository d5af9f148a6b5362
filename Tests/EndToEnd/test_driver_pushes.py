"""Pushes: one attempt for a message, never two; read anywhere takes them back everywhere."""

import json
import subprocess

import pytest

from drivers import DAY, Clock, Driver, configure, counts, eventually, send
from outside import QUICK, Outside

PUSH = {"title": "News", "body": "Something is new"}


@pytest.fixture
def provider():
    service = Outside((200, {"id": "p1"}, {}))
    yield service
    service.stop()


@pytest.fixture
def pushing(own_server, provider):
    server = own_server().start()
    configure(server, "senders", {"push": {**QUICK, "kind": "push", "url": provider.url + "/send"}})
    return server


def phone(driver, token="token-1", **more):
    body = {"sender": "push", "token": token, **more}
    return driver.api.post("/driver/v1/push/addresses", body, expecting=200)["id"]


def shown(provider):
    return [each.body for each in list(provider.requests) if not each.body.get("retract")]


def test_a_driver_who_is_away_is_pushed_once(pushing, provider):
    driver = Driver(pushing)
    phone(driver)
    item = send(pushing, driver, "hello", push=PUSH)
    provider.wait(lambda service: service.requests)
    body = provider.requests[0].body
    assert (body["title"], body["body"], body["badge"]) == ("News", "Something is new", 1)
    assert body["to"]["token"] == "token-1"
    message = driver.page()["messages"][-1]["id"]
    assert body["id"] == message and body["data"]["item"] == item["id"]
    # Polling tells it too, and a second item is a second push.
    assert driver.poll()["chats"] == [{"id": "news", "unread": 1}]
    send(pushing, driver, "again", push=PUSH)
    provider.wait(lambda service: len(service.requests) == 2)
    assert provider.requests[1].body["badge"] == 2
    send(pushing, driver, "quietly")
    assert driver.texts() == ["hello", "again", "quietly"]


@pytest.mark.parametrize("answer", [500, 503, 0, 400])
def test_a_push_that_failed_is_not_tried_again(pushing, provider, answer):
    provider.answer(answer, (200, {}, {}))
    driver = Driver(pushing)
    phone(driver)
    send(pushing, driver, "one", push=PUSH)
    provider.wait(lambda service: service.requests)
    send(pushing, driver, "two", push=PUSH)
    provider.wait(lambda service: len(service.requests) >= 2)
    assert len({each.body["id"] for each in provider.requests}) == len(provider.requests) == 2
    assert driver.texts() == ["one", "two"], "polling is the safety net"


def test_a_kill_in_the_middle_of_a_push_makes_no_second_one(own_server, tmp_path):
    import http.server
    import threading

    asked, release = threading.Event(), threading.Event()
    ids = []

    class Hanging(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            import json
            ids.append(json.loads(self.rfile.read(int(self.headers["Content-Length"])))["id"])
            asked.set()
            release.wait(20)

        def log_message(self, *_):
            pass

    service = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hanging)
    service.daemon_threads = True
    threading.Thread(target=service.serve_forever, daemon=True).start()
    try:
        clock = Clock(tmp_path / "clock", 1_790_000_000_000)
        server = own_server(SWITCHBOARD_TEST_CLOCK=clock.path).start()
        url = f"http://127.0.0.1:{service.server_address[1]}"
        configure(server, "senders", {"push": {**QUICK, "timeout": 10000, "kind": "push", "url": url}})
        driver = Driver(server)
        phone(driver)
        send(server, driver, "one", push=PUSH)
        assert asked.wait(10)
        server.kill()
        # Long after the lease has run out.
        clock.set(clock.at + 10 * 60_000)
        server.start()
        send(server, driver, "two", push=PUSH)
        eventually(lambda: len(ids) >= 2)
        assert len(ids) == len(set(ids)) == 2
    finally:
        release.set()
        service.shutdown()
        service.server_close()


def test_a_live_connection_goes_before_a_push(own_server, provider, raw, tmp_path):
    clock = Clock(tmp_path / "clock", 1_790_000_000_000)
    server = own_server(SWITCHBOARD_TEST_CLOCK=clock.path).start()
    configure(server, "senders", {"push": {**QUICK, "kind": "push", "url": provider.url}})
    driver, deaf = Driver(server), Driver(server)
    for each in (driver, deaf):
        phone(each, f"of-{each.id}")
        raw(each, on=server)
    send(server, [driver, deaf], "live", push=PUSH)
    message = driver.page()["messages"][-1]["id"]
    driver.status([(message, "delivered")])
    clock.set(clock.at + 11_000)
    # Whoever said that it came needs no push; a connection that never said so may be dead.
    provider.wait(lambda service: service.requests)
    last = Driver(server)
    phone(last, "of-last")
    send(server, last, "marker", push=PUSH)
    provider.wait(lambda service: any(each.body["to"]["token"] == "of-last" for each in service.requests))
    assert sorted(each["to"]["token"] for each in shown(provider)) == sorted([f"of-{deaf.id}", "of-last"])


def test_what_is_read_anywhere_is_taken_back_everywhere(pushing, provider):
    driver = Driver(pushing)
    phone(driver, "a")
    phone(driver, "b")
    send(pushing, driver, "one", push=PUSH)
    send(pushing, driver, "two", push=PUSH)
    provider.wait(lambda service: len(service.requests) == 4)
    first = driver.page()["messages"][0]["id"]
    driver.status([(first, "read")])
    driver.status([(first, "read")])
    provider.wait(lambda service: len(service.requests) == 6)
    back = [each.body for each in provider.requests[4:]]
    assert {each["to"]["token"] for each in back} == {"a", "b"}
    assert all(each["retract"] and each["id"] == first and each["badge"] == 1 for each in back)


def test_an_item_that_is_taken_back_takes_its_push_along(pushing, provider):
    driver = Driver(pushing)
    phone(driver)
    item = send(pushing, driver, "oops", push=PUSH)
    provider.wait(lambda service: service.requests)
    pushed = provider.requests[0].body["id"]
    pushing.operator.call("DELETE", f"/v1/feeds/items/{item['id']}")
    provider.wait(lambda service: len(service.requests) == 2)
    back = provider.requests[1].body
    assert back["retract"] and back["id"] == pushed and back["badge"] == 0


def test_a_device_that_is_gone_is_forgotten(pushing, provider):
    driver = Driver(pushing)
    old, new = phone(driver, "old"), phone(driver, "new")
    assert [each["id"] for each in driver.api.get("/driver/v1/push/addresses")["addresses"]] == [old, new]
    provider.answer(410, (200, {}, {}))
    send(pushing, driver, "one", push=PUSH)
    eventually(lambda: [each["id"] for each in driver.api.get("/driver/v1/push/addresses")["addresses"]] == [new])
    assert driver.api.call("DELETE", f"/driver/v1/push/addresses/{new}").status_code == 204
    assert driver.api.get("/driver/v1/push/addresses")["addresses"] == []
    send(pushing, driver, "two", push=PUSH)
    assert driver.texts() == ["one", "two"]


def test_a_cap_on_pushes_leaves_the_rest_to_the_feed(pushing, provider):
    configure(pushing, "policies", {"caps": [{
        "id": "pushes", "scope": "channel:push", "limit": 1, "window": {"rolling": DAY},
        "counts": "accepted", "onExceed": {"downgrade": "feed"},
    }]})
    driver = Driver(pushing)
    phone(driver)
    # A push that no provider took uses nothing up.
    provider.answer(500, (200, {}, {}))
    items = [send(pushing, driver, "failed", push=PUSH)]
    provider.wait(lambda service: len(service.requests) == 1)
    eventually(lambda: push_counts(pushing).get("failed"))
    items.append(send(pushing, driver, "pushed", push=PUSH))
    provider.wait(lambda service: len(service.requests) == 2)
    items.append(send(pushing, driver, "in the feed only", push=PUSH))
    assert driver.texts() == ["failed", "pushed", "in the feed only"]
    assert all(counts(pushing, each)["accepted"] == 1 for each in items)
    decision = pushing.operator.get("/v1/explain", params={"message": items[2]["id"]})["decisions"][0]
    assert decision["verdict"] == "send" and decision["reason"] == "frequency_cap" and decision["rule"] == "pushes"
    other = Driver(pushing)
    phone(other, "other")
    send(pushing, other, "marker", push=PUSH)
    provider.wait(lambda service: service.requests[-1].body["to"]["token"] == "other")
    assert [each["to"]["token"] for each in shown(provider)] == ["token-1", "token-1", "other"]


def push_counts(server):
    return {each["name"]: each for each in server.operator.get("/v1/senders")["senders"]}["push"]["counts"]


def test_a_paused_service_gets_its_pushes_when_it_wants_them(pushing, provider):
    provider.answer((429, {}, {"Retry-After": "1"}), (200, {}, {}))
    one, two = Driver(pushing), Driver(pushing)
    phone(one, "one")
    phone(two, "two")
    send(pushing, one, "first", push=PUSH)
    provider.wait(lambda service: service.requests)
    send(pushing, two, "second", push=PUSH)
    provider.wait(lambda service: len(service.requests) == 2)
    assert provider.requests[1].body["to"]["token"] == "two"
    assert provider.requests[1].at - provider.requests[0].at > 0.9


@pytest.mark.parametrize("body, word", [
    ({"token": "t"}, "sender"),
    ({"sender": "nobody", "token": "t"}, "sender"),
    ({"sender": "push"}, "token"),
    ({"sender": "push", "token": ""}, "token"),
    ({"sender": "push", "subscription": {"endpoint": "https://x", "keys": {"p256dh": "a", "auth": "b"}}}, "token"),
])
def test_an_address_that_cannot_be_is_refused_by_name(pushing, body, word):
    answer = Driver(pushing).api.call("POST", "/driver/v1/push/addresses", body)
    assert answer.status_code == 400 and word in answer.json()["detail"]


def test_firebase_gets_a_push_in_its_own_way(own_server, provider, tmp_path):
    key = subprocess.run(
        ["openssl", "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"],
        capture_output=True, text=True, check=True,
    ).stdout
    account = {"type": "service_account", "client_email": "push@p.example", "private_key": key,
               "private_key_id": "k1", "token_uri": provider.url + "/token"}
    (tmp_path / "account.json").write_text(json.dumps(account))
    server = own_server().start()
    configure(server, "senders", {"phones": {
        **QUICK, "kind": "fcm", "project": "p", "url": provider.url, "tokenURL": provider.url + "/token",
        "account": {"file": str(tmp_path / "account.json")},
    }})
    driver = Driver(server)
    driver.api.post("/driver/v1/push/addresses", {"sender": "phones", "token": "device"}, expecting=200)
    gone = {"error": {"code": 404, "status": "NOT_FOUND", "details": [
        {"@type": "type.googleapis.com/google.firebase.fcm.v1.FcmError", "errorCode": "UNREGISTERED"}]}}
    provider.answer(
        (200, {"access_token": "t1", "expires_in": 3600, "token_type": "Bearer"}, {}),
        (200, {"name": "projects/p/messages/1"}, {}),
        (404, gone, {}),
    )
    send(server, driver, "one", push=PUSH)
    provider.wait(lambda service: len(service.requests) == 2)
    token, push = provider.requests
    assert token.path == "/token" and b"jwt-bearer" in token.body
    assert (push.path, push.headers["Authorization"]) == ("/v1/projects/p/messages:send", "Bearer t1")
    message = push.body["message"]
    assert message["token"] == "device" and message["notification"] == PUSH
    send(server, driver, "two", push=PUSH)
    eventually(lambda: driver.api.get("/driver/v1/push/addresses")["addresses"] == [])
    assert len(provider.requests) == 3, "one token for both, one attempt each"
