"""What the API's routes of contacts and labels work with, made on first use (see `api`)."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chalicelib.aws.stores.contacts import ContactStore


@cache
def contacts() -> ContactStore:
    from chalicelib.aws.stores.contacts import ContactStore
    from chalicelib.wiring import shared

    return ContactStore(shared.desk())
