"""Open sockets, and the tickets they are opened with."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from chalicelib.aws import keys_live
from chalicelib.aws.border import ConditionFailed
from chalicelib.aws.codec import Item, milliseconds, moment
from chalicelib.aws.transaction import Delete, Desk, Put
from chalicelib.domain.agent import Principal, Role
from chalicelib.domain.live_sockets import Socket

# A row is kept a little longer than it counts: what is going on while it ends still finds it.
SPARE = timedelta(minutes=10)
_THERE = "attribute_exists(pk)"


class SocketStore:
    def __init__(self, table: Desk) -> None:
        self._table = table

    def put_ticket(self, secret: str, principal: Principal, until: datetime) -> None:
        pk, sk = keys_live.ticket(secret)
        self._table.write(Put({"pk": pk, "sk": sk, **principal_item(principal), "until": until, **_ends(until)}))

    def take_ticket(self, secret: str, now: datetime) -> Principal | None:
        try:
            row = self._table.write(Delete(keys_live.ticket(secret), _THERE), give="ALL_OLD")
        except ConditionFailed:
            return None
        return principal_from(row) if row["until"] > milliseconds(now) else None

    def open(self, socket: Socket, until: datetime) -> None:
        self._table.write(Put(_item(socket, until), condition=None))

    def socket(self, connection_id: str) -> Socket | None:
        row = self._table.get(keys_live.socket(connection_id))
        if row is None:
            return None
        topics, slow = tuple(row.get("topics", ())), frozenset(row.get("slow", ()))
        return Socket(connection_id, principal_from(row), moment(row["connected_at"]), topics, slow)

    def save(self, socket: Socket, until: datetime) -> None:
        """Where it is still open: a socket that was closed meanwhile stays closed."""
        with suppress(ConditionFailed):
            self._table.write(Put(_item(socket, until), condition=_THERE))

    def close(self, connection_id: str) -> None:
        with suppress(ConditionFailed):
            self._table.write(Delete(keys_live.socket(connection_id), _THERE))


def principal_item(principal: Principal) -> dict[str, Any]:
    return {"who": principal.id, "kind": principal.kind, "name": principal.name or None, "role": principal.role.value}


def principal_from(row: Mapping[str, Any]) -> Principal:
    return Principal(row["kind"], row["who"], row.get("name", ""), Role(row["role"]))


def _item(socket: Socket, until: datetime) -> Item:
    pk, sk = keys_live.socket(socket.connection_id)
    return {
        "pk": pk,
        "sk": sk,
        **principal_item(socket.principal),
        "connected_at": socket.connected_at,
        "topics": list(socket.topics),
        "slow": sorted(socket.slow) or None,
        **_ends(until),
    }


def _ends(until: datetime) -> dict[str, int]:
    return {"expires_at": int((until + SPARE).timestamp())}
