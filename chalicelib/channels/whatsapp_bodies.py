"""The body of an inbound WhatsApp message: provider type -> neutral kind, text, content and files.

Shapes: Cloud API, "Webhooks > messages" reference. A type that is unknown, or whose body makes no
sense, becomes `unsupported` with the message as it came, so nothing of it is lost.
"""

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from typing import Any

from chalicelib.channels.base import PayloadNotUnderstood
from chalicelib.channels.bodies import Body, Readers, body_by_type
from chalicelib.channels.untrusted import (
    identifier,
    json_object,
    known,
    mapping,
    number,
    objects,
    optional,
    text,
    whole,
)
from chalicelib.domain.message import Attachment, MessageKind

_HEX_SHA256 = re.compile(r"[0-9a-fA-F]{64}")


def body_of(message: Mapping[str, Any]) -> Body:
    """The neutral body of `message`, by its type; never fails."""
    return body_by_type(MESSAGE_TYPES, text(message.get("type")), message)


def sha256_hex(value: Any) -> str | None:
    """The hash in hex: webhooks give it in base64, `GET /{media_id}` in hex. None when it is
    neither."""
    given = text(value)
    if _HEX_SHA256.fullmatch(given):
        return given.lower()
    try:
        raw = base64.b64decode(given, validate=True)
    except (binascii.Error, ValueError):
        return None
    return raw.hex() if len(raw) == 32 else None


def _text(message: Mapping[str, Any]) -> Body | None:
    body = mapping(message.get("text")).get("body")
    return Body(MessageKind.TEXT, body) if isinstance(body, str) and body else None


def _media(message: Mapping[str, Any]) -> Body | None:
    kind = MessageKind(text(message.get("type")))
    part = mapping(message.get(kind.value))
    media_id, url = identifier(part.get("id")), optional(part.get("url"))
    if not media_id and not url:
        return None
    file = Attachment(
        mime=text(part.get("mime_type")) or "application/octet-stream",
        name=optional(part.get("filename")),
        sha256=sha256_hex(part.get("sha256")),
        size_bytes=whole(part.get("file_size")),
        media_id=media_id,
        source_url=url,
        voice=part.get("voice") is True,
    )
    content = {"animated": True} if part.get("animated") is True else {}
    return Body(kind, text(part.get("caption")), content, (file,))


def _location(message: Mapping[str, Any]) -> Body | None:
    part = mapping(message.get("location"))
    latitude, longitude = number(part.get("latitude")), number(part.get("longitude"))
    if latitude is None or longitude is None:
        return None
    named = {name: optional(part.get(name)) for name in ("name", "address", "url")}
    return Body(MessageKind.LOCATION, content=known(latitude=latitude, longitude=longitude, **named))


def _contacts(message: Mapping[str, Any]) -> Body | None:
    cards = [dict(card) for card in objects(message.get("contacts"))]
    return Body(MessageKind.CONTACTS, content={"contacts": cards}) if cards else None


def _reaction(message: Mapping[str, Any]) -> Body | None:
    part = mapping(message.get("reaction"))
    target = identifier(part.get("message_id"))
    if not target:
        return None
    # A removed reaction comes with an empty emoji or with none at all.
    return Body(MessageKind.REACTION, content={"target": target, "emoji": text(part.get("emoji"))})


def _interactive(message: Mapping[str, Any]) -> Body | None:
    part = mapping(message.get("interactive"))
    kind = text(part.get("type"))
    read = INTERACTIVE_TYPES.get(kind)
    return read(mapping(part.get(kind))) if read else None


def _button_reply(reply: Mapping[str, Any]) -> Body | None:
    return _postback(reply.get("id"), reply.get("title"), "button")


def _list_reply(reply: Mapping[str, Any]) -> Body | None:
    return _postback(reply.get("id"), reply.get("title"), "list", optional(reply.get("description")))


def _template_button(message: Mapping[str, Any]) -> Body | None:
    part = mapping(message.get("button"))
    return _postback(part.get("payload"), part.get("text"), "template")


def _postback(payload: Any, title: Any, source: str, description: str | None = None) -> Body | None:
    chosen, shown = text(payload), text(title)
    if not chosen and not shown:
        return None
    content = known(title=shown, source=source, description=description)
    return Body(MessageKind.POSTBACK, shown or chosen, {"payload": chosen, **content})


def _flow_reply(reply: Mapping[str, Any]) -> Body | None:
    if not reply:
        return None
    answer = text(reply.get("response_json"))
    content: dict[str, Any] = {"name": text(reply.get("name")), "values": {}}
    try:
        content["values"] = json_object(answer)
    except PayloadNotUnderstood:
        # Documented as JSON in a string; it need not be an object, so then the string itself is
        # kept.
        content["response"] = answer
    return Body(MessageKind.FORM, text(reply.get("body")), content)


def _call_permission(reply: Mapping[str, Any]) -> Body | None:
    return Body(MessageKind.CALL, content={**reply, "type": "permission_reply"}) if reply else None


def _order(message: Mapping[str, Any]) -> Body | None:
    part = mapping(message.get("order"))
    goods = [dict(item) for item in objects(part.get("product_items"))]
    note = text(part.get("text"))
    if not goods and not note:
        return None
    return Body(
        MessageKind.ORDER,
        note,
        {"items": goods, **known(catalog_id=optional(part.get("catalog_id")), text=note)},
    )


def _system(message: Mapping[str, Any]) -> Body | None:
    part = mapping(message.get("system"))
    if not part:
        return None
    return Body(
        MessageKind.SYSTEM,
        text(part.get("body")),
        {**part, "type": text(part.get("type")) or "unknown"},
    )


def _edit(given: Mapping[str, Any]) -> Body | None:
    part = mapping(given.get("edit"))
    target = identifier(part.get("original_message_id"))
    if not target:
        return None
    message = mapping(part.get("message"))
    inner, quoted = body_of(message), identifier(mapping(message.get("context")).get("id"))
    content = {**inner.content, "target": target, "kind": inner.kind.value}
    if quoted:
        content["quoted"] = {"id": quoted}
    return Body(MessageKind.EDIT, inner.text, content, inner.attachments)


def _revoke(message: Mapping[str, Any]) -> Body | None:
    target = identifier(mapping(message.get("revoke")).get("original_message_id"))
    return Body(MessageKind.REVOKE, content={"target": target}) if target else None


MESSAGE_TYPES: Readers = {
    "text": _text,
    "image": _media,
    "audio": _media,
    "video": _media,
    "document": _media,
    "sticker": _media,
    "location": _location,
    "contacts": _contacts,
    "reaction": _reaction,
    "interactive": _interactive,
    "button": _template_button,
    "order": _order,
    "system": _system,
    "edit": _edit,
    "revoke": _revoke,
}

INTERACTIVE_TYPES: Mapping[str, Callable[[Mapping[str, Any]], Body | None]] = {
    "button_reply": _button_reply,
    "list_reply": _list_reply,
    "nfm_reply": _flow_reply,
    "call_permission_reply": _call_permission,
}
