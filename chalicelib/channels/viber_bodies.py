"""The body of an inbound Viber message: provider type -> neutral kind, text, content and files.

Source: Viber REST API, "Receive message from user". A type that is unknown, or whose body makes no sense, becomes
`unsupported` with the message as it came, so nothing of it is lost.
"""

from collections.abc import Mapping
from typing import Any

from chalicelib.channels.base import PayloadNotUnderstood
from chalicelib.channels.bodies import Body, Readers, body_by_type
from chalicelib.channels.untrusted import identifier, json_object, known, mapping, number, optional, text, whole
from chalicelib.domain.message import Attachment, MessageKind

_FAMILIES = {
    "picture": (MessageKind.IMAGE, "image/jpeg"),
    "video": (MessageKind.VIDEO, "video/mp4"),
    "file": (MessageKind.DOCUMENT, "application/octet-stream"),
}


def body_of(part: Mapping[str, Any]) -> Body:
    """The neutral body of a message, by its type; never fails."""
    return body_by_type(MESSAGE_TYPES, text(part.get("type")), part)


def _text(part: Mapping[str, Any]) -> Body | None:
    """A pressed button of ours comes as the text it has, with what we gave the question to carry."""
    said = part.get("text")
    if not isinstance(said, str) or not said:
        return None
    used = frozenset({"text"})
    choice = mapping(carried(part.get("tracking_data")).get("buttons")).get(said)
    if isinstance(choice, str) and choice:
        return Body(MessageKind.POSTBACK, said, {"payload": choice, "title": said, "source": "button"}, used=used)
    return Body(MessageKind.TEXT, said, used=used)


def carried(tracking_data: Any) -> Mapping[str, Any]:
    """What we gave a message to carry; empty where it is somebody else's."""
    try:
        found = json_object(tracking_data) if isinstance(tracking_data, str) and tracking_data[:1] == "{" else {}
    except PayloadNotUnderstood:
        return {}
    return mapping(found.get("parley"))


def _media(part: Mapping[str, Any]) -> Body | None:
    """The file is where `media` says, for an hour or so, and needs no credentials."""
    url = optional(part.get("media"))
    if url is None:
        return None
    kind, mime = _FAMILIES[text(part.get("type"))]
    file = Attachment(
        mime=mime, name=optional(part.get("file_name")), size_bytes=whole(part.get("size")), source_url=url
    )
    content = known(preview_url=optional(part.get("thumbnail")), duration_seconds=whole(part.get("duration")))
    used = frozenset({"media", "text", "thumbnail", "file_name", "size", "duration"})
    return Body(kind, text(part.get("text")), content, (file,), used)


def _sticker(part: Mapping[str, Any]) -> Body | None:
    sticker_id, url = identifier(part.get("sticker_id")), optional(part.get("media"))
    if sticker_id is None:
        return None
    files = (Attachment(mime="image/png", source_url=url),) if url else ()
    return Body(MessageKind.STICKER, "", {"sticker_id": sticker_id}, files, frozenset({"sticker_id", "media"}))


def _contact(part: Mapping[str, Any]) -> Body | None:
    card = mapping(part.get("contact"))
    name, phone = text(card.get("name")), text(card.get("phone_number"))
    if not name and not phone:
        return None
    others = {key: value for key, value in card.items() if key not in ("name", "phone_number")}
    shown = {"name": {"formatted_name": name or phone}, "phones": [{"phone": phone}] if phone else [], **others}
    return Body(MessageKind.CONTACTS, "", {"contacts": [shown]}, used=frozenset({"contact"}))


def _url(part: Mapping[str, Any]) -> Body | None:
    url = optional(part.get("media"))
    return Body(MessageKind.TEXT, url, {"link": url}, used=frozenset({"media"})) if url else None


def _location(part: Mapping[str, Any]) -> Body | None:
    place = mapping(part.get("location"))
    latitude, longitude = number(place.get("lat")), number(place.get("lon"))
    if latitude is None or longitude is None:
        return None
    named = known(address=optional(place.get("address")))
    content = {"latitude": latitude, "longitude": longitude, **named}
    return Body(MessageKind.LOCATION, "", content, used=frozenset({"location"}))


MESSAGE_TYPES: Readers = {
    "text": _text,
    "picture": _media,
    "video": _media,
    "file": _media,
    "sticker": _sticker,
    "contact": _contact,
    "url": _url,
    "location": _location,
}
