"""Templates at the simulated WhatsApp: pages of the list, reviews and their webhooks, and the webhook's own address."""

from simulators import Simulators
from tests.simulators.desk import PNID, Client, Receiver

TEMPLATE = f"/sim/whatsapp/numbers/{PNID}/templates/order_update/en_US"


def test_the_list_comes_in_pages(client: Client) -> None:
    first = client.graph("GET", "/waba-1/message_templates?limit=3").json
    after = first["paging"]["cursors"]["after"]
    last = client.graph("GET", f"/waba-1/message_templates?limit=3&after={after}").json

    assert [len(page["data"]) for page in (first, last)] == [3, 1]
    assert "next" in first["paging"]
    assert "next" not in last["paging"]


def test_a_review_is_told_and_counts(sim: Simulators, client: Client, receiver: Receiver) -> None:
    answer = client.call("PUT", TEMPLATE, {"status": "PAUSED", "reason": "LOW_QUALITY", "quality": "RED"})

    assert answer.status == 200
    assert sim.settle()
    (status,) = receiver.values("message_template_status_update")
    (quality,) = receiver.values("message_template_quality_update")
    assert (status["event"], status["message_template_name"]) == ("PAUSED", "order_update")
    assert quality["new_quality_score"] == "RED"
    listed = client.graph("GET", "/waba-1/message_templates?name=order_update").json["data"]
    assert [one["status"] for one in listed] == ["PAUSED"]


def test_a_new_template_waits_for_its_review_and_may_go(client: Client) -> None:
    path = TEMPLATE.replace("order_update", "made_here")
    made = client.call("PUT", path, {"body": "Hi {{1}}"}).json["templates"]

    assert [one["status"] for one in made] == ["PENDING"]
    assert client.call("PUT", path, {"gone": True}).json["templates"] == []
    assert client.call("PUT", path, {"colour": "red"}).status == 400


def test_an_address_that_does_not_prove_itself_is_refused(client: Client) -> None:
    body = {"override_callback_uri": "http://127.0.0.1:9/none", "verify_token": "x"}

    assert client.graph("POST", "/waba-1/subscribed_apps", body).status == 400
    assert client.graph("POST", "/waba-1/subscribed_apps", {}).json == {"success": True}
