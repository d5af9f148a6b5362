"""Outside services as the drivers' tests need them: real HTTP servers that are told how to answer."""

import collections
import http.server
import json
import threading
import time


class Outside:
    """One service on a free port; `answers` are taken in turn, the last one for all that follows.

    An answer is a status, or (status, body, headers); 0 closes the connection without an answer.
    """

    def __init__(self, *answers):
        self.requests = []
        self._answers = collections.deque(answers or [200])
        self._changed = threading.Condition()
        self._server = None
        self.port = 0
        self.start()

    def start(self):
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_any(self):
                headers = {name.title(): value for name, value in self.headers.items()}
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                answer = outer._took(self.command, self.path, headers, body)
                status, content, added = answer if isinstance(answer, tuple) else (answer, b"{}", {})
                if status == 0:
                    self.close_connection = True
                    return
                if not isinstance(content, bytes):
                    content = json.dumps(content).encode()
                self.send_response(status)
                for name, value in added.items():
                    self.send_header(name, value)
                if status != 304:
                    self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                if status != 304:
                    self.wfile.write(content)

            do_GET = do_POST = do_PUT = do_DELETE = handle_any

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True
            allow_reuse_address = True

        self._server = Server(("127.0.0.1", self.port), Handler)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def stop(self):
        """Nobody listens any more; `start` takes the same port again."""
        if self._server:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def answer(self, *answers):
        with self._changed:
            self._answers = collections.deque(answers)

    def _took(self, method, path, headers, body):
        with self._changed:
            answer = self._answers.popleft() if len(self._answers) > 1 else self._answers[0]
            status = answer[0] if isinstance(answer, tuple) else answer
            content = json.loads(body) if body[:1] in (b"{", b"[") else body
            self.requests.append(Request(method, path, headers, content, status, time.monotonic()))
            self._changed.notify_all()
        return answer

    def wait(self, holds, timeout=30):
        """Waits until something holds of this service; fails when it never does."""
        with self._changed:
            assert self._changed.wait_for(lambda: holds(self), timeout), [
                (each.method, each.path, each.status, each.body) for each in self.requests
            ]

    @property
    def events(self):
        """Those that were taken, in order, repetitions too."""
        return [
            event
            for request in list(self.requests) if request.status == 200 and isinstance(request.body, dict)
            for event in request.body.get("events", [])
        ]


Request = collections.namedtuple("Request", "method path headers body status at")

# Short waits, so that tests see several rounds of them.
QUICK = {"timeout": 5000, "attempts": 1, "backoff": {"first": 100, "max": 400, "jitter": 0.2},
         "circuit": {"failures": 3, "openFor": 300}}
