"""A driver's app and the organisation's software, as the driver tests use them."""

import email.utils
import datetime
import itertools
import time

_numbers = itertools.count(1)
DAY = 86_400_000


class Driver:
    """One driver with a session of his own."""

    def __init__(self, server, **attributes):
        self.server = server
        self.id = f"d{next(_numbers)}-{time.monotonic_ns() % 1_000_000}"
        self.address = f"driver:{self.id}"
        grant = {"subject": self.address, "ttl": 30 * 86400}
        if attributes:
            grant["attributes"] = attributes
        self.token = server.operator.post("/v1/tokens", grant, expecting=201)["token"]
        self.api = server.api(self.token)

    def become(self, **attributes):
        grant = {"subject": self.address, "ttl": 30 * 86400, "attributes": attributes}
        self.server.operator.post("/v1/tokens", grant, expecting=201)

    def poll(self, etag=None, **more):
        """The answer, or None when nothing is new."""
        answer = self.api.call("POST", "/driver/v1/chats/polling", {"etag": etag} if etag else {}, **more)
        if answer.status_code == 304:
            assert answer.content == b""
            return None
        assert answer.status_code == 200, answer.text
        assert answer.headers["etag"] == f'"{answer.json()["etag"]}"'
        return answer.json()

    def chats(self, etag=None, **more):
        body = {**({"etag": etag} if etag else {}), **more}
        return self.api.post("/driver/v1/chats/messages", body, expecting=200)

    def texts(self, chat="news", **more):
        found = [each for each in self.chats(**more)["chats"] if each["id"] == chat]
        return [message["text"] for message in found[0]["messages"]] if found else None

    def page(self, chat="news", expecting=200, **more):
        return self.api.post(f"/driver/v1/chats/{chat}/messages/list", more, expecting=expecting)

    def reply(self, chat="news", expecting=201, **fields):
        return self.api.post(f"/driver/v1/chats/{chat}/reply", fields, expecting=expecting)

    def status(self, statuses, chat="news", expecting=200):
        body = {"statuses": [{"id": each, "status": status} for each, status in statuses]}
        return self.api.post(f"/driver/v1/chats/{chat}/messages/status", body, expecting=expecting)


def send(server, to, text="hello", expecting=202, **fields):
    """Makes an item; `to` is one driver, several, or the field itself."""
    if isinstance(to, Driver):
        to = {"drivers": [to.id]}
    elif isinstance(to, list):
        to = {"drivers": [each.id for each in to]}
    body = {"key": f"k{next(_numbers)}", "tags": ["news"], "to": to, "text": text, "class": "service", **fields}
    return server.operator.post("/v1/feeds/items", body, expecting=expecting)


def configure(server, name, document, expecting=200, **headers):
    answer = server.operator.call("PUT", f"/v1/config/{name}", document, headers=headers)
    assert answer.status_code == expecting, answer.text
    return answer


def counts(server, item):
    return server.operator.get(f"/v1/feeds/items/{item['id']}")["counts"]


def explain(server, **query):
    return server.operator.get("/v1/explain", params=query)["decisions"]


def utc(text):
    """Milliseconds of a time in UTC."""
    return int(datetime.datetime.fromisoformat(text + "+00:00").timestamp() * 1000)


class Clock:
    """The server's wall time, from a file that it reads now and then."""

    def __init__(self, path, at):
        self.path = path
        self.server = None
        self.set(at)

    def set(self, at):
        """Sets it, and waits until a server that runs has seen it."""
        self.path.write_text(str(at))
        self.at = at
        if self.server:
            eventually(lambda: self._seen() == at // 1000)

    def _seen(self):
        answer = self.server.operator.call("GET", "/health/ready")
        return int(email.utils.parsedate_to_datetime(answer.headers["date"]).timestamp())


def eventually(condition, within=10):
    """Waits for what a task of the server's does in its own time."""
    deadline = time.monotonic() + within
    while True:
        found = condition()
        if found:
            return found
        assert time.monotonic() < deadline, f"not within {within} s"
        time.sleep(0.02)
