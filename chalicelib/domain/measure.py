"""One thing measured of one conversation: what reports count and list. `domain/metrics.py` defines each kind.

A measure belongs to the moment at which it became true; a roll-up counts it in that hour. It says what it says of one
episode, and is the same whenever it is derived anew from the same facts.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Dimension(StrEnum):
    """By what numbers are shared out. `label`: a measure counts for each label of its conversation, so the parts add
    up to more than the whole. `tier`: of its escalation path, on which it stood last. `language`: the customer's, as it
    is known."""

    CHANNEL = "channel"
    INBOX = "inbox"
    TEAM = "team"
    AGENT = "agent"
    LABEL = "label"
    TIER = "tier"
    LANGUAGE = "language"


# What stands for "no team", "no label", "not known".
NONE = "-"


@dataclass(frozen=True, slots=True)
class Dims:
    """What a measure is counted under; `NONE` where there is nothing. `labels` are the conversation's newest ones."""

    channel: str = NONE
    inbox: str = NONE
    team: str = NONE
    agent: str = NONE
    labels: tuple[str, ...] = ()
    tier: str = NONE
    language: str = NONE

    def values(self, dimension: Dimension) -> tuple[str, ...]:
        if dimension is Dimension.LABEL:
            return self.labels or (NONE,)
        return (str(getattr(self, dimension.value)),)


@dataclass(frozen=True, slots=True)
class Measure:
    """`place` counts an episode's measures of one kind. `value` is in the unit of its kind (durations: milliseconds;
    amounts of money: millionths), `business` the same within business hours. `hit`: whether what a rate counts is
    so."""

    kind: str
    at: datetime
    episode: int
    place: int = 0
    value: int | None = None
    business: int | None = None
    hit: bool | None = None
    dims: Dims = Dims()


@dataclass(frozen=True, slots=True)
class Slice:
    """A conversation's measures of one hour (`hour`: when it begins, UTC), as they were known from `recorded_at` on.
    None of them: it had some, and has none any more. `version`: of the ledger that they were derived from."""

    conversation_id: str
    hour: datetime
    version: int
    recorded_at: datetime
    measures: tuple[Measure, ...] = ()
