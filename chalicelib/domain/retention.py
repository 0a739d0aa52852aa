"""Retention: for how long what is kept, by rules of the administrators."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from chalicelib.domain.errors import InvalidInput

MIN_DAYS, MAX_DAYS = 1, 36_500
SAMPLES = 20


class Kind(StrEnum):
    """What a rule removes: resolved conversations with all that was said in them; the files of resolved conversations;
    lines of timelines; contacts (whole persons) of whom nothing was heard."""

    CONVERSATIONS = "conversations"
    ATTACHMENTS = "attachments"
    TIMELINE = "timeline"
    CONTACTS = "contacts"


@dataclass(frozen=True, slots=True)
class Rule:
    kind: Kind
    days: int

    def before(self, now: datetime) -> datetime:
        """What is older goes."""
        return now - timedelta(days=self.days)


@dataclass(frozen=True, slots=True)
class Old:
    """Something that is old enough, and whose it is."""

    id: str
    contact_id: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a rule removes (or would): how many, the first of them, and how many a legal hold keeps."""

    count: int = 0
    held: int = 0
    samples: tuple[str, ...] = field(default_factory=tuple)

    def with_one(self, identifier: str) -> "Outcome":
        samples = (*self.samples, identifier) if len(self.samples) < SAMPLES else self.samples
        return Outcome(self.count + 1, self.held, samples)

    def with_held(self) -> "Outcome":
        return Outcome(self.count, self.held + 1, self.samples)


def rules_from(body: Mapping[str, Any]) -> tuple[Rule, ...]:
    """The rules of a document, in the order in which they are carried out. Raises InvalidInput."""
    return tuple(_rule(kind, body[kind]) for kind in Kind if body.get(kind) is not None)


def _rule(kind: Kind, days: Any) -> Rule:
    if not isinstance(days, int) or isinstance(days, bool) or not MIN_DAYS <= days <= MAX_DAYS:
        raise InvalidInput(f"Give a whole number of days from {MIN_DAYS} to {MAX_DAYS}.", field=kind.value)
    return Rule(kind, days)
