"""What pages are about: one of each kind, of which the desk may have none yet. Paths of `pages.py` name them."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from infra.local.cloud import eventually
from infra.local.desk import Desk, Json
from infra.local.flows import phone_number, tag
from infra.local.http_json import call
from infra.local.workspace import ADMIN, AGENT
from tests.web.browser import WebDesk

NUMBER = "106540352242922"
NAME = "Looked at"
# Far enough that nobody is shown it meanwhile.
LATER = timedelta(days=300)
WEEK = {str(day): [["09:00", "12:30"], ["13:30", "18:00"]] for day in range(5)}
MADE: dict[str, tuple[str, Json]] = {
    "team": ("/teams", {"name": NAME}),
    "hours": ("/hours", {"name": NAME, "zone": "Europe/Berlin", "weekly": WEEK}),
    "canned": (
        "/canned-responses?scope=all",
        {"title": NAME, "shortcut": "looked", "body": "Dear {{contact.name}}, thank you.", "scope": "all"},
    ),
    "macro": (
        "/macros?scope=all",
        {
            "name": NAME,
            "scope": "all",
            "actions": [{"do": "note", "text": "Checked."}, {"do": "status", "status": "resolved"}],
        },
    ),
    "segment": ("/segments", {"name": NAME, "condition": {"field": "contact.tier", "in": ["gold", "platinum"]}}),
    "source": (
        "/data-sources",
        {
            "key": "looked_at",
            "name": NAME,
            "url": "https://orders.example.org/{email}",
            "mapping": {"orders": {"path": "length(orders)", "type": "number"}},
            "enabled": False,
        },
    ),
    "replay": ("/routing/replays", {"source": {"generated": {"hours": 1, "arrivals_per_hour": 10}}}),
}


def of(desk: WebDesk) -> dict[str, str]:
    """Their ids, by the names that paths have for them."""
    admin = desk.workspace.desk(desk.cloud, ADMIN)
    talk, other = _talk(desk, admin), _talk(desk, admin)
    agents = {one["email"]: one["id"] for one in admin.items("/agents?limit=100")}
    return {
        **{name: _first_or_new(admin, path, body) for name, (path, body) in MADE.items()},
        "announcement": _first_or_new(admin, "/announcements", _announcement()),
        "webhook": _first_or_new(admin, "/webhook-endpoints", _endpoint(desk)),
        "conversation": talk["id"],
        "second": other["id"],
        "contact": talk["contact_id"],
        "other": other["contact_id"],
        "agent": agents[desk.workspace.people[AGENT].email],
        "inbox": desk.workspace.inboxes["whatsapp"].id,
        "request": _request(desk, admin),
        "queue": admin.items("/queues")[-1]["team_id"],
    }


def put_away(desk: WebDesk, ids: dict[str, str]) -> None:
    """What would wait for somebody."""
    admin = desk.workspace.desk(desk.cloud, ADMIN)
    for name in ("conversation", "second"):
        admin.call("POST", f"/conversations/{ids[name]}/status", {"status": "resolved"})


def chat_of(desk: WebDesk, origin: str) -> str:
    """The inbox of a chat for this site alone, which asks first."""
    settings = {"allowed_origins": [origin], "brand_name": "Lamps & Co", "pre_chat": ["name", "email!"]}
    body = {"channel": "web_chat", "name": f"Shop {tag()}", "settings": settings}
    return str(desk.workspace.desk(desk.cloud, ADMIN).call("POST", "/inboxes", body)["id"])


def _first_or_new(admin: Desk, path: str, body: Json) -> str:
    known = [one for one in admin.items(path) if NAME in one.values() or NAME not in body.values()]
    return str(known[0]["id"] if known else _id_of(admin.call("POST", path.partition("?")[0], body)))


def _id_of(made: Json) -> Any:
    """Some are answered beside a secret that is told once."""
    return made["id"] if "id" in made else next(one["id"] for one in made.values() if isinstance(one, dict))


def _announcement() -> Json:
    starts_at = (datetime.now(UTC) + LATER).isoformat()
    return {"client_id": tag(), "title": NAME, "body": "Nothing stops.", "starts_at": starts_at}


def _endpoint(desk: WebDesk) -> Json:
    there = f"{desk.cloud.providers.url}/receiver/looked"
    return {"url": there, "types": ["note.*"], "description": NAME, "enabled": False}


def _talk(desk: WebDesk, admin: Desk) -> Json:
    """A customer who wrote, was answered and noted about."""
    name, number = f"Wilhelmina {tag()}", phone_number()
    for text in (
        "Good morning! Where is my order 1042?",
        "It was to come on Tuesday: https://shop.example.org/orders/1042",
    ):
        desk.cloud.providers.whatsapp_says(NUMBER, number, text=text, name=name)

    def found() -> Json | None:
        rows = admin.items("/conversations?view=all&limit=100")
        return next((row for row in rows if row["contact_name"] == name), None)

    talk: Json = eventually(found, f"{name} was not heard")
    for what, text in (
        ("messages", "It is with the carrier, and comes tomorrow."),
        ("notes", "Second delay this week."),
    ):
        body = {"client_id": tag(), "text": text}
        path = f"/conversations/{talk['id']}/{what}"
        eventually(partial(_taken, admin, path, body), f"{path} was not taken")
    return talk


def _taken(admin: Desk, path: str, body: Json) -> bool:
    return admin.ask("POST", path, body).ok


def _request(desk: WebDesk, admin: Desk) -> str:
    """A shop that asks to forget one of its customers, as its provider sends it."""
    path = "/privacy/requests?limit=1"
    if not admin.items(path):
        shop = desk.workspace.inboxes["shopify"]
        body = {"shop_domain": shop.account_id, "customer": {"id": 1, "email": f"{tag()}@example.org"}}
        digest = hmac.new(
            shop.credentials["client_secret"].encode(), json.dumps(body).encode(), hashlib.sha256
        ).digest()
        headers = {
            "X-Shopify-Topic": "customers/redact",
            "X-Shopify-Shop-Domain": str(shop.account_id),
            "X-Shopify-Webhook-Id": tag(),
            "X-Shopify-Hmac-Sha256": base64.b64encode(digest).decode(),
        }
        call("POST", desk.cloud.webhook_url("shopify", shop.id), body, headers)
    return str(eventually(lambda: admin.items(path), "the shop's request did not come")[0]["id"])
