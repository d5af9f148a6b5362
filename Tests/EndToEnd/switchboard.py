"""One server process, and a person's or an operator's way into it over HTTP."""

import base64
import dataclasses
import hashlib
import hmac
import itertools
import json
import os
import pathlib
import selectors
import signal
import subprocess
import time

import httpx

ROOT = pathlib.Path(__file__).resolve().parents[2]
OPERATOR_KEY = "end-to-end-operator-key-0123456789abcdef"
JWT_KEY = "end-to-end-jwt-key-0123456789abcdef0123456789"
PASSWORD = "correct horse battery 7"

_numbers = itertools.count(1)
# One pool for all calls: making a client loads certificates, which costs more than the call.
_http = httpx.Client(trust_env=False, verify=False, timeout=20, limits=httpx.Limits(max_connections=64))


def binary():
    """The server to test: SWITCHBOARD_BINARY, else the newest one built here."""
    named = os.environ.get("SWITCHBOARD_BINARY")
    if named:
        return pathlib.Path(named).resolve()
    built = [ROOT / ".build" / mode / "switchboard" for mode in ("debug", "release")]
    built = [path for path in built if path.exists()]
    if not built:
        raise FileNotFoundError("no server: run `swift build`, or set SWITCHBOARD_BINARY")
    return max(built, key=lambda path: path.stat().st_mtime)


def command_line(*arguments, timeout=60, **environment):
    """Runs an operator's command to its end."""
    return subprocess.run(
        [str(binary()), *map(str, arguments)], capture_output=True, text=True, timeout=timeout,
        env=_environment(environment),
    )


def _environment(changes):
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("SWITCHBOARD_")}
    return {**inherited, **{name: str(value) for name, value in changes.items() if value is not None}}


class DidNotStart(Exception):
    def __init__(self, status, log):
        super().__init__(f"exit {status}: {log[-4000:]}")
        self.status, self.log = status, log


class Server:
    """`switchboard serve` on a directory; `start` returns when its ready line is out."""

    def __init__(self, data, **environment):
        self.data = pathlib.Path(data)
        self.environment = {"SWITCHBOARD_OPERATOR_KEY": OPERATOR_KEY, **environment}
        self.process = None
        self.ready = None
        self.listen = "127.0.0.1:0"
        self.log_path = self.data.parent / (self.data.name + ".log")

    def start(self, timeout=30):
        self.data.parent.mkdir(parents=True, exist_ok=True)
        with self.log_path.open("ab") as log:
            self.process = subprocess.Popen(
                [str(binary()), "serve", "--data", str(self.data), "--listen", self.listen, "--mqtt", "127.0.0.1:0"],
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log, env=_environment(self.environment),
            )
        line = self._first_line(timeout)
        if not line:
            try:
                status = self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.kill()
                status = "none within the time limit"
            raise DidNotStart(status, self.log())
        self.ready = json.loads(line)
        # A restart takes the same port, as a service's does, so that clients find it again.
        self.listen = self.ready["http"]
        return self

    def _first_line(self, timeout):
        deadline, line = time.monotonic() + timeout, b""
        with selectors.DefaultSelector() as selector:
            selector.register(self.process.stdout, selectors.EVENT_READ)
            while not line.endswith(b"\n"):
                if not selector.select(max(0, deadline - time.monotonic())):
                    return None
                piece = os.read(self.process.stdout.fileno(), 65536)
                if not piece:
                    return None
                line += piece
        return line

    def log(self):
        return self.log_path.read_text(errors="replace") if self.log_path.exists() else ""

    def stop(self, timeout=30):
        """SIGTERM; the exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self._gone(timeout)

    def kill(self):
        self.process.kill()
        return self._gone(10)

    def _gone(self, timeout):
        status = self.process.wait(timeout)
        self.process.stdout.close()
        return status

    def close(self):
        if self.process is not None and self.process.poll() is None:
            self.kill()

    @property
    def url(self):
        return f"http://{self.ready['http']}"

    @property
    def websocket_url(self):
        return f"ws://{self.ready['http']}/connection/websocket"

    @property
    def host(self):
        return self.ready["http"].rsplit(":", 1)[0]

    @property
    def port(self):
        return int(self.ready["http"].rsplit(":", 1)[1])

    def api(self, token=None):
        return API(self.url, token)

    @property
    def operator(self):
        return self.api(self.environment["SWITCHBOARD_OPERATOR_KEY"])

    def person(self, name=None, **fields):
        """Registers somebody with a name unique in this run, and lets them in.

        The token is the operator's to give: hashing the password once more for each person is half of a run's time.
        """
        username = f"{name or 'person'}-{next(_numbers)}"
        registration = {"username": username, "password": PASSWORD, **fields}
        user = self.api().post("/register", registration, expecting=201)["user"]
        grant = {"subject": f"user:{user['id']}", "ttl": 86400}
        return Person(user["id"], username, self.operator.post("/v1/tokens", grant, expecting=201)["token"], self)

    def login(self, username, user_id):
        token = self.api().post("/login", {"username": username, "password": PASSWORD}, expecting=200)["token"]
        return Person(user_id, username, token, self)

    def resident_bytes(self):
        with open(f"/proc/{self.process.pid}/statm") as sizes:
            return int(sizes.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    def state_hash(self):
        return self.operator.get("/v1/state-hash")["hash"]


class API:
    """Calls with one token; `expecting` is the status that the contract gives."""

    def __init__(self, url, token=None):
        self.url, self.token = url, token

    def call(self, method, path, body=None, *, headers=None, content=None, params=None):
        sent = dict(headers or {})
        if self.token is not None:
            sent.setdefault("Authorization", f"Bearer {self.token}")
        if body is not None:
            content = json.dumps(body, ensure_ascii=False).encode()
        if content is not None:
            sent.setdefault("Content-Type", "application/json")
        return _http.request(method, self.url + path, content=content, headers=sent, params=params)

    def get(self, path, expecting=200, **more):
        return self._checked(self.call("GET", path, **more), expecting)

    def post(self, path, body=None, expecting=(200, 201, 204), key=None, **more):
        if key is not None:
            more["headers"] = {**more.get("headers", {}), "Idempotency-Key": key}
        return self._checked(self.call("POST", path, body, **more), expecting)

    def delete(self, path, expecting=204, **more):
        return self._checked(self.call("DELETE", path, **more), expecting)

    @staticmethod
    def _checked(response, expecting):
        allowed = expecting if isinstance(expecting, tuple) else (expecting,)
        request = response.request
        assert response.status_code in allowed, (
            f"{request.method} {request.url} {request.content[:300]!r}"
            f" -> {response.status_code} {response.text[:600]}, expected {allowed}"
        )
        if response.status_code >= 400:
            return problem(response)
        return response.json() if response.content else None


def problem(response, code=None):
    """The body of an error, checked against RFC 9457 and our own `code`."""
    assert response.headers["content-type"].split(";")[0] == "application/problem+json", response.headers
    body = response.json()
    assert body["status"] == response.status_code
    for name in ("type", "title", "detail", "code"):
        assert isinstance(body[name], str) and body[name], f"{name} in {body}"
    assert body["code"] == body["code"].lower() and " " not in body["code"]
    if code is not None:
        assert body["code"] == code, body
    return body


@dataclasses.dataclass
class Person:
    id: str
    username: str
    token: str
    server: Server

    @property
    def address(self):
        return f"user:{self.id}"

    @property
    def api(self):
        return API(self.server.url, self.token)

    def direct(self, other):
        """The address of the direct chat with another."""
        return "direct:" + "~".join(sorted((self.id, other.id), key=str.encode))

    def say(self, to, text, **fields):
        to = to.address if isinstance(to, Person) else to
        return self.api.post("/messages", {"to": to, "body": {"text": text}, **fields}, expecting=(200, 201))

    def group(self, *members, title="A group"):
        made = self.api.post("/groups", {"title": title, "members": [each.id for each in members]}, expecting=201)
        return made["address"]

    def channel(self, title="A channel", public=True):
        return self.api.post("/channels", {"title": title, "public": public}, expecting=201)["address"]

    def join(self, channel):
        self.api.post(f"/channels/{ident(channel)}/subscribers")

    def history(self, mailbox, **params):
        return self.api.get("/messages", params={"mailbox": mailbox, **params})

    def whole_history(self, mailbox, limit=100):
        """Every message, page by page, and the answer's head and epoch."""
        messages, after, page = [], "0", None
        while after is not None:
            page = self.history(mailbox, after=after, limit=limit)
            messages += page["messages"]
            after = page["next"]
        return messages, page["head"], page["epoch"]


def ident(address):
    return address.split(":", 1)[1]


def jwt(subject, expires_at, key=JWT_KEY):
    """A token that another identity system would sign."""
    def part(data):
        return base64.urlsafe_b64encode(data).rstrip(b"=")

    claims = json.dumps({"sub": subject, "exp": expires_at}).encode()
    signed = part(b'{"alg":"HS256","typ":"JWT"}') + b"." + part(claims)
    return (signed + b"." + part(hmac.new(key.encode(), signed, hashlib.sha256).digest())).decode()
