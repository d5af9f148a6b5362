import os
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))

from drivers import Clock, utc  # noqa: E402
from rawsocket import RawSocket  # noqa: E402
from switchboard import JWT_KEY, Server  # noqa: E402


def pytest_collection_modifyitems(items):
    if os.environ.get("SLOW") == "1":
        return
    skip = pytest.mark.skip(reason="runs with SLOW=1")
    for item in items:
        if "slow" in item.keywords:
            item.add_marker(skip)


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """A server that tests share; each makes people of its own, and none restarts it."""
    shared = Server(tmp_path_factory.mktemp("shared") / "data", SWITCHBOARD_JWT_HS256_KEY=JWT_KEY)
    shared.start()
    yield shared
    status = shared.stop()
    assert status == 0, shared.log()[-4000:]


@pytest.fixture
def own_server(tmp_path):
    """Makes servers that one test may stop, kill and start again."""
    made = []

    def make(name="data", **environment):
        made.append(Server(tmp_path / name, **environment))
        return made[-1]

    yield make
    for each in made:
        each.close()


@pytest.fixture
def timed(own_server, tmp_path):
    """A server of its own whose wall time is a file."""
    clock = Clock(tmp_path / "clock", utc("2026-03-02T09:00:00"))
    server = own_server(SWITCHBOARD_TEST_CLOCK=clock.path)
    server.start()
    server.clock = clock
    clock.server = server
    return server


@pytest.fixture
def raw(server):
    """Opens WebSocket connections to the shared server and drops them at the end."""
    opened = []

    def open_socket(person=None, on=server, **options):
        token = person.token if hasattr(person, "token") else person
        opened.append(RawSocket(on, token, **options))
        return opened[-1]

    yield open_socket
    for each in opened:
        each.drop()
