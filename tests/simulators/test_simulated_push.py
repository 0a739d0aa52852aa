"""The push service: keeps what comes for a browser as it came, takes only what says what it is, fails as it is told."""

import base64

from simulators import Simulators
from tests.simulators.desk import Client

SAID = {"TTL": "60", "Urgency": "high", "Content-Encoding": "aes128gcm", "Authorization": "vapid t=a.b.c, k=d"}


def test_what_is_pushed_is_kept_for_its_browser(sim: Simulators, client: Client) -> None:
    client.call("PUT", "/sim/push/laptop", {})

    assert client.raw("POST", "/push/laptop", b"\x00sealed", **SAID).status == 201
    (message,) = client.call("GET", "/sim/push/laptop").json["messages"]
    assert (base64.b64decode(message["body"]), message["ttl"], message["urgency"]) == (b"\x00sealed", "60", "high")


def test_what_is_no_push_is_refused_and_a_browser_nobody_knows_is_gone(sim: Simulators, client: Client) -> None:
    client.call("PUT", "/sim/push/laptop", {})

    for missing in ("TTL", "Content-Encoding", "Authorization"):
        said = {name: value for name, value in SAID.items() if name != missing}
        assert client.raw("POST", "/push/laptop", b"sealed", **said).status == 400
    assert client.raw("POST", "/push/phone", b"sealed", **SAID).status == 410
    assert client.call("GET", "/sim/push/laptop").json["messages"] == []


def test_it_fares_as_it_is_told(sim: Simulators, client: Client) -> None:
    client.call("PUT", "/sim/push/laptop", {"status": 503})

    assert client.raw("POST", "/push/laptop", b"sealed", **SAID).status == 503
    assert client.call("PUT", "/sim/push/laptop", {"status": 99}).status == 400
    assert client.call("GET", "/sim/push/phone").status == 404
    sim.reset()
    assert client.call("GET", "/sim/push/laptop").status == 404
