"""Early warnings: what is about to go wrong on the floor, told once for each time that it begins, and once when it is
over. What is found is in `warning_rules`; here is when a finding becomes a warning.

A finding has to stand for a while before somebody is told, and to be gone for a while before it is over: so numbers
that go up and down around a threshold are one warning.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from chalicelib.domain.ids import digest


class Rule(StrEnum):
    """`queue_wait`: a queue will be slower than its target; `sla_burn`: promises of service are broken faster than the
    objective allows; `volume`: another number of customers than usual; `promises`: many promises are due at once."""

    QUEUE_WAIT = "queue_wait"
    SLA_BURN = "sla_burn"
    VOLUME = "volume"
    PROMISES = "promises"


class Tell(StrEnum):
    """Who is told. `supervisors`: those of the team, and those of no team; all of them where it is of no team."""

    SUPERVISORS = "supervisors"
    ADMINS = "admins"
    NOBODY = "nobody"


# How long a finding stands before it is told, and has to be gone before it is over.
STANDS: Mapping[Rule, timedelta] = {Rule.QUEUE_WAIT: timedelta(minutes=1)}
GONE = timedelta(minutes=5)
KEPT_FOR = timedelta(days=30)
Numbers = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule sees now. `subject` tells findings of one rule apart: a team, a channel, a clock of a team.
    `said`: in a sentence; `action`: what would help; `lend`: agents who could be lent to the team."""

    rule: Rule
    subject: str
    said: str
    team_id: str | None = None
    numbers: Numbers = field(default_factory=dict)
    action: str = ""
    lend: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        return key_of(self.rule, self.subject)


@dataclass(frozen=True, slots=True)
class Warned:
    """A warning, the newest time that it was given: `epoch` counts those. `since`: when the rule first saw it;
    `ended_at` None: it stands. `told`: whom."""

    rule: Rule
    subject: str
    said: str
    since: datetime
    team_id: str | None = None
    numbers: Numbers = field(default_factory=dict)
    action: str = ""
    lend: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    ended_at: datetime | None = None
    epoch: int = 1
    version: int = 1

    @property
    def key(self) -> str:
        return key_of(self.rule, self.subject)

    @property
    def id(self) -> str:
        """The same for every time that the same goes wrong."""
        return warning_id(self.rule, self.subject)

    @property
    def stands(self) -> bool:
        return self.ended_at is None


@dataclass(frozen=True, slots=True)
class Mark:
    """Since when a rule has seen something without a break, or (it stands) has not."""

    seen: datetime | None = None
    gone: datetime | None = None


def warning_id(rule: Rule, subject: str) -> str:
    return f"wrn_{digest(rule.value, subject)}"


def key_of(rule: Rule, subject: str) -> str:
    return f"{rule.value}/{subject}"


def marked(mark: Mark, found: bool, now: datetime) -> Mark:
    return Mark(seen=mark.seen or now) if found else Mark(gone=mark.gone or now)


def begun(known: Warned | None, mark: Mark, finding: Finding, now: datetime) -> Warned | None:
    """The warning, where its time has come; None while one stands, or it has not stood long enough."""
    if known is not None and known.stands:
        return None
    if mark.seen is None or now - mark.seen < STANDS.get(finding.rule, timedelta(0)):
        return None
    return Warned(
        finding.rule,
        finding.subject,
        finding.said,
        mark.seen,
        finding.team_id,
        finding.numbers,
        finding.action,
        finding.lend,
        epoch=known.epoch + 1 if known else 1,
        version=known.version + 1 if known else 1,
    )


def over(known: Warned, mark: Mark, now: datetime) -> Warned | None:
    """The warning as it ended; None where it is over already, or was seen just now."""
    if not known.stands or mark.gone is None or now - mark.gone < GONE:
        return None
    return replace(known, ended_at=mark.gone, version=known.version + 1)


def warning_snapshot(warned: Warned) -> Mapping[str, Any]:
    """As its events show it."""
    return {
        "id": warned.id,
        "rule": warned.rule.value,
        "subject": warned.subject,
        "team_id": warned.team_id,
        "epoch": warned.epoch,
        "since": warned.since.isoformat(),
        "ended_at": warned.ended_at.isoformat() if warned.ended_at else None,
        "said": warned.said,
        "numbers": dict(warned.numbers),
        "action": warned.action,
        "lend": list(warned.lend),
    }
