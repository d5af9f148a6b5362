"""Debian's chromium over its DevTools protocol: pages that a test drives as a person does, and all that they complain of."""

import base64
import contextlib
import itertools
import json
import os
import pathlib
import re
import selectors
import shutil
import subprocess
import time

from websockets.sync.client import connect

KEYS = {"Enter": ("Enter", 13, "\r"), "Escape": ("Escape", 27, "")}


def executable():
    """The browser: CHROMIUM, or what the system has; None without one."""
    return os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")


class Browser:
    """One browser process without a window; each page has a profile of its own."""

    def __init__(self, directory):
        # No service of the browser's own may go out: whatever is requested is the page's doing.
        self.process = subprocess.Popen(
            [executable(), "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
             "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-proxy-server",
             "--hide-scrollbars", "--force-color-profile=srgb", "--remote-debugging-port=0", f"--user-data-dir={directory}", "about:blank"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        )
        self._open = contextlib.ExitStack()
        self._socket = self._open.enter_context(connect(self._address(), max_size=None, compression=None, proxy=None))
        self._numbers = itertools.count(1)
        self._pages = {}

    def _address(self, within=30):
        deadline, said = time.monotonic() + within, b""
        with selectors.DefaultSelector() as selector:
            selector.register(self.process.stderr, selectors.EVENT_READ)
            while not (found := re.search(rb"DevTools listening on (ws://\S+)\n", said)):
                assert selector.select(max(0, deadline - time.monotonic())), f"no browser: {said[-2000:]!r}"
                piece = os.read(self.process.stderr.fileno(), 65536)
                assert piece, f"the browser ended: {said[-2000:]!r}"
                said += piece
        return found[1].decode()

    def call(self, method, session=None, timeout=30, **parameters):
        number = next(self._numbers)
        message = {"id": number, "method": method, "params": parameters}
        self._socket.send(json.dumps({**message, "sessionId": session} if session else message))
        while True:
            answer = json.loads(self._socket.recv(timeout))
            if answer.get("id") == number:
                assert "error" not in answer, f"{method}: {answer['error']}"
                return answer["result"]
            if "method" in answer and (page := self._pages.get(answer.get("sessionId"))):
                page.happened(answer["method"], answer["params"])

    def page(self, width=1280, height=800):
        context = self.call("Target.createBrowserContext")["browserContextId"]
        target = self.call("Target.createTarget", url="about:blank", browserContextId=context)["targetId"]
        session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        page = self._pages[session] = Page(self, session, context)
        for domain in ("Page", "Runtime", "Log", "Network"):
            page.call(f"{domain}.enable")
        page.resize(width, height)
        return page

    def close(self):
        self._open.close()
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(10)
        self.process.stderr.close()


class Page:
    def __init__(self, browser, session, context):
        self.browser, self.session, self.context = browser, session, context
        # What went wrong in the page, and what it asked for.
        self.complaints, self.requests = [], []

    def call(self, method, **parameters):
        return self.browser.call(method, session=self.session, **parameters)

    def happened(self, event, facts):
        if event == "Runtime.exceptionThrown":
            self.complaints.append(facts["exceptionDetails"].get("exception", {}).get("description") or facts["exceptionDetails"]["text"])
        elif event == "Runtime.consoleAPICalled" and facts["type"] in ("error", "warning", "assert"):
            self.complaints.append(str([each.get("value") for each in facts["args"]]))
        elif event == "Log.entryAdded" and facts["entry"]["level"] == "error" and facts["entry"]["source"] != "network":
            # An answer that is a refusal is logged as an error of the network, and is what a test asked for.
            self.complaints.append(facts["entry"]["text"])
        elif event == "Network.requestWillBeSent":
            self.requests.append(facts["request"]["url"])

    def resize(self, width, height, scale=1):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=scale, mobile=False)

    def theme(self, name):
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": name}])

    def go(self, url):
        self.call("Page.navigate", url=url)
        self.wait("document.readyState === 'complete'", "a page")

    def run(self, script):
        """The value of an expression in the page; promises are waited for."""
        answer = self.call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def wait(self, condition, what, within=10):
        """Waits until an expression in the page is true; answers its value."""
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            answer = self.call("Runtime.evaluate", returnByValue=True, awaitPromise=True, expression=f"""
                new Promise((done) => {{
                    const end = performance.now() + 500;
                    const look = () => {{
                        let found;
                        try {{ found = {condition}; }} catch {{ found = false; }}
                        if (found || performance.now() > end) done(found instanceof Node || found);
                        else setTimeout(look, 20);
                    }};
                    look();
                }})""")
            if value := answer.get("result", {}).get("value"):
                return value
        raise AssertionError(f"not within {within} s: {what}; the page says: {self.text[:1500]}; complaints: {self.complaints}")

    @property
    def text(self):
        return self.run("document.body?.innerText ?? ''")

    def see(self, text, within=10):
        self.wait(f"document.body.innerText.includes({json.dumps(text)})", f"the text {text!r}", within)

    def press(self, text, selector="button, a, summary"):
        """Clicks the first visible element with exactly this text, where it is."""
        find = (f"[...(document.querySelector('dialog[open]') ?? document).querySelectorAll({json.dumps(selector)})]"
                f".find((each) => each.innerText.trim() === {json.dumps(text)} && each.checkVisibility() && !each.disabled)")
        self.wait(f"!!{find}", f"something to press with the text {text!r}")
        self.click(f"({find})")

    def click(self, element):
        """Clicks the middle of what an expression gives."""
        x, y = self.run(f"(() => {{ const node = {element}; node.scrollIntoView({{block: 'nearest'}}); const box = node.getBoundingClientRect();"
                        f" return [box.x + box.width / 2, box.y + box.height / 2]; }})()")
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def type(self, text, into=None):
        """Types over what is selected; `into` is an input by its selector, emptied before."""
        if into is not None:
            self.wait(f"!!document.querySelector({json.dumps(into)})", f"an input {into}")
            self.run(f"(() => {{ const node = document.querySelector({json.dumps(into)}); node.focus(); node.select(); }})()")
        self.call("Input.insertText", text=text)

    def key(self, name, modifiers=0):
        named, code, text = KEYS.get(name) or (name, ord(name.upper()), "" if modifiers else name)
        for kind in ("keyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=named, windowsVirtualKeyCode=code, modifiers=modifiers,
                      **({"text": text} if text and kind == "keyDown" else {}))

    def picture(self, path):
        data = self.call("Page.captureScreenshot", format="png")["data"]
        pathlib.Path(path).write_bytes(base64.b64decode(data))

    def close(self):
        self.browser.call("Target.disposeBrowserContext", browserContextId=self.context)
