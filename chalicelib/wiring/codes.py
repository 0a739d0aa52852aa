"""The key of one-time codes, and what puts them into messages."""

from __future__ import annotations

from datetime import datetime
from functools import cache, lru_cache
from time import monotonic

from chalicelib.services.codes import Codes

SECRET_SECONDS = 300.0


def code_key() -> str:
    """Read again every few minutes, so that it can be rotated."""
    return _key(int(monotonic() / SECRET_SECONDS))


@lru_cache(maxsize=1)
def _key(_period: int) -> str:
    from chalicelib.wiring import shared

    return shared.secrets().text("codes")


@cache
def codes() -> Codes:
    from chalicelib.aws.stores.codes import CodeStore
    from chalicelib.wiring import shared

    return Codes(CodeStore(shared.desk()), code_key, _now)


def _now() -> datetime:
    from chalicelib.wiring import shared

    return shared.now()
