"""A customer who moves by themselves: what they begin elsewhere goes on in the case that is there, or they are asked.

Events only say where to look; they may come late, twice and in any order. The join itself is the merge that agents
have: one transaction on what was read, nothing stored is rewritten, and it can be undone. Of two conversations the
older takes the newer, whoever looks, so two looks at once want the same.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any, Protocol, cast
from zoneinfo import ZoneInfo

from chalicelib.channels import registry
from chalicelib.channels.base import PublicChannel
from chalicelib.domain.agent import Principal, Role
from chalicelib.domain.contact import Contact
from chalicelib.domain.conversation import Conversation, Leg
from chalicelib.domain.errors import ContactNotFound, Refusal, TransitionRefused
from chalicelib.domain.joining import (
    ASK_WITHIN,
    CALLS,
    Candidate,
    ResumePolicy,
    Verdict,
    candidates,
    is_attested,
    judged,
    may_move,
    may_tell,
)
from chalicelib.domain.message import Message, preview
from chalicelib.domain.person import Person
from chalicelib.domain.question import NONE, QuestionKind
from chalicelib.domain.question_words import day_said, topic_said, words_of
from chalicelib.domain.wait_words import language_of
from chalicelib.services.desk import add_note
from chalicelib.services.followed import followed
from chalicelib.services.merging import MergingStore, Rearranging
from chalicelib.services.people import PeopleStore, person_of
from chalicelib.services.ports import DeskStore
from chalicelib.services.questions import Answer, Questions, Wanted

RULE = Principal("rule", "joining", "Parley", Role.AGENT)
# How many of a contact's newest conversations are looked at.
LOOKED_AT = 10
# So long after a join people are told that its reason is gone.
UNDO_WITHIN = timedelta(days=30)
UNLINKED = (
    "{source} was merged into this conversation on {day} because both customers were taken for one person. They are "
    "not any more: undo the merge if it belongs to somebody else."
)


class OpenedStore(Protocol):
    def conversation(self, conversation_id: str) -> Conversation | None: ...

    def message(self, leg_id: str, message_id: str) -> Message | None: ...

    def add(self, contact_id: str, conversation_id: str, at: datetime) -> None:
        """Note that a contact has this conversation, once."""

    def of(self, contact_ids: Iterable[str], each: int) -> Sequence[str]:
        """The newest conversations of these contacts, so many of each."""

    def conversations(self, conversation_ids: Iterable[str]) -> Mapping[str, Conversation]: ...


@dataclass(frozen=True, slots=True)
class _Case:
    """A conversation that just began, and whose it is. `first`: what its first message brought."""

    found: Conversation
    person: Person
    contacts: Mapping[str, Contact]
    known: tuple[Candidate, ...]
    attested: bool
    first: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Joining:
    opened: OpenedStore
    merging: MergingStore
    people: PeopleStore
    questions: Questions
    desk: DeskStore
    policy: Callable[[], ResumePolicy]

    def react(self, event: Mapping[str, Any], now: datetime) -> None:
        """Raises StoreUnavailable."""
        if event["type"] == "conversation.created":
            snapshot, began = event["snapshot"], datetime.fromisoformat(event["occurred_at"])
            self.opened.add(snapshot["contact_id"], snapshot["id"], datetime.fromisoformat(snapshot["opened_at"]))
            # What people split off, or begin themselves, is where they want it.
            if event["actor"]["kind"] == "contact":
                self.consider(snapshot["id"], now, may_ask=now - began <= ASK_WITHIN)
        elif event["type"] == "contact.linked":
            self._linked(event["snapshot"]["members"], now)
        elif event["type"] == "contact.unlinked":
            self._unlinked(event, now)

    def _linked(self, members: Sequence[str], now: datetime) -> None:
        """What is still a beginning may go on with a case of the same person's other contacts."""
        found = self.opened.conversations(self.opened.of(members, LOOKED_AT))
        for each in sorted(found.values(), key=lambda one: (one.created_at, one.id)):
            if may_move(each) and _by_customer(each):
                self.consider(each.id, now, may_ask=now - each.created_at <= ASK_WITHIN)

    def _unlinked(self, event: Mapping[str, Any], now: datetime) -> None:
        """What was joined because two contacts were one person stays joined, and people are told that it may be undone.
        Told once; a repeat is the same note."""
        mine, theirs = (frozenset(event["data"][name]) for name in ("members", "other_members"))
        if mine & theirs:
            return  # another path joins them still
        found = self.opened.conversations(self.opened.of(sorted(mine | theirs), LOOKED_AT))
        for source in found.values():
            target = followed(self.opened, source.merged_into) if source.merged_into else None
            if target is None or not _apart(source, target, mine, theirs):
                continue
            merger = self.merging.merger(target.id, source.id)
            if merger is not None and merger.by == RULE.id and now - merger.at <= UNDO_WITHIN:
                text = UNLINKED.format(source=source.id, day=f"{merger.at:%Y-%m-%d}")
                with suppress(Refusal):
                    add_note(self.desk, RULE, target.id, f"unlinked {event['id']} {source.id}", text, now)

    def consider(self, conversation_id: str, now: datetime, *, may_ask: bool) -> Verdict:
        """Join it, ask, or leave it. Raises StoreUnavailable."""
        policy, found = self.policy(), self.opened.conversation(conversation_id)
        if found is None or not policy.enabled or not may_move(found) or _is_apart(found):
            return Verdict("over")
        case = self._case(found, policy, now)
        if case is None:
            return Verdict("none")
        asks = may_ask and not case.first.get("automatic")
        verdict = judged(found, case.known, policy, attested=case.attested, may_ask=asks)
        if any(self._was_undone(each, found) for each in (verdict.join, *verdict.ask) if each is not None):
            return Verdict("undone")
        if verdict.join is not None:
            return self._joined(case, verdict, verdict.join, now)
        if verdict.ask:
            self._ask(case, verdict.ask, now)
        return verdict

    def _case(self, found: Conversation, policy: ResumePolicy, now: datetime) -> _Case | None:
        """None where there is nothing that it could go on with."""
        try:
            person, contacts = person_of(self.people, found.contact_id)
        except ContactNotFound:
            return None
        others = [each for each in self.opened.of(person.members, LOOKED_AT) if each != found.id]
        there = self._followed(self.opened.conversations(others)) if others else []
        known = candidates(found, there, person, policy, now, _is_public)
        if not known:
            return None
        leg = found.legs[found.active_leg_id]
        first = self._content(leg) if leg.channel == "email" else {}
        return _Case(found, person, contacts, known, is_attested(leg, first), first)

    def _followed(self, there: Mapping[str, Conversation]) -> list[Conversation]:
        """Where each of them goes on now."""
        alive = {each.id: each for each in there.values() if each.merged_into is None}
        for each in there.values():
            if each.merged_into is not None and each.merged_into not in alive:
                end = followed(self.opened, each.merged_into)
                if end is not None:
                    alive[end.id] = end
        return list(alive.values())

    def _content(self, leg: Leg) -> Mapping[str, Any]:
        message = self.opened.message(leg.id, leg.first_message_id)
        return message.content if message is not None else {}

    # Joining.

    def _was_undone(self, candidate: Candidate, found: Conversation) -> bool:
        """Whether somebody has taken these two apart before: then they stay so."""
        return self.merging.merger(candidate.conversation.id, found.id) is not None

    def _joined(self, case: _Case, verdict: Verdict, into: Candidate, now: datetime) -> Verdict:
        why = {"reason": "customer_moved", "strength": into.strength}

        def still(target: Conversation, source: Conversation) -> bool:
            return may_move(source)

        done = self._merge(into.conversation.id, case.found.id, why, now, still)
        return verdict if done else Verdict("refused")

    def _merge(
        self,
        target_id: str,
        source_id: str,
        why: Mapping[str, Any],
        now: datetime,
        still: Callable[[Conversation, Conversation], bool] | None,
    ) -> bool:
        """Whether it is one conversation now. Raises StoreUnavailable."""
        rearranging = Rearranging(self.merging, RULE, now, why)
        try:
            rearranging.merge(target_id, source_id, reopening=True, only_if=still)
        except Refusal:
            return False
        return True

    # Asking.

    def _ask(self, case: _Case, about: Sequence[Candidate], now: datetime) -> None:
        """On the new leg, once; where the channel takes it. Raises StoreUnavailable."""
        contact = case.contacts.get(case.found.contact_id)
        language = language_of((contact.language or contact.locale) if contact else None)
        zone = _zone(contact)
        told = [self._told(case, each, now, zone, language) for each in about]
        words = words_of(language)
        titles: tuple[str, ...]
        if len(about) == 1:
            text, titles = words.continues.format(case=told[0][0]), (words.yes, words.no)
        else:
            lines = [f"{place}. {long}" for place, (long, _short) in enumerate(told, 1)]
            text, titles = "\n".join([words.which, *lines]), (*(short for _long, short in told), words.new)
        wanted = Wanted(
            conversation_id=case.found.id,
            leg_id=case.found.active_leg_id,
            kind=QuestionKind.JOIN,
            options=tuple(each.conversation.id for each in about),
            titles=_distinct(titles),
            text=text,
            language=language,
            client_id=f"join {case.found.id}",
            about={},
        )
        try:
            self.questions.ask(wanted, RULE, now, guard=_still_begins)
        except Refusal:
            return  # the channel does not take it, or somebody has answered meanwhile: it stays a case of its own

    def _told(self, case: _Case, candidate: Candidate, now: datetime, zone: tzinfo, language: str) -> tuple[str, str]:
        """What a customer reads of a case, in full and on a button: its first words only where they certainly wrote
        them, else the day alone."""
        words, day = words_of(language), day_said(candidate.since.astimezone(zone), now.astimezone(zone), language)
        topic = self._topic(candidate.conversation) if may_tell(candidate, attested=case.attested) else ""
        if topic:
            return words.about.format(topic=topic), topic
        over = candidate.conversation.resolved_at is not None
        neutral = words.neutral_over if over else words.neutral
        return neutral.format(day=day), words.case.format(day=day)

    def _topic(self, conversation: Conversation) -> str:
        leg = min(conversation.legs.values(), key=lambda each: each.first_message_id)
        message = self.opened.message(leg.id, leg.first_message_id)
        if message is None or message.author.kind != "contact":
            return ""
        subject = message.content.get("subject")
        said = subject if isinstance(subject, str) and subject.strip() else message.text
        return topic_said(preview(message.kind, said)) if said.strip() else ""

    def answered(self, answer: Answer, now: datetime) -> None:
        """The customer has said which case it is. Raises StoreUnavailable."""
        question = answer.question
        if question.kind is not QuestionKind.JOIN:
            return
        joins = answer.choice != NONE
        text = (
            "The customer says that this goes on with another case." if joins else "The customer says that it is new."
        )
        # The answer is kept before the join: a source takes no change any more.
        if not self.questions.settle(answer, text, now) or not joins:
            return
        target = followed(self.opened, answer.choice)
        if target is not None:
            why = {"reason": "customer_said", "message_id": answer.message_id}
            self._merge(target.id, question.conversation_id, why, now, None)


def _apart(source: Conversation, target: Conversation, mine: frozenset[str], theirs: frozenset[str]) -> bool:
    """Whether two conversations are of the two sides of a link that was taken back."""
    ends = {source.contact_id, target.contact_id}
    return len(ends & mine) == 1 and len(ends & theirs) == 1


def _by_customer(found: Conversation) -> bool:
    leg = found.legs[found.active_leg_id]
    return leg.last_inbound_at is not None and found.waiting_since is not None and found.part == 0


def _is_apart(found: Conversation) -> bool:
    """A call, or a thread that all can read: nobody is asked there, and nothing of it belongs elsewhere."""
    leg = found.legs[found.active_leg_id]
    return found.channel in CALLS or _is_public(leg)


def _is_public(leg: Leg) -> bool:
    channel = registry.load(leg.channel)
    public = channel.CAPABILITIES.public
    return public and cast(PublicChannel, channel).is_public(leg.last_inbound_external_id or "")


def _still_begins(conversation: Conversation) -> None:
    """Raises TransitionRefused."""
    if not may_move(conversation):
        raise TransitionRefused("Somebody has answered meanwhile.")


def _zone(contact: Contact | None) -> tzinfo:
    try:
        return ZoneInfo(contact.time_zone) if contact and contact.time_zone else UTC
    except (KeyError, ValueError):
        return UTC


def _distinct(titles: Sequence[str]) -> tuple[str, ...]:
    """Two cases of one day are told apart by their number."""
    if len({*titles}) == len(titles):
        return tuple(titles)
    return tuple(f"{place}. {title}" if titles.count(title) > 1 else title for place, title in enumerate(titles, 1))
