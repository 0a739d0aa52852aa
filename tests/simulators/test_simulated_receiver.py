"""The integrator's server: takes what is signed, counts ids, fails as it is told. The official library signs here."""

import json
from datetime import UTC, datetime, timedelta

from standardwebhooks.webhooks import Webhook

from simulators import Simulators
from tests.simulators.desk import Answer, Client

SECRET, OTHER = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_" + "QUFB" * 8


def told(client: Client, identifier: str, secret: str = SECRET, age: timedelta = timedelta()) -> Answer:
    raw, at = json.dumps({"type": "message.created"}), datetime.now(UTC) - age
    headers = {
        "webhook-id": identifier,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": f"v1,AAAA {Webhook(secret).sign(identifier, at, raw)}",
    }
    return client.raw("POST", "/receiver/crm", raw.encode(), **headers)


def test_what_is_signed_is_taken_and_counted(sim: Simulators, client: Client) -> None:
    client.call("PUT", "/sim/receiver/crm", {"secrets": [OTHER, SECRET]})

    assert [told(client, each).status for each in ("evt_1", "evt_1", "evt_2")] == [200, 200, 200]
    assert told(client, "evt_3", age=timedelta(minutes=6)).status == 401
    client.call("PUT", "/sim/receiver/crm", {"secrets": [OTHER]})
    assert told(client, "evt_3").status == 401

    shown = client.call("GET", "/sim/receiver/crm").json
    assert shown["taken"] == {"evt_1": 2, "evt_2": 1}
    assert [entry["status"] for entry in shown["received"]] == [200, 200, 200, 401, 401]


def test_it_fails_as_it_is_told(sim: Simulators, client: Client) -> None:
    client.call("PUT", "/sim/receiver/crm", {"secrets": [SECRET], "failures": 2, "status": 410})

    assert [told(client, "evt_1").status for _ in range(3)] == [503, 503, 410]
    assert client.call("PUT", "/sim/receiver/crm", {"secrets": ["mine"]}).status == 400
    assert client.call("PUT", "/sim/receiver/crm", {"status": 20}).status == 400
    sim.reset()
    assert told(client, "evt_1").status == 404
