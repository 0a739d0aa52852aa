"""Who looks at a conversation, and who holds its composer: in the live table."""

from contextlib import suppress
from datetime import datetime, timedelta

from chalicelib.aws import keys_live
from chalicelib.aws.border import ConditionFailed
from chalicelib.aws.codec import Item, moment, moment_or_none
from chalicelib.aws.keys import HEAD, Key
from chalicelib.aws.transaction import Delete, Desk, Put
from chalicelib.domain.viewing import Lock, Room, Viewer

# More than ever look at one conversation.
PAGE = 200
SPARE = timedelta(minutes=5)
# As long as a socket.
SHOWN_FOR = timedelta(hours=3)
_THERE = "attribute_exists(pk)"
_FREE_OR_MINE = "attribute_not_exists(pk) OR ends_at <= :now OR holder = :holder"


class RoomStore:
    def __init__(self, table: Desk) -> None:
        self._table = table

    def room(self, conversation_id: str) -> Room:
        pk, _ = keys_live.composer(conversation_id)
        rows, _next = self._table.query("pk = :pk", {":pk": pk}, limit=PAGE, newest_first=True, consistent=True)
        lock = next((_lock(row) for row in rows if row["sk"] == HEAD), None)
        return Room(tuple(_viewer(row) for row in rows if row["sk"] != HEAD), lock)

    def viewer(self, conversation_id: str, connection_id: str) -> Viewer | None:
        row = self._table.get(keys_live.viewing(conversation_id, connection_id))
        return _viewer(row) if row else None

    def enter(self, conversation_id: str, viewer: Viewer) -> None:
        """The viewer last: who is seen to look can always be found by their socket."""
        pk, sk = keys_live.viewed(viewer.connection_id)
        shown = {"pk": pk, "sk": sk, "conversation": conversation_id, **_ends(viewer.seen_at + SHOWN_FOR)}
        self._table.write(Put(shown, condition=None))
        self._table.write(Put(_viewer_item(conversation_id, viewer), condition=None))

    def stay(self, conversation_id: str, viewer: Viewer) -> None:
        with suppress(ConditionFailed):
            self._table.write(Put(_viewer_item(conversation_id, viewer), condition=_THERE))

    def leave(self, conversation_id: str, connection_id: str) -> None:
        self._remove(keys_live.viewing(conversation_id, connection_id))

    def viewed(self, connection_id: str) -> str | None:
        row = self._table.get(keys_live.viewed(connection_id))
        return row["conversation"] if row else None

    def forget(self, connection_id: str) -> None:
        self._remove(keys_live.viewed(connection_id))

    def lock(self, conversation_id: str) -> Lock | None:
        row = self._table.get(keys_live.composer(conversation_id))
        return _lock(row) if row else None

    def take(self, conversation_id: str, lock: Lock, now: datetime, *, by_force: bool = False) -> bool:
        pk, sk = keys_live.composer(conversation_id)
        item = {
            "pk": pk,
            "sk": sk,
            "holder": lock.agent_id,
            "name": lock.name,
            "by_socket": lock.connection_id,
            "since": lock.since,
            "ends_at": lock.until,
            **_ends(lock.until),
        }
        held = None if by_force else _FREE_OR_MINE
        try:
            self._table.write(Put(item, held, {":now": now, ":holder": lock.agent_id} if held else None))
        except ConditionFailed:
            return False
        return True

    def free(self, conversation_id: str, agent_id: str, connection_id: str | None = None) -> bool:
        condition, values = "holder = :holder", {":holder": agent_id}
        if connection_id is not None:
            condition, values = f"{condition} AND by_socket = :socket", {**values, ":socket": connection_id}
        try:
            self._table.write(Delete(keys_live.composer(conversation_id), condition, values))
        except ConditionFailed:
            return False
        return True

    def _remove(self, key: Key) -> None:
        with suppress(ConditionFailed):
            self._table.write(Delete(key, _THERE))


def _viewer_item(conversation_id: str, viewer: Viewer) -> Item:
    pk, sk = keys_live.viewing(conversation_id, viewer.connection_id)
    return {
        "pk": pk,
        "sk": sk,
        "agent": viewer.agent_id,
        "name": viewer.name,
        "since": viewer.since,
        "seen_at": viewer.seen_at,
        "composing": viewer.composing,
        "composing_until": viewer.composing_until,
        "told_at": viewer.told_at,
        **_ends(viewer.until),
    }


def _viewer(row: Item) -> Viewer:
    return Viewer(
        row["sk"].removeprefix(keys_live.VIEWER),
        row["agent"],
        row.get("name", ""),
        moment(row["since"]),
        moment(row["seen_at"]),
        row.get("composing"),
        moment_or_none(row.get("composing_until")),
        moment_or_none(row.get("told_at")),
    )


def _lock(row: Item) -> Lock:
    return Lock(row["holder"], row.get("name", ""), row["by_socket"], moment(row["since"]), moment(row["ends_at"]))


def _ends(at: datetime) -> dict[str, int]:
    return {"expires_at": int((at + SPARE).timestamp())}
