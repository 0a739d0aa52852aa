"""The writes that several stores share: counters, whole conversations, touched conversations."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from chalicelib.aws import keys
from chalicelib.aws.border import TransactionRefused
from chalicelib.aws.codec import events_of, milliseconds
from chalicelib.aws.codec_contact import contact_item
from chalicelib.aws.codec_conversation import conversation_item, head_item, last_message_map, view_keys
from chalicelib.aws.codec_evidence import evidence_item
from chalicelib.aws.codec_message import failure_map
from chalicelib.aws.transaction import Desk, Put, Update, Write
from chalicelib.domain.contact import Contact
from chalicelib.domain.conversation import Conversation, LegHead, summary
from chalicelib.domain.counts import changes
from chalicelib.domain.delivery import RANK, DeliveryState
from chalicelib.domain.evidence import Evidence
from chalicelib.domain.message import SILENT, Direction, Message
from chalicelib.domain.transitions import answers
from chalicelib.domain.writes import Mark, Once, Recorded

PROOF = frozenset({DeliveryState.DELIVERED, DeliveryState.READ})


def put_conversation(before: Conversation | None, after: Conversation, recorded: Recorded) -> Put:
    """The whole new state, where nobody else has written since `before` was read."""
    item = conversation_item(after) | {"events": events_of(recorded)}
    if before is None:
        return Put(item)
    return Put(item, condition="version = :read", values={":read": before.version})


def assign_conversation(before: Conversation, after: Conversation, recorded: Recorded) -> Update:
    """Its new owner alone, where nobody else has written since that version: for who has not read the rest."""
    listed = view_keys(after)
    values: dict[str, object] = {
        ":read": before.version,
        ":version": after.version,
        ":events": events_of(recorded),
        ":owner": listed["owner_key"],
        ":agent": after.assignee_id,
        ":weight": after.weight,
    }
    sets = "version = :version, events = :events, owner_key = :owner, #row.a = :agent, weight = :weight"
    if after.team_id is not None:
        sets += ", team_key = :listed, #row.t = :team"
        values |= {":listed": listed["team_key"], ":team": after.team_id}
    return Update(keys.conversation(after.id), f"SET {sets}", values, {"#row": "row"}, "version = :read")


def count_writes(before: Conversation | None, after: Conversation) -> Iterator[Update]:
    for scope, delta in changes(before, after).items():
        names = {f"#{place}": field for place, field in enumerate(delta)}
        values = {f":{place}": amount for place, amount in enumerate(delta.values())}
        added = ", ".join(f"{name} :{name[1:]}" for name in names)
        shard = keys.count_shard(scope, after.id)
        yield Update(keys.count(scope, shard), f"ADD {added}", values, names)


def head_copy(leg_id: str, after: Conversation) -> Update:
    """Keep a leg's copy of its conversation's state true, where that is still its conversation."""
    values = {
        ":status": after.status.value,
        ":view": after.view_at,
        ":conversation": after.id,
        ":resolved": after.resolved_at or 0,
    }
    expression = "SET #status = :status, #view = :view, #resolved = :resolved"
    names = {"#status": "status", "#view": "view", "#resolved": "resolved"}
    return Update(keys.leg(leg_id), expression, values, names, "conversation = :conversation")


def head_copies(before: Conversation | None, after: Conversation) -> list[Write]:
    """Every leg's copy of its conversation's state, where that changed."""
    if before is None or (before.status, before.view_at) == (after.status, after.view_at):
        return []
    return [head_copy(leg_id, after) for leg_id in after.legs]


def transact_with_copies(desk: Desk, writes: Sequence[Write], copies: Sequence[Write]) -> None:
    """All of them; but a leg that leads to another conversation now keeps what it has. Raises TransactionRefused."""
    try:
        desk.transact([*writes, *copies])
    except TransactionRefused as refused:
        if any(refused.failed(place) for place in range(len(writes))):
            raise
        kept = [copy for place, copy in enumerate(copies, len(writes)) if not refused.failed(place)]
        if len(kept) == len(copies):
            raise
        # A head comes back only by a write that changes this conversation's version too: then these writes fail.
        desk.transact([*writes, *kept])


def put_head(head: LegHead) -> Put:
    return Put(head_item(head))


def replace_head(head: LegHead, ordinal_read: int) -> Put:
    """The leg's next conversation, where it still has the one that was read, and nothing new is known of its reach."""
    values: dict[str, object] = {":read": ordinal_read}
    if head.reach is None:
        return Put(head_item(head), condition="ordinal = :read AND attribute_not_exists(reach_at)", values=values)
    values[":at"] = head.reach.at
    return Put(head_item(head), "ordinal = :read AND reach_at = :at", values)


def touch_conversation(
    message: Message,
    recorded: Recorded,
    *,
    condition: str,
    condition_values: dict[str, object],
    view_at: datetime | None = None,
) -> Update:
    """A new newest message on an open conversation, without having read it. Holds only where the message is newer
    than all before it: an older one needs the whole state (`put_conversation`)."""
    values: dict[str, object] = {
        ":one": 1,
        ":events": events_of(recorded),
        ":newest": last_message_map(summary(message)),
        ":at": message.occurred_at,
        ":id": message.id,
        ":leg": message.leg_id,
    }
    sets = [
        "version = version + :one",
        "events = :events",
        "#row.m = :newest",
        "#row.f = :at",
        "#row.l = :leg",
        "legs.#leg.t = :id",
    ]
    newer = "(#row.f < :at OR (#row.f = :at AND #row.m.i < :id))"
    removed: list[str] = []
    if message.direction is Direction.INBOUND:
        sets.append("legs.#leg.i = :at")
        sets.append("legs.#leg.x = :external")
        values[":external"] = message.external_id or message.id
        if message.kind not in SILENT:
            sets += ["#row.u = #row.u + :one", "#row.w = if_not_exists(#row.w, :at)"]
    elif answers(message):
        sets += ["#row.u = :none", "first_response = if_not_exists(first_response, :at)"]
        values[":none"] = 0
        removed.append("#row.w")
    if view_at is not None:
        sets.append("view_key = :view")
        values[":view"] = keys.view_key(view_at)
    expression = "SET " + ", ".join(sets) + (f" REMOVE {', '.join(removed)}" if removed else "")
    return Update(
        keys.conversation(message.conversation_id),
        expression,
        values | condition_values,
        {"#row": "row", "#leg": message.leg_id},
        # Where messages have left it, a new one has to tell its part.
        f"{condition} AND attribute_exists(legs.#leg) AND attribute_not_exists(nth) AND {newer}",
    )


def replace_contact(after: Contact, read: Contact, recorded: Recorded) -> Put:
    """The whole new state, where nobody else has written since `read` was. A link made or taken back meanwhile changes
    no version, and must not be written over."""
    item = contact_item(after) | {"events": events_of(recorded)}
    if read.person is None:
        return Put(item, "version = :read AND attribute_not_exists(person)", {":read": read.version})
    return Put(item, "version = :read AND person = :person", {":read": read.version, ":person": read.person})


def put_evidence(evidence: Evidence) -> Put:
    """What a contact's fields are evidence of, as it is now: a later statement stands over an earlier one."""
    return Put(evidence_item(evidence), condition=None)


def put_once(once: Once) -> Put:
    """A client's own id, taken once; the mark says what it was taken for."""
    pk, sk = keys.once(once.conversation_id, once.client_id)
    return Put({"pk": pk, "sk": sk, "message": once.message_id, "leg": once.leg_id, "digest": once.digest})


def read_once(desk: Desk, conversation_id: str, client_id: str) -> Once | None:
    item = desk.get(keys.once(conversation_id, client_id))
    if item is None:
        return None
    return Once(conversation_id, client_id, item["message"], item["leg"], item["digest"])


def advance_message(mark: Mark) -> Update:
    """Only upwards in rank, and of an earlier attempt only what proves receipt."""
    values: dict[str, Any] = {
        ":state": mark.state.value,
        ":rank": RANK[mark.state],
        ":at": milliseconds(mark.at),
        ":one": 1,
        ":events": events_of(mark.recorded),
    }
    sets = [
        "#state = :state",
        "#rank = :rank",
        "marks.#mark = if_not_exists(marks.#mark, :at)",
        "version = version + :one",
        "events = :events",
    ]
    if mark.external_id is not None:
        sets.append("external_id = :external")
        values[":external"] = mark.external_id
    if mark.failure is not None:
        sets.append("failure = :failure")
        values[":failure"] = failure_map(mark.failure)
    removed = "" if mark.failure is not None else " REMOVE failure"
    condition = "attribute_exists(#rank) AND #rank < :rank"
    if mark.attempt is not None and mark.state not in PROOF:
        condition += " AND attempt = :attempt"
        values[":attempt"] = mark.attempt
    names = {"#state": "state", "#rank": "rank", "#mark": mark.state.value}
    return Update(
        keys.message(mark.leg_id, mark.message_id),
        f"SET {', '.join(sets)}{removed}",
        values,
        names,
        condition,
    )
