"""The radar: a customer who had left gives a sign, and the owner of their conversation is told, once for each absence.

When they last gave one is kept where it may be lost, and written a minute apart at most. What is told is written first,
under the absence it ends: a sign that comes twice, or again after a fault, finds it told.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Protocol

from chalicelib.domain import returning as rules
from chalicelib.domain.conversation import Conversation
from chalicelib.domain.envelope import Actor
from chalicelib.domain.errors import StoreUnavailable
from chalicelib.domain.events_notices import ContactReturned
from chalicelib.domain.returning import Back, RadarPolicy, Seen, Sign
from chalicelib.domain.writes import Recorded, Written

ATTEMPTS = 3


class Signs(Protocol):
    """What may be lost."""

    def seen(self, conversation_id: str) -> Seen: ...

    def note(self, conversation_id: str, seen: Seen, now: datetime) -> None: ...


class ReturnStore(Protocol):
    def conversation(self, conversation_id: str) -> Conversation | None: ...

    def back(self, conversation_id: str) -> Back | None: ...

    def put(self, back: Back, recorded: Recorded) -> Written:
        """The next version; CONFLICT: it is not at the version before."""

    def unread(self, leg_id: str, since: datetime, most: int) -> int:
        """How many of our messages on a leg, said since then, are not known to have been read."""


@dataclass(frozen=True, slots=True)
class Radar:
    signs: Signs
    store: ReturnStore
    policy: Callable[[], RadarPolicy]

    def sign(self, conversation_id: str, by: Sign, at: datetime) -> Back | None:
        """A sign of a conversation's customer; gives their return, where it ends an absence that was not told yet.
        Raises StoreUnavailable."""
        seen, policy = self.signs.seen(conversation_id), self.policy()
        found = None
        if seen.at is None and by is not Sign.MESSAGE:
            # The conversation knows when they last wrote; of a message it knows that one already.
            found = self.store.conversation(conversation_id)
            seen = replace(seen, at=rules.last_written(found) if found else None)
        since = rules.away_since(seen, by, at, policy)
        told = self._tell(conversation_id, found, since, by, at, policy) if since is not None else None
        after = rules.noted(seen, by, at, ended=since is not None)
        if after != seen:
            self.signs.note(conversation_id, after, at)
        return told

    def react(self, event: Mapping[str, Any], now: datetime) -> None:
        """Messages and read marks come this way, by any channel. Raises StoreUnavailable."""
        found = _sign_of(event)
        if found is not None:
            self.sign(*found)

    def _tell(
        self,
        conversation_id: str,
        found: Conversation | None,
        since: datetime,
        by: Sign,
        at: datetime,
        policy: RadarPolicy,
    ) -> Back | None:
        found = found or self.store.conversation(conversation_id)
        if found is None or not rules.is_missed(found) or found.assignee_id is None:
            return None
        for _ in range(ATTEMPTS):
            before = self.store.back(conversation_id)
            # No absence began before the last one was over: a sign that comes again ends none.
            since = max(since, before.at) if before else since
            if at - since < timedelta(seconds=policy.idle_seconds):
                return None
            back = Back(
                conversation_id=conversation_id,
                owner_id=found.assignee_id,
                away_since=since,
                at=at,
                by=by,
                unread=self.store.unread(found.active_leg_id, since, rules.MOST_UNREAD),
                topic=rules.topic_of(found),
                version=before.version + 1 if before else 1,
            )
            if self.store.put(back, _recorded(back, found)) is Written.DONE:
                return back
        raise StoreUnavailable("too many writers at once")


def _recorded(back: Back, found: Conversation) -> Recorded:
    event = ContactReturned(
        conversation_id=back.conversation_id,
        agent_ids=(back.owner_id,),
        idle_seconds=back.idle_seconds,
        by=back.by.value,
        unread=back.unread,
        topic=back.topic,
    )
    return Recorded((event,), Actor("contact", found.contact_id), back.at)


def _sign_of(event: Mapping[str, Any]) -> tuple[str, Sign, datetime] | None:
    """Of which conversation an event is a sign, and when it was given."""
    data, message = event["data"], event.get("snapshot", {})
    if event["type"] == "message.created" and data["direction"] == "inbound":
        # The time at which it came to us: a provider may hold back what it has.
        return data["conversation_id"], Sign.MESSAGE, datetime.fromisoformat(event["occurred_at"])
    if event["type"] == "message.state_changed" and data["state"] == "read" and message.get("conversation_id"):
        return message["conversation_id"], Sign.READ, datetime.fromisoformat(event["occurred_at"])
    return None
