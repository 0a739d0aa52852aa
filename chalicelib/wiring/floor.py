"""The floor and early warnings as the API works with them; made on first use (see `api`)."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chalicelib.aws.stores.documents import DocumentStore
    from chalicelib.aws.stores.floor import FloorStore
    from chalicelib.aws.stores.warnings import WarningStore
    from chalicelib.services.floor_watch import FloorReading


@cache
def floor_store() -> FloorStore:
    from chalicelib.aws.stores.floor import FloorStore
    from chalicelib.wiring.live_stores import live_table

    return FloorStore(live_table())


@cache
def warnings() -> WarningStore:
    from chalicelib.aws.stores.warnings import WarningStore
    from chalicelib.wiring.shared import desk

    return WarningStore(desk())


@cache
def documents() -> DocumentStore:
    from chalicelib.aws.stores.documents import DocumentStore
    from chalicelib.wiring.shared import desk

    return DocumentStore(desk(), "warnings")


@cache
def reading() -> FloorReading:
    from chalicelib.services.floor_watch import FloorReading
    from chalicelib.wiring.timing import timers

    return FloorReading(floor_store(), timers())
