"""What those who deliver webhooks pass on: a turn to be made, what claiming one gives, what to walk through."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from typing import Any

from chalicelib.domain.webhook_delivery import Delivery, DeliveryKey


@dataclass(frozen=True, slots=True)
class Turn:
    """One attempt that is to be made: the one that a delivery has this turn for."""

    key: DeliveryKey
    turn: int


class Claim(Enum):
    """Why a delivery was not given: somebody is at it, or there is nothing to do any more."""

    HELD = auto()
    OVER = auto()


@dataclass(frozen=True, slots=True)
class Claimed:
    """`is_stale`: whoever had it before has never said how it ended."""

    delivery: Delivery
    is_stale: bool


@dataclass(frozen=True, slots=True)
class Sweep:
    """A walk through what waits for an endpoint, due by `until` (None: all), from `start` on."""

    endpoint_id: str
    until: datetime | None = None
    start: Mapping[str, Any] | None = None
