"""What happened at the desk becomes notices, one for each fact and agent, and each is told to who is not looking.

An event may come twice, late and in any order: the fact's own id and time make the notice, so a second one finds the
first, and goes on where that one was left.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from chalicelib.domain.envelope import SYSTEM
from chalicelib.domain.errors import StoreUnavailable
from chalicelib.domain.events import NoticeCreated
from chalicelib.domain.notice import Notice, Outcome, Tried, Way, notice_id
from chalicelib.domain.notice_facts import Fact, fact_of, wait_fact
from chalicelib.domain.notice_ways import KINDS, Preferences, Whereabouts, plan
from chalicelib.domain.notice_words import Words, words_of
from chalicelib.domain.writes import Recorded, Written
from chalicelib.services.notice_ports import (
    Conversations,
    DirectMessages,
    Looking,
    NoticeQueue,
    NoticeStore,
    People,
)

# Whoever sends is given this long before somebody else tries.
LATER_SECONDS = 60


class Pushing(Protocol):
    def push(self, notice: Notice, words: Words, now: datetime) -> tuple[Outcome | None, int]:
        """To all browsers of the agent: what became of it (None: it has to be tried again), and the seconds to wait
        before."""


class Digests(Protocol):
    def arm(self, agent_id: str, wanted: datetime, own: Preferences, now: datetime) -> None:
        """See to it that an e-mail goes at that time, or soon after it."""


@dataclass(frozen=True, slots=True)
class Telling:
    store: NoticeStore
    conversations: Conversations
    people: People
    looking: Looking
    queue: NoticeQueue
    pushing: Pushing
    slack: DirectMessages
    digests: Digests

    def react(self, event: Mapping[str, Any], now: datetime) -> None:
        """Raises StoreUnavailable: let it come again."""
        fact = fact_of(event)
        if fact is None:
            return
        at, fact_id, agent_ids = fact.at, fact.id, fact.agent_ids
        if fact.to_owner:
            found = self.conversations.conversation(fact.conversation_id or "")
            if found is None or found.assignee_id is None or found.merged_into is not None:
                return
            agent_ids = (found.assignee_id,)
            if fact.of_wait:
                waiting = wait_fact(found, fact.at)
                if waiting is None:
                    return
                fact_id, at = waiting
        for agent_id in agent_ids:
            if agent_id != fact.actor_id:
                self._note(fact, agent_id, fact_id, at, now)

    def _note(self, fact: Fact, agent_id: str, fact_id: str, at: datetime, now: datetime) -> None:
        agent = self.people.get(agent_id)
        if agent is None or not agent.enabled:
            return
        notice = Notice(
            id=notice_id(agent_id, fact_id, at),
            agent_id=agent_id,
            kind=fact.kind,
            at=at,
            noted_at=now,
            conversation_id=fact.conversation_id,
            about=fact.about,
            until=fact.until,
        )
        event = NoticeCreated(agent_ids=(agent_id,), kind=fact.kind.value)
        if self.store.add(notice, Recorded((event,), SYSTEM, now)) is Written.CONFLICT:
            raise StoreUnavailable("somebody notes the same just now")
        self.look(agent_id, notice.id, now)

    def look(self, agent_id: str, notice_id: str, now: datetime) -> None:
        """Do what is to be done about a notice now, whoever asks and how often. Raises StoreUnavailable."""
        notice = self.store.get(agent_id, notice_id)
        if notice is None:
            return
        own = self.store.preferences(agent_id)
        where = Whereabouts(self.looking.at(agent_id, notice.conversation_id, now), self.looking.is_off(agent_id, now))
        todo = plan(notice, own, where, now)
        # What comes later is seen to first: it must not be lost with what fails now.
        if todo.again_at is not None:
            self.queue.look(agent_id, notice.id, _seconds(todo.again_at - now))
        if todo.mail_at is not None:
            self.digests.arm(agent_id, todo.mail_at, own, now)
        if todo.now:
            (detail,) = self.store.details([notice])
            words = words_of(notice, detail)
            going_out = words if own.previews else Words(words.title, "")
            for way in todo.now:
                self._go(notice, way, going_out, now)

    def _go(self, notice: Notice, way: Way, words: Words, now: datetime) -> None:
        if not self.store.begin(notice, way, now):
            return
        try:
            outcome, wait = self._gone(notice, way, words, now)
        except StoreUnavailable:
            outcome, wait = None, LATER_SECONDS
        if outcome is None and now - notice.noted_at > timedelta(seconds=KINDS[notice.kind].push_seconds):
            outcome = Outcome.FAILED
        if outcome is not None:
            self.store.end(notice, way, Tried(outcome, now))
            return
        self.queue.look(notice.agent_id, notice.id, wait)
        self.store.end(notice, way, None)

    def _gone(self, notice: Notice, way: Way, words: Words, now: datetime) -> tuple[Outcome | None, int]:
        if way is Way.PUSH:
            return self.pushing.push(notice, words, now)
        said = "\n".join(filter(None, (f"*{_markup(words.title)}*", _markup(words.body))))
        arrived = self.slack.direct(notice.agent_id, said, once=notice.id)
        return (Outcome.SENT if arrived else Outcome.NOWHERE), 0


def _markup(text: str) -> str:
    """As Slack's markup: nothing of it is any."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _seconds(wait: timedelta) -> int:
    return max(1, round(wait.total_seconds()))
