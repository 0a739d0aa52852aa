"""Scheduling a message, changing and cancelling it, by people's hands. Each is checked as the reply it will be."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from chalicelib.domain import ids
from chalicelib.domain.agent import Principal
from chalicelib.domain.conversation import Status
from chalicelib.domain.envelope import Actor
from chalicelib.domain.errors import (
    ClientIdReused,
    ConversationNotFound,
    InvalidInput,
    Refusal,
    TooMany,
    TransitionRefused,
    VersionConflict,
    WindowClosed,
)
from chalicelib.domain.events import MessageScheduleChanged, MessageScheduled
from chalicelib.domain.scheduled import (
    MAX_WAITING,
    WAITING,
    Scheduled,
    ScheduledNotFound,
    ScheduledState,
    ScheduleOver,
    Words,
)
from chalicelib.domain.writes import Recorded, Written
from chalicelib.services.composing import Composing
from chalicelib.services.ports import InboxReader, ReplyStore
from chalicelib.services.reply_draft import Draft
from chalicelib.services.scheduled import ScheduledStore, cancel, draft_of

LONGEST = timedelta(days=366)
# How many that are over are shown, the newest.
SHOWN = 50

# A draft with links to its files in the place of the files, good from a time on.
Linked = Callable[[Draft, datetime], Draft]


@dataclass(frozen=True, slots=True)
class Plan:
    """What an agent wants to be said later."""

    said: Words
    send_at: datetime
    split: bool = False
    as_link: bool = False
    unless_answered: bool = True
    even_if_resolved: bool = False


@dataclass(frozen=True, slots=True)
class Checked:
    """`closes_at`: when the channel's window is closed by then, the time at which it closes (or has closed)."""

    scheduled: Scheduled
    will_be_closed: bool = False
    closes_at: datetime | None = None


class _Cancelled(Refusal):
    code = "agent"


@dataclass(frozen=True, slots=True)
class Scheduling:
    """The scheduled messages of one conversation, for one caller."""

    store: ScheduledStore
    replies: ReplyStore
    inboxes: InboxReader
    linked: Linked
    principal: Principal
    conversation_id: str
    now: datetime

    def schedule(self, client_id: str, plan: Plan) -> Checked:
        """A repeat of the same gives what was stored first. Raises what a reply raises (but for a closed window),
        TransitionRefused, TooMany."""
        identifier, digest = scheduled_id(self.conversation_id, client_id), digest_of(plan)
        known = self.store.get(self.conversation_id, identifier)
        if known is not None:
            return self._repeated(known, digest)
        made = Scheduled(
            id=identifier,
            conversation_id=self.conversation_id,
            author=self.principal,
            send_at=plan.send_at,
            said=plan.said,
            created_at=self.now,
            digest=digest,
            split=plan.split,
            as_link=plan.as_link,
            unless_answered=plan.unless_answered,
            even_if_resolved=plan.even_if_resolved,
        )
        checked = self._checked(made)
        if sum(each.state in WAITING for each in self.store.of(self.conversation_id)) >= MAX_WAITING:
            raise TooMany(f"At most {MAX_WAITING} messages of a conversation are scheduled at once.")
        told = MessageScheduled(conversation_id=made.conversation_id, send_at=made.send_at.isoformat())
        if self._put(checked.scheduled, 0, told) is Written.CONFLICT:
            return self._repeated(self.get(identifier), digest)
        return checked

    def _repeated(self, known: Scheduled, digest: str) -> Checked:
        if known.digest != digest:
            raise ClientIdReused("This client_id was used for another scheduled message.", field="client_id")
        return Checked(known)

    def list(self) -> Sequence[Scheduled]:
        """Those that wait, the next one first; then those that are over, the newest first. Raises
        ConversationNotFound."""
        found = self.store.of(self.conversation_id)
        if not found:
            self._status()
        waiting = [each for each in found if each.state in WAITING]
        over = sorted((each for each in found if each.ended_at), key=lambda each: str(each.ended_at), reverse=True)
        return [*waiting, *over[:SHOWN]]

    def get(self, identifier: str) -> Scheduled:
        found = self.store.get(self.conversation_id, identifier)
        if found is None:
            raise ScheduledNotFound("There is no such scheduled message.")
        return found

    def change(self, identifier: str, read_version: int, changes: Mapping[str, Any]) -> Checked:
        """Other words (whose author the caller is from then on), another time, other conditions. Raises
        ScheduledNotFound, ScheduleOver, VersionConflict, and what `schedule` raises."""
        before = self.get(identifier)
        if before.state is not ScheduledState.SCHEDULED:
            raise ScheduleOver(f"The message is {_said(before)}: there is nothing left to change.")
        if before.version != read_version:
            raise VersionConflict("Somebody has changed it: read it again.", field="version")
        after = replace(before, **{name: value for name, value in changes.items() if name != "text"})
        if "text" in changes and changes["text"] != before.said.text:
            after = replace(after, said=replace(before.said, text=changes["text"]), author=self.principal)
        checked = self._checked(replace(after, version=before.version + 1))
        told = MessageScheduleChanged(
            conversation_id=after.conversation_id, send_at=after.send_at.isoformat(), fields=tuple(sorted(changes))
        )
        if self._put(checked.scheduled, before.version, told) is Written.CONFLICT:
            raise VersionConflict("Somebody has changed it: read it again.", field="version")
        return checked

    def cancel(self, identifier: str) -> Scheduled:
        """Cancelling it again changes nothing. Raises ScheduledNotFound, ScheduleOver."""
        why = _Cancelled(f"Cancelled by {self.principal.name}.")
        actor = Actor(self.principal.kind, self.principal.id)
        after = cancel(self.store, self.get(identifier), why, actor, self.now, self.principal.name)
        if after.state is not ScheduledState.CANCELLED:
            raise ScheduleOver(f"The message is {_said(after)}: it cannot be cancelled any more.")
        return after

    def _put(self, after: Scheduled, read_version: int, told: MessageScheduled | MessageScheduleChanged) -> Written:
        recorded = Recorded((told,), Actor(self.principal.kind, self.principal.id), self.now)
        return self.store.put(after, read_version, recorded)

    def _checked(self, wanted: Scheduled) -> Checked:
        """With what goes, and whether the channel will take it then as far as is known now."""
        self._check_time(wanted.send_at)
        if self._status() is Status.RESOLVED and not wanted.even_if_resolved:
            raise TransitionRefused(
                "The conversation is resolved: open it, or schedule with even_if_resolved.", field="even_if_resolved"
            )
        draft = draft_of(wanted.said, "")
        if wanted.as_link:
            draft = self.linked(draft, wanted.send_at)
        goes = _words_of(draft) if wanted.as_link else None
        composing = Composing(self.replies, self.inboxes, wanted.author, self.conversation_id, self.now)
        verdict = composing.judged(draft, split=wanted.split)
        refusal, closes_at = verdict.refusal, verdict.closes_at
        if refusal is not None and not isinstance(refusal, WindowClosed):
            raise refusal
        if wanted.said.reply_to and self.replies.message(verdict.leg.id, wanted.said.reply_to) is None:
            raise InvalidInput("There is no such message on this leg.", field="reply_to")
        closed = refusal is not None or (closes_at is not None and closes_at <= wanted.send_at)
        return Checked(replace(wanted, goes=goes), closed, closes_at if closed else None)

    def _check_time(self, send_at: datetime) -> None:
        if send_at <= self.now:
            raise InvalidInput("A scheduled message needs a time in the future.", field="send_at")
        if send_at > self.now + LONGEST:
            raise InvalidInput("A message is scheduled a year ahead at most.", field="send_at")

    def _status(self) -> Status:
        conversation = self.replies.conversation(self.conversation_id)
        if conversation is None:
            raise ConversationNotFound("There is no such conversation.")
        return conversation.status


def _words_of(draft: Draft) -> Words:
    return Words(
        draft.text,
        draft.kind,
        draft.content,
        draft.attachments,
        draft.reply_to,
        draft.leg_id,
        draft.identity,
    )


def scheduled_id(conversation_id: str, client_id: str) -> str:
    """The same for the same request, so that a repeat finds the first."""
    return f"sch_{ids.digest('scheduled', conversation_id, client_id)}"


def digest_of(plan: Plan) -> str:
    flags = (plan.split, plan.as_link, plan.unless_answered, plan.even_if_resolved)
    place = (plan.said.leg_id or "", plan.send_at.isoformat())
    return ids.digest(draft_of(plan.said, "").digest, *place, *(str(flag) for flag in flags))


def _said(scheduled: Scheduled) -> str:
    return "being sent" if scheduled.state is ScheduledState.SENDING else scheduled.state.value
