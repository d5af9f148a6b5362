"""Nothing that a client sends breaks the server or is answered with a 5xx; a failure prints its seed."""

import json
import os
import random
import urllib.parse

import pytest

from rawsocket import TEXT, BINARY, RawSocket
from switchboard import problem

SEED = int(os.environ.get("SEED", "20"))
NASTY = [
    None, True, 0, -1, 1.5, 1e308, 2**63, 10**40, "", " ", "\u0000", "user:", "user:x", "group:nowhere", "../../etc",
    "x" * 300, "😀" * 50, [], [[]], {}, {"a": {"b": [None]}}, "9" * 400, "%00", "null", "channel:a~b", "direct:a~b",
]
ROUTES = [
    ("POST", "/register", ["username", "password", "displayName"]),
    ("POST", "/login", ["username", "password"]),
    ("POST", "/messages", ["to", "body", "key", "replyTo", "tags", "expiresAt", "priority"]),
    ("POST", "/groups", ["title", "members"]),
    ("POST", "/channels", ["title", "public"]),
    ("POST", "/groups/{}/members", ["members"]),
    ("POST", "/groups/{}/message", ["body", "key", "replyTo", "tags"]),
    ("POST", "/channels/{}/message", ["body", "key", "replyTo", "tags"]),
    ("POST", "/channels/{}/subscribers", []),
    ("GET", "/messages", ["mailbox", "before", "after", "limit"]),
    ("GET", "/messages/{}", []),
    ("GET", "/groups/{}/messages", ["before", "after", "limit"]),
    ("GET", "/users", ["query", "after", "limit"]),
    ("GET", "/users/{}", []),
    ("GET", "/chats", ["before", "limit"]),
    ("DELETE", "/groups/{}/members/{}", []),
    ("DELETE", "/channels/{}/subscribers/me", []),
]
OPERATORS_ROUTES = [
    ("POST", "/v1/keys", ["name", "scopes"]),
    ("POST", "/v1/tokens", ["subject", "ttl", "attributes", "roles"]),
    ("DELETE", "/v1/keys/{}", []),
]


def quoted(value):
    text = value if isinstance(value, str) else json.dumps(value)
    return urllib.parse.quote(text, safe="") or "x"


WHO = [(ROUTES, "person"), (OPERATORS_ROUTES, "operator")]


@pytest.mark.parametrize("routes,who", WHO, ids=["people", "operators"])
def test_no_request_is_answered_with_a_5xx(server, routes, who):
    dice = random.Random(SEED)
    api = server.person().api if who == "person" else server.operator
    for number in range(600):
        method, path, fields = dice.choice(routes)
        while "{}" in path:
            path = path.replace("{}", quoted(dice.choice(NASTY)), 1)
        chosen = {field: dice.choice(NASTY) for field in fields if dice.random() < 0.7}
        if method == "GET":
            query = "&".join(f"{name}={quoted(value)}" for name, value in chosen.items())
            response = api.call(method, f"{path}?{query}" if query else path)
        else:
            response = api.call(method, path, chosen if method == "POST" and fields else None)
        what = f"seed {SEED}, call {number}: {method} {path} {chosen} -> {response.status_code} {response.text[:300]}"
        assert response.status_code < 500, what
        if response.status_code >= 400:
            try:
                problem(response)
            except (AssertionError, KeyError, ValueError) as error:
                raise AssertionError(f"{what}: not a problem: {error}") from error
    assert server.api().get("/health/ready")["status"] == "ok"


COMMANDS = {
    "subscribe": ["channel", "recover", "epoch", "offset", "token", "data", "flag"],
    "unsubscribe": ["channel"], "publish": ["channel", "data"], "presence": ["channel"], "presence_stats": ["channel"],
    "history": ["channel", "limit", "since", "reverse"], "ping": [], "send": ["data"], "rpc": ["method", "data"],
    "refresh": ["token"], "sub_refresh": ["channel", "token"],
}
CLOSES = {1002, 1003, 1007, 1009, 3500, 3501, 3503, 3507, 3005, 3013}


def test_every_odd_command_is_answered_or_closes_with_a_code_that_says_so(server):
    dice = random.Random(SEED)
    person = server.person()
    group = person.group()
    socket = None
    for number in range(1, 500):
        socket = socket or RawSocket(server, person.token)
        verb = dice.choice(list(COMMANDS))
        known = [group, "publish", "ack", "typing", "chats", {"to": group, "body": {}}, {"in": group, "read": 1}]
        values = NASTY + known
        command = {"id": 1000 + number, verb: {f: dice.choice(values) for f in COMMANDS[verb] if dice.random() < 0.8}}
        socket.send(command)
        if verb == "send":
            continue
        try:
            socket.reply(1000 + number)
        except AssertionError as error:
            code = int(str(error).split()[2]) if str(error).startswith("closed with") else None
            assert code in CLOSES, f"seed {SEED}: {command}: {error}"
            socket.drop()
            socket = None
    assert server.api().get("/health/ready")["status"] == "ok"
    if socket:
        socket.drop()


@pytest.mark.parametrize("protocol", ["json", "protobuf"])
def test_noise_closes_the_connection_and_harms_no_other(server, protocol):
    dice = random.Random(SEED)
    person = server.person()
    bystander = RawSocket(server, person.token)
    headers = {"Sec-WebSocket-Protocol": "centrifuge-protobuf"} if protocol == "protobuf" else {}
    for _ in range(60):
        socket = RawSocket(server, headers=headers)
        try:
            for _ in range(3):
                noise = dice.randbytes(dice.randint(1, 200))
                if protocol == "json" and dice.random() < 0.5:
                    noise = "".join(dice.choices('{}[]":,0123456789eidconnect \\\n', k=80)).encode()
                socket.frame(TEXT if protocol == "json" else BINARY, noise)
        except OSError:
            # It was cut off before its noise was out.
            pass
        assert socket.close_code() in CLOSES | {1006}
        socket.drop()
    assert "error" not in bystander.position(person.address)
    bystander.drop()
