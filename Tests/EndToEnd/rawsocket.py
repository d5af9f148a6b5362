"""A WebSocket client that hides nothing: it can break every rule, and shows every frame."""

import base64
import json
import os
import socket
import struct
import time

TEXT, BINARY, CLOSE, PING, PONG = 0x1, 0x2, 0x8, 0x9, 0xA


class Closed(Exception):
    def __init__(self, code, reason=""):
        super().__init__(f"closed with {code} {reason}")
        self.code, self.reason = code, reason


class RawSocket:
    """One connection. Pushes that come while a reply is awaited are kept in their order, and the other way about."""

    def __init__(self, server, token=None, *, path="/connection/websocket", headers=None, timeout=10, room=None, **connect):
        self.timeout = timeout
        self.answers_pings = True
        self.waiting = []
        self.pings = 0
        self.last_id = 0
        self._bytes = b""
        self.socket = socket.socket()
        if room:
            # How many bytes the kernel takes in for us, about; must be said before the connection is made.
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, room)
        self.socket.settimeout(timeout)
        self.socket.connect((server.host, server.port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.status, self.headers = self._handshake(server, path, headers or {})
        if token is not None:
            self.connected = self.ask(connect={"token": token, **connect})["connect"]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.drop()

    def drop(self):
        self.socket.close()

    def _handshake(self, server, path, headers):
        lines = {
            "Host": f"{server.host}:{server.port}", "Upgrade": "websocket", "Connection": "Upgrade",
            "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode(), **headers,
        }
        head = f"GET {path} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        self.socket.sendall(head.encode() + b"\r\n")
        while b"\r\n\r\n" not in self._bytes:
            self._read(time.monotonic() + self.timeout)
        head, self._bytes = self._bytes.split(b"\r\n\r\n", 1)
        first, *rest = head.decode().split("\r\n")
        return int(first.split(" ")[1]), {
            name.lower(): value.strip() for name, _, value in (line.partition(":") for line in rest)
        }

    # Out.

    def frame(self, opcode, payload=b"", *, last=True, reserved=0, masked=True):
        first = (0x80 if last else 0) | reserved << 4 | opcode
        size = len(payload)
        mark = 0x80 if masked else 0
        if size < 126:
            head = struct.pack("!BB", first, mark | size)
        elif size < 65536:
            head = struct.pack("!BBH", first, mark | 126, size)
        else:
            head = struct.pack("!BBQ", first, mark | 127, size)
        if masked:
            mask = os.urandom(4)
            head += mask
            key = (mask * (size // 4 + 1))[:size]
            payload = (int.from_bytes(payload, "big") ^ int.from_bytes(key, "big")).to_bytes(size, "big")
        self.socket.sendall(head + payload)

    def text(self, text):
        self.frame(TEXT, text.encode())

    def send(self, *commands):
        """Commands in one frame, one a line."""
        self.text("\n".join(json.dumps(command, ensure_ascii=False) for command in commands))

    def ask(self, **verb):
        """One command and its reply."""
        self.last_id += 1
        self.send({"id": self.last_id, **verb})
        return self.reply(self.last_id)

    def rpc(self, method, data):
        """The data of an answer, or the error of a refusal."""
        reply = self.ask(rpc={"method": method, "data": data})
        return reply["error"] if "error" in reply else reply["rpc"].get("data", {})

    def position(self, channel):
        """A round trip: what the server had to push before it is in `waiting` after it."""
        return self.ask(history={"channel": channel, "limit": 0})

    # In.

    def reply(self, command_id):
        return self._first(lambda item: item.get("id") == command_id, f"reply {command_id}")

    def push(self, channel, kind, accepts=lambda body: True):
        """The next push of a kind in a channel, and what it carries."""
        def wanted(item):
            push = item.get("push", {})
            return push.get("channel", "") == channel and kind in push and accepts(push[kind])

        return self._first(wanted, f"{kind} in {channel}")["push"][kind]

    def publication(self, channel):
        """The next publication that is a message, not an event."""
        return self.push(channel, "pub", lambda pub: pub.get("offset", 0) > 0)

    def event(self, channel, name):
        pub = self.push(channel, "pub", lambda pub: pub.get("tags", {}).get("event") == name)
        assert not pub.get("offset"), pub
        return pub

    def pushes(self, channel=None):
        """Those that have come and nobody has asked for."""
        found = [item["push"] for item in self.waiting if "push" in item]
        return [push for push in found if channel is None or push.get("channel") == channel]

    def close_code(self, timeout=None):
        """The code that the server closes with; whatever comes before it is passed over."""
        deadline = time.monotonic() + (timeout or self.timeout)
        try:
            while True:
                self.waiting += self._frame(deadline)
        except Closed as closed:
            return closed.code

    def await_ping(self, timeout):
        deadline, seen = time.monotonic() + timeout, self.pings
        while self.pings == seen:
            self.waiting += self._frame(deadline)

    def _first(self, wanted, what):
        for index, item in enumerate(self.waiting):
            if wanted(item):
                return self.waiting.pop(index)
        deadline = time.monotonic() + self.timeout
        while True:
            try:
                items = self._frame(deadline)
            except TimeoutError:
                raise AssertionError(f"no {what} in {self.timeout} s; waiting: {self.waiting}") from None
            except Closed as closed:
                raise AssertionError(f"{closed} before {what}; waiting: {self.waiting}") from None
            self.waiting += items
            for index, item in enumerate(self.waiting):
                if wanted(item):
                    return self.waiting.pop(index)

    def _frame(self, deadline):
        opcode, payload = self.next_frame(deadline)
        if opcode == TEXT:
            items = [json.loads(line) for line in payload.decode().split("\n") if line.strip()]
            for _ in range(items.count({})):
                self.pings += 1
                if self.answers_pings:
                    self.text("{}")
            return [item for item in items if item != {}]
        if opcode == CLOSE:
            code = struct.unpack("!H", payload[:2])[0] if len(payload) >= 2 else 1005
            raise Closed(code, payload[2:].decode())
        if opcode == PING:
            self.frame(PONG, payload)
        return []

    def next_frame(self, deadline=None):
        deadline = deadline or time.monotonic() + self.timeout
        first, second = self._take(2, deadline)
        size = second & 0x7F
        if size >= 126:
            size = int.from_bytes(self._take(2 if size == 126 else 8, deadline), "big")
        return first & 0x0F, self._take(size, deadline)

    def _take(self, count, deadline):
        while len(self._bytes) < count:
            self._read(deadline)
        taken, self._bytes = self._bytes[:count], self._bytes[count:]
        return taken

    def _read(self, deadline):
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self.socket.settimeout(left)
        try:
            piece = self.socket.recv(1 << 20)
        except ConnectionError as error:
            raise Closed(1006, str(error)) from error
        if not piece:
            raise Closed(1006, "without a close frame")
        self._bytes += piece
