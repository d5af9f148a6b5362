"""HTTP: health, pages, accounts, users (the first rows of the table in the protocol)."""

import concurrent.futures
import statistics
import time

import pytest

from switchboard import PASSWORD, DidNotStart, command_line, problem


@pytest.mark.parametrize("path", ["/health/live", "/health/ready"])
def test_health_is_open_and_ok(server, path):
    assert server.api().get(path)["status"] == "ok"


@pytest.mark.parametrize("path", ["/metrics", "/openapi.yml", "/docs", "/"])
def test_pages_are_open_to_everyone(server, path):
    response = server.api().call("GET", path)
    assert response.status_code == 200, response.text
    assert response.content


def test_metrics_are_prometheus_text(server):
    response = server.api().call("GET", "/metrics")
    assert response.headers["content-type"].startswith("text/plain")
    assert any(line.startswith("# TYPE ") for line in response.text.splitlines())


def test_the_openapi_document_is_3_1_and_names_the_routes(server):
    text = server.api().call("GET", "/openapi.yml").text
    assert "openapi: 3.1" in text.replace('"', "").replace("'", "")
    for path in ("/register", "/login", "/logout", "/users", "/messages", "/groups", "/channels", "/chats"):
        assert path in text


@pytest.mark.parametrize("method,path", [
    ("GET", "/users/u1"), ("GET", "/users?query=a"), ("POST", "/messages"), ("GET", "/messages?mailbox=group:1"),
    ("GET", "/messages/group%3A1%2F1"), ("POST", "/groups"), ("POST", "/channels"), ("GET", "/chats"),
    ("POST", "/logout"), ("POST", "/v1/snapshots"), ("GET", "/v1/state-hash"), ("POST", "/v1/keys"),
    ("POST", "/v1/tokens"), ("POST", "/v1/release"), ("POST", "/groups/1/message"), ("GET", "/channels/1/messages"),
])
@pytest.mark.parametrize("token", [None, "not-a-token", "x" * 4000])
def test_everything_else_is_401_without_a_token(server, method, path, token):
    response = server.api(token).call(method, path, {} if method == "POST" else None)
    assert response.status_code == 401, response.text
    problem(response, "unauthenticated")


def test_an_unknown_path_is_404(server):
    problem_body = server.person().api.get("/no/such/path", expecting=404)
    assert problem_body["code"] == "not_found"


def test_a_known_path_with_another_method_is_a_problem(server):
    response = server.person().api.call("PUT", "/messages", {})
    assert response.status_code in (404, 405)
    problem(response)


# Registration.

def test_register_answers_the_user_and_no_secret(server):
    answer = server.api().post(
        "/register", {"username": "Robin.One_1-x", "password": PASSWORD, "displayName": "Робин Гуд"}, expecting=201
    )
    user = answer["user"]
    assert user["username"] == "Robin.One_1-x"
    assert user["displayName"] == "Робин Гуд"
    assert set(user) == {"id", "username", "displayName"}


def test_a_name_is_taken_without_regard_to_case(server):
    server.api().post("/register", {"username": "CamelName", "password": PASSWORD}, expecting=201)
    for taken in ("CamelName", "camelname", "CAMELNAME"):
        body = server.api().post("/register", {"username": taken, "password": PASSWORD}, expecting=409)
        assert body["code"] == "conflict"


@pytest.mark.parametrize("body", [
    {"username": "no-password"},
    {"password": PASSWORD},
    {},
    {"username": "", "password": PASSWORD},
    {"username": "empty-password", "password": ""},
    {"username": "weak-password", "password": "123"},
    {"username": "has space", "password": PASSWORD},
    {"username": "имя/slash", "password": PASSWORD},
    {"username": "x" * 65, "password": PASSWORD},
    {"username": "number-password", "password": 12345678901},
    {"username": ["list"], "password": PASSWORD},
    {"username": None, "password": PASSWORD},
], ids=str)
def test_a_registration_that_is_not_right_is_400(server, body):
    assert server.api().post("/register", body, expecting=400)["code"] == "bad_request"


def test_an_unknown_field_is_refused_by_name(server):
    body = server.api().post(
        "/register", {"username": "field-of-its-own", "password": PASSWORD, "isAdmin": True}, expecting=400
    )
    assert "isAdmin" in body["detail"]


@pytest.mark.parametrize("content", [
    b"", b"{", b"[]", b"null", b"7", b"\"text\"",
    b"{\"username\":\"a\xff\",\"password\":\"12345678\"}", b"{} {}", b"[" * 2000,
], ids=repr)
def test_what_is_not_one_json_object_is_400(server, content):
    response = server.api().call("POST", "/register", content=content)
    assert response.status_code == 400, response.text
    problem(response, "bad_request")


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/xml"])
def test_another_media_type_is_415(server, kind):
    response = server.api().call("POST", "/register", content=b"{}", headers={"Content-Type": kind})
    assert response.status_code == 415, response.text
    problem(response)


def test_json_with_a_charset_is_taken(server):
    response = server.api().call(
        "POST", "/login", content=b'{"username":"nobody-here","password":"x"}',
        headers={"Content-Type": "application/json; charset=utf-8"},
    )
    assert response.status_code == 401, response.text


def test_two_at_once_cannot_take_one_name(server):
    def register(_):
        return server.api().call("POST", "/register", {"username": "Contested", "password": PASSWORD}).status_code

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        statuses = sorted(pool.map(register, range(8)))
    assert statuses == [201] + [409] * 7


# Logging in and out.

def test_login_answers_a_token_the_user_and_when_it_ends(server):
    person = server.person(displayName="Ada")
    answer = server.api().post("/login", {"username": person.username, "password": PASSWORD}, expecting=200)
    assert answer["user"] == {"id": person.id, "username": person.username, "displayName": "Ada"}
    assert answer["token"] != person.token
    assert answer["expiresAt"] > time.time() * 1000


def test_login_does_not_regard_the_case_of_the_name(server):
    person = server.person("MixedCase")
    answer = server.api().post("/login", {"username": person.username.upper(), "password": PASSWORD}, expecting=200)
    assert answer["user"]["id"] == person.id


def test_a_wrong_password_and_a_wrong_name_are_told_alike(server):
    person = server.person()
    wrong = server.api().post("/login", {"username": person.username, "password": "wrong " + PASSWORD}, expecting=401)
    unknown = server.api().post("/login", {"username": "nobody-at-all", "password": PASSWORD}, expecting=401)
    assert wrong == unknown


def test_a_wrong_login_takes_as_long_for_a_name_that_does_not_exist(server):
    person = server.person()

    def seconds(username):
        start = time.perf_counter()
        server.api().post("/login", {"username": username, "password": "wrong"}, expecting=401)
        return time.perf_counter() - start

    known = [seconds(person.username) for _ in range(5)]
    unknown = [seconds("no-such-person") for _ in range(5)]
    assert 1 / 3 < statistics.median(known) / statistics.median(unknown) < 3


def test_bad_logins_are_throttled_and_told_when_to_come_back(server):
    person = server.person()

    def attempt(_=None):
        return server.api().call("POST", "/login", {"username": person.username, "password": "wrong"})

    for _ in range(60):
        response = attempt()
        if response.status_code == 429:
            break
        assert response.status_code == 401
    assert response.status_code == 429
    problem(response, "rate_limited")
    assert int(response.headers["retry-after"]) >= 1


def test_logout_ends_one_token_and_no_other(server):
    person = server.person()
    person = server.login(person.username, person.id)
    other = server.login(person.username, person.id)
    person.api.post("/logout", expecting=204)
    person.api.get("/chats", expecting=401)
    other.api.get("/chats")


def test_an_expired_session_is_401(own_server, tmp_path):
    clock = tmp_path / "clock"
    clock.write_text("1790000000000")
    server = own_server(SWITCHBOARD_TEST_CLOCK=clock).start()
    person = server.person()
    issued = server.operator.post("/v1/tokens", {"subject": "user:outsider", "ttl": 60}, expecting=201)
    assert issued["expiresAt"] == 1790000060000
    outsider = server.api(issued["token"])
    outsider.get("/chats")
    clock.write_text("1790000061000")
    deadline = time.monotonic() + 5
    while outsider.call("GET", "/chats").status_code == 200:
        assert time.monotonic() < deadline, "the clock is read at least every 100 ms"
    outsider.get("/chats", expecting=401)
    person.api.get("/chats")


# Users.

def test_a_user_is_shown_without_secrets(server):
    ada, bob = server.person(displayName="Ada L"), server.person()
    assert bob.api.get(f"/users/{ada.id}") == {"id": ada.id, "username": ada.username, "displayName": "Ada L"}


def test_an_unknown_user_is_404(server):
    assert server.person().api.get("/users/nobody-with-this-id", expecting=404)["code"] == "not_found"


def test_users_are_found_by_prefix_of_name_or_of_a_word_in_any_script(server):
    ada = server.person("Zebedee", displayName="Анна Ёлкина")
    searcher = server.person().api
    for query in ("zebed", "ZEBED", ada.username, "анн", "АНН", "ёлк"):
        found = [user["id"] for user in searcher.get("/users", params={"query": query})["users"]]
        assert ada.id in found, query
    for query in ("ebedee", "нна"):
        found = [user["id"] for user in searcher.get("/users", params={"query": query})["users"]]
        assert ada.id not in found, query


def test_the_list_of_users_is_paged_without_gaps_or_repeats(server):
    people = {server.person("Pageable").id for _ in range(5)}
    searcher, found, after = server.person().api, [], None
    for _ in range(5):
        params = {"query": "pageable", "limit": 2, **({"after": after} if after else {})}
        page = searcher.get("/users", params=params)
        assert len(page["users"]) <= 2
        found += [user["id"] for user in page["users"]]
        after = page["next"]
        if after is None:
            break
    assert after is None
    assert sorted(found) == sorted(people)


@pytest.mark.parametrize("params", [
    {"query": "a", "limit": "0"}, {"query": "a", "limit": "-1"}, {"query": "a", "limit": "many"},
    {"query": "a", "after": "not a cursor \u0000"},
], ids=str)
def test_a_page_that_cannot_be_is_400(server, params):
    server.person().api.get("/users", params=params, expecting=400)


# Origin.

def test_a_foreign_origin_is_403(server):
    person = server.person()
    for origin in ("https://evil.example", "null", "http://127.0.0.1.evil.example"):
        response = person.api.call("GET", "/chats", headers={"Origin": origin})
        assert response.status_code == 403, origin
        problem(response, "forbidden")


def test_the_servers_own_origin_and_none_are_let_in(server):
    person = server.person()
    assert person.api.call("GET", "/chats", headers={"Origin": server.url}).status_code == 200
    assert person.api.call("GET", "/chats").status_code == 200


# The operator's key and lesser ones.

def test_the_operators_key_is_made_and_kept_for_its_owner_only(own_server):
    server = own_server(SWITCHBOARD_OPERATOR_KEY=None).start()
    path = server.data / "operator.key"
    assert path.stat().st_mode & 0o777 == 0o600
    key = path.read_text().strip()
    assert server.api(key).get("/v1/state-hash")["hash"]
    assert key not in server.log()


def test_a_lesser_key_does_what_its_scopes_say_until_it_is_ended(server):
    made = server.operator.post("/v1/keys", {"name": "issuer", "scopes": ["tokens"]}, expecting=201)
    issuer = server.api(made["key"])
    token = issuer.post("/v1/tokens", {"subject": "user:from-outside", "ttl": 60}, expecting=201)["token"]
    server.api(token).get("/chats")
    issuer.post("/v1/keys", {"name": "more", "scopes": ["operator"]}, expecting=403)
    issuer.post("/v1/snapshots", expecting=403)
    issuer.get("/v1/state-hash", expecting=403)
    server.operator.delete(f"/v1/keys/{made['id']}", expecting=204)
    issuer.post("/v1/tokens", {"subject": "user:from-outside", "ttl": 60}, expecting=401)


def test_a_persons_token_opens_no_operators_door(server):
    person = server.person().api
    person.post("/v1/keys", {"name": "mine", "scopes": ["operator"]}, expecting=403)
    person.post("/v1/tokens", {"subject": "user:x", "ttl": 60}, expecting=403)
    person.post("/v1/snapshots", expecting=403)
    person.get("/v1/state-hash", expecting=403)


@pytest.mark.parametrize("body", [
    {"name": "x", "scopes": ["everything"]}, {"name": "x"}, {"scopes": ["tokens"]}, {"name": "x", "scopes": "tokens"},
], ids=str)
def test_a_key_that_cannot_be_is_400(server, body):
    server.operator.post("/v1/keys", body, expecting=400)


@pytest.mark.parametrize("body", [
    {"subject": "group:x", "ttl": 60}, {"subject": "nonsense", "ttl": 60}, {"subject": "user:x", "ttl": 0},
    {"subject": "user:x", "ttl": -5}, {"subject": "user:x", "ttl": "long"}, {"ttl": 60},
    {"subject": "user:a b", "ttl": 9},
], ids=str)
def test_a_token_that_cannot_be_is_400(server, body):
    server.operator.post("/v1/tokens", body, expecting=400)


# The command line.

def test_an_unknown_variable_is_refused_by_name(own_server):
    server = own_server(SWITCHBOARD_PUBLISH_RATES="5")
    with pytest.raises(DidNotStart) as refused:
        server.start()
    assert refused.value.status != 0
    assert "SWITCHBOARD_PUBLISH_RATES" in refused.value.log


def test_an_unknown_option_and_a_bad_address_are_refused(tmp_path):
    data = tmp_path / "data"
    assert command_line("serve", "--data", data, "--frobnicate").returncode != 0
    assert command_line("serve", "--data", data, "--listen", "nowhere").returncode != 0


def test_the_ready_line_tells_where_and_what_was_recovered(own_server):
    server = own_server().start()
    assert server.ready["event"] == "ready"
    assert server.port > 0
    assert int(server.ready["mqtt"].rsplit(":", 1)[1]) > 0
    assert server.ready["recovered"]["records"] == 0
    assert server.ready["recovered"]["milliseconds"] >= 0
