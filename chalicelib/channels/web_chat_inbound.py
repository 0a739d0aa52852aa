"""What the widget posts: messages, typing, and how far the visitor has received and read.

The writer of these requests is our own widget or a company's developer: a mistake is refused by
the name of its field, not guessed around. Nothing refused is stored, so the same thing may be said
again under a new `client_id`.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from chalicelib.channels.base import (
    Inbound,
    InboundMessage,
    PayloadNotUnderstood,
    Peer,
    PeerTyping,
    StatusUpdate,
)
from chalicelib.channels.untrusted import (
    identifier,
    iso_time,
    items,
    known,
    mapping,
    optional,
    text,
    whole,
)
from chalicelib.domain import ids
from chalicelib.domain.delivery import DeliveryState
from chalicelib.domain.message import Attachment, MessageKind

MAX_TEXT = 10_000
MAX_FILES = 10
MAX_NAME = 255
# A message may wait in a browser that is offline; a clock may be a little ahead of ours.
MAX_PAST, MAX_FUTURE = timedelta(days=7), timedelta(minutes=2)

# A mark names a message by its id, which has the time to the millisecond: all of that millisecond
# counts.
_REST_OF_MILLISECOND = timedelta(microseconds=999)
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
# It becomes a part of an object's key.
_UPLOAD = re.compile(r"[A-Za-z0-9_-]{1,128}")
_MIME = re.compile(r"[a-z0-9.+-]{1,60}/[a-z0-9.+-]{1,120}")
_FAMILIES = {"image": MessageKind.IMAGE, "audio": MessageKind.AUDIO, "video": MessageKind.VIDEO}


def message(inbox_id: str, peer: Peer, body: Mapping[str, Any], now: datetime) -> Inbound:
    """`{client_id, text?, attachments?, postback?, in_reply_to?}`."""
    client_id, written_at = _client_id(body.get("client_id"), now)
    said, files, postback = (
        _text(body.get("text")),
        _files(body.get("attachments")),
        _postback(body.get("postback")),
    )
    if not (said.strip() or files or postback):
        raise PayloadNotUnderstood("a message needs text, attachments or a postback", field="text")
    return InboundMessage(
        account_id=inbox_id,
        external_id=client_id,
        peer=peer,
        occurred_at=written_at,
        kind=_kind(files, postback),
        text=said or text(postback.get("title")),
        attachments=files,
        reply_to=_reference(body.get("in_reply_to"), "in_reply_to"),
        content=postback,
    )


def typing(inbox_id: str, peer: Peer, body: Mapping[str, Any], now: datetime) -> Inbound:
    """`{active?}`, true where it is left out."""
    active = body.get("active", True)
    if not isinstance(active, bool):
        raise PayloadNotUnderstood("active is true or false", field="active")
    return PeerTyping(inbox_id, peer, now, active)


def read(inbox_id: str, peer: Peer, body: Mapping[str, Any], now: datetime) -> Inbound:
    """`{up_to}`: everything to this message, or to this time, has been read."""
    return StatusUpdate(inbox_id, DeliveryState.READ, _up_to(body.get("up_to"), now), peer=peer, watermark=True)


def delivered(inbox_id: str, peer: Peer, body: Mapping[str, Any], now: datetime) -> Inbound:
    """`{up_to}`: everything to this message, or to this time, is on the visitor's screen."""
    return StatusUpdate(inbox_id, DeliveryState.DELIVERED, _up_to(body.get("up_to"), now), peer=peer, watermark=True)


def _client_id(value: Any, now: datetime) -> tuple[str, datetime]:
    given = text(value).lower()
    if not _UUID.fullmatch(given):
        raise PayloadNotUnderstood("client_id has to be a UUID of version 7", field="client_id")
    written_at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=UUID(given).int >> 80)
    if not now - MAX_PAST <= written_at <= now + MAX_FUTURE:
        raise PayloadNotUnderstood(
            f"the time inside client_id is {written_at.isoformat()}, here it is {now.isoformat()}: "
            "make a new id by the server's time",
            field="client_id",
        )
    return given, written_at


def _text(value: Any) -> str:
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > MAX_TEXT:
        raise PayloadNotUnderstood(f"text is a string of at most {MAX_TEXT} characters", field="text")
    return value


def _files(value: Any) -> tuple[Attachment, ...]:
    given = items(value)
    if (value is not None and not isinstance(value, list)) or len(given) > MAX_FILES:
        raise PayloadNotUnderstood(f"attachments is a list of at most {MAX_FILES}", field="attachments")
    return tuple(_file(mapping(file), f"attachments[{index}]") for index, file in enumerate(given))


def _file(file: Mapping[str, Any], where: str) -> Attachment:
    upload_id, mime = text(file.get("upload_id")), text(file.get("mime")).lower()
    if not _UPLOAD.fullmatch(upload_id):
        raise PayloadNotUnderstood("upload the file first, then give its upload_id", field=f"{where}.upload_id")
    if not _MIME.fullmatch(mime):
        raise PayloadNotUnderstood("mime is a type such as image/png", field=f"{where}.mime")
    name = optional(text(file.get("name"))[:MAX_NAME])
    return Attachment(mime=mime, name=name, size_bytes=whole(file.get("size")), media_id=upload_id)


def _postback(value: Any) -> dict[str, Any]:
    if value is None:
        return {}
    payload = identifier(mapping(value).get("payload"))
    if payload is None:
        raise PayloadNotUnderstood("a postback needs the payload of its button", field="postback.payload")
    title = text(mapping(value).get("title"))[:MAX_TEXT]
    return {"payload": payload, "source": "button", **known(title=title)}


def _kind(files: tuple[Attachment, ...], postback: Mapping[str, Any]) -> MessageKind:
    """Files of one family are of that kind; a mixture is shown as documents."""
    if postback:
        return MessageKind.POSTBACK
    families = {_FAMILIES.get(file.mime.partition("/")[0], MessageKind.DOCUMENT) for file in files}
    if not families:
        return MessageKind.TEXT
    return families.pop() if len(families) == 1 else MessageKind.DOCUMENT


def _reference(value: Any, field: str) -> str | None:
    if value is None:
        return None
    found = identifier(value) if isinstance(value, str) else None
    if found is None:
        raise PayloadNotUnderstood(f"{field} is the id of a message", field=field)
    return found


def _up_to(value: Any, now: datetime) -> datetime:
    """The time up to which a mark reaches; nobody has read the future."""
    reached = iso_time(value) or _message_time(text(value))
    if reached is None:
        raise PayloadNotUnderstood("up_to is a message's id, or a time with its zone", field="up_to")
    return min(reached, now)


def _message_time(value: str) -> datetime | None:
    try:
        return ids.message_time(value) + _REST_OF_MILLISECOND
    except ValueError:
        return None
