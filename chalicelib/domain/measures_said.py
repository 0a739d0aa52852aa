"""Measures of what was said and told in a conversation: they stay where it was said, whatever becomes of the case."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from chalicelib.domain.clock_events import Line
from chalicelib.domain.clock_ledger import ClockLedger
from chalicelib.domain.clock_values import Who
from chalicelib.domain.measures_book import Book, Under

HOUR = 60 * 60 * 1000


def measure_said(book: Book, ledger: ClockLedger) -> None:
    for word in book.facts.words:
        episode = book.episode(word.at)
        if word.who is Who.CUSTOMER:
            under = book.under(word.at, agent=book.post(word.at).agent, inbox=word.inbox)
            book.put("messages_in", episode, word.at, under)
        elif word.who is Who.PERSON:
            under = book.under(word.at, agent=word.agent, inbox=word.inbox)
            book.put("messages_out", episode, word.at, under)
    _marks(book)
    _clocks(book)
    _costs(book, ledger)


def _newest(lines: Iterable[Line], of: str) -> Iterator[Line]:
    """Of each message or clock the newest line."""
    for _, told in groupby(sorted(lines, key=lambda line: (line[of], line["v"], line["type"])), lambda line: line[of]):
        *_, newest = told
        yield newest


def _marks(book: Book) -> None:
    for line in _newest((each for _, each in book.facts.rest if each["type"] == "message.state_changed"), "message"):
        agent = line.get("author") if line["by"] == "agent" else None
        under = book.under(line["said"], agent=agent, inbox=line["inbox"])
        book.put("delivered", book.episode(line["said"]), line["said"], under, hit=line["state"] != "failed")


def _clocks(book: Book) -> None:
    """As service levels and promises tell them: they have their own ledgers."""
    for line in _newest((each for _, each in book.facts.rest if "of" in each), "of"):
        family, _, outcome = line["type"].partition(".")
        kind = f"sla_{line['clock']}" if family == "sla" else "promise"
        under = book.under(line["on"], agent=book.post(line["on"]).agent)
        book.put(kind, book.episode(line["on"]), line["on"], under, hit=outcome in ("met", "kept"))


def _costs(book: Book, ledger: ClockLedger) -> None:
    """What the lines of an hour cost, in one sum for each that it is counted under."""
    sums: dict[tuple[str, int, int, Under], tuple[int, int]] = {}
    for line in ledger.lines.values():
        fees: dict[str, Any] = line.get("fees") or {}
        if not any(fees.values()):
            continue
        at = line["at"]
        inbox = line["inbox"] if line["type"].startswith("message.") else None
        under = book.under(at, agent=book.post(at).agent, inbox=inbox)
        for payee, fee in fees.items():
            key = (payee, book.episode(at), at // HOUR, under)
            first, total = sums.get(key, (at, 0))
            sums[key] = (min(first, at), total + fee)
    for (payee, episode, _, under), (first, total) in sums.items():
        if total:
            book.put(f"cost_{payee}", episode, first, under, value=total)
