"""Side threads: started and carried on by agents, answered by colleagues and from outside.

Everything is stored first; what goes out is sent by what follows from its event (`side_sending`). A change that loses
a race reads again.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.domain import ids
from chalicelib.domain import side_thread_rules as rules
from chalicelib.domain.agent import Principal
from chalicelib.domain.delivery import RETRYABLE, DeliveryState
from chalicelib.domain.envelope import Actor
from chalicelib.domain.errors import ClientIdReused, InvalidInput, RetryRefused, StoreUnavailable
from chalicelib.domain.errors_side_threads import SideMessageNotFound, SideThreadFull, SideThreadNotFound
from chalicelib.domain.events import Event, SideThreadClosed, SideThreadJoined, SideThreadReopened
from chalicelib.domain.message import Attachment
from chalicelib.domain.side_thread import (
    MAX_TEXT,
    MAX_THREADS,
    SideAuthor,
    SideMessage,
    SideThread,
    ThreadKind,
    ThreadState,
    Whom,
    message_number,
    thread_id,
)
from chalicelib.domain.writes import Recorded, Written
from chalicelib.services import desk
from chalicelib.services.ports import DeskStore
from chalicelib.services.side_thread_events import changed_event, created_event, line_of, owner_of, said_event
from chalicelib.services.side_thread_ports import Said, SideThreadStore

ATTEMPTS = 8
# Files of one mail, together: with their encoding it may have 40 MB.
MAX_MAIL_BYTES = 28 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Words:
    """What an agent writes, under a name of the client's own."""

    client_id: str
    text: str
    attachments: tuple[Attachment, ...] = ()

    @property
    def digest(self) -> str:
        return ids.digest("said", self.text, *(f"{file.object_key}/{file.name}" for file in self.attachments))

    @property
    def name(self) -> str:
        return f"client:{self.client_id}"


@dataclass(frozen=True, slots=True)
class Opening:
    """What is asked of whom; `told`: the colleagues that `whom` means, teams taken apart."""

    kind: ThreadKind
    subject: str
    whom: Whom
    told: tuple[str, ...]
    words: Words

    @property
    def digest(self) -> str:
        whom = self.whom
        lists = (whom.agent_ids, whom.team_ids, whom.to, whom.cc)
        named = ("\n".join(each) for each in lists)
        return ids.digest(
            self.kind.value, self.subject, *named, whom.inbox_id or "", whom.channel_id or "", self.words.digest
        )


@dataclass(frozen=True, slots=True)
class SideThreads:
    store: SideThreadStore
    desk: DeskStore

    # Reading.

    def get(self, conversation_id: str, identifier: str) -> SideThread:
        """One that the conversation shows: its own, or of what was merged into it. Raises SideThreadNotFound,
        ConversationNotFound."""
        found = self.store.get(conversation_id, identifier) if ids.is_id("sth", identifier) else None
        if found is not None:
            return found
        for absorbed in desk.look(self.desk, conversation_id).absorbed if ids.is_id("sth", identifier) else ():
            found = self.store.get(absorbed, identifier)
            if found is not None:
                return found
        raise SideThreadNotFound("There is no such side thread.")

    def of(self, conversation_id: str) -> Sequence[SideThread]:
        """All that the conversation shows, whose newest message is newest first. Raises ConversationNotFound."""
        conversation = desk.look(self.desk, conversation_id)
        found = [each for name in (conversation.id, *conversation.absorbed) for each in self.store.of(name)]
        return sorted(found, key=lambda thread: (thread.last_at, thread.id), reverse=True)

    def message(self, thread: SideThread, identifier: str) -> SideMessage:
        """Raises SideMessageNotFound."""
        number = message_number(thread.id, identifier)
        found = self.store.message(thread, number) if number else None
        if found is None:
            raise SideMessageNotFound("There is no such message in this side thread.")
        return found

    # Writing, by agents.

    def start(self, principal: Principal, conversation_id: str, opening: Opening, now: datetime) -> SideThread:
        """A repeat gives the thread as it is. Raises ConversationNotFound, ConversationIsMerged, SideThreadFull,
        ClientIdReused, InvalidInput."""
        conversation = desk.get(self.desk, conversation_id)
        identifier = thread_id(conversation_id, opening.words.client_id)
        known = self.store.get(conversation_id, identifier)
        if known is not None:
            return _same(known, opening)
        _check_words(opening.kind, opening.words)
        if len(self.store.of(conversation_id)) >= MAX_THREADS:
            raise SideThreadFull(f"A conversation has {MAX_THREADS} side threads at most.")
        starter = (principal.id,) if principal.kind == "agent" else ()
        thread = SideThread(
            id=identifier,
            conversation_id=conversation_id,
            kind=opening.kind,
            subject=opening.subject,
            whom=opening.whom,
            started_by=principal.id,
            started_at=now,
            last_at=now,
            participants=starter,
            digest=opening.digest,
            version=0,
        )
        thread, message = rules.said(
            rules.joined(thread, opening.told), _by(principal, thread, opening.words, now), now
        )
        owner = conversation.assignee_id
        events: tuple[Event, ...] = (created_event(thread, owner, principal.id),)
        if thread.goes_out:
            events = (*events, said_event(thread, message, owner))
        outcome = self.store.start(thread, message, opening.words.name, _recorded(principal, now, *events))
        if outcome is Written.DONE:
            return thread
        first = self.store.get(conversation_id, identifier)
        if first is None:
            raise StoreUnavailable("somebody starts the same thread just now")
        return _same(first, opening)

    def say(self, principal: Principal, thread: SideThread, words: Words, now: datetime) -> SideMessage:
        """One message more; it reopens a closed thread. A repeat gives the message stored first.

        Raises SideThreadNotFound, SideThreadFull, ClientIdReused, InvalidInput."""
        _check_words(thread.kind, words)
        draft = _by(principal, thread, words, now)
        message = self._said(thread, draft, words.name, Actor(principal.kind, principal.id), now)
        if message.digest != words.digest or message.author.id != principal.id:
            raise ClientIdReused("This client_id was used for something else here: make a new one.", field="client_id")
        return message

    def set_state(self, principal: Principal, thread: SideThread, state: ThreadState, now: datetime) -> SideThread:
        """Closed, or open again; the same thread where it is so already. Raises SideThreadNotFound."""
        event = SideThreadClosed if state is ThreadState.CLOSED else SideThreadReopened

        def apply(before: SideThread) -> tuple[SideThread, Event | None]:
            told = rules.told(before, owner_of(self.desk, before), principal.id)
            return replace(before, state=state), event(
                conversation_id=before.conversation_id, thread_id=before.id, agent_ids=told
            )

        return self._change(thread, principal, now, apply)

    def join(self, principal: Principal, thread: SideThread, agent_ids: tuple[str, ...], now: datetime) -> SideThread:
        """More colleagues take part. Raises SideThreadNotFound, SideThreadFull."""

        def apply(before: SideThread) -> tuple[SideThread, Event | None]:
            after = rules.joined(before, agent_ids)
            added = after.participants[len(before.participants) :]
            told = rules.told(after, owner_of(self.desk, before), principal.id)
            joined = SideThreadJoined(
                conversation_id=before.conversation_id, thread_id=before.id, added=added, agent_ids=told
            )
            return after, joined

        return self._change(thread, principal, now, apply)

    def seen(self, principal: Principal, thread: SideThread, upto: SideMessage | None, now: datetime) -> SideThread:
        """The agent has seen what was said up to a message, or all of it. Nobody is told. Raises SideThreadNotFound."""
        news = upto.news if upto else None
        return self._change(thread, principal, now, lambda each: (rules.with_seen(each, principal.id, news), None))

    def retry(self, principal: Principal, thread: SideThread, message: SideMessage, now: datetime) -> SideMessage:
        """Send again what failed, or of which nobody knows, as a new attempt. Raises RetryRefused."""
        if message.state not in RETRYABLE:
            raise RetryRefused("Only a message that failed can be sent again.")
        after = replace(
            message,
            state=DeliveryState.QUEUED,
            reason=None,
            attempt=message.attempt + 1,
            moved_at=now,
            version=message.version + 1,
        )
        told = changed_event(thread, after, owner_of(self.desk, thread))
        if self.store.change_message(message, after, _recorded(principal, now, told)) is not Written.DONE:
            raise RetryRefused("The message has changed meanwhile: look at it again.")
        return after

    # Answers.

    def replied(self, identifier: str, said: Said, now: datetime | None = None) -> bool:
        """An answer from the other side, once for its `external_id`; False where there is no such thread (any more).
        `now`: when it came, where that is not when it was said. Raises StoreUnavailable."""
        thread = self.store.find(identifier) if ids.is_id("sth", identifier) else None
        return thread is not None and self.answer(thread, said, now or said.at)

    def answer(self, thread: SideThread, said: Said, now: datetime) -> bool:
        """The same, for a thread that was found. Raises StoreUnavailable."""
        message = SideMessage(
            thread_id=thread.id,
            conversation_id=thread.conversation_id,
            number=0,
            author=SideAuthor(said.author_kind, said.author_id, said.author_name),
            text=said.text,
            at=said.at,
            attachments=said.attachments,
            external_id=said.external_id,
            automatic=said.automatic,
            origin=said.origin,
            content=said.content,
            came=True,
        )
        actor = Actor(said.author_kind, said.author_id if said.author_kind == "agent" else None)
        try:
            self._said(thread, message, f"external:{said.external_id}", actor, now)
        except SideThreadNotFound:
            return False
        return True

    def _said(self, thread: SideThread, draft: SideMessage, name: str, actor: Actor, now: datetime) -> SideMessage:
        """The message as it is stored, now or before."""
        owner = owner_of(self.desk, thread)
        for _ in range(ATTEMPTS):
            after, message = rules.said(thread, draft, now)
            recorded = Recorded((said_event(after, message, owner),), actor, now)
            outcome = self.store.say(thread, after, message, name, recorded, line_of(after, message))
            if outcome is Written.DONE:
                return message
            earlier = self.store.once(thread, name) if outcome is Written.DUPLICATE else None
            if earlier is not None:
                return earlier
            thread = self._again(thread)
        raise StoreUnavailable("too many writers at once")

    def _change(
        self,
        thread: SideThread,
        principal: Principal,
        now: datetime,
        apply: Callable[[SideThread], tuple[SideThread, Event | None]],
    ) -> SideThread:
        for _ in range(ATTEMPTS):
            after, event = apply(thread)
            if after == thread:
                return thread
            after = replace(after, version=thread.version + 1)
            recorded = _recorded(principal, now, event) if event else None
            if self.store.replace(thread, after, recorded) is Written.DONE:
                return after
            thread = self._again(thread)
        raise StoreUnavailable("too many writers at once")

    def _again(self, thread: SideThread) -> SideThread:
        found = self.store.get(thread.conversation_id, thread.id)
        if found is None:
            raise SideThreadNotFound("There is no such side thread.")
        return found


def _by(principal: Principal, thread: SideThread, words: Words, now: datetime) -> SideMessage:
    return SideMessage(
        thread_id=thread.id,
        conversation_id=thread.conversation_id,
        number=0,
        author=SideAuthor(principal.kind, principal.id, principal.name),
        text=words.text,
        at=now,
        attachments=words.attachments,
        digest=words.digest,
    )


def _check_words(kind: ThreadKind, words: Words) -> None:
    if len(words.text) > MAX_TEXT or not (words.text.strip() or words.attachments):
        raise InvalidInput(f"A message has 1 to {MAX_TEXT} characters, or files.", field="text")
    size = sum(file.size_bytes or 0 for file in words.attachments)
    if kind is ThreadKind.EMAIL and size > MAX_MAIL_BYTES:
        raise InvalidInput(f"The files of a mail have {MAX_MAIL_BYTES} bytes at most, together.", field="attachments")


def _same(thread: SideThread, opening: Opening) -> SideThread:
    if thread.digest != opening.digest:
        raise ClientIdReused("This client_id was used for another side thread: make a new one.", field="client_id")
    return thread


def _recorded(principal: Principal, now: datetime, *events: Event) -> Recorded:
    return Recorded(events, Actor(principal.kind, principal.id), now)


__all__ = ["Opening", "Said", "SideThreads", "Words"]
