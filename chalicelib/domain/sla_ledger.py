"""What is known of a conversation that its clocks depend on: facts with times of their own, so that they may come late,
twice and in any order. Changes of status are ordered by the conversation's version, messages by their time.

To stay small a ledger keeps the two newest episodes, of their messages those that begin or end a wait, and of the waits
of an episode its first and its newest `KEPT_WAITS`. A fact older than these changes nothing any more.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from chalicelib.domain.conversation import Conversation, Status
from chalicelib.domain.sla import Policy

KEPT_EPISODES = 2
KEPT_WAITS = 40
# So many messages are kept before those that say nothing new are dropped.
LOOSE = 240

# (when, whether the business answered; otherwise the customer wrote)
Said = tuple[datetime, bool]
# (when conversations were merged or split, since when the customer has waited then; None: not at all)
Restated = tuple[datetime, datetime | None]
# From the first message that nobody had answered to the answer.
Wait = tuple[datetime, datetime | None]


@dataclass(frozen=True, slots=True, order=True)
class Turn:
    """The conversation at one version: `at` is when it came to this status, `opened_at` when its episode began."""

    version: int
    at: datetime
    status: Status
    episode: int
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class Told:
    """What was written of a clock, and which of its events were told (the first letters of their names)."""

    version: int
    flags: str
    signature: str


@dataclass(frozen=True, slots=True)
class Ledger:
    """`policies` by episode, as they were when it began (None: none applied). `floor`: waits that began before it are
    settled. `judged_at`: up to when breaches are told. `timer`: the next call, void once `epoch` has grown. `away`: the
    version that made the conversation part of another, and when; or (None) one of its own again."""

    conversation_id: str
    turns: tuple[Turn, ...] = ()
    said: tuple[Said, ...] = ()
    restated: tuple[Restated, ...] = ()
    away: tuple[int, datetime | None] = (0, None)
    policies: Mapping[int, Policy | None] = field(default_factory=dict)
    told: Mapping[str, Told] = field(default_factory=dict)
    floor: datetime | None = None
    judged_at: datetime | None = None
    timer: datetime | None = None
    epoch: int = 0
    version: int = 0


def with_turn(ledger: Ledger, turn: Turn) -> Ledger:
    newest = max((known.episode for known in ledger.turns), default=1)
    is_known = any(known.version == turn.version for known in ledger.turns)
    if is_known or turn.episode <= newest - KEPT_EPISODES:
        return ledger
    return _compact(replace(ledger, turns=tuple(sorted((*ledger.turns, turn)))))


def with_said(ledger: Ledger, at: datetime, *, answer: bool) -> Ledger:
    if (at, answer) in ledger.said:
        return ledger
    return _compact(replace(ledger, said=tuple(sorted((*ledger.said, (at, answer))))))


def with_restated(ledger: Ledger, at: datetime, since: datetime | None) -> Ledger:
    """A merge or a split has changed what the customer waits for: from `at` on the wait is this one, or none."""
    if (at, since) in ledger.restated:
        return ledger
    return replace(ledger, restated=tuple(sorted((*ledger.restated, (at, since)), key=lambda each: each[0])))


def with_away(ledger: Ledger, version: int, at: datetime | None) -> Ledger:
    return replace(ledger, away=(version, at)) if version > ledger.away[0] else ledger


def episodes(ledger: Ledger) -> Mapping[int, datetime]:
    """When each known episode began. The first began with its first message, however late that became known."""
    found: dict[int, datetime] = {}
    for turn in ledger.turns:
        found[turn.episode] = min(turn.opened_at, found.get(turn.episode, turn.opened_at))
    if 1 in found and ledger.said:
        found[1] = min(found[1], ledger.said[0][0])
    return dict(sorted(found.items()))


def waits(ledger: Ledger, episode: int) -> list[Wait]:
    """The customer's waits of an episode, in order."""
    began = episodes(ledger)
    end = next((at for number, at in began.items() if number > episode), None)
    found: list[Wait] = []
    told: list[tuple[datetime, bool | Restated]] = [*ledger.said, *((each[0], each) for each in ledger.restated)]
    for at, what in sorted(told, key=lambda each: each[0]):
        if episode in began and at >= began[episode] and (end is None or at < end):
            _follow(found, at, what)
    return found


def _follow(found: list[Wait], at: datetime, what: bool | Restated) -> None:
    """Change the waits by what happened next: an answer, the customer's word, or a merge or split."""
    is_open = bool(found) and found[-1][1] is None
    if isinstance(what, tuple):
        if is_open:
            found.pop()
        if what[1] is not None:
            found.append((what[1], None))
    elif what and is_open:
        found[-1] = (found[-1][0], at)
    elif not what and not is_open:
        found.append((at, None))


def is_behind(ledger: Ledger, conversation: Conversation) -> bool:
    """Whether the conversation knows of a message or a change of status that the ledger does not: it is on its way."""
    newest = ledger.turns[-1] if ledger.turns else None
    if ledger.away[1] is not None:
        return False
    if newest is None or (newest.episode, newest.status) != (conversation.episode, conversation.status):
        return True
    is_over = any(turn.status is Status.RESOLVED and turn.episode == newest.episode for turn in ledger.turns)
    found = waits(ledger, conversation.episode)
    if is_over or not found or found[-1][1] is not None:
        return False
    return conversation.waiting_since != found[-1][0]


def last_change(ledger: Ledger) -> datetime | None:
    """When somebody last answered or changed the status, as far as is known."""
    times = [turn.at for turn in ledger.turns[1:]] + [at for at, answer in ledger.said if answer]
    times += [at for at, _ in ledger.restated]
    return max(times, default=None)


def _compact(ledger: Ledger) -> Ledger:
    """Without episodes that are long over, and without messages that begin or end no wait."""
    began = episodes(ledger)
    kept = list(began)[-KEPT_EPISODES:]
    if len(began) > len(kept):
        said = tuple(each for each in ledger.said if each[0] >= began[kept[0]])
        turns = tuple(turn for turn in ledger.turns if turn.episode in kept)
        restated = tuple(each for each in ledger.restated if each[0] >= began[kept[0]])
        policies = {episode: policy for episode, policy in ledger.policies.items() if episode in kept}
        ledger = replace(ledger, turns=turns, said=said, restated=restated, policies=policies)
    if len(ledger.said) <= LOOSE:
        return ledger
    telling: list[Said] = []
    floor = ledger.floor
    for episode in kept:
        found = waits(replace(ledger, restated=()), episode)
        newest = found[1:][-KEPT_WAITS:]
        if len(newest) < len(found) - 1:
            floor = max(floor or newest[0][0], newest[0][0])
        for start, end in (*found[:1], *newest):
            telling += [(start, False)] if end is None else [(start, False), (end, True)]
    return replace(ledger, said=tuple(sorted({*telling, *_after_restated(ledger)})), floor=floor)


def _after_restated(ledger: Ledger) -> Iterator[Said]:
    """What came first after each merge or split: the next answer, and the next word of the customer's."""
    for at, _ in ledger.restated:
        for answer in (True, False):
            found = next((each for each in ledger.said if each[0] >= at and each[1] is answer), None)
            if found is not None:
                yield found
