"""What happened at the desk becomes notices, one for each fact and agent, and each is told to who is not looking.

An event may come twice, late and in any order: the fact's own id and time make the notice, so a second one finds the
first, and goes on where that one was left.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Protocol

from chalicelib.domain.agent import Agent
from chalicelib.domain.envelope import SYSTEM
from chalicelib.domain.errors import StoreUnavailable
from chalicelib.domain.events_notices import NoticeCreated
from chalicelib.domain.notice import Notice, NoticeKind, Outcome, Tried, Way, notice_id
from chalicelib.domain.notice_facts import Fact, fact_of, wait_fact
from chalicelib.domain.notice_ways import KINDS, STUCK, Preferences, Whereabouts, is_over, plan
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
# Of everybody, so many are told in one call.
AT_ONCE = 50


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

    def react(self, event: Mapping[str, Any], now: datetime, after: Mapping[str, Any] | None = None) -> None:
        """`after`: go on behind there, where the event is for everybody. Raises StoreUnavailable: let it come again."""
        fact = fact_of(event)
        if fact is None:
            return
        if fact.to_all:
            self._tell_all(fact, event, after, now)
        elif fact.to_owner:
            self._tell_owner(fact, now)
        else:
            for agent_id in fact.agent_ids:
                self._tell(fact, self.people.get(agent_id), now)

    def _tell_all(self, fact: Fact, event: Mapping[str, Any], after: Mapping[str, Any] | None, now: datetime) -> None:
        page = self.people.list(AT_ONCE, after)
        for agent in page.items:
            if not fact.team_ids or {*fact.team_ids} & {*agent.team_ids}:
                self._tell(fact, agent, now)
        if page.next is not None:
            self.queue.go_on(event, page.next)

    def _tell_owner(self, fact: Fact, now: datetime) -> None:
        found = self.conversations.conversation(fact.conversation_id or "")
        if found is None or found.assignee_id is None or found.merged_into is not None:
            return
        if fact.of_wait:
            waiting = wait_fact(found, fact.at)
            if waiting is None:
                return
            fact = replace(fact, id=waiting[0], at=waiting[1])
        self._tell(fact, self.people.get(found.assignee_id), now)

    def _tell(self, fact: Fact, agent: Agent | None, now: datetime) -> None:
        if agent is None or not agent.enabled or agent.id == fact.actor_id:
            return
        notice = Notice(
            id=notice_id(agent.id, fact.id, fact.at),
            agent_id=agent.id,
            kind=fact.kind,
            at=fact.at,
            noted_at=now,
            conversation_id=fact.conversation_id,
            about=fact.about,
            until=fact.until,
        )
        event = NoticeCreated(agent_ids=(agent.id,), kind=fact.kind.value)
        if self.store.add(notice, Recorded((event,), SYSTEM, now)) is Written.CONFLICT:
            raise StoreUnavailable("somebody notes the same just now")
        self.look(agent.id, notice.id, now)

    def look_again(self, agent_id: str, notice_id: str, now: datetime) -> None:
        """The same, later: whose access was taken away meanwhile is told nothing any more. Raises StoreUnavailable."""
        agent = self.people.get(agent_id)
        if agent is not None and agent.enabled:
            self.look(agent_id, notice_id, now)

    def look(self, agent_id: str, notice_id: str, now: datetime) -> None:
        """Do what is to be done about a notice now, whoever asks and how often. Raises StoreUnavailable."""
        notice = self.store.get(agent_id, notice_id)
        if notice is None or is_over(notice, now):
            return
        if self._is_before_them(notice, now):
            self.store.see(notice, now)
            return
        own = self.store.preferences(agent_id)
        where = Whereabouts(self.looking.at(agent_id, now), self.looking.is_off(agent_id, now))
        todo = plan(notice, own, where, now)
        # What comes later is seen to first: it must not be lost with what fails now.
        if todo.again_at is not None:
            self.queue.look(agent_id, notice.id, _seconds(todo.again_at - now))
        if todo.mail_at is not None:
            self.digests.arm(agent_id, todo.mail_at, own, now)
        if todo.now:
            (detail,) = self.store.details([notice])
            words = words_of(notice, detail)
            going_out = words if own.previews else replace(words, body="")
            for way in todo.now:
                self._go(notice, way, going_out, now)

    def _is_before_them(self, notice: Notice, now: datetime) -> bool:
        """Whether the words themselves are what the agent looks at."""
        if notice.kind is not NoticeKind.MESSAGE or notice.conversation_id is None:
            return False
        return self.looking.watches(notice.agent_id, notice.conversation_id, now)

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
        # As if it had got stuck at such a time that it goes again after the wait, and for nobody before.
        self.store.end(notice, way, Tried(Outcome.SENDING, now + timedelta(seconds=wait) - STUCK))

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
