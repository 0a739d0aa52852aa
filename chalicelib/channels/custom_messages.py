"""Messages of the custom channel: the contract's kinds, and the fields they have in common."""

from collections.abc import Callable, Mapping
from typing import Any

from chalicelib.channels.untrusted import (
    identifier,
    items,
    known,
    mapping,
    number,
    objects,
    optional,
    text,
    whole,
)
from chalicelib.domain.message import Attachment, MessageKind

MAX_TEXT = 20_000
MAX_FILES = 20

_FAMILIES = {"image": MessageKind.IMAGE, "audio": MessageKind.AUDIO, "video": MessageKind.VIDEO}

Content = tuple[MessageKind, Mapping[str, Any]]


class Invalid(Exception):
    """What is wrong with an event: the field, and what it should be."""


def external_id(part: Mapping[str, Any]) -> str:
    found = identifier(part.get("external_id"))
    if found is None:
        raise Invalid("message.external_id is missing")
    return found


def text_of(part: Mapping[str, Any], *, needed: bool) -> str:
    said = part.get("text")
    if said is None and not needed:
        return ""
    if not isinstance(said, str) or (needed and not said) or len(said) > MAX_TEXT:
        raise Invalid(f"message.text is a string of 1 to {MAX_TEXT} characters")
    return said


def files(part: Mapping[str, Any]) -> tuple[Attachment, ...]:
    given = items(part.get("attachments"))
    if len(given) > MAX_FILES:
        raise Invalid(f"message.attachments has at most {MAX_FILES} files")
    return tuple(_file(mapping(file), index) for index, file in enumerate(given))


def _file(file: Mapping[str, Any], index: int) -> Attachment:
    url = text(file.get("url"))
    if not url.startswith(("https://", "http://")):
        raise Invalid(f"message.attachments[{index}].url is no http(s) address")
    mime = text(file.get("mime")).lower() or "application/octet-stream"
    name = optional(file.get("name"))
    return Attachment(mime=mime, name=name, size_bytes=whole(file.get("size")), source_url=url)


def _plain(_: Mapping[str, Any]) -> Content:
    return MessageKind.TEXT, {}


def _media(part: Mapping[str, Any]) -> Content:
    """The first file says what kind of message it is."""
    given = objects(part.get("attachments"))
    if not given:
        raise Invalid("message.attachments is missing")
    return _FAMILIES.get(text(given[0].get("mime")).lower().partition("/")[0], MessageKind.DOCUMENT), {}


def _location(part: Mapping[str, Any]) -> Content:
    place = mapping(part.get("location"))
    latitude, longitude = number(place.get("latitude")), number(place.get("longitude"))
    if latitude is None or longitude is None:
        raise Invalid("message.location needs latitude and longitude")
    named = known(name=optional(place.get("name")), address=optional(place.get("address")))
    return MessageKind.LOCATION, {"latitude": latitude, "longitude": longitude, **named}


def _contacts(part: Mapping[str, Any]) -> Content:
    cards = [dict(card) for card in objects(part.get("contacts"))]
    if not cards:
        raise Invalid("message.contacts is missing")
    return MessageKind.CONTACTS, {"contacts": cards}


def _postback(part: Mapping[str, Any]) -> Content:
    chosen = mapping(part.get("postback"))
    payload = text(chosen.get("payload"))
    if not payload:
        raise Invalid("message.postback.payload is missing")
    return MessageKind.POSTBACK, {
        "payload": payload,
        "source": "button",
        **known(title=text(chosen.get("title"))),
    }


def _reacted(part: Mapping[str, Any]) -> Content:
    """A reaction sent as a message: `reply_to` is what it is for, `text` the emoji."""
    target = identifier(part.get("reply_to"))
    if target is None:
        raise Invalid("message.reply_to is missing: what is the reaction for?")
    return MessageKind.REACTION, {"target": target, "emoji": text(part.get("text"))}


def _unsupported(part: Mapping[str, Any]) -> Content:
    raw = part.get("raw")
    return MessageKind.UNSUPPORTED, {
        "type": "unsupported",
        "raw": dict(part) if raw is None else raw,
    }


MESSAGE_KINDS: Mapping[str, Callable[[Mapping[str, Any]], Content]] = {
    "text": _plain,
    "media": _media,
    "location": _location,
    "contact": _contacts,
    "postback": _postback,
    "reaction": _reacted,
    "unsupported": _unsupported,
}
