"""Open sockets, and the tickets they are opened with."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from chalicelib.aws import keys_live
from chalicelib.aws.border import ConditionFailed
from chalicelib.aws.codec import Item, milliseconds, moment
from chalicelib.aws.transaction import Delete, Desk, Put, Update
from chalicelib.domain.agent import Principal, Role
from chalicelib.domain.live_sockets import Socket

# A row is kept a little longer than it counts: what is going on while it ends still finds it.
SPARE = timedelta(minutes=10)
_THERE = "attribute_exists(pk)"
# What is being ended is read by nobody but who goes on ending it.
_OPEN = f"{_THERE} AND attribute_not_exists(ended)"
AGENT = "agent"


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
        """That it is the agent's first: whoever ends an agent's sockets finds it from then on."""
        if socket.principal.kind == AGENT:
            pk, sk = keys_live.agent_socket(socket.principal.id, socket.connection_id)
            row = {"pk": pk, "sk": sk, "role": socket.principal.role.value, **_ends(until)}
            self._table.write(Put(row, condition=None))
        self._table.write(Put(_item(socket, until), condition=None))

    def opened(self, agent_id: str) -> Sequence[tuple[str, Role]]:
        found: list[tuple[str, Role]] = []
        start: Item | None = None
        while True:
            values = {":pk": keys_live.agent_socket(agent_id, "")[0]}
            rows, start = self._table.query("pk = :pk", values, start=start, consistent=True)
            found += [(row["sk"], Role(row["role"])) for row in rows]
            if start is None:
                return found

    def socket(self, connection_id: str) -> Socket | None:
        row = self._table.get(keys_live.socket(connection_id))
        return None if row is None or "ended" in row else _socket(connection_id, row)

    def save(self, before: Socket, after: Socket, until: datetime) -> bool:
        held, values = f"{_OPEN} AND topics = :topics", {":topics": list(before.topics)}
        try:
            self._table.write(Put(_item(after, until), held, values))
        except ConditionFailed:
            return False
        return True

    def end(self, connection_id: str) -> Socket | None:
        ended = Update(keys_live.socket(connection_id), "SET ended = :yes", {":yes": True}, condition=_THERE)
        try:
            row = self._table.write(ended, give="ALL_NEW")
        except ConditionFailed:
            return None
        return _socket(connection_id, row)

    def close(self, connection_id: str) -> None:
        with suppress(ConditionFailed):
            row = self._table.write(Delete(keys_live.socket(connection_id), _THERE), give="ALL_OLD")
            if row["kind"] == AGENT:
                self.forget(row["who"], connection_id)

    def forget(self, agent_id: str, connection_id: str) -> None:
        with suppress(ConditionFailed):
            self._table.write(Delete(keys_live.agent_socket(agent_id, connection_id), _THERE))


def principal_item(principal: Principal) -> dict[str, Any]:
    return {"who": principal.id, "kind": principal.kind, "name": principal.name or None, "role": principal.role.value}


def principal_from(row: Mapping[str, Any]) -> Principal:
    return Principal(row["kind"], row["who"], row.get("name", ""), Role(row["role"]))


def _socket(connection_id: str, row: Mapping[str, Any]) -> Socket:
    topics, slow = tuple(row.get("topics", ())), frozenset(row.get("slow", ()))
    return Socket(connection_id, principal_from(row), moment(row["connected_at"]), topics, slow)


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
