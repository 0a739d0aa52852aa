"""A ledger's lines, read: what happened when, in the order in which it is to be believed; words by their own time."""

from bisect import insort
from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter

from chalicelib.domain.answers import PEOPLE
from chalicelib.domain.clock_events import Line
from chalicelib.domain.clock_ledger import ClockLedger
from chalicelib.domain.clock_turns import Turns
from chalicelib.domain.clock_values import Facts, Who, Word
from chalicelib.domain.message import SILENT

BOT = "bot"
_SILENT = frozenset(kind.value for kind in SILENT)


def facts_of(ledger: ClockLedger) -> Facts:
    """What the ledger tells; the same for the same lines, however they came."""
    facts = Facts()
    turns: list[Line] = []
    threads: list[Line] = []
    newest = (-1, -1)
    for name, line in sorted(ledger.lines.items()):
        kind = line["type"]
        if kind == "message.created":
            _hear(facts, line)
        elif kind.startswith("conversation."):
            turns.append(line)
        elif kind.startswith("side_thread."):
            threads.append(line)
        else:
            facts.rest.append((name, line))
        if "inbox" in line and "channel" in line:
            facts.channels[line["inbox"]] = line["channel"]
        newest = _look_up(facts, line, newest)
    facts.words.sort(key=lambda word: (word.at, word.who.value, word.id))
    facts.bots = frozenset(word.agent for word in facts.words if word.who is Who.BOT and word.agent)
    Turns(facts).fold(turns)
    facts.asks = _asked(threads)
    for word in facts.words:
        if word.who is Who.PERSON and word.agent:
            insort(facts.looked.setdefault(word.agent, []), word.at)
    return facts


def _look_up(facts: Facts, line: Line, newest: tuple[int, int]) -> tuple[int, int]:
    """What was looked up for a line; the newest counts."""
    at = line["at"]
    tier, language = line.get("tier"), line.get("language")
    if tier and at > newest[0]:
        facts.tier, newest = tier, (at, newest[1])
    if language and at > newest[1]:
        facts.language, newest = language, (newest[0], at)
    return newest


def _hear(facts: Facts, line: Line) -> None:
    who = _who(line)
    if who is not None:
        author = line.get("author") if line["by"] != "api" else None
        facts.words.append(Word(line["said"], who, author, line["inbox"], line["message"]))


def _who(line: Line) -> Who | None:
    if line.get("counts"):
        return Who.CUSTOMER if line["dir"] == "in" else Who.PERSON
    if line["dir"] == "in" or line["kind"] in _SILENT or line["by"] in PEOPLE:
        return None
    return Who.BOT if line["by"] == BOT else Who.RULE


def _asked(lines: Iterable[Line]) -> list[tuple[int, bool]]:
    """From when on any thread waits for an answer, and from when on none does."""
    steps: list[tuple[int, int]] = []
    for _, thread in groupby(sorted(lines, key=lambda line: (line["thread"], line["v"])), itemgetter("thread")):
        is_open, latest = False, 0
        for line in thread:
            latest = max(latest, line["at"])
            if line["asks"] is not is_open:
                steps.append((latest, 1 if line["asks"] else -1))
                is_open = line["asks"]
    found: list[tuple[int, bool]] = []
    count = 0
    for at, together in groupby(sorted(steps), itemgetter(0)):
        before, count = count > 0, count + sum(step for _, step in together)
        if before is not (count > 0):
            found.append((at, count > 0))
    return found
