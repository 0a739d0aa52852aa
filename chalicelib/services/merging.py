"""Merging two conversations of one person, undoing that, and splitting one: one transaction each, repeated on what is
there where somebody else was first."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol

from chalicelib.domain import ids, merging
from chalicelib.domain.agent import Principal
from chalicelib.domain.capacity import Capacity, weight_of
from chalicelib.domain.conversation import Conversation, LegHead
from chalicelib.domain.envelope import Actor
from chalicelib.domain.errors import (
    CapacityExceeded,
    ConversationNotFound,
    MergeRefused,
    SplitRefused,
    StoreUnavailable,
    UnmergeRefused,
)
from chalicelib.domain.events import (
    ConversationCreated,
    ConversationMerged,
    ConversationPriorityChanged,
    ConversationSplit,
    ConversationStatusChanged,
    ConversationUnmerged,
    Event,
)
from chalicelib.domain.merging import Merger
from chalicelib.domain.message import Message
from chalicelib.domain.note import Note
from chalicelib.domain.parting import Cut, Parted, new_id, parted
from chalicelib.domain.workload import Workload
from chalicelib.domain.writes import Recorded, Written
from chalicelib.domain.writes_merging import HeadMove, Rearrangement, Side
from chalicelib.services.desk import note_line
from chalicelib.services.followed import check_unmerged

ATTEMPTS = 8
# Splitting and undoing look at every message; where there are more, the desk would have to make the customer wait.
MAX_MESSAGES = 5000
MERGED, UNMERGED, WOKEN, REOPENED = "merged", "unmerged", "customer_waits", "reopened"
# What stands in the threads; `source` is the one that was merged, or that was split.
LINES = {
    (ConversationMerged.TYPE, "source"): "Merged into another conversation of this customer.",
    (ConversationMerged.TYPE, "other"): "Another conversation of this customer was merged into this one.",
    (ConversationUnmerged.TYPE, "source"): "The merge was undone: this is a conversation of its own again.",
    (ConversationUnmerged.TYPE, "other"): "A merge was undone: the other conversation is one of its own again.",
    (ConversationSplit.TYPE, "source"): "Part of this conversation was split off.",
    (ConversationSplit.TYPE, "other"): "Split off from another conversation of this customer.",
}


class MergingStore(Protocol):
    def conversation(self, conversation_id: str) -> Conversation | None: ...

    def workload(self, agent_id: str) -> Workload | None: ...

    def heads(self, leg_ids: Sequence[str]) -> Mapping[str, LegHead]: ...

    def are_one_person(self, one: str, other: str) -> bool:
        """Whether two contacts are linked."""

    def messages(self, conversation: Conversation, limit: int) -> Sequence[Message]:
        """All that it shows, in their order; one more than `limit` where there are more."""

    def merger(self, target_id: str, source_id: str) -> Merger | None:
        """What the newest merge of these two was made of."""

    def rearrange(self, wanted: Rearrangement) -> Written:
        """All or nothing. CONFLICT: a conversation or a leg has changed since it was read."""


@dataclass(frozen=True, slots=True)
class _Terms:
    """How a merge is asked for."""

    preview: bool
    reopening: bool
    only_if: Callable[[Conversation, Conversation], bool] | None


@dataclass(frozen=True, slots=True)
class Both:
    """What two conversations have become, or would."""

    target: Conversation
    source: Conversation


@dataclass(frozen=True, slots=True)
class Rearranging:
    """`why`: what the lines in the threads tell besides, where it was no agent's own idea."""

    store: MergingStore
    principal: Principal
    now: datetime
    why: Mapping[str, Any] = field(default_factory=dict)

    def merge(
        self,
        target_id: str,
        source_id: str,
        *,
        preview: bool = False,
        reopening: bool = False,
        only_if: Callable[[Conversation, Conversation], bool] | None = None,
    ) -> Both:
        """The source becomes part of the target; a repeat changes nothing. With `preview` nothing is changed at all.
        `reopening`: a resolved target is opened by what is open. `only_if` is asked of both as they are when it is
        done.

        Raises ConversationNotFound, ConversationIsMerged, MergeRefused, InvalidInput."""
        terms = _Terms(preview, reopening, only_if)
        return self._repeated(lambda: self._merge(target_id, source_id, terms))

    def unmerge(self, target_id: str, source_id: str) -> Both:
        """The source is a conversation of its own again, as it was.

        Raises ConversationNotFound, ConversationIsMerged, UnmergeRefused."""
        return self._repeated(lambda: self._unmerge(target_id, source_id))

    def split(self, conversation_id: str, cut: Cut, owner: str | None = None) -> Both:
        """The messages from the cut on become a new conversation, which is `source` here; a repeat gives the same.

        Raises ConversationNotFound, ConversationIsMerged, SplitRefused, CapacityExceeded, InvalidInput."""
        return self._repeated(lambda: self._split(conversation_id, cut, owner))

    def _repeated(self, attempt: Callable[[], Both | None]) -> Both:
        for _ in range(ATTEMPTS):
            done = attempt()
            if done is not None:
                return done
        raise StoreUnavailable("too many writers at once")

    def _found(self, conversation_id: str, field: str | None = None) -> Conversation:
        found = self.store.conversation(conversation_id) if ids.is_id("cnv", conversation_id) else None
        if found is None:
            raise ConversationNotFound("There is no such conversation.", field=field)
        return found

    # Merging.

    def _merge(self, target_id: str, source_id: str, terms: "_Terms") -> Both | None:
        target, source = self._found(target_id), self._found(source_id, "source_id")
        check_unmerged(self.store, target)
        if source.merged_into == target.id:
            return Both(target, source)
        check_unmerged(self.store, source, "source_id")
        same_person = target.contact_id != source.contact_id and self._are_one(target, source)
        merging.check(target, source, same_person=same_person, reopening=terms.reopening)
        if terms.only_if is not None and not terms.only_if(target, source):
            raise MergeRefused("They have changed meanwhile.", field="source_id", because="changed")
        after = merging.merged(target, source, self.now)
        gone = merging.absorbed(source, target.id, self.now)
        if terms.preview:
            return Both(after, gone)
        heads = self._heads(target, source)
        told = ConversationMerged(source_id=source.id, target_id=target.id)
        facts = {"source_id": source.id, "target_id": target.id, "channel": source.channel, **self.why}
        woken = REOPENED if after.episode != target.episode else WOKEN
        sides = (
            self._side(target, after, (told, *_status(target, after, woken), *_priority(target, after)), facts),
            self._side(source, gone, (told, *_status(source, gone, MERGED)), facts),
        )
        moves = [HeadMove(leg_id, source.id, after) for leg_id, leads_to in heads.items() if leads_to == source.id]
        merger = merging.merger_of(target, source, self.now, self.principal.id)
        return self._done(Rearrangement(sides, moves, heads, merger), Both(after, gone))

    def _are_one(self, target: Conversation, source: Conversation) -> bool:
        return self.store.are_one_person(target.contact_id, source.contact_id)

    # Undoing.

    def _unmerge(self, target_id: str, source_id: str) -> Both | None:
        target, source = self._found(target_id), self._found(source_id, "source_id")
        check_unmerged(self.store, target)
        merger = self.store.merger(target.id, source.id) if source.merged_into == target.id else None
        if merger is None:
            raise self._not_merged(target, source)
        messages, theirs = self._messages(target), self._messages(source)
        after = merging.unmerged(target, merger, messages, theirs)
        back = merging.restored(source, merger)
        heads = self._heads(target, source)
        told = ConversationUnmerged(source_id=source.id, target_id=target.id)
        facts = {"source_id": source.id, "target_id": target.id, "channel": source.channel}
        sides = (
            self._side(target, after, (told, *_priority(target, after)), facts),
            self._side(source, back, (told, *_status(source, back, UNMERGED)), facts),
        )
        moves = [
            HeadMove(leg_id, target.id, back)
            for leg_id, leads_to in heads.items()
            if leads_to == target.id and leg_id in _newest_of(messages, theirs) and leg_id in back.legs
        ]
        return self._done(Rearrangement(sides, moves, heads), Both(after, back))

    def _not_merged(self, target: Conversation, source: Conversation) -> UnmergeRefused:
        if source.merged_into is None:
            return UnmergeRefused("That conversation is not merged.", field="source_id", because="not_merged")
        if source.id in target.absorbed:
            return UnmergeRefused(
                f"It came with {source.merged_into}: undo that merge first.",
                field="source_id",
                because="elsewhere",
                merged_into=source.merged_into,
            )
        return UnmergeRefused(
            f"That conversation is part of {source.merged_into}, not of this one.",
            field="source_id",
            because="elsewhere",
            merged_into=source.merged_into,
        )

    # Splitting.

    def _split(self, conversation_id: str, cut: Cut, owner: str | None) -> Both | None:
        found = self._found(conversation_id)
        check_unmerged(self.store, found)
        before = self._split_before(found, cut)
        if before is not None:
            return Both(found, before)
        made = parted(found, self._messages(found), cut, self.now)
        new, limits = self._given(made.new, owner)
        heads = self._heads(found)
        # The customer goes on in the new conversation, where they said something last.
        moves = [HeadMove(leg_id, found.id, new) for leg_id in new.legs if heads.get(leg_id) == found.id]
        done = Rearrangement(self._parts(found, made, new), moves, heads, limits=limits)
        return self._done(done, Both(made.left, new))

    def _parts(self, found: Conversation, made: Parted, new: Conversation) -> Sequence[Side]:
        first = made.moved[0]
        told = ConversationSplit(source_id=found.id, new_id=new.id, leg_id=first.leg_id, from_message_id=first.id)
        facts = {"source_id": found.id, "new_id": new.id, "messages": len(made.moved)}
        return (
            self._side(found, made.left, (told,), facts),
            self._side(None, new, (ConversationCreated(message_id=first.id), told), facts),
        )

    def _split_before(self, found: Conversation, cut: Cut) -> Conversation | None:
        """What the same split has made a moment ago."""
        made = self.store.conversation(new_id(found.id, found.part - 1, cut)) if found.part else None
        return made if made is not None and made.merged_into is None else None

    def _given(self, new: Conversation, owner: str | None) -> tuple[Conversation, Mapping[str, int]]:
        """With its owner, who must have room. Raises CapacityExceeded."""
        if owner is None:
            return new, {}
        workload = self.store.workload(owner)
        capacity, used = (workload.capacity, workload.used) if workload else (Capacity(), 0)
        weight = weight_of(new.channel, capacity.weights)
        if used + weight > capacity.units:
            raise CapacityExceeded(
                f"It takes {weight} units, and {used} of {capacity.units} are in use: leave the owner out.",
                field="assignee_id",
                used=used,
                units=capacity.units,
                weight=weight,
            )
        return replace(new, assignee_id=owner, weight=weight), {owner: capacity.units - weight}

    # All of them.

    def _heads(self, *conversations: Conversation) -> Mapping[str, str]:
        """Which conversation each leg leads to."""
        legs = sorted({leg_id for conversation in conversations for leg_id in conversation.legs})
        return {leg_id: head.conversation_id for leg_id, head in self.store.heads(legs).items()}

    def _messages(self, conversation: Conversation) -> Sequence[Message]:
        found = self.store.messages(conversation, MAX_MESSAGES)
        if len(found) > MAX_MESSAGES:
            raise SplitRefused(
                f"Conversations of more than {MAX_MESSAGES} messages cannot be taken apart.", because="long"
            )
        return found

    def _side(
        self, before: Conversation | None, after: Conversation, events: tuple[Event, ...], facts: Mapping[str, Any]
    ) -> Side:
        line = self._line(after, events, facts)
        return Side(before, after, Recorded(events, Actor(self.principal.kind, self.principal.id), self.now), line)

    def _line(self, after: Conversation, events: Sequence[Event], facts: Mapping[str, Any]) -> Note:
        """The line in the thread that tells of it; what it is about stands in its facts."""
        what = next(each.TYPE for each in events if each.TYPE != ConversationCreated.TYPE)
        seed = f"{what} {after.version}"
        place = "source" if facts["source_id"] == after.id else "other"
        return note_line(
            after.id, "activity", self.principal, self.now, LINES[what, place], seed, {"type": what, **facts}
        )

    def _done(self, wanted: Rearrangement, outcome: Both) -> Both | None:
        return outcome if self.store.rearrange(wanted) is Written.DONE else None


def _status(before: Conversation, after: Conversation, reason: str) -> tuple[Event, ...]:
    if before.status is after.status:
        return ()
    until = after.snoozed_until.isoformat() if after.snoozed_until else None
    return (
        ConversationStatusChanged(
            previous=before.status.value,
            status=after.status.value,
            episode=after.episode,
            reason=reason,
            snoozed_until=until,
            wake_on=after.wake_on.value if until else None,
        ),
    )


def _priority(before: Conversation, after: Conversation) -> tuple[Event, ...]:
    if before.priority is after.priority:
        return ()
    return (ConversationPriorityChanged(previous=before.priority.value, priority=after.priority.value),)


def _newest_of(messages: Sequence[Message], theirs: Sequence[Message]) -> set[str]:
    """The legs whose newest message is one of theirs."""
    newest = {each.leg_id: each.id for each in messages}
    return {each.leg_id for each in theirs if newest.get(each.leg_id) == each.id}
