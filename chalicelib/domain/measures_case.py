"""Measures of a case: of one episode of a conversation, from its intervals and the customer's waits."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from chalicelib.domain.clock_events import CAME_BACK
from chalicelib.domain.clock_hours import open_time
from chalicelib.domain.clock_state import Holder, Interval
from chalicelib.domain.clock_values import Who
from chalicelib.domain.clock_waits import Wait, words_of
from chalicelib.domain.measures_book import Under
from chalicelib.domain.measures_parts import Case, Part
from chalicelib.domain.measures_stays import measure_handovers, measure_stays

# Who comes back within so long was not helped the first time.
RETURN = 7 * 24 * 60 * 60 * 1000


def measure_case(case: Case) -> None:
    episode, book = case.episode, case.book
    case.put("arrivals", episode.began, book.under(episode.began))
    _responses(case)
    measure_stays(case)
    measure_handovers(case)
    if episode.resolved and episode.ended is not None:
        _resolution(case, episode.ended)


def _responses(case: Case) -> None:
    for place, wait in enumerate(case.waits):
        if wait.end is None or wait.by is None:
            continue
        under = case.book.under(wait.end, agent=wait.by.agent, inbox=wait.by.inbox)
        parts = _waited(case, wait.start, wait.end)
        for kind in ("response", "next_response" if place else "first_response"):
            case.put(kind, wait.end, under, parts=parts)
        _put_parts(case, "wait", wait.end, under, parts)
        if not place:
            since = max((each.end for each in case.held if _is_bots(each, wait)), default=wait.start)
            case.put("first_response_without_bot", wait.end, under, parts=_waited(case, since, wait.end))
    _first_of_any(case)
    if case.waits and case.waits[0].end is not None:
        first = case.waits[0]
        agent, inbox = (first.by.agent, first.by.inbox) if first.by else (None, None)
        case.put("answered", case.waits[0].end, case.book.under(case.waits[0].end, agent=agent, inbox=inbox), hit=True)
    elif case.waits and case.episode.ended is not None and case.episode.resolved:
        at = case.episode.ended
        case.put("answered", at, case.book.under(at, agent=case.book.post(at).agent), hit=False)


def _is_bots(found: Interval, wait: Wait) -> bool:
    return found.holder is Holder.BOT and found.end > wait.start and wait.end is not None and found.end <= wait.end


def _first_of_any(case: Case) -> None:
    if not case.waits:
        return
    start, ended = case.waits[0].start, case.episode.ended
    for word in words_of(case.book.facts, case.episode):
        if word.who is not Who.CUSTOMER and word.at >= start and (ended is None or word.at <= ended):
            agent = word.agent if word.who is not Who.RULE else None
            under = case.book.under(word.at, agent=agent, inbox=word.inbox)
            case.put("first_response_any", word.at, under, parts=_waited(case, start, word.at))
            return


def _waited(case: Case, start: int, end: int) -> list[Part]:
    """The parts of a wait, each moment in one; a wait of no length has one part of none."""
    began = case.episode.began
    parts: list[Part] = []
    if start < began:
        # It was waited for in another conversation, that was merged into this one.
        opened = open_time(case.book.post(began).hours, case.hours)
        parts.append(("queue", began - start, opened.between(start, began) if opened else began - start))
    for found, first, last in case.during(start, end):
        for part, since, until in _named(case, found, first, last, start):
            parts.append((part, until - since, case.open(found, since, until)))
    return parts or [("queue", 0, 0)]


def _named(case: Case, found: Interval, first: int, last: int, waited: int) -> Iterator[tuple[str, int, int]]:
    """Which part of a wait a piece of an interval is; an agent's has two, before and after they have looked."""
    if found.holder is Holder.CUSTOMER:
        # What nobody owed here yet was waited for elsewhere.
        yield "snoozed" if found.pending else "queue", first, last
        return
    if found.holder is not Holder.AGENT:
        yield found.holder.value, first, last
        return
    looked = case.book.facts.looked.get(found.agent or "", [])
    place = bisect_left(looked, min(found.stint, waited))
    seen = min(max(looked[place], first), last) if place < len(looked) else last
    if seen > first:
        yield "pick_up", first, seen
    if last > seen:
        yield "agent", seen, last


def _put_parts(case: Case, family: str, at: int, under: Under, parts: Sequence[Part]) -> None:
    for name in sorted({part[0] for part in parts}):
        of = [part for part in parts if part[0] == name]
        if any(part[1] for part in of):
            case.put(f"{family}_{name}", at, under, parts=of)


def _resolution(case: Case, ended: int) -> None:
    book, episode = case.book, case.episode
    words = [word for word in words_of(book.facts, episode) if word.at <= ended and word.who is Who.PERSON]
    newest = words[-1].agent if words else None
    under = book.under(ended, agent=book.post(ended).agent or newest)
    parts = case.pieces(case.held) or [(Holder.CUSTOMER.value, 0, 0)]
    case.put("resolution", ended, under, parts=parts)
    without = [part for part in parts if part[0] != Holder.BOT]
    case.put("resolution_without_bot", ended, under, parts=without or [(Holder.BOT.value, 0, 0)])
    _put_parts(case, "held", ended, under, parts)
    _handling(case, ended)
    case.put("one_touch", ended, under, hit=len(words) == 1)
    case.put("reopened", ended, under, hit=episode.until is not None)
    is_back = _is_back(case, ended)
    case.put("first_contact", ended, under, hit=not is_back)
    case.put(_outcome(case, is_back=is_back, answers=len(words)), ended, under)


def _outcome(case: Case, *, is_back: bool, answers: int) -> str:
    """How it ended: exactly one of `journey.OUTCOMES`."""
    if case.waits and case.waits[0].end is None:
        return "ended_unanswered"
    if is_back:
        return "ended_came_back"
    return "ended_one_touch" if answers == 1 else "ended_resolved"


def _handling(case: Case, ended: int) -> None:
    """How long it was each agent's turn."""
    found: dict[str, list[Interval]] = {}
    for each in case.held:
        if each.who is Holder.AGENT and each.agent:
            found.setdefault(each.agent, []).append(each)
    for agent, theirs in found.items():
        under = case.book.under(ended, agent=agent, team=theirs[-1].team or "")
        case.put("handling", ended, under, parts=case.pieces(theirs))


def _is_back(case: Case, ended: int) -> bool:
    """Whether the customer wrote again, here or in another conversation, within `RETURN`."""
    facts = case.book.facts
    written = [word.at for word in facts.words if word.who is Who.CUSTOMER]
    elsewhere = [line["at"] for _, line in facts.rest if line["type"] == CAME_BACK]
    return any(ended < at <= ended + RETURN for at in written + elsewhere)
