"""Gauges of queues for who watches them; made on first use, for most queues nobody does."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from typing import Any

    from chalicelib.services.live_gauges import LiveGauges


@cache
def live_gauges() -> LiveGauges:
    from chalicelib.aws.stores.live import Live
    from chalicelib.services.board import Board
    from chalicelib.services.live_gauges import LiveGauges
    from chalicelib.wiring import waits
    from chalicelib.wiring.routing import routing
    from chalicelib.wiring.sockets import live_table, pusher, topics
    from chalicelib.wiring.timing import timers

    board = Board(routing().store, routing().rules, waits.gauges())
    return LiveGauges(topics(), pusher(), Live(live_table()), timers(), board.queue)


def react(event: Mapping[str, Any], now: datetime) -> None:
    live_gauges().react(event, now)


def due(team_id: str, epoch: int, now: datetime) -> None:
    live_gauges().due(team_id, epoch, now)
