"""Cutting an inbound item to what can be stored, queued and published.

No channel's own limits come near these; but what is signed and too large for the store would be refused and sent
again for days, and block what comes behind it. So its beginning is stored, and the payload is kept whole elsewhere.
"""

import json
from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from chalicelib.channels.base import InboundMessage, Peer, Profile, StatusUpdate, TimelineEvent
from chalicelib.domain.message import Attachment

# A payload below this fits whatever it holds (SQS and EventBridge take 256 KB, an item of DynamoDB 400 KB).
ALWAYS_FITS = 48 * 1024
MAX_TEXT_BYTES = 64 * 1024
MAX_CONTENT_BYTES = 48 * 1024
MAX_WORDS = 300
MAX_URL = 2048
MAX_FILES = 20
MAX_ADDRESSES = 12

Kept = InboundMessage | StatusUpdate | TimelineEvent


def fitted(item: Kept) -> Kept:
    """`item` itself where it fits, else as much of it as does."""
    if isinstance(item, StatusUpdate):
        return item if _size(item.detail) <= MAX_CONTENT_BYTES else replace(item, detail={})
    if isinstance(item, TimelineEvent):
        return _event(item)
    fit = replace(
        item,
        text=_cut(item.text),
        content=_content(item.content),
        attachments=tuple(_file(part) for part in item.attachments[:MAX_FILES]),
        peer=_peer(item.peer),
    )
    return item if fit == item else fit


def marked(item: Kept, key: str) -> Kept:
    """A message or event that was cut says where all of it is."""
    if isinstance(item, TimelineEvent):
        return replace(item, data={**item.data, "cut": key})
    return replace(item, content={**item.content, "cut": key}) if isinstance(item, InboundMessage) else item


def _event(event: TimelineEvent) -> TimelineEvent:
    fit = replace(
        event,
        title=event.title[:MAX_WORDS],
        known_as=event.known_as[:MAX_ADDRESSES],
        profile=_profile(event.profile),
        data=_content(event.data),
    )
    return event if fit == event else fit


def _cut(text: str) -> str:
    if len(text) * 6 <= MAX_TEXT_BYTES:  # six bytes are what the worst character takes in JSON
        return text
    text = text.encode("utf-8", "replace")[:MAX_TEXT_BYTES].decode("utf-8", "ignore")
    return text if _size(text) <= 2 * MAX_TEXT_BYTES else text[: MAX_TEXT_BYTES // 6]


def _size(value: Any) -> int:
    return len(json.dumps(value, ensure_ascii=False, default=str).encode("utf-8", "replace")) if value else 0


def _content(content: Mapping[str, Any]) -> Mapping[str, Any]:
    """The small parts of what is too large: what the message refers to survives, a document in it does not."""
    if _size(content) <= MAX_CONTENT_BYTES:
        return content
    kept: dict[str, Any] = {}
    for name in sorted(content, key=lambda name: _size(content[name])):
        if _size({**kept, name: content[name]}) > MAX_CONTENT_BYTES:
            break
        kept[name] = content[name]
    return kept


def _file(file: Attachment) -> Attachment:
    url = file.source_url
    return replace(
        file,
        mime=file.mime[:MAX_WORDS],
        name=file.name[:MAX_WORDS] if file.name else None,
        source_url=url if url is None or len(url) <= MAX_URL else None,
    )


def _profile(profile: Profile) -> Profile:
    given = {field.name: getattr(profile, field.name) for field in fields(Profile)}
    short = {name: value[:MAX_WORDS] if value else None for name, value in given.items() if name != "avatar_url"}
    avatar = profile.avatar_url
    return Profile(**short, avatar_url=avatar if avatar is None or len(avatar) <= MAX_URL else None)


def _peer(peer: Peer) -> Peer:
    return replace(
        peer,
        addresses=peer.addresses[:MAX_ADDRESSES],
        profile=_profile(peer.profile),
        facts=peer.facts if _size(peer.facts) <= MAX_CONTENT_BYTES else {},
    )
