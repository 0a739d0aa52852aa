"""The items of messages and notes."""

from datetime import datetime
from typing import Any

from chalicelib.aws import keys
from chalicelib.aws.codec import Item, from_json, milliseconds, moment, moment_or_none, to_json
from chalicelib.domain.delivery import RANK, DeliveryState, FailureClass
from chalicelib.domain.ids import message_time
from chalicelib.domain.message import (
    Attachment,
    AttachmentState,
    Author,
    Direction,
    Failure,
    Message,
    MessageKind,
)
from chalicelib.domain.note import Note


def message_item(message: Message) -> Item:
    """`rank` mirrors `state` so that one condition can refuse what would go back."""
    pk, sk = keys.message(message.leg_id, message.id)
    return {
        "pk": pk,
        "sk": sk,
        "version": message.version,
        "conversation": message.conversation_id,
        "nth": message.part or None,
        "direction": message.direction.value,
        "kind": message.kind.value,
        "stored": message.stored_at,
        "author": {
            "kind": message.author.kind,
            "id": message.author.id,
            "name": message.author.name,
        },
        "text": message.text or None,
        "external_id": message.external_id,
        "reply_to": message.reply_to,
        "quoted": message.quoted_id,
        "content": to_json(message.content) if message.content else None,
        "attachments": tuple(attachment_map(part) for part in message.attachments),
        "client": message.client_id,
        "state": message.state.value if message.state else None,
        "rank": RANK[message.state] if message.state else None,
        "attempt": message.attempt if message.state else None,
        "marks": {name: milliseconds(at) for name, at in message.marks.items()} if message.state else None,
        "failure": failure_map(message.failure) if message.failure else None,
    }


def attachment_map(attachment: Attachment) -> Item:
    return {
        "mime": attachment.mime,
        "name": attachment.name,
        "size": attachment.size_bytes,
        "sha256": attachment.sha256,
        "media": attachment.media_id,
        "url": attachment.source_url,
        "object": attachment.object_key,
        "state": attachment.state.value,
        "reason": attachment.reason,
        "voice": True if attachment.voice else None,
    }


def attachment_from(item: Item) -> Attachment:
    return Attachment(
        mime=item["mime"],
        name=item.get("name"),
        size_bytes=item.get("size"),
        sha256=item.get("sha256"),
        media_id=item.get("media"),
        source_url=item.get("url"),
        object_key=item.get("object"),
        state=AttachmentState(item["state"]),
        reason=item.get("reason"),
        voice=bool(item.get("voice")),
    )


def failure_map(failure: Failure) -> Item:
    return {
        "code": failure.code,
        "class": failure.failure.value,
        "detail": failure.detail,
        "at": milliseconds(failure.at),
    }


def failure_from(item: Item) -> Failure:
    return Failure(
        code=item["code"],
        failure=FailureClass(item["class"]),
        detail=item["detail"],
        at=moment(item["at"]),
    )


def message_from(item: Item) -> Message:
    identifier = keys.sort_identifier(item["sk"])
    author: Any = item["author"]
    state = item.get("state")
    return Message(
        id=identifier,
        leg_id=keys.identifier(item["pk"]),
        conversation_id=item["conversation"],
        direction=Direction(item["direction"]),
        kind=MessageKind(item["kind"]),
        occurred_at=message_time(identifier),
        stored_at=moment(item["stored"]),
        author=Author(author["kind"], author.get("id"), author.get("name")),
        text=item.get("text", ""),
        external_id=item.get("external_id"),
        reply_to=item.get("reply_to"),
        quoted_id=item.get("quoted"),
        content=from_json(item.get("content")),
        attachments=tuple(attachment_from(part) for part in item.get("attachments", ())),
        version=item["version"],
        part=item.get("nth", 0),
        client_id=item.get("client"),
        state=DeliveryState(state) if state else None,
        attempt=item.get("attempt", 1),
        marks=_marks(item.get("marks")),
        failure=failure_from(item["failure"]) if item.get("failure") else None,
    )


def _marks(item: Item | None) -> dict[str, datetime]:
    return {name: moment(at) for name, at in (item or {}).items()}


def note_item(note: Note) -> Item:
    pk, sk = keys.note(note.conversation_id, note.id)
    return {
        "pk": pk,
        "sk": sk,
        "kind": note.kind,
        "author": note.author_id,
        "author_name": note.author_name,
        "at": note.at,
        "text": note.text or None,
        "facts": to_json(note.facts) if note.facts else None,
        "audience": note.audience,
        "mentions": note.mentions,
        "attachments": tuple(attachment_map(part) for part in note.attachments),
        "client": note.client_id,
        "version": note.version if note.version > 1 else None,
    }


def note_from(item: Item) -> Note:
    return Note(
        id=keys.sort_identifier(item["sk"]),
        conversation_id=keys.identifier(item["pk"]),
        kind=item["kind"],
        author_id=item["author"],
        author_name=item["author_name"],
        at=moment_or_none(item["at"]) or moment(0),
        text=item.get("text", ""),
        facts=from_json(item.get("facts")),
        audience=tuple(item.get("audience", ())),
        mentions=tuple(item.get("mentions", ())),
        attachments=tuple(attachment_from(part) for part in item.get("attachments", ())),
        client_id=item.get("client"),
        version=item.get("version", 1),
    )
