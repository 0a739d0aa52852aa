"""From things that happened to signed webhook POSTs: the envelope, batching, duplicates.

Source: "WhatsApp Cloud API, webhooks, components" (object > entry > changes > value) and "Graph API
webhooks" (one POST may bundle several events, of several accounts).
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from simulators.batching import Batcher
from simulators.knobs import KnobBoard
from simulators.signing import meta_signature
from simulators.webhooks import WebhookPoster
from simulators.whatsapp_accounts import Customer, Number
from simulators.wire import Json, dump

PROVIDER = "whatsapp"
OBJECT = "whatsapp_business_account"


@dataclass(frozen=True, slots=True)
class Change:
    """One thing to tell a number's webhook. `value` is without product and metadata; `at` (seconds) is the time of what
    tells none itself."""

    number: Number
    field: str
    value: Mapping[str, Any]
    at: int | None = None


def contact_of(customer: Customer) -> Json:
    """The `contacts[]` entry of a customer."""
    profile: Json = {"name": customer.name}
    if customer.username:
        profile["username"] = customer.username
    contact: Json = {"profile": profile}
    if not customer.hide_number:
        contact["wa_id"] = customer.wa_id
    if customer.user_id:
        contact["user_id"] = customer.user_id
    if customer.parent_user_id:
        contact["parent_user_id"] = customer.parent_user_id
    return contact


def envelope(changes: Sequence[Change]) -> Json:
    """One webhook body; messages and statuses of the same number share one change."""
    entries: dict[str, Json] = {}
    shared: dict[str, Json] = {}
    for change in changes:
        waba = change.number.waba_id
        entry = entries.setdefault(waba, {"id": waba, "changes": []})
        known = shared.get(change.number.phone_number_id) if change.field == "messages" else None
        if known is not None:
            _merge(known, change.value)
            continue
        value = _value(change)
        if change.field == "messages":
            shared[change.number.phone_number_id] = value
        if change.at is not None:
            entry["time"] = max(change.at, entry.get("time", 0))
        entry["changes"].append({"value": value, "field": change.field})
    return {"object": OBJECT, "entry": list(entries.values())}


def _value(change: Change) -> Json:
    given = {k: list(v) if isinstance(v, list) else v for k, v in change.value.items()}
    if change.field.startswith(("account_", "message_template_", "template_")):
        return given  # these tell of the account, not of a number
    metadata = {
        "display_phone_number": change.number.digits,
        "phone_number_id": change.number.phone_number_id,
    }
    return {"messaging_product": "whatsapp", "metadata": metadata, **given}


def _merge(value: Json, more: Mapping[str, Any]) -> None:
    for key in ("contacts", "messages", "statuses", "errors"):
        known = value.get(key, [])
        added = [v for v in more.get(key, []) if key != "contacts" or v not in known]
        if known or added:
            value[key] = known + added


class Notifier:
    """Posts changes to the numbers' webhooks, as the knobs say."""

    def __init__(self, poster: WebhookPoster, knobs: KnobBoard) -> None:
        self._poster = poster
        self._knobs = knobs
        self.batches: Batcher[Change] = Batcher(poster, knobs, self._post)

    def notify(self, change: Change) -> None:
        """Post one change, or keep it for a batch."""
        self.batches.add(f"{change.number.webhook_url} {change.number.app_secret}", change)

    def _post(self, changes: list[Change]) -> None:
        number = changes[0].number
        secret = number.app_secret
        if self._knobs.spend("bad_signature_next"):
            secret = hashlib.sha256(secret.encode()).hexdigest()  # surely not the app's secret
        self._poster.post(
            PROVIDER,
            number.phone_number_id,
            number.webhook_url,
            dump(envelope(changes)),
            lambda raw: {"X-Hub-Signature-256": meta_signature(secret, raw)},
            self._knobs.now.duplicates,
        )
