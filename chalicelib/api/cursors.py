"""Page cursors: opaque, signed, for one list of one caller, for a day.

A cursor holds where the next page starts and when it ends being valid. Its signature also covers which list it is of
(name, filters, caller), which is not in it: a cursor brought to another list does not verify.
"""

import base64
import binascii
import hmac
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar

import msgspec

from chalicelib.api.routing import Caller
from chalicelib.api.schemas import PageQuery, Query
from chalicelib.domain.agent import Principal
from chalicelib.domain.errors import CursorInvalid
from chalicelib.domain.reads import Page

Item = TypeVar("Item")

VALID_FOR = timedelta(hours=24)
_MAC_BYTES = 32
_REFUSED = "This cursor is not of this list, or too old: start again without one."


class _Place(msgspec.Struct, frozen=True, array_like=True):
    until: int
    start: dict[str, Any]


def list_name(name: str, principal: Principal, query: Query) -> str:
    """What a cursor is bound to: the list, its filters and whose it is."""
    filters = {
        field: value
        for field, value in msgspec.to_builtins(query).items()
        if field not in ("cursor", "limit") and value is not None
    }
    return msgspec.json.encode([name, principal.kind, principal.id, sorted(filters.items())]).decode()


def issue(secret: str, of: str, start: Mapping[str, Any] | None, now: datetime) -> str | None:
    """The cursor of the page that begins after `start`; None where there is none."""
    if start is None:
        return None
    place = msgspec.json.encode(_Place(int((now + VALID_FOR).timestamp()), dict(start)))
    return base64.urlsafe_b64encode(_mac(secret, of, place) + place).rstrip(b"=").decode()


def read(secret: str, of: str, cursor: str | None, now: datetime) -> Mapping[str, Any] | None:
    """Where the page starts; None for the first one. Raises CursorInvalid."""
    if cursor is None:
        return None
    raw = _decoded(cursor)
    mac, place = raw[:_MAC_BYTES], raw[_MAC_BYTES:]
    if not hmac.compare_digest(mac, _mac(secret, of, place)):
        raise CursorInvalid(_REFUSED, field="cursor")
    found = msgspec.json.decode(place, type=_Place)
    if now.timestamp() >= found.until:
        raise CursorInvalid(_REFUSED, field="cursor")
    return found.start


def _decoded(cursor: str) -> bytes:
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise CursorInvalid(_REFUSED, field="cursor") from error
    # One text for one cursor: the last digit's spare bits must be those that `issue` writes.
    if base64.urlsafe_b64encode(raw).rstrip(b"=").decode() != cursor:
        raise CursorInvalid(_REFUSED, field="cursor")
    return raw


def _mac(secret: str, of: str, place: bytes) -> bytes:
    return hmac.digest(secret.encode(), len(of.encode()).to_bytes(4) + of.encode() + place, "sha256")


def page_of(
    name: str,
    pages: Callable[[int, Mapping[str, Any] | None], Page[Item]],
    secret: Callable[[], str],
    caller: Caller,
    query: PageQuery,
) -> tuple[Sequence[Item], str | None]:
    """A page of a list without filters of its own, and the cursor of the next. Raises CursorInvalid."""
    of = list_name(name, caller.principal, query)
    start = read(secret(), of, query.cursor, caller.now) if query.cursor else None
    page = pages(query.limit, start)
    return page.items, issue(secret(), of, page.next, caller.now) if page.next else None
