"""What other systems say of a contact: the company's own facts, each with its age.

A fact of a data source is kept for its time to live; for a while after, it is shown as stale while it is asked for
anew. A fact that was pushed to us holds until a newer one comes.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from chalicelib.domain.data_source import DataSource

# `<system>.<fact>`: a data source's key, or the name of the system that pushes.
NAME = re.compile(r"[a-z][a-z0-9_]{0,39}\.[a-z][a-z0-9_]{0,39}")
# The kind of an event that tells facts.
TOLD = "fact"
MAX_TEXT = 1000
MAX_LISTED = 50
LARGEST = 2**53
# A source that failed so often in a row is left alone for a while, longer each time.
FAILURES_TO_OPEN = 5
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(minutes=15)


class Freshness(StrEnum):
    FRESH = "fresh"
    STALE = "stale"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Fact:
    """`value` None: the system says nothing, or could not be asked (`error` says why). `at`: when the system said it.
    `stale`: older than it should be; it is shown nevertheless."""

    name: str
    value: Any
    source: str
    at: datetime | None
    stale: bool = False
    error: str = ""

    def age_seconds(self, now: datetime) -> int | None:
        return None if self.at is None else max(int((now - self.at).total_seconds()), 0)


@dataclass(frozen=True, slots=True)
class Answered:
    """What a source last said of a contact, by fact; `error` is why it could not be asked after that (or a fact not be
    read, by name in `faults`). `version`: of the source, as it was asked."""

    source_id: str
    version: int
    at: datetime | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    faults: Mapping[str, str] = field(default_factory=dict)
    error: str = ""
    tried_at: datetime | None = None

    def freshness(self, source: DataSource, now: datetime) -> Freshness:
        if self.at is None or self.version != source.version:
            return Freshness.GONE
        age = (now - self.at).total_seconds()
        if age <= source.ttl_seconds and not self.error:
            return Freshness.FRESH
        return Freshness.STALE if age <= source.ttl_seconds + source.stale_seconds else Freshness.GONE


@dataclass(frozen=True, slots=True)
class Breaker:
    """How often a source failed in a row, and until when it is left alone. When that is over, one call is tried."""

    failures: int = 0
    until: datetime | None = None

    def is_open(self, now: datetime) -> bool:
        return self.until is not None and now < self.until

    def failed(self, now: datetime) -> "Breaker":
        failures = self.failures + 1
        if failures < FAILURES_TO_OPEN:
            return Breaker(failures)
        pause = min(FIRST_PAUSE * 2 ** min(failures - FAILURES_TO_OPEN, 10), LONGEST_PAUSE)
        return Breaker(failures, now + pause)


def facts_from(source: DataSource, answered: Answered | None, now: datetime) -> Iterable[Fact]:
    """Every fact that a source has, as it is now."""
    is_known = answered is not None and answered.freshness(source, now) is not Freshness.GONE
    error = answered.error if answered else ""
    for name in source.mapping:
        full = f"{source.key}.{name}"
        if answered is None or not is_known:
            yield Fact(full, None, source.key, None, error=error or "Not asked yet.")
            continue
        stale = answered.freshness(source, now) is Freshness.STALE
        fault = answered.faults.get(name) or error
        yield Fact(full, answered.values.get(name), source.key, answered.at, stale, fault)


def newest(facts: Iterable[Fact]) -> dict[str, Fact]:
    """By name; of two that say something the later one counts."""
    found: dict[str, Fact] = {}
    for fact in facts:
        known = found.get(fact.name)
        if known is None or _rank(fact) > _rank(known):
            found[fact.name] = fact
    return dict(sorted(found.items()))


def _rank(fact: Fact) -> tuple[bool, float, str]:
    return fact.value is not None, fact.at.timestamp() if fact.at else 0.0, fact.source


def is_storable(value: Any) -> bool:
    """Whether it can be a fact's value: a text, a number, a truth value, or a list of texts."""
    if isinstance(value, bool):
        return True
    if isinstance(value, str):
        return len(value) <= MAX_TEXT and _is_text(value)
    if isinstance(value, int | float):
        return abs(value) <= LARGEST  # no NaN: that is not at most anything
    is_list = isinstance(value, list) and len(value) <= MAX_LISTED
    return is_list and all(isinstance(each, str) and is_storable(each) for each in value)


def _is_text(text: str) -> bool:
    return not any(character == "\0" or "\ud800" <= character <= "\udfff" for character in text)
