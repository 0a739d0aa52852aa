"""The items of scheduled messages."""

from datetime import timedelta
from typing import Any

from chalicelib.aws import keys
from chalicelib.aws.codec import Item, events_of, from_json, moment, moment_or_none, to_json
from chalicelib.aws.codec_message import attachment_from, attachment_map
from chalicelib.domain.agent import Principal, Role
from chalicelib.domain.message import MessageKind
from chalicelib.domain.scheduled import Scheduled, ScheduledState, Words
from chalicelib.domain.writes import Recorded

# So long it is shown what became of one; what was said stays in the thread.
KEPT_FOR = timedelta(days=30)


def scheduled_item(scheduled: Scheduled, recorded: Recorded) -> Item:
    pk, sk = keys.scheduled(scheduled.conversation_id, scheduled.id)
    author, end = scheduled.author, scheduled.ended_at
    return {
        "pk": pk,
        "sk": sk,
        "version": scheduled.version,
        "state": scheduled.state.value,
        "author": {"kind": author.kind, "id": author.id, "name": author.name, "role": author.role.value},
        "send_at": scheduled.send_at,
        "said": _words_map(scheduled.said),
        "goes": _words_map(scheduled.goes) if scheduled.goes else None,
        "created": scheduled.created_at,
        "digest": scheduled.digest,
        "split": scheduled.split,
        "as_link": scheduled.as_link,
        "unless_answered": scheduled.unless_answered,
        "even_if_resolved": scheduled.even_if_resolved,
        "reason": scheduled.reason,
        "detail": scheduled.detail or None,
        "message": scheduled.message_id,
        "ended": end,
        "expires_at": int((end + KEPT_FOR).timestamp()) if end else None,
        "events": events_of(recorded),
    }


def scheduled_from(item: Item) -> Scheduled:
    author: Any = item["author"]
    return Scheduled(
        id=keys.sort_identifier(item["sk"]),
        conversation_id=keys.identifier(item["pk"]),
        author=Principal(author["kind"], author["id"], author["name"], Role(author["role"])),
        send_at=moment(item["send_at"]),
        said=_words(item["said"]),
        created_at=moment(item["created"]),
        digest=item["digest"],
        goes=_words(item["goes"]) if "goes" in item else None,
        split=item["split"],
        as_link=item["as_link"],
        unless_answered=item["unless_answered"],
        even_if_resolved=item["even_if_resolved"],
        state=ScheduledState(item["state"]),
        reason=item.get("reason"),
        detail=item.get("detail", ""),
        message_id=item.get("message"),
        ended_at=moment_or_none(item.get("ended")),
        version=item["version"],
    )


def _words_map(words: Words) -> Item:
    return {
        "text": words.text or None,
        "kind": words.kind.value,
        "content": to_json(words.content) if words.content else None,
        "attachments": tuple(attachment_map(part) for part in words.attachments),
        "quoted": words.reply_to,
        "leg": words.leg_id,
        "identity": words.identity or None,
    }


def _words(item: Item) -> Words:
    return Words(
        text=item.get("text", ""),
        kind=MessageKind(item["kind"]),
        content=from_json(item.get("content")),
        attachments=tuple(attachment_from(part) for part in item.get("attachments", ())),
        reply_to=item.get("quoted"),
        leg_id=item.get("leg"),
        identity=item.get("identity", ""),
    )
