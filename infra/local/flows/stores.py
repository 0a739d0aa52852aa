"""Stores: what a customer buys stands on the timeline of the contact who writes."""

import json
import time
from typing import Any

from infra.local.accounts import place_of
from infra.local.cloud import LocalCloud
from infra.local.desk import Json
from infra.local.flows import hops
from infra.local.flows.hops import COPIES, Flows, phone_number, tag
from infra.local.http_json import call
from infra.local.play import Play
from infra.local.workspace import Workspace
from simulators.signing import timestamped_signature


def shopify(play: Play) -> None:
    """An order, its payment and a refund, with the customer who asks about it on WhatsApp."""
    phone, post = phone_number(), play.post("shopify")
    play.begin()
    contact_id = _writes(play, phone)
    number = play.cloud.providers.call("POST", f"{place_of('shopify')}/orders", {"phone": f"+{phone}"})["number"]
    play.hop("order's signed webhook accepted", post.accepted)
    play.hop("the order is on the customer's timeline", lambda: _line(play, contact_id, "order.created"))
    _happens(play, number, "pay")
    play.hop("so is its payment", lambda: _line(play, contact_id, "order.paid"))
    play.hop("the order's state is paid", lambda: _state(play, contact_id) == "paid")
    _happens(play, number, "refund")
    play.hop("and a refund", lambda: _line(play, contact_id, "refund.created"))


def shopify_repeats(play: Play) -> None:
    """Every webhook three times: one line."""
    phone = phone_number()
    play.begin()
    contact_id = _writes(play, phone)
    order = {"phone": f"+{phone}"}
    hops.repeated(play, "shopify", lambda: play.cloud.providers.call("POST", f"{place_of('shopify')}/orders", order))
    play.hop("the timeline has one line of it", lambda: len(_lines(play, contact_id, "order")) == 1)


def events(play: Play) -> None:
    """Another system's event: signed by our own contract, told what became of it, the second time too."""
    phone = phone_number()
    play.begin()
    contact_id = _writes(play, phone)
    event: Json = {
        "id": f"sale-{tag()}",
        "type": "sale.made",
        "occurred_at": now(),
        "title": f"Sale of 59.90 EUR {tag()}",
    }
    event |= {"contact": {"phone": f"+{phone}"}, "subject": f"sale:{tag()}", "data": {"total": "59.90"}}
    play.hop("signed event accepted", lambda: told(play.cloud, play.workspace, event) == ["accepted"])
    line = play.hop("it is on the customer's timeline", lambda: _line(play, contact_id, "sale.made"))
    hops.expect(line["title"] == event["title"], f"the line says {line['title']}")
    play.hop(
        f"{COPIES} times more: each a duplicate",
        lambda: [told(play.cloud, play.workspace, event) for _ in range(COPIES)] == [["duplicate"]] * COPIES,
    )
    play.hop("the timeline has one line of it", lambda: len(_lines(play, contact_id, "sale")) == 1)


def _writes(play: Play, phone: str) -> str:
    """The customer asks on WhatsApp; the contact's id."""
    account, said = str(play.workspace.inboxes["whatsapp"].account_id), f"Has my order arrived? {tag()}"
    play.cloud.providers.whatsapp_says(account, phone, text=said, name=f"Omar {tag()}")
    row = play.hop("the customer has written on WhatsApp", lambda: play.newest_is(said))
    return str(row["contact_id"])


def _happens(play: Play, number: str, what: str) -> None:
    play.cloud.providers.call("POST", f"{place_of('shopify')}/orders/{number}/actions", {"type": what})


def _lines(play: Play, contact_id: str, kind: str) -> list[Json]:
    """Those of a kind, or whose kind begins with it: their conversation is on the timeline too."""
    return play.desk.items(f"/contacts/{contact_id}/timeline?kind={kind}")


def _line(play: Play, contact_id: str, kind: str) -> Json | None:
    return next(iter(_lines(play, contact_id, kind)), None)


def _state(play: Play, contact_id: str) -> Any:
    orders = play.desk.items(f"/contacts/{contact_id}/subjects?type=order")
    return orders[0]["data"]["financial_status"] if orders else None


def told(cloud: LocalCloud, workspace: Workspace, event: Json) -> list[str]:
    """A call of the till, and what it is told of each event."""
    inbox = workspace.inboxes["events"]
    raw, timestamp = json.dumps({"events": [event]}).encode(), str(int(time.time()))
    signature = timestamped_signature(inbox.credentials["secret"], timestamp, raw)
    headers = {"Content-Type": "application/json", "X-Timestamp": timestamp, "X-Signature": signature}
    answer = call("POST", cloud.webhook_url("events", inbox.id), raw=raw, headers=headers)
    hops.expect(answer.status == 202, f"the event was answered {answer.excerpt()}")
    return [result["status"] for result in answer.body["results"]]


def now() -> str:
    """The time, as events tell it."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


SHOPIFY: Flows = {"orders on the customer's timeline": shopify, "redelivered webhooks": shopify_repeats}
EVENTS: Flows = {"another system's event on the customer's timeline": events}
