"""Closing by itself: a conversation whose customer has been silent for long after our last word is resolved.

A call looks at what is, so one that comes late, twice or for a state that has passed does nothing. The farewell is said
before, once an episode; a call that stops between the two is finished by the next one, for then the farewell is the
last word.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Protocol, cast

from chalicelib.channels import registry
from chalicelib.channels.base import PublicChannel
from chalicelib.domain.agent import Principal, Role
from chalicelib.domain.closing import Closing, closing_for, silent_since
from chalicelib.domain.conversation import Conversation, Status
from chalicelib.domain.envelope import SYSTEM
from chalicelib.domain.errors import Refusal, StoreUnavailable
from chalicelib.domain.events import ConversationStatusChanged
from chalicelib.domain.promise import Promise, PromiseState
from chalicelib.domain.routing_policy import RoutingPolicy
from chalicelib.domain.scheduled import WAITING, Scheduled
from chalicelib.domain.transitions import change_status
from chalicelib.domain.writes import ConversationChange, Recorded, Written
from chalicelib.services.desk import note_line
from chalicelib.services.followed import followed
from chalicelib.services.ports import InboxReader, ReplyStore
from chalicelib.services.reply import reply
from chalicelib.services.reply_draft import Draft
from chalicelib.services.routing_ports import Timers
from chalicelib.services.rule_facts import RuleFacts

ATTEMPTS = 5
CLOSE = "close"
REASON = "customer_silent"
# What goes out later is waited for; so long after it should have, it is looked at again.
LOOK_AGAIN = timedelta(minutes=1)
DESK = Principal("system", "system", "Parley", Role.AGENT)


class ConversationStore(Protocol):
    def conversation(self, conversation_id: str) -> Conversation | None: ...

    def change(self, change: ConversationChange) -> Written: ...


class ScheduledReader(Protocol):
    def of(self, conversation_id: str) -> Sequence[Scheduled]: ...


class PromiseReader(Protocol):
    def of(self, conversation_id: str) -> Sequence[Promise]: ...


class _Changed(Refusal):
    """Somebody wrote meanwhile: look again."""

    code = "changed"
    kind = "conflict"


class _PublicThread(Refusal):
    """Everybody would read it."""

    code = "public_thread"


@dataclass(frozen=True, slots=True)
class Closings:
    store: ConversationStore
    replies: ReplyStore
    inboxes: InboxReader
    scheduled: ScheduledReader
    promises: PromiseReader
    facts: RuleFacts
    policy: Callable[[], RoutingPolicy]
    timers: Timers

    def close(self, conversation_id: str, epoch: int, now: datetime) -> None:
        """A timer's call. Raises StoreUnavailable."""
        for _attempt in range(ATTEMPTS):
            found = followed(self.store, conversation_id)
            since = silent_since(found) if found is not None else None
            if found is None or since is None:
                return
            said = self._is_farewell(found)
            closings = self.policy().closings
            closing = closing_for(closings, self.facts.of(found, [each.condition for each in closings], now))
            due_at = self._due_at(found, closing, since) if not said else now
            if due_at is None:
                return
            if due_at > now:
                self.timers.set(CLOSE, found.id, 0, due_at)
                return
            if self._close(found, closing, now, said=said) is Written.DONE:
                return
        raise StoreUnavailable("too many writers at once")

    def _due_at(self, found: Conversation, closing: Closing | None, since: datetime) -> datetime | None:
        """When it is to be closed: not before everything has gone out that was scheduled, and not while we owe the
        customer what was promised."""
        if closing is None:
            return None
        silence = timedelta(seconds=closing.after_seconds)
        waiting = [each.send_at + LOOK_AGAIN for each in self.scheduled.of(found.id) if each.state in WAITING]
        owed = [each.due_at + silence for each in self.promises.of(found.id) if each.state is PromiseState.OPEN]
        return max([since + silence, *waiting, *owed])

    def _close(self, found: Conversation, closing: Closing | None, now: datetime, *, said: bool) -> Written:
        """CONFLICT: something has changed since; or the farewell is said, and what follows is for the next look."""
        line = _Line(closing.name if closing else "", "sent" if said else None)
        if closing is not None and closing.farewell and not said:
            told = self._say(found, closing, closing.farewell, now)
            if told is None:
                return Written.CONFLICT
            line = told
        return self._resolve(found, line, now)

    def _say(self, found: Conversation, closing: Closing, farewell: str, now: datetime) -> "_Line | None":
        """The line that tells why it was not said; None where it was, or somebody wrote meanwhile."""
        client_id = farewell_id(found)
        if self.replies.once(found.id, client_id) is not None:
            return _Line(closing.name, "said_before", "It was said before in this episode.")

        def unchanged(current: Conversation) -> None:
            if current.version != found.version:
                raise _Changed("Somebody wrote meanwhile.")

        draft = Draft(client_id=client_id, text=farewell, guard=unchanged)
        author = Principal("rule", closing.name, "", Role.AGENT)
        try:
            _check_private(found)
            reply(self.replies, self.inboxes, author, found.id, draft, now)
        except _Changed:
            return None
        except Refusal as refusal:
            return _Line(closing.name, refusal.code, refusal.detail)
        return None

    def _is_farewell(self, found: Conversation) -> bool:
        """Whether our last word was the farewell already."""
        newest = found.last_message
        if newest is None or newest.author_kind != "rule":
            return False
        once = self.replies.once(found.id, farewell_id(found))
        return once is not None and once.message_id == newest.id

    def _resolve(self, before: Conversation, line: "_Line", now: datetime) -> Written:
        after = replace(change_status(before, Status.RESOLVED, now), version=before.version + 1)
        told = ConversationStatusChanged(
            previous=before.status.value, status=after.status.value, episode=after.episode, reason=REASON
        )
        facts = {
            "type": told.TYPE,
            "previous": told.previous,
            "status": told.status,
            "reason": REASON,
            "closing": line.closing,
            **({"farewell": line.farewell} if line.farewell else {}),
            **({"detail": line.detail} if line.detail else {}),
        }
        note = note_line(after.id, "activity", DESK, now, "", str(after.version), facts)
        return self.store.change(ConversationChange(before, after, Recorded((told,), SYSTEM, now), note))


@dataclass(frozen=True, slots=True)
class _Line:
    """What the thread tells of it. `farewell`: `sent`, or the word of why it was not; None where there is none."""

    closing: str
    farewell: str | None = None
    detail: str = field(default="")


def farewell_id(conversation: Conversation) -> str:
    """One an episode; no client can take it, for theirs have no spaces."""
    return f"farewell {conversation.episode}"


def _check_private(conversation: Conversation) -> None:
    """Raises _PublicThread."""
    leg = conversation.legs[conversation.active_leg_id]
    channel = registry.load(leg.channel)
    public = channel.CAPABILITIES.public
    if public and cast(PublicChannel, channel).is_public(leg.last_inbound_external_id or ""):
        raise _PublicThread("Everybody would read it.")
