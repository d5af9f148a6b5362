"""HTTPS and wss on one port, with a certificate made for the test."""

import shutil
import ssl
import subprocess

import httpx
import pytest

from sdk import Follower

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="makes a certificate with openssl")


@pytest.fixture
def certificate(tmp_path):
    key, chain = tmp_path / "key.pem", tmp_path / "chain.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost",
         "-keyout", str(key), "-out", str(chain)], check=True, capture_output=True,
    )
    return key, chain


async def test_https_and_wss_share_the_port(own_server, certificate):
    key, chain = certificate
    server = own_server(SWITCHBOARD_TLS_CERTIFICATE=chain, SWITCHBOARD_TLS_KEY=key).start()
    trust = ssl.create_default_context(cafile=str(chain))
    issued = httpx.post(
        f"https://{server.ready['http']}/v1/tokens", json={"subject": "user:ada", "ttl": 600}, verify=trust,
        headers={"Authorization": f"Bearer {server.environment['SWITCHBOARD_OPERATOR_KEY']}"}, trust_env=False,
    )
    assert issued.status_code == 201, issued.text
    url = f"wss://{server.ready['http']}/connection/websocket"
    async with Follower(url, issued.json()["token"], ssl_context=trust) as follower:
        await follower.until(lambda: "user:ada" in follower.subscribed, "one's own mailbox")
    assert server.stop() == 0
