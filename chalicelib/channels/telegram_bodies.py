"""The body of an inbound Telegram message: whichever content field it has -> neutral kind, text, content and files.

Source: Bot API, "Message". A message names no type: the field that is there tells. One that has none we know becomes
`unsupported` with the message as it came, so nothing of it is lost.
"""

from collections.abc import Callable, Mapping
from typing import Any

from chalicelib.channels.base import PayloadNotUnderstood
from chalicelib.channels.bodies import Body, unsupported
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

# Fields of a file that the attachment has itself; previews are of no use beside the file.
_FILE_FIELDS = ("file_id", "file_size", "file_name", "mime_type", "thumbnail", "thumb", "cover", "qualities")


def body_of(message: Mapping[str, Any]) -> Body:
    """The neutral body of `message`; never fails."""
    for name, read in CONTENT_FIELDS.items():
        if message.get(name) is not None:
            found = read(message, name)
            return found or unsupported(message, name)
    return _service(message) or unsupported(message, "unknown")


def _text(message: Mapping[str, Any], name: str) -> Body | None:
    said = message.get("text")
    if not isinstance(said, str) or not said:
        return None
    # A deep link (`t.me/bot?start=payload`) arrives as a command with what the link carried.
    command, _, payload = said.partition(" ")
    referral = {"referral": {"type": "deep_link", "payload": payload}} if command == "/start" and payload else {}
    return Body(MessageKind.TEXT, said, referral, used=frozenset({"text"}))


def _photo(message: Mapping[str, Any], name: str) -> Body | None:
    """One picture in several sizes: the largest."""
    sizes = [size for size in objects(message.get("photo")) if identifier(size.get("file_id"))]
    if not sizes:
        return None
    largest = max(sizes, key=lambda size: (whole(size.get("width")) or 0) * (whole(size.get("height")) or 0))
    return _file(message, ("photo",), MessageKind.IMAGE, largest, "image/jpeg")


def _kept_as(kind: MessageKind, mime: str, **content: Any) -> Callable[[Mapping[str, Any], str], Body | None]:
    def read(message: Mapping[str, Any], name: str) -> Body | None:
        # An animation comes with a `document` as well, which is the same file.
        used = (name, "document") if name == "animation" else (name,)
        return _file(message, used, kind, mapping(message.get(name)), mime, content)

    return read


def _file(
    message: Mapping[str, Any],
    used: tuple[str, ...],
    kind: MessageKind,
    part: Mapping[str, Any],
    mime: str,
    content: Mapping[str, Any] | None = None,
) -> Body | None:
    file_id = identifier(part.get("file_id"))
    if not file_id:
        return None
    file = Attachment(
        mime=text(part.get("mime_type")) or mime,
        name=optional(part.get("file_name")),
        size_bytes=whole(part.get("file_size")),
        media_id=file_id,
        voice="voice" in used,
    )
    facts = {name: value for name, value in part.items() if name not in _FILE_FIELDS}
    said = text(message.get("caption"))
    return Body(kind, said, {**(content or {}), **known(file=facts or None)}, (file,), frozenset({*used, "caption"}))


def _sticker(message: Mapping[str, Any], name: str) -> Body | None:
    part = mapping(message.get("sticker"))
    mime = "image/webp"
    if part.get("is_video") is True:
        mime = "video/webm"
    elif part.get("is_animated") is True:
        mime = "application/x-tgsticker"
    return _file(message, ("sticker",), MessageKind.STICKER, part, mime, known(emoji=text(part.get("emoji"))))


def _venue(message: Mapping[str, Any], name: str) -> Body | None:
    venue = mapping(message.get("venue"))
    more = {key: value for key, value in venue.items() if key not in ("location", "title", "address")}
    named = known(name=optional(venue.get("title")), address=optional(venue.get("address")))
    return _place(mapping(venue.get("location")), {**more, **named}, ("venue", "location"))


def _location(message: Mapping[str, Any], name: str) -> Body | None:
    return _place(mapping(message.get("location")), {}, ("location",))


def _place(part: Mapping[str, Any], named: Mapping[str, Any], used: tuple[str, ...]) -> Body | None:
    latitude, longitude = number(part.get("latitude")), number(part.get("longitude"))
    if latitude is None or longitude is None:
        return None
    # A live location has a period, a heading and more.
    content = {**part, **named, "latitude": latitude, "longitude": longitude}
    return Body(MessageKind.LOCATION, content=content, used=frozenset(used))


def _contact(message: Mapping[str, Any], name: str) -> Body | None:
    part = mapping(message.get("contact"))
    phone = text(part.get("phone_number"))
    shown = " ".join(each for each in (text(part.get("first_name")), text(part.get("last_name"))) if each)
    if not phone and not shown:
        return None
    names = known(
        formatted_name=shown or phone,
        first_name=text(part.get("first_name")),
        last_name=text(part.get("last_name")),
    )
    card = known(
        name=names,
        phones=[{"phone": phone}] if phone else None,
        user_id=identifier(part.get("user_id")),
        vcard=text(part.get("vcard")),
    )
    return Body(MessageKind.CONTACTS, content={"contacts": [card]}, used=frozenset({"contact"}))


def _dice(message: Mapping[str, Any], name: str) -> Body | None:
    part = mapping(message.get("dice"))
    emoji = text(part.get("emoji"))
    return Body(MessageKind.TEXT, emoji, {"dice": dict(part)}, used=frozenset({"dice"})) if emoji else None


def _web_app(message: Mapping[str, Any], name: str) -> Body | None:
    part = mapping(message.get("web_app_data"))
    answer = text(part.get("data"))
    if not answer:
        return None
    content: dict[str, Any] = {"name": text(part.get("button_text")), "values": {}}
    try:
        content["values"] = json_object(answer)
    except PayloadNotUnderstood:
        content["response"] = answer
    return Body(MessageKind.FORM, "", content, used=frozenset({"web_app_data"}))


def _service(message: Mapping[str, Any]) -> Body | None:
    """What happened in the chat, without anybody saying anything."""
    name = next((each for each in SERVICE_FIELDS if message.get(each) is not None), None)
    if name is None:
        return None
    return Body(MessageKind.SYSTEM, content={"type": name, name: message[name]}, used=frozenset({name}))


# In the order they are looked for: a venue has a location too, an animation a document.
CONTENT_FIELDS: Mapping[str, Callable[[Mapping[str, Any], str], Body | None]] = {
    "text": _text,
    "photo": _photo,
    "animation": _kept_as(MessageKind.VIDEO, "video/mp4", animated=True),
    "video": _kept_as(MessageKind.VIDEO, "video/mp4"),
    "video_note": _kept_as(MessageKind.VIDEO, "video/mp4", video_note=True),
    "voice": _kept_as(MessageKind.AUDIO, "audio/ogg"),
    "audio": _kept_as(MessageKind.AUDIO, "audio/mpeg"),
    "document": _kept_as(MessageKind.DOCUMENT, "application/octet-stream"),
    "sticker": _sticker,
    "venue": _venue,
    "location": _location,
    "contact": _contact,
    "dice": _dice,
    "web_app_data": _web_app,
}

SERVICE_FIELDS = (
    "new_chat_members",
    "left_chat_member",
    "new_chat_title",
    "new_chat_photo",
    "delete_chat_photo",
    "group_chat_created",
    "supergroup_chat_created",
    "message_auto_delete_timer_changed",
    "migrate_to_chat_id",
    "migrate_from_chat_id",
    "pinned_message",
    "write_access_allowed",
    "users_shared",
    "chat_shared",
    "connected_website",
    "proximity_alert_triggered",
    "boost_added",
    "chat_background_set",
    "forum_topic_created",
    "forum_topic_edited",
    "forum_topic_closed",
    "forum_topic_reopened",
    "general_forum_topic_hidden",
    "general_forum_topic_unhidden",
    "video_chat_scheduled",
    "video_chat_started",
    "video_chat_ended",
    "video_chat_participants_invited",
)
