"""The body of an inbound LINE message: provider type -> neutral kind, text, content and files.

Source: Messaging API reference, "Message event". A type that is unknown, or whose body makes no sense, becomes
`unsupported` with the message as it came, so nothing of it is lost.
"""

from collections.abc import Mapping
from typing import Any

from chalicelib.channels.bodies import Body, Readers, body_by_type
from chalicelib.channels.line_api import content_url
from chalicelib.channels.untrusted import identifier, items, known, mapping, number, optional, text, whole
from chalicelib.domain.message import Attachment, MessageKind

_FAMILIES = {
    "image": (MessageKind.IMAGE, "image/jpeg"),
    "video": (MessageKind.VIDEO, "video/mp4"),
    "audio": (MessageKind.AUDIO, "audio/mp4"),
    "file": (MessageKind.DOCUMENT, "application/octet-stream"),
}


def body_of(message: Mapping[str, Any]) -> Body:
    """The neutral body of `message`, by its type; never fails."""
    return body_by_type(MESSAGE_TYPES, text(message.get("type")), message)


def _text(message: Mapping[str, Any]) -> Body | None:
    said = message.get("text")
    if not isinstance(said, str) or not said:
        return None
    content = known(
        emojis=[part for part in items(message.get("emojis")) if isinstance(part, Mapping)] or None,
        mention=dict(mapping(message.get("mention"))) or None,
    )
    return Body(MessageKind.TEXT, said, content, used=frozenset({"text", "emojis", "mention"}))


def _media(message: Mapping[str, Any]) -> Body | None:
    """LINE keeps the file itself, under the message's id, or names the place where a bot's server has it."""
    kind, mime = _FAMILIES[text(message.get("type"))]
    message_id, provider = identifier(message.get("id")), mapping(message.get("contentProvider"))
    external = optional(provider.get("originalContentUrl"))
    # A file has no `contentProvider`: it is always LINE's.
    is_external = text(provider.get("type")) == "external"
    if not message_id or (is_external and not external):
        return None
    file = Attachment(
        mime=mime,
        name=optional(message.get("fileName")),
        size_bytes=whole(message.get("fileSize")),
        media_id=None if is_external else message_id,
        source_url=external if is_external else content_url(message_id),
    )
    pictures = mapping(message.get("imageSet"))
    content = known(
        duration_ms=whole(message.get("duration")),
        album=identifier(pictures.get("id")),
        album_place=whole(pictures.get("index")),
        album_size=whole(pictures.get("total")),
        preview_url=optional(provider.get("previewImageUrl")),
    )
    used = frozenset({"contentProvider", "fileName", "fileSize", "imageSet", "duration"})
    return Body(kind, "", content, (file,), used)


def _location(message: Mapping[str, Any]) -> Body | None:
    latitude, longitude = number(message.get("latitude")), number(message.get("longitude"))
    if latitude is None or longitude is None:
        return None
    named = known(name=optional(message.get("title")), address=optional(message.get("address")))
    content = {"latitude": latitude, "longitude": longitude, **named}
    return Body(MessageKind.LOCATION, "", content, used=frozenset({"latitude", "longitude", "title", "address"}))


def _sticker(message: Mapping[str, Any]) -> Body | None:
    """A picture of LINE's shop, which bots get no file of: its words say what it shows."""
    package_id, sticker_id = identifier(message.get("packageId")), identifier(message.get("stickerId"))
    if not package_id or not sticker_id:
        return None
    keywords = [text(word) for word in items(message.get("keywords")) if text(word)]
    content = known(
        package_id=package_id,
        sticker_id=sticker_id,
        resource_type=optional(message.get("stickerResourceType")),
        keywords=keywords or None,
    )
    used = frozenset({"packageId", "stickerId", "stickerResourceType", "keywords", "text"})
    return Body(MessageKind.STICKER, text(message.get("text")), content, used=used)


MESSAGE_TYPES: Readers = {
    "text": _text,
    "image": _media,
    "video": _media,
    "audio": _media,
    "file": _media,
    "location": _location,
    "sticker": _sticker,
}
