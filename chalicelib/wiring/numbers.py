"""What the numbers are kept in and set by; made on first use (see `api`)."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from chalicelib.services import numbers_settings
from chalicelib.services.numbers_settings import NumbersSettings

if TYPE_CHECKING:
    from collections.abc import Collection

    from chalicelib.aws.stores.documents import DocumentStore
    from chalicelib.aws.transaction import Desk

# Settings and calendars change rarely; a change holds everywhere within this time.
RULES_SECONDS = 15


@cache
def facts() -> Desk:
    from chalicelib.aws.clients import client
    from chalicelib.aws.transaction import Desk
    from chalicelib.wiring.shared import settings

    return Desk(client("dynamodb"), settings().facts_table)


@cache
def documents() -> DocumentStore:
    return _documents(numbers_settings.KIND)


@cache
def calendars() -> DocumentStore:
    return _documents("hours")


def published() -> NumbersSettings:
    """As they are this moment."""
    return numbers_settings.published(documents())


def is_calendar(hours_id: str) -> bool:
    return calendars().get(hours_id) is not None


def put(settings: NumbersSettings, teams: Collection[str], read_version: int) -> NumbersSettings:
    return numbers_settings.put(documents(), settings, teams, is_calendar, read_version)


def _documents(kind: str) -> DocumentStore:
    from chalicelib.aws.stores.documents import DocumentStore
    from chalicelib.wiring.shared import desk

    return DocumentStore(desk(), kind)
