"""What customers can send: each inbound message type, from a short description to the wire form.

Source: "WhatsApp Cloud API, webhooks, messages webhook" (one page per type). Types that pages
disagree about or that are newer than the reference can be sent whole with the `raw` key.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from simulators.whatsapp_accounts import Customer, PhoneMessage
from simulators.whatsapp_errors import webhook_error
from simulators.wire import Json

_AD: Json = {
    "source_url": "https://fb.me/example-ad",
    "source_id": "120210000000000001",
    "source_type": "ad",
    "headline": "Chat with us",
    "body": "Ask us anything",
    "media_type": "image",
    "image_url": "https://example.com/ad.jpg",
    "thumbnail_url": "https://example.com/ad-small.jpg",
    "ctwa_clid": "ARAkLkA8rmlFeiCktEJQ-QTwRiyYHAFDLMNDBH0CD3qpjd0HR4irJ6LEkR7JwFF4",
}
_SILENT = ("reaction", "edit", "revoke", "system")


class BadDescription(ValueError):
    """A description from which no message can be made."""


def _needed(spec: Json, key: str) -> Any:
    if spec.get(key) in (None, ""):
        raise BadDescription(f"a {spec.get('type')} needs {key}")
    return spec[key]


def _only(spec: Json, *keys: str) -> Json:
    return {key: spec[key] for key in keys if spec.get(key) is not None}


def _text(spec: Json) -> Json:
    return {"type": "text", "text": {"body": _needed(spec, "text")}}


def _media(spec: Json) -> Json:
    kind = spec["type"]
    part = dict(spec["media"])
    if kind == "audio":
        part["voice"] = bool(spec.get("voice", False))
    elif kind == "sticker":
        part["animated"] = bool(spec.get("animated", False))
    else:
        part |= _only(spec, "caption")
    if kind == "document":
        part["filename"] = spec.get("filename", "document.pdf")
    return {"type": kind, kind: part}


def _location(spec: Json) -> Json:
    where = {"latitude": 38.7223, "longitude": -9.1393}
    where |= _only(spec, "latitude", "longitude", "name", "address", "url")
    return {"type": "location", "location": where}


def _contacts(spec: Json) -> Json:
    card = {
        "name": {"formatted_name": "Rui Costa", "first_name": "Rui", "last_name": "Costa"},
        "phones": [{"phone": "+351 910 000 002", "wa_id": "351910000002", "type": "CELL"}],
    }
    return {"type": "contacts", "contacts": spec.get("contacts", [card])}


def _reaction(spec: Json) -> Json:
    reaction = {"message_id": _needed(spec, "message_id")} | _only(spec, "emoji")
    return {
        "type": "reaction",
        "reaction": reaction,
    }  # without an emoji: the reaction is taken away


def _reply(*keys: str) -> Callable[[Json], Json]:
    def make(spec: Json) -> Json:
        kind = spec["type"]
        part = {key: _needed(spec, key) for key in ("id", "title")} | _only(spec, *keys)
        return {"type": "interactive", "interactive": {"type": kind, kind: part}}

    return make


def _form_reply(spec: Json) -> Json:
    part = {"name": "flow", "body": "Sent", "response_json": spec.get("response_json", "{}")}
    return {"type": "interactive", "interactive": {"type": "nfm_reply", "nfm_reply": part}}


def _call_permission(spec: Json) -> Json:
    part = {"response": spec.get("response", "accept"), "response_source": "user_action"}
    part |= _only(spec, "expiration_timestamp")
    inner = {"type": "call_permission_reply", "call_permission_reply": part}
    return {"type": "interactive", "interactive": inner}


def _button(spec: Json) -> Json:
    text = _needed(spec, "text")
    return {"type": "button", "button": {"payload": spec.get("payload", text), "text": text}}


def _order(spec: Json) -> Json:
    item = {"product_retailer_id": "sku-1", "quantity": 2, "item_price": 19.9, "currency": "EUR"}
    order = {"catalog_id": spec.get("catalog_id", "194836987003835")} | _only(spec, "text")
    order["product_items"] = spec.get("product_items", [item])
    return {"type": "order", "order": order}


def _system(spec: Json) -> Json:
    part = {"type": spec.get("system_type", "user_changed_number")}
    part |= _only(spec, "body", "wa_id", "user_id")
    part.setdefault("body", "User changed")
    return {"type": "system", "system": part} | _only(spec, "identity")


def _edit(spec: Json) -> Json:
    target = _needed(spec, "message_id")
    changed: Json = spec.get("message") or {"type": "text", "text": {"body": _needed(spec, "text")}}
    changed = {"context": {"id": target}} | changed
    return {"type": "edit", "edit": {"original_message_id": target, "message": changed}}


def _revoke(spec: Json) -> Json:
    return {"type": "revoke", "revoke": {"original_message_id": _needed(spec, "message_id")}}


def _unsupported(spec: Json) -> Json:
    error = webhook_error(131051, "Message type is currently not supported.")
    shown = {"type": spec.get("unsupported_type", "unknown")}
    return {"type": "unsupported", "errors": [error], "unsupported": shown}


MAKERS: dict[str, Callable[[Json], Json]] = {
    "text": _text,
    **dict.fromkeys(("image", "video", "audio", "document", "sticker"), _media),
    "location": _location,
    "contacts": _contacts,
    "reaction": _reaction,
    "button_reply": _reply(),
    "list_reply": _reply("description"),
    "nfm_reply": _form_reply,
    "call_permission_reply": _call_permission,
    "button": _button,
    "order": _order,
    "system": _system,
    "edit": _edit,
    "revoke": _revoke,
    "unsupported": _unsupported,
}


def wire_message(spec: Json) -> Json:
    """The type-dependent part of `messages[]` for a description, or BadDescription."""
    kind = spec.get("type", "text")
    if kind in MAKERS:
        message = MAKERS[kind](spec | {"type": kind})
    elif "raw" in spec:
        message = {"type": kind}
    else:
        raise BadDescription(f"unknown type {kind}; known: {', '.join(MAKERS)}")
    if "referral" in spec:
        message["referral"] = _AD if spec["referral"] is True else spec["referral"]
    whole: Json = message | spec.get("raw", {})
    return whole


def context_of(spec: Json, quoted_from: str) -> Json | None:
    """The `context` of a message: what it answers, if forwarded, which product."""
    context = _only(spec, "forwarded", "frequently_forwarded", "referred_product")
    if spec.get("reply_to"):
        context |= {"from": quoted_from, "id": spec["reply_to"]}
    return context or None


def counts_as_writing(message: Json) -> bool:
    """Whether the message opens the customer service window."""
    return message["type"] not in _SILENT


def shown_text(message: Json) -> str:
    """What the phone shows for a message of either side, templates excepted."""
    kind = message["type"]
    part = message.get(kind)
    if not isinstance(part, dict):
        return f"[{kind}]"
    if kind == "interactive":
        candidates: tuple[Any, ...] = (part.get(str(part.get("type"))), part.get("body"), {})
        inner = next(c for c in candidates if isinstance(c, dict))
        return str(inner.get("title") or inner.get("text") or inner.get("body") or "[interactive]")
    for key in ("body", "caption", "text", "emoji", "name"):
        if isinstance(part.get(key), str) and part[key]:
            return str(part[key])
    return f"[{kind}]"


def show(customer: Customer, wire: Json, reply_to: str | None, now: datetime) -> None:
    """Put what the customer sent on their own phone: a new bubble, or a change of an older one."""
    kind = wire["type"]
    if kind == "reaction":
        target = customer.find(wire["reaction"]["message_id"])
        if target is not None:
            target.reactions["customer"] = wire["reaction"].get("emoji", "")
    elif kind == "edit":
        target = customer.find(wire["edit"]["original_message_id"])
        if target is not None:
            target.text, target.edited = shown_text(wire["edit"]["message"]), True
    elif kind == "revoke":
        target = customer.find(wire["revoke"]["original_message_id"])
        if target is not None:
            target.deleted = True
    else:
        text = shown_text(wire)
        customer.keep(PhoneMessage(wire["id"], "customer", kind, text, wire, now, reply_to=reply_to))
