"""Two conversations of one person become one, and two again: pure rules (docs/conversations.md).

The target keeps what it is (id, owner, team, status, episode, clocks) and gets what the source says: its messages,
notes and waits. The source keeps its own state under `merged_into`, is listed and counted nowhere, and changes no more.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.domain.conversation import Conversation, Leg, Priority, Status, WakeOn, summary
from chalicelib.domain.errors import InvalidInput, MergeRefused, UnmergeRefused
from chalicelib.domain.message import Message
from chalicelib.domain.reckoning import earliest, is_customers, unread_among
from chalicelib.domain.stretches import closed, left_with, stretches
from chalicelib.domain.transitions import change_status, is_stale

# All of a merge is one transaction, whose items are counted; and every conversation stays small enough to be read.
MAX_LEGS = 40
MAX_STRETCHES = 60
ORDER = tuple(Priority)


@dataclass(frozen=True, slots=True)
class Merger:
    """What a merge was made of, so that it can be undone: the source as it was, and what the target was given."""

    target_id: str
    source: Conversation
    at: datetime
    by: str
    priority: Priority
    labels: tuple[str, ...]
    waiting_since: datetime | None = None


def merger_of(target: Conversation, source: Conversation, at: datetime, by: str) -> Merger:
    return Merger(target.id, source, at, by, target.priority, target.labels, target.waiting_since)


def check(target: Conversation, source: Conversation, *, same_person: bool = False, reopening: bool = False) -> None:
    """`same_person`: their two contacts are one person; `reopening`: a resolved target is opened by what is open in the
    source. Raises InvalidInput, MergeRefused. That neither is merged already is the caller's to ask."""
    if target.id == source.id:
        raise InvalidInput("A conversation cannot be merged into itself.", field="source_id")
    if target.contact_id != source.contact_id and not same_person:
        raise MergeRefused("Only conversations of one person can be merged.", field="source_id", because="contact")
    if target.status is Status.RESOLVED and source.status is not Status.RESOLVED and not reopening:
        raise MergeRefused(
            f"This conversation is resolved and the other is {source.status.value}: open this one first, or merge it "
            "into the other.",
            field="source_id",
            because="resolved",
        )
    if len({*target.legs, *source.legs}) > MAX_LEGS:
        raise MergeRefused(f"A conversation has at most {MAX_LEGS} legs.", field="source_id", because="legs")
    if _stretches(target) + _stretches(source) > MAX_STRETCHES:
        raise MergeRefused(
            "These conversations were merged and split too often already.", field="source_id", because="stretches"
        )


def _stretches(conversation: Conversation) -> int:
    return sum(len(leg.earlier) + 1 for leg in conversation.legs.values())


def merged(target: Conversation, source: Conversation, at: datetime) -> Conversation:
    """The target with the source in it. A resolved one that takes what is not resolved is opened anew, as by a message
    of the customer's (who may do so is `check`'s to say)."""
    both = [each.last_message for each in (target, source) if each.last_message is not None]
    newest = max(both, key=lambda each: (each.at, each.id), default=None)
    activity = max(target.last_activity_at, source.last_activity_at)
    state = _woken(target, source, at)
    return replace(
        state,
        legs=_legs(target, source),
        active_leg_id=newest.leg_id if newest else target.active_leg_id,
        last_message=newest,
        last_activity_at=activity,
        view_at=activity if is_stale(state.view_at, activity) else state.view_at,
        labels=tuple(dict.fromkeys((*target.labels, *source.labels))),
        priority=max(target.priority, source.priority, key=ORDER.index),
        unread=target.unread + source.unread,
        waiting_since=earliest(target.waiting_since, source.waiting_since),
        absorbed=(*target.absorbed, *source.absorbed, source.id),
        version=target.version + 1,
    )


def _woken(target: Conversation, source: Conversation, at: datetime) -> Conversation:
    """A customer who waits in the source wakes the target as their message would."""
    if target.status is Status.RESOLVED and source.status is not Status.RESOLVED:
        return change_status(target, Status.OPEN, at)
    waits = source.status is Status.OPEN and source.waiting_since is not None
    asleep = target.status is Status.SNOOZED and target.wake_on is WakeOn.ANY_INBOUND
    return change_status(target, Status.OPEN, at) if waits and asleep else target


def _legs(target: Conversation, source: Conversation) -> dict[str, Leg]:
    legs = dict(target.legs)
    for leg in source.legs.values():
        legs[leg.id] = _joined(target.legs.get(leg.id), leg, source)
    return legs


def _joined(mine: Leg | None, theirs: Leg, source: Conversation) -> Leg:
    if mine is None:
        return closed(theirs, stretches(source, theirs))
    later = max(mine, theirs, key=lambda leg: (leg.last_inbound_at is not None, leg.last_inbound_at or 0))
    return replace(
        mine,
        first_message_id=min(mine.first_message_id, theirs.first_message_id),
        last_message_id=max(mine.last_message_id, theirs.last_message_id),
        last_inbound_at=later.last_inbound_at,
        last_inbound_external_id=later.last_inbound_external_id,
        own_first_message_id=mine.own_first_message_id or mine.first_message_id,
        earlier=(*mine.earlier, *stretches(source, theirs)),
    )


def absorbed(source: Conversation, target_id: str, at: datetime) -> Conversation:
    """The source as it stays: resolved, holding nobody's units, and part of the target."""
    over = source if source.status is Status.RESOLVED else change_status(source, Status.RESOLVED, at)
    return replace(over, unread=0, weight=0, merged_into=target_id, version=source.version + 1)


def unmerged(
    target: Conversation, merger: Merger, messages: Sequence[Message], theirs: Sequence[Message]
) -> Conversation:
    """The target without the source, whose messages are `theirs`; `messages` are all that the target has. What was
    written since the merge stays with it, as do a status, priority or label that somebody has given it since. Raises
    UnmergeRefused."""
    gone = {(each.leg_id, each.id) for each in theirs}
    if not gone <= {(each.leg_id, each.id) for each in messages}:
        raise UnmergeRefused(
            "Messages of that conversation have been split off since: it cannot be restored as it was.",
            field="source_id",
            because="split",
        )
    kept = [each for each in messages if (each.leg_id, each.id) not in gone]
    if not kept:
        raise UnmergeRefused("Nothing would be left of this conversation.", field="source_id", because="empty")
    source, newest = merger.source, kept[-1]
    gained = {*source.labels} - {*merger.labels}
    raised = max(merger.priority, source.priority, key=ORDER.index)
    return replace(
        target,
        legs=left_with(target, kept),
        active_leg_id=newest.leg_id,
        last_message=summary(newest),
        last_activity_at=newest.occurred_at,
        view_at=newest.occurred_at,
        labels=tuple(label for label in target.labels if label not in gained),
        priority=merger.priority if target.priority is raised else target.priority,
        unread=unread_among(target, messages, kept),
        waiting_since=_still_waiting(target, merger, kept),
        absorbed=tuple(each for each in target.absorbed if each not in {source.id, *source.absorbed}),
        part=target.part + 1,
        version=target.version + 1,
    )


def _still_waiting(target: Conversation, merger: Merger, kept: Sequence[Message]) -> datetime | None:
    """Where nobody has answered since the merge, whoever waited in the target before it, or has written since."""
    if target.waiting_since is None or target.waiting_since > merger.at:
        return target.waiting_since
    since = [each.occurred_at for each in kept if is_customers(each) and each.occurred_at > merger.at]
    return earliest(merger.waiting_since, *since)


def restored(source: Conversation, merger: Merger) -> Conversation:
    """The source as it was. The units it held were given back: they are asked for anew, as by a customer who comes back
    to their agent."""
    return replace(merger.source, weight=0, version=source.version + 1)
