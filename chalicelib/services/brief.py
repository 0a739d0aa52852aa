"""Briefs: what has been so far, for whoever gets a conversation; on demand, and by itself where it changes hands and
nobody wrote a word of hand-over."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from chalicelib.channels import registry
from chalicelib.domain import ids
from chalicelib.domain.brief import Brief, brief, short
from chalicelib.domain.brief_lines import Material
from chalicelib.domain.business_hours import BusinessHours
from chalicelib.domain.conversation import Conversation
from chalicelib.domain.envelope import SYSTEM
from chalicelib.domain.errors import ConversationNotFound, StoreUnavailable
from chalicelib.domain.events import ConversationBriefed
from chalicelib.domain.hands import Span, spans
from chalicelib.domain.message import SILENT, Direction, Message
from chalicelib.domain.note import Note
from chalicelib.domain.promise import Promise
from chalicelib.domain.queue import QueueEntry
from chalicelib.domain.reads import Page, Thread, ThreadQuery
from chalicelib.domain.routing_values import Decision
from chalicelib.domain.sla import Clock, due
from chalicelib.domain.timeline import Line, TimelineQuery
from chalicelib.domain.window import window_closes_at
from chalicelib.domain.workload import Workload
from chalicelib.domain.writes import ConversationChange, Once, Recorded, Written
from chalicelib.services import desk
from chalicelib.services.escalation import DESK
from chalicelib.services.routing_ports import Contacts

# What is looked at, at most.
ENTRIES = 50
BEGINNING = 20
DECISIONS = 20
CLOCKS = 6
EVENTS = 5

Hours = Callable[[str], BusinessHours | None]


class Threads(Protocol):
    def conversation(self, conversation_id: str) -> Conversation | None: ...

    def thread(self, query: ThreadQuery) -> Thread | None: ...

    def change(self, change: ConversationChange) -> Written: ...


class Hands(Protocol):
    """What is known of whose a conversation was."""

    def entry(self, conversation_id: str) -> QueueEntry | None: ...

    def decisions(self, conversation_id: str, limit: int) -> Sequence[Decision]: ...

    def workloads(self, agent_ids: Sequence[str]) -> Mapping[str, Workload]: ...


class Clocks(Protocol):
    def clocks(self, conversation_id: str, limit: int) -> Mapping[str, Clock]: ...


class Events(Protocol):
    def page(self, query: TimelineQuery) -> Page[Line]: ...


class Promises(Protocol):
    def of(self, conversation_id: str) -> Sequence[Promise]: ...


@dataclass(frozen=True, slots=True)
class Briefs:
    threads: Threads
    hands: Hands
    contacts: Contacts
    clocks: Clocks
    events: Events
    promises: Promises
    hours: Hours

    def of(self, conversation_id: str, now: datetime) -> Brief:
        """At most ten reads, and two for each leg. Raises ConversationNotFound."""
        thread = self._newest(conversation_id)
        if thread is None:
            raise ConversationNotFound("There is no such conversation.")
        entry = self.hands.entry(conversation_id)
        return self._brief(thread, self._spans(thread, entry), now)

    def react(self, event: Mapping[str, Any], now: datetime) -> None:
        """A conversation was assigned: where it comes from somebody else's hands, and no word of theirs with it, its
        new owner finds a short brief in the thread. Once for each time. Raises StoreUnavailable."""
        owner, previous = event["data"]["assignee_id"], event["data"]["previous_assignee_id"]
        conversation_id, version = event["aggregate"]["id"], event["aggregate"]["version"]
        if owner is None or owner == previous or not self._had_owners(conversation_id, previous):
            return
        thread = self._newest(conversation_id)
        if thread is None or thread.conversation.assignee_id != owner:
            return
        entry = self.hands.entry(conversation_id)
        found = self._spans(thread, entry)
        before = _before(found, owner, datetime.fromisoformat(event["occurred_at"])) or _waited_for(entry, owner)
        if before is None or _is_handed_over(thread.notes, before):
            return
        self._write(self._brief(thread, found, now), thread.conversation, before, version, now)

    def _had_owners(self, conversation_id: str, previous: str | None) -> bool:
        """Mostly it has just come, and one look tells so."""
        if previous is not None:
            return True
        entry = self.hands.entry(conversation_id)
        return entry is not None and (entry.epoch > 1 or bool(entry.reason))

    def _newest(self, conversation_id: str) -> Thread | None:
        if not ids.is_id("cnv", conversation_id):
            return None
        return self.threads.thread(ThreadQuery(conversation_id, ENTRIES))

    def _spans(self, thread: Thread, entry: QueueEntry | None) -> Sequence[Span]:
        conversation = thread.conversation
        decisions = self.hands.decisions(conversation.id, DECISIONS)
        lines = [note for note in thread.notes if note.kind == "activity"]
        return spans(conversation.opened_at, conversation.assignee_id, decisions, lines, entry)

    def _brief(self, thread: Thread, found: Sequence[Span], now: datetime) -> Brief:
        conversation = thread.conversation
        everything: list[Message | Note] = [*thread.messages, *thread.notes]
        entries = sorted(everything, key=lambda entry: ids.body_of(entry.id))[-ENTRIES:]
        names = self.hands.workloads(sorted({span.agent_id for span in found})) if found else {}
        clocks = self.clocks.clocks(conversation.id, CLOCKS)
        return brief(
            Material(
                conversation,
                now,
                contact=self.contacts.get(conversation.contact_id),
                first=self._first(thread, entries),
                entries=entries,
                spans=found,
                names={agent_id: workload.name for agent_id, workload in names.items()},
                clocks=[(name, clock, self._due(clock)) for name, clock in clocks.items()],
                closes=_closes(conversation),
                promises=self.promises.of(conversation.id),
                events=self._events(conversation),
            )
        )

    def _events(self, conversation: Conversation) -> Sequence[Line]:
        """The newest of the timeline; the line of this very case, and of its newest call, is none."""
        lines = self.events.page(TimelineQuery(conversation.contact_id, EVENTS + 2)).items
        return [line for line in lines if line.subject != f"conversation:{conversation.id}"][:EVENTS]

    def _due(self, clock: Clock) -> datetime | None:
        return due(clock, 1.0, self.hours(clock.hours_id) if clock.hours_id else None)

    def _first(self, thread: Thread, entries: Sequence[Message | Note]) -> Message | None:
        """What the customer began the episode with; looked for where the newest entries do not reach so far back."""
        conversation = thread.conversation
        messages = [entry for entry in entries if isinstance(entry, Message)]
        if len(entries) == ENTRIES and _at(entries[0]) > conversation.opened_at:
            begin = ids.message_id(conversation.opened_at)[: -ids.DIGEST_LENGTH] + "0" * ids.DIGEST_LENGTH
            page = self.threads.thread(ThreadQuery(conversation.id, BEGINNING, after=begin))
            messages = sorted(page.messages if page else (), key=lambda message: message.id)
        said = (each for each in messages if each.direction is Direction.INBOUND and each.kind not in SILENT)
        return next((each for each in said if each.occurred_at >= conversation.opened_at), None)

    def _write(self, whole: Brief, conversation: Conversation, before: Span, version: int, now: datetime) -> None:
        facts = {
            "type": ConversationBriefed.TYPE,
            "assignee_id": conversation.assignee_id,
            "previous_assignee_id": before.agent_id,
            "brief": short(whole),
        }
        note = desk.note_line(conversation.id, "activity", DESK, now, "", f"brief {version}", facts)
        once = Once(conversation.id, f"brief {version}", note.id, "", ids.digest("brief", str(version)))
        owner = conversation.assignee_id or ""
        for _attempt in range(desk.ATTEMPTS):
            found = self.threads.conversation(conversation.id)
            if found is None or found.assignee_id != owner:
                return
            told = Recorded((ConversationBriefed(note_id=note.id, assignee_id=owner),), SYSTEM, now)
            after = replace(found, version=found.version + 1)
            if self.threads.change(ConversationChange(found, after, told, note, once)) is not Written.CONFLICT:
                return
        raise StoreUnavailable("too many writers at once")


def _before(found: Sequence[Span], owner: str, at: datetime) -> Span | None:
    """Who had it last, before this owner got it; None where that was the same one."""
    earlier = [span for span in found if span.since < at and not (span.agent_id == owner and span.until is None)]
    return earlier[-1] if earlier and earlier[-1].agent_id != owner else None


def _waited_for(entry: QueueEntry | None, owner: str) -> Span | None:
    """Who had it in an earlier episode, where its customer has waited for them in vain."""
    if entry is None or entry.sticky_id in (None, owner):
        return None
    return Span(entry.sticky_id or "", entry.queued_at, entry.queued_at)


def _is_handed_over(notes: Sequence[Note], before: Span) -> bool:
    """Whether somebody wrote for the next one what there was to know, when its last owner gave it away or later."""
    since = before.until or before.since
    return any(note.facts.get("handover") and note.at >= since for note in notes)


def _closes(conversation: Conversation) -> datetime | None:
    leg = conversation.legs.get(conversation.active_leg_id)
    return window_closes_at(leg, registry.load(leg.channel).CAPABILITIES.window_seconds) if leg is not None else None


def _at(entry: Message | Note) -> datetime:
    return entry.occurred_at if isinstance(entry, Message) else entry.at
