"""The desk: what agents look at and change. Reads are one or two calls; a change that loses a race reads again."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from chalicelib.domain import ids
from chalicelib.domain import transitions as rules
from chalicelib.domain.agent import Principal
from chalicelib.domain.conversation import Conversation, Leg, Priority, Status, WakeOn
from chalicelib.domain.counts import DESK, Scope
from chalicelib.domain.envelope import Actor
from chalicelib.domain.errors import (
    ClientIdReused,
    ConversationNotFound,
    InvalidInput,
    MessageNotFound,
    StoreUnavailable,
    TransitionRefused,
)
from chalicelib.domain.events import (
    ConversationPriorityChanged,
    ConversationRead,
    ConversationStatusChanged,
    Event,
    NoteCreated,
)
from chalicelib.domain.message import Attachment, Message
from chalicelib.domain.note import audience_of, may_see
from chalicelib.domain.typing_signs import TYPING_FOR, agent_typing
from chalicelib.services.followed import check_unmerged
from chalicelib.services.ports import (
    ConversationChange,
    DeskStore,
    Live,
    Note,
    Once,
    Page,
    Recorded,
    Signals,
    Thread,
    ThreadQuery,
    ViewQuery,
    Written,
)
from chalicelib.services.together_ports import Meaning

ATTEMPTS = 5
NOTE_LENGTH = 10_000

# A change as rules see it: the new state and the event that tells of it.
Change = Callable[[Conversation], tuple[Conversation, Event]]
# The units that a changed conversation holds of its agent, and what may be in use at most.
Units = Callable[[Conversation], tuple[int, Mapping[str, int]]]


@dataclass(frozen=True, slots=True)
class ThreadPage:
    """Entries in order of time, oldest first; `before` and `after` continue the page where there is more."""

    conversation: Conversation
    entries: Sequence[Message | Note]
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class _Noted:
    """A note, taken once, and whom it means."""

    note: Note
    once: Once
    meant: Meaning | None


def get(store: DeskStore, conversation_id: str) -> Conversation:
    """For whoever changes it or acts on it. Raises ConversationNotFound, ConversationIsMerged."""
    found = look(store, conversation_id)
    check_unmerged(store, found)
    return found


def look(store: DeskStore, conversation_id: str) -> Conversation:
    """For whoever only reads it; it may be part of another by now. Raises ConversationNotFound."""
    found = store.conversation(conversation_id) if ids.is_id("cnv", conversation_id) else None
    if found is None:
        raise ConversationNotFound("There is no such conversation.")
    return found


def list_view(store: DeskStore, query: ViewQuery) -> Page[Conversation]:
    """A page of a view, newest activity first; within the page the order is exact."""
    page = store.list_view(query)
    ordered = sorted(page.items, key=lambda row: (row.last_activity_at, row.id), reverse=True)
    return Page(ordered, page.next)


def counts(
    store: DeskStore,
    principal: Principal,
    *,
    inbox_ids: Sequence[str] = (),
    team_ids: Sequence[str] = (),
) -> Mapping[Scope, Mapping[str, int]]:
    """Everybody's numbers, the caller's own, and those of the inboxes and teams asked for."""
    scopes: list[Scope] = [DESK, ("agent", principal.id)]
    scopes += [("inbox", inbox_id) for inbox_id in inbox_ids]
    scopes += [("team", team_id) for team_id in team_ids]
    return store.counts(scopes)


def thread(
    store: DeskStore,
    conversation_id: str,
    *,
    limit: int,
    before: str | None = None,
    after: str | None = None,
    reader: Principal | None = None,
) -> ThreadPage:
    """A page of the conversation across all its legs, with the notes among the messages: those that `reader` may see
    (without one no whispers). A page may be short of what was left out.

    Raises ConversationNotFound, InvalidInput."""
    if before and after:
        raise InvalidInput("Give before or after, not both.", field="after")
    for name, value in (("before", before), ("after", after)):
        if value is not None:
            _check_entry(name, value)
    found = (
        store.thread(ThreadQuery(conversation_id, limit, before, after)) if ids.is_id("cnv", conversation_id) else None
    )
    if found is None:
        raise ConversationNotFound("There is no such conversation.")
    return page_of(found, limit=limit, before=before, after=after, reader=reader)


def page_of(
    found: Thread,
    *,
    limit: int,
    before: str | None = None,
    after: str | None = None,
    reader: Principal | None = None,
) -> ThreadPage:
    """The page that these parts make, in order, with what the reader may see."""
    entries: list[Message | Note] = sorted([*found.messages, *found.notes], key=lambda entry: ids.body_of(entry.id))
    more = len(entries) > limit
    entries = entries[:limit] if after else entries[-limit:]
    has_older = more if after is None else True
    has_newer = more if after is not None else before is not None
    return ThreadPage(
        found.conversation,
        sorted((entry for entry in entries if _is_for(reader, entry)), key=_spoken),
        before=_place(reader, entries[0]) if entries and has_older else None,
        after=_place(reader, entries[-1]) if entries and has_newer else None,
    )


def _is_for(reader: Principal | None, entry: Message | Note) -> bool:
    if isinstance(entry, Message) or not entry.audience:
        return True
    return reader is not None and may_see(entry, reader)


def _place(reader: Principal | None, entry: Message | Note) -> str:
    """Where the next page starts: the same place by another name where the entry itself is not for the reader."""
    return entry.id if _is_for(reader, entry) else f"msg_{ids.body_of(entry.id)}"


def _spoken(entry: Message | Note) -> tuple[str, datetime, str]:
    """By the provider's time; what it says of one instant (WhatsApp tells whole seconds) in the order of arrival."""
    arrived = entry.stored_at if isinstance(entry, Message) else entry.at
    return ids.body_of(entry.id)[: ids.TIME_LENGTH], arrived, entry.id


def _check_entry(name: str, value: str) -> None:
    try:
        ids.body_of(value)
    except ValueError as error:
        raise InvalidInput("This is no id of a message or note.", field=name) from error


def set_status(
    store: DeskStore,
    principal: Principal,
    conversation_id: str,
    status: Status,
    now: datetime,
    *,
    snoozed_until: datetime | None = None,
    wake_on: WakeOn | None = None,
    units: Units | None = None,
) -> Conversation:
    """Open, pending, snoozed or resolved, by an agent; without `units` what was put aside is looked for an agent anew.
    Raises ConversationNotFound, TransitionRefused, and what `units` raises."""

    def apply(before: Conversation) -> tuple[Conversation, Event]:
        after = rules.change_status(before, status, now, snoozed_until=snoozed_until, wake_on=wake_on)
        until = after.snoozed_until.isoformat() if after.snoozed_until else None
        event = ConversationStatusChanged(
            previous=before.status.value,
            status=after.status.value,
            episode=after.episode,
            reason="agent",
            snoozed_until=until,
            wake_on=after.wake_on.value if until else None,
        )
        return after, event

    return _changed(_change(store, principal, conversation_id, now, apply, "status", units=units))


def set_priority(
    store: DeskStore, principal: Principal, conversation_id: str, priority: Priority, now: datetime
) -> Conversation:
    """How much people think that it presses. Raises ConversationNotFound, TransitionRefused."""

    def apply(before: Conversation) -> tuple[Conversation, Event]:
        if before.priority is priority:
            raise TransitionRefused(f"The conversation's priority is {priority.value} already.", field="priority")
        event = ConversationPriorityChanged(previous=before.priority.value, priority=priority.value)
        return replace(before, priority=priority), event

    return _changed(_change(store, principal, conversation_id, now, apply, "priority"))


def add_note(  # noqa: PLR0913  a note has so many parts
    store: DeskStore,
    principal: Principal,
    conversation_id: str,
    client_id: str,
    text: str,
    now: datetime,
    audience: Sequence[str] = (),
    meant: Meaning | None = None,
    *,
    attachments: tuple[Attachment, ...] = (),
) -> Note:
    """A note for colleagues, or a supervisor's whisper to an `audience` of them; it can reach no channel, for nothing
    that sends reads where notes, and their files, are kept. `meant`: whom it mentions.

    A repeat with the same client id gives the note stored first. Raises ConversationNotFound, InvalidInput,
    ClientIdReused, NotPermitted."""
    if not (text.strip() or attachments) or len(text) > NOTE_LENGTH:
        raise InvalidInput(f"A note has 1 to {NOTE_LENGTH} characters, or a file.", field="text")
    wanted = tuple(audience)
    to = audience_of(wanted, principal, get(store, conversation_id).assignee_id) if wanted else ()
    named = meant.of(principal.id, to) if meant else ()
    line = note_line(conversation_id, "note", principal, now, text, client_id)
    note = replace(line, audience=to, mentions=named, attachments=attachments, client_id=client_id)
    seeds = [*(meant.seeds if meant else ()), *(file.object_key or "" for file in attachments)]
    once = Once(conversation_id, client_id, note.id, "", ids.digest("note", text, *wanted, *seeds))
    files = tuple({"mime": file.mime, "name": file.name, "size_bytes": file.size_bytes} for file in attachments)

    def apply(before: Conversation) -> tuple[Conversation, Event]:
        told = NoteCreated(
            note_id=note.id, author_id=principal.id, text=text, audience=to, mentions=named, attachments=files
        )
        return before, told

    changed = _change(store, principal, conversation_id, now, apply, None, noted=_Noted(note, once, meant))
    return note if changed else _noted_before(store, once)


def note_of(store: DeskStore, conversation_id: str, note_id: str, reader: Principal) -> Note:
    """A note that the conversation shows, to whom it is for. Raises ConversationNotFound, MessageNotFound."""
    found = look(store, conversation_id)
    kept = (store.note(name, note_id) for name in (found.id, *found.absorbed))
    note = next((each for each in kept if each is not None), None)
    if note is None or not may_see(note, reader):
        raise MessageNotFound("There is no such note.")
    return note


def _noted_before(store: DeskStore, once: Once) -> Note:
    found = store.once(once.conversation_id, once.client_id)
    note = store.note(once.conversation_id, found.message_id) if found else None
    if found is None or note is None or found.digest != once.digest:
        raise ClientIdReused(
            "This client_id was used for something else in this conversation: make a new one.",
            field="client_id",
        )
    return note


def mark_read(store: DeskStore, principal: Principal, conversation_id: str, now: datetime) -> Conversation:
    """Nothing is unread any more; the customer is told where the channel has read marks."""

    def apply(before: Conversation) -> tuple[Conversation, Event]:
        leg = before.legs[before.active_leg_id]
        event = ConversationRead(
            leg_id=leg.id, message_id=leg.last_message_id, external_id=leg.last_inbound_external_id
        )
        return rules.mark_read(before), event

    current = get(store, conversation_id)
    if current.unread == 0:
        return current
    return _change(store, principal, conversation_id, now, apply, None) or current


def signal_typing(
    store: DeskStore,
    live: Live,
    signals: Signals,
    principal: Principal,
    conversation_id: str,
    now: datetime,
    *,
    on: bool = True,
    told: bool = False,
) -> None:
    """Tell the customer that an agent is writing (or, not `on`, has stopped); kept for a few seconds, never stored with
    the conversation. `told`: colleagues know already. Raises ConversationNotFound, StoreUnavailable."""
    conversation = get(store, conversation_id)
    leg: Leg = conversation.legs[conversation.active_leg_id]
    until = now + TYPING_FOR if on else now
    live.typing(leg.id, principal.id, until)
    signals.put(agent_typing(principal, conversation.id, leg, until, now, told=told))


def _change(
    store: DeskStore,
    principal: Principal,
    conversation_id: str,
    now: datetime,
    apply: Change,
    activity: str | None,
    *,
    noted: _Noted | None = None,
    units: Units | None = None,
) -> Conversation | None:
    """The conversation after the change; None where it was made before."""
    actor = Actor(principal.kind, principal.id)
    for _ in range(ATTEMPTS):
        before = get(store, conversation_id)
        changed, event = apply(before)
        weight, limits = units(changed) if units else (changed.weight, {})
        after = replace(changed, weight=weight, version=before.version + 1)
        change = ConversationChange(before, after, Recorded((event,), actor, now), limits=limits)
        if noted is not None:
            beside = noted.meant.beside(noted.note, actor) if noted.meant else ()
            change = replace(change, note=noted.note, once=noted.once, beside=beside)
        elif activity:
            change = replace(change, note=activity_line(before, after, principal, now, activity, event))
        outcome = store.change(change)
        if outcome is not Written.CONFLICT:
            return after if outcome is Written.DONE else None
    raise StoreUnavailable("too many writers at once")


def _changed(after: Conversation | None) -> Conversation:
    """Only a change with a client id can have been made before."""
    if after is None:
        raise StoreUnavailable("a change without a client id was a duplicate")
    return after


def activity_line(
    before: Conversation,
    after: Conversation,
    principal: Principal,
    now: datetime,
    activity: str,
    event: Event,
) -> Note:
    """The line in the thread that tells of a change."""
    facts: dict[str, Any] = {"type": event.TYPE}
    if activity == "status":
        facts |= {"previous": before.status.value, "status": after.status.value}
    elif activity == "priority":
        facts |= {"previous": before.priority.value, "priority": after.priority.value}
    else:
        facts |= {"assignee_id": after.assignee_id, "team_id": after.team_id}
    return note_line(after.id, "activity", principal, now, "", str(after.version), facts)


def note_line(
    conversation_id: str,
    kind: str,
    principal: Principal,
    now: datetime,
    text: str,
    seed: str,
    facts: Mapping[str, Any] | None = None,
) -> Note:
    return Note(
        id=ids.note_id(now, conversation_id, principal.id, seed),
        conversation_id=conversation_id,
        kind=kind,
        author_id=principal.id,
        author_name=principal.name,
        at=now,
        text=text,
        facts=facts or {},
    )
