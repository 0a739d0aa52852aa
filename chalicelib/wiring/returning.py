"""The radar for customers who are back, and what needs an agent most, made on first use: functions that customers wait
for import this (see `api`)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from chalicelib.aws.memory import Memory
    from chalicelib.aws.stores.documents import DocumentStore
    from chalicelib.domain.returning import RadarPolicy
    from chalicelib.services.attention import AttentionList
    from chalicelib.services.returning import Radar

# Rules change rarely; a change holds everywhere within this time.
RULES_SECONDS = 15


@cache
def radar_documents() -> DocumentStore:
    from chalicelib.aws.stores.documents import DocumentStore
    from chalicelib.wiring.shared import desk

    return DocumentStore(desk(), "returning")


@cache
def _memory() -> Memory:
    from chalicelib.aws.memory import Memory

    return Memory(RULES_SECONDS, unknown_seconds=RULES_SECONDS)


def radar_policy() -> RadarPolicy:
    from chalicelib.services.radar_documents import PUBLISHED, radar_policy

    found: RadarPolicy = _memory().recall(("radar",), lambda: radar_policy(radar_documents().get(PUBLISHED)))
    return found


@cache
def radar() -> Radar:
    from chalicelib.aws.clients import client
    from chalicelib.aws.stores.returning import ReturnStore, SignStore
    from chalicelib.aws.transaction import Desk
    from chalicelib.services.returning import Radar
    from chalicelib.wiring.shared import desk, settings

    signs = SignStore(Desk(client("dynamodb"), settings().live_table))
    return Radar(signs, ReturnStore(desk()), radar_policy)


@cache
def attention() -> AttentionList:
    from chalicelib.aws.stores.attention import AttentionStore
    from chalicelib.services.attention import AttentionList
    from chalicelib.wiring.service_levels import level_rules
    from chalicelib.wiring.shared import desk

    return AttentionList(AttentionStore(desk()), level_rules().hours, radar_policy)


def watch_customers(event: Mapping[str, Any], now: datetime) -> None:
    """What the function `notifications` does about news of messages."""
    radar().react(event, now)
