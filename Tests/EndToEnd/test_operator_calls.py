"""What an operator can ask: mailboxes, sessions, tasks, snapshots, one look at all; and the files of the page."""

import pytest

from drivers import Driver, eventually, send
from switchboard import problem

CALLS = ["/v1/overview", "/v1/mailboxes", "/v1/mailboxes/group:none", "/v1/sessions", "/v1/tasks", "/v1/snapshots"]


@pytest.mark.parametrize("path", CALLS)
def test_looking_needs_the_operators_scope(server, path):
    problem(server.api().call("GET", path), "unauthenticated")
    problem(server.api("nonsense").call("GET", path), "unauthenticated")
    problem(server.person().api.call("GET", path), "forbidden")
    narrow = server.operator.post("/v1/keys", {"name": "narrow", "scopes": ["publish", "stats"]}, expecting=201)["key"]
    problem(server.api(narrow).call("GET", path), "forbidden")
    scoped = server.operator.post("/v1/keys", {"name": "scoped", "scopes": ["operator"]}, expecting=201)["key"]
    assert server.api(scoped).call("GET", path).status_code in (200, 404)


@pytest.mark.parametrize("path", [
    "/v1/overview?x=1", "/v1/mailboxes?x=1", "/v1/mailboxes?kind=planet", "/v1/mailboxes?prefix=a%20b", "/v1/mailboxes?limit=0",
    "/v1/mailboxes?limit=1001", "/v1/mailboxes?limit=1&limit=2", "/v1/mailboxes?after=x", "/v1/mailboxes?after=1.2.3", "/v1/mailboxes?after=-1.0",
    "/v1/mailboxes/nowhere", "/v1/mailboxes/group:g?after=x", "/v1/sessions?subject=me", "/v1/sessions?after=1",
    "/v1/sessions?limit=many", "/v1/tasks?after=soon", "/v1/tasks?limit=-1", "/v1/snapshots?limit=1",
])
def test_a_parameter_that_is_wrong_is_refused_by_name(server, path):
    problem(server.operator.call("GET", path), "bad_request")


# Mailboxes.

def pages(server, path, key, **query):
    """All of a list, page by page."""
    found, after = [], None
    while True:
        answer = server.operator.get(path, params={**query, **({"after": after} if after else {})})
        assert len(answer[key]) <= query.get("limit", 50)
        found += answer[key]
        after = answer["next"]
        if after is None:
            return found


def test_mailboxes_are_listed_each_once(server):
    ann, bob = server.person(), server.person()
    groups = [ann.group(bob, title=f"Number {number}") for number in range(5)]
    direct = ann.say(bob, "hello")["mailbox"]
    listed = [each["address"] for each in pages(server, "/v1/mailboxes", "mailboxes", limit=3)]
    assert len(listed) == len(set(listed))
    assert {*groups, direct} <= set(listed)
    assert {each["address"].split(":")[0] for each in pages(server, "/v1/mailboxes", "mailboxes", kind="group")} == {"group"}


def test_mailboxes_are_found_by_the_beginning_of_an_id(server):
    ann = server.person()
    group = ann.group(title="To be found")
    [found] = pages(server, "/v1/mailboxes", "mailboxes", kind="group", prefix=group.split(":")[1])
    assert (found["address"], found["title"], found["owner"], found["members"]) == (group, "To be found", ann.address, 1)
    assert group in [each["address"] for each in pages(server, "/v1/mailboxes", "mailboxes", prefix=group.split(":")[1][:4])]
    assert pages(server, "/v1/mailboxes", "mailboxes", kind="channel", prefix=group.split(":")[1]) == []


def test_a_mailbox_tells_its_numbers_and_its_members_page_by_page(server):
    people = [server.person() for _ in range(5)]
    group = people[0].group(*people[1:])
    for number in range(3):
        people[0].say(group, str(number))
    one = server.operator.get(f"/v1/mailboxes/{group}")
    assert (one["head"], one["inMemory"], one["onDisk"], one["deleted"], one["members"]) == (3, 3, 0, 0, 5)
    assert one["bytesInMemory"] > 0 and one["next"] is None
    members = pages(server, f"/v1/mailboxes/{group}", "membership", limit=2)
    assert sorted(each["address"] for each in members) == sorted(each.address for each in people)
    assert [each["address"] for each in members if each["admin"]] == [people[0].address]
    problem(server.operator.call("GET", "/v1/mailboxes/group:nobody-made-this"), "not_found")


# Sessions.

def test_a_session_is_listed_and_closed(server, raw):
    person = server.person()
    sockets = [raw(person), raw(person, path="/connection/websocket")]
    listed = eventually(lambda: [each for each in [pages(server, "/v1/sessions", "sessions", subject=person.address)] if len(each) == 2])[0]
    for session in listed:
        assert session["subject"] == person.address and session["encoding"] == "json" and session["lagging"] is False
        assert session["from"].startswith("127.0.0.1:") and session["since"] > 1_700_000_000_000
    everybody = pages(server, "/v1/sessions", "sessions", limit=1)
    assert {each["id"] for each in listed} <= {each["id"] for each in everybody}
    ports = {f"127.0.0.1:{socket.socket.getsockname()[1]}": socket for socket in sockets}
    server.operator.delete(f"/v1/sessions/{listed[0]['id']}")
    assert ports.pop(listed[0]["from"]).close_code() == 3503
    [other] = ports.values()
    assert other.ask(ping={}) is not None
    eventually(lambda: len(pages(server, "/v1/sessions", "sessions", subject=person.address)) == 1)
    problem(server.operator.call("DELETE", f"/v1/sessions/{listed[0]['id']}"), "not_found")


@pytest.mark.parametrize(("id", "code"), [("0.0.4000000000", "not_found"), ("60000.0.1", "not_found"), ("0.0", "bad_request"), ("a.b.c", "bad_request")])
def test_a_session_that_is_not_there_cannot_be_closed(server, id, code):
    problem(server.operator.call("DELETE", f"/v1/sessions/{id}"), code)


def test_a_connection_that_has_not_signed_in_is_nobodys(server, raw):
    socket = raw()
    address = f"127.0.0.1:{socket.socket.getsockname()[1]}"
    [session] = eventually(lambda: [each for each in pages(server, "/v1/sessions", "sessions") if each.get("from") == address])
    assert (session["subject"], session["subscriptions"]) == (None, 0)


# Tasks.

FAR = 4_000_000_000_000


def held(server, due):
    """A driver for whom something is held until then, and the task that waits for it."""
    driver = Driver(server)
    send(server, driver, "later", startsAt=due)
    tasks = eventually(lambda: [each for each in pages(server, "/v1/tasks", "tasks") if driver.id in (each["id"] + each.get("payload", ""))])
    return driver, tasks[0]


def test_tasks_are_counted_by_kind_and_listed_in_order(server):
    made = [held(server, FAR + number * 86_400_000)[1] for number in range(3)]
    listed = pages(server, "/v1/tasks", "tasks", limit=2)
    assert listed == sorted(listed, key=lambda each: (each["due"], each["id"]))
    assert {each["id"] for each in made} <= {each["id"] for each in listed}
    kinds = {each["kind"]: each for each in server.operator.get("/v1/tasks")["kinds"]}
    kind = made[0]["kind"]
    assert kinds[kind]["waiting"] == len([each for each in listed if each["kind"] == kind])
    assert kinds[kind]["nextDue"] <= min(each["due"] for each in made)
    assert {each["kind"] for each in pages(server, "/v1/tasks", "tasks", kind=kind)} == {kind}
    assert pages(server, "/v1/tasks", "tasks", kind="nobody-does-this") == []
    for task in made:
        server.operator.delete(f"/v1/tasks/{task['id'].replace('/', '%2F')}")


def test_a_task_is_dropped_once(server):
    _, task = held(server, FAR)
    path = f"/v1/tasks/{task['id'].replace('/', '%2F')}"
    server.operator.delete(path)
    assert task["id"] not in [each["id"] for each in pages(server, "/v1/tasks", "tasks")]
    problem(server.operator.call("DELETE", path), "not_found")
    problem(server.operator.call("POST", f"{path}/run"), "not_found")


def test_a_task_that_is_run_comes_at_once(server):
    _, task = held(server, FAR)
    server.operator.post(f"/v1/tasks/{task['id'].replace('/', '%2F')}/run", expecting=204)
    # It finds that it is too early, and waits again: it was given out.
    eventually(lambda: [each for each in pages(server, "/v1/tasks", "tasks") if each["id"] == task["id"] and each["due"] > task["due"] - 1
                        and each["attempts"] > task["attempts"]] or task["id"] not in [each["id"] for each in pages(server, "/v1/tasks", "tasks")])


# Snapshots, and one look at all.

def test_snapshots_are_listed_newest_first(server):
    server.person()
    taken = server.operator.post("/v1/snapshots", expecting=201)
    listed = server.operator.get("/v1/snapshots")["snapshots"]
    assert listed[0] == taken
    assert [each["position"] for each in listed] == sorted((each["position"] for each in listed), reverse=True)


def test_the_overview_tells_what_happens(server, raw):
    before = server.operator.get("/v1/overview")
    ann, bob = server.person(), server.person()
    group = ann.group(bob)
    with raw(bob):
        ann.say(group, "hello")
        now = eventually(lambda: [look for look in [server.operator.get("/v1/overview")]
                                  if look["publishes"] == before["publishes"] + 1 and look["deliveries"] > before["deliveries"]])[0]
        assert now["connections"] >= 1 and now["sessions"] >= 1
    assert (now["ready"], now["hold"]) == (True, False)
    assert now["memory"] > 1_000_000 and now["loops"] >= 1 and now["version"]
    assert now["journal"]["position"] > before["journal"]["position"] and now["journal"]["bytes"] > before["journal"]["bytes"]
    assert sum(each["count"] for each in now["fsync"]["buckets"]) == now["fsync"]["count"] > before["fsync"]["count"]
    assert 0 < now["fsync"]["p50"] <= now["fsync"]["p99"] <= now["fsync"]["max"]


# The files of the page.

def test_the_page_is_open_and_strict(server):
    page = server.api().call("GET", "/console")
    assert page.status_code == 200 and page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["content-security-policy"] == (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
    assert (page.headers["x-content-type-options"], page.headers["referrer-policy"], page.headers["cache-control"]) == ("nosniff", "no-referrer", "no-cache")
    again = server.api().call("GET", "/console", headers={"If-None-Match": page.headers["etag"]})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", page.headers["etag"])
    assert server.api().call("GET", "/console", headers={"If-None-Match": '"other"'}).status_code == 200


@pytest.mark.parametrize(("file", "media"), [("main.js", "text/javascript"), ("console.css", "text/css")])
def test_its_files_are_what_they_say(server, file, media):
    answer = server.api().call("GET", f"/console/{file}")
    assert answer.status_code == 200 and answer.headers["content-type"] == f"{media}; charset=utf-8"
    assert "content-security-policy" in answer.headers


def test_there_is_no_other_file(server):
    for path in ("/console/", "/console/..%2Fopenapi.yml", "/console/nothing.js"):
        problem(server.api().call("GET", path), "not_found")
