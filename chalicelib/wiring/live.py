"""What the API's routes of live views work with, made on first use (see `api`)."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chalicelib.services.live_following import Live


@cache
def live() -> Live:
    from chalicelib.wiring import live_stores

    return live_stores.live()


def sockets_url() -> str:
    from chalicelib.wiring.api import settings

    return settings().sockets_url
