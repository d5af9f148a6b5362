"""SIGHUP reads the configuration file again: what can change at once does, a bad file changes nothing."""

import json
import signal
import time

import httpx
import pytest

from rawsocket import RawSocket


class Reloadable:
    """A server whose configuration is a file."""

    def __init__(self, own_server, path, **settings):
        self.path = path
        self.write(settings)
        self.server = own_server(SWITCHBOARD_CONFIG=str(path)).start()

    def write(self, settings):
        self.path.write_text(settings if isinstance(settings, str) else json.dumps(settings))

    def reload(self, settings, says):
        """Writes the file, signals, and waits until the log says how it went."""
        self.write(settings)
        before = len(self.server.log())
        self.server.process.send_signal(signal.SIGHUP)
        deadline = time.monotonic() + 20
        while says not in (news := self.server.log()[before:]):
            assert time.monotonic() < deadline, news
            time.sleep(0.02)
        return [json.loads(line) for line in news.splitlines()]


@pytest.fixture
def reloadable(own_server, tmp_path):
    return lambda **settings: Reloadable(own_server, tmp_path / "config.json", **settings)


DONE = "were read again"


def test_limits_hold_at_once_for_open_connections_and_for_http(reloadable):
    subject = reloadable(bodyBytesMax=1000)
    ada, bob = subject.server.person(), subject.server.person()
    group = ada.group(bob)
    body = {"text": "x" * 2000}
    with RawSocket(subject.server, ada.token) as socket:
        assert socket.ask(publish={"channel": group, "data": body})["error"]["code"] == 106
        ada.api.post("/messages", {"to": group, "body": body}, expecting=413)
        subject.reload({"bodyBytesMax": 4000, "publishRate": 1, "publishBurst": 2}, DONE)
        assert "publish" in socket.ask(publish={"channel": group, "data": body})
        assert "publish" in socket.ask(publish={"channel": group, "data": body})
        assert socket.ask(publish={"channel": group, "data": body})["error"]["code"] == 111
    bob.api.post("/messages", {"to": group, "body": body}, expecting=201)


def test_origins_are_renewed(reloadable):
    subject = reloadable()
    foreign = {"Origin": "https://shop.example"}
    url = subject.server.url + "/health/live"
    assert httpx.get(url, headers=foreign, trust_env=False).status_code == 403
    subject.reload({"allowedOrigins": "https://shop.example"}, DONE)
    assert httpx.get(url, headers=foreign, trust_env=False).status_code == 200


@pytest.mark.parametrize("broken", ["{", '{"bodyBytesMax":"many"}', '{"noSuchThing":1}', '{"jwks":"/nowhere"}'])
def test_a_file_that_is_wrong_changes_nothing_and_is_named_in_the_log(reloadable, broken):
    subject = reloadable(bodyBytesMax=1000)
    ada, bob = subject.server.person(), subject.server.person()
    group = ada.group(bob)
    subject.reload(broken, "the reload failed")
    ada.api.post("/messages", {"to": group, "body": {"text": "x" * 2000}}, expecting=413)
    ada.api.post("/messages", {"to": group, "body": {"text": "x" * 200}}, expecting=201)


def test_what_waits_for_a_restart_is_named(reloadable):
    subject = reloadable()
    lines = subject.reload({"loops": 1, "snapshotsKept": 7}, DONE)
    waiting = [line["settings"] for line in lines if "settings" in line]
    changed = [line["changed"] for line in lines if "changed" in line]
    assert (waiting, changed) == (["loops"], ["snapshotsKept"])
