"""The items of side threads and their messages. A message's words and files are in `said`, as those of scheduled
messages are: an erasure finds the files there."""

from typing import Any

from chalicelib.aws import keys, keys_work
from chalicelib.aws.codec import Item, events_of, from_json, moment, moment_or_none, to_json
from chalicelib.aws.codec_message import attachment_from, attachment_map
from chalicelib.domain.delivery import DeliveryState
from chalicelib.domain.side_thread import (
    Origin,
    SideAuthor,
    SideMessage,
    SideThread,
    ThreadKind,
    ThreadState,
    Whom,
    message_number,
    thread_of_message,
)
from chalicelib.domain.writes import Recorded


def side_thread_item(thread: SideThread, recorded: Recorded | None = None) -> Item:
    pk, sk = keys_work.side_thread(thread.conversation_id, thread.id)
    whom = thread.whom
    return {
        "pk": pk,
        "sk": sk,
        "version": thread.version,
        "events": events_of(recorded) if recorded else None,
        "kind": thread.kind.value,
        "subject": thread.subject,
        "whom": {
            "agents": whom.agent_ids,
            "teams": whom.team_ids,
            "to": whom.to,
            "cc": whom.cc,
            "inbox": whom.inbox_id,
            "channel": whom.channel_id,
        },
        "by": thread.started_by,
        "at": thread.started_at,
        "last": thread.last_at,
        "participants": thread.participants,
        "digest": thread.digest,
        "state": thread.state.value,
        "count": thread.count,
        "news": thread.news,
        "preview": thread.preview or None,
        "seen": dict(thread.seen),
        "reference": thread.reference,
    }


def side_thread_from(item: Item) -> SideThread:
    whom: Any = item.get("whom", {})
    return SideThread(
        id=keys.sort_identifier(item["sk"]),
        conversation_id=keys.identifier(item["pk"]),
        kind=ThreadKind(item["kind"]),
        subject=item["subject"],
        whom=Whom(
            tuple(whom.get("agents", ())),
            tuple(whom.get("teams", ())),
            tuple(whom.get("to", ())),
            tuple(whom.get("cc", ())),
            whom.get("inbox"),
            whom.get("channel"),
        ),
        started_by=item["by"],
        started_at=moment(item["at"]),
        last_at=moment(item["last"]),
        participants=tuple(item["participants"]),
        digest=item["digest"],
        state=ThreadState(item["state"]),
        count=item["count"],
        news=item["news"],
        preview=item.get("preview", ""),
        seen=item.get("seen", {}),
        reference=item.get("reference"),
        version=item["version"],
    )


def side_message_item(message: SideMessage, recorded: Recorded | None = None) -> Item:
    pk, sk = keys_work.side_message(message.conversation_id, message.id)
    return {
        "pk": pk,
        "sk": sk,
        "version": message.version,
        "events": events_of(recorded) if recorded else None,
        "author": {"kind": message.author.kind, "id": message.author.id, "name": message.author.name},
        "said": {
            "text": message.text or None,
            "attachments": tuple(attachment_map(file) for file in message.attachments),
            "content": to_json(message.content) if message.content else None,
        },
        "at": message.at,
        "external_id": message.external_id,
        "state": message.state.value if message.state else None,
        "reason": message.reason,
        "attempt": message.attempt,
        "moved": message.moved_at,
        "news": message.news,
        "automatic": message.automatic,
        "origin": message.origin.value,
        "came": message.came or None,
        "digest": message.digest or None,
    }


def side_message_from(item: Item) -> SideMessage:
    identifier = keys.sort_identifier(item["sk"])
    thread_id = thread_of_message(identifier)
    author, said = item["author"], item.get("said", {})
    return SideMessage(
        thread_id=thread_id,
        conversation_id=keys.identifier(item["pk"]),
        number=message_number(thread_id, identifier) or 0,
        author=SideAuthor(author["kind"], author["id"], author["name"]),
        text=said.get("text", ""),
        at=moment(item["at"]),
        attachments=tuple(attachment_from(file) for file in said.get("attachments", ())),
        external_id=item.get("external_id"),
        state=DeliveryState(item["state"]) if item.get("state") else None,
        reason=item.get("reason"),
        attempt=item["attempt"],
        moved_at=moment_or_none(item.get("moved")),
        news=item["news"],
        automatic=item.get("automatic"),
        origin=Origin(item["origin"]),
        came=item.get("came", False),
        content=from_json(said.get("content")),
        digest=item.get("digest", ""),
        version=item["version"],
    )
