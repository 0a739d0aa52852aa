"""Replays that were asked for, and their results, in the live table: they can be asked for again."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from chalicelib.aws import keys
from chalicelib.aws.border import ConditionFailed
from chalicelib.aws.codec import Item
from chalicelib.aws.codec_contact import contact_from
from chalicelib.aws.codec_conversation import conversation_from
from chalicelib.aws.packed import packed, unpacked
from chalicelib.aws.transaction import Desk, Put
from chalicelib.domain.contact import Contact
from chalicelib.domain.conversation import Conversation
from chalicelib.domain.replay_run import ReplayRow, ReplayRun
from chalicelib.domain.writes import Written

KEPT_FOR = timedelta(days=14)
# So many rows in one item.
PORTION = 100


class ReplayStore:
    def __init__(self, live: Desk) -> None:
        self._live = live

    def get(self, replay_id: str) -> ReplayRun | None:
        item = self._live.get(keys.replay(replay_id))
        return _run_from(item) if item else None

    def newest(self, limit: int) -> Sequence[ReplayRun]:
        """The newest first. One query."""
        rows, _next = self._live.query(
            "pk = :pk", {":pk": keys.replay("")[0]}, limit=limit, newest_first=True, consistent=True
        )
        return [_run_from(row) for row in rows]

    def put(self, run: ReplayRun, read_version: int) -> Written:
        pk, sk = keys.replay(run.id)
        item = {"pk": pk, "sk": sk, "version": run.version, "z": packed(run), "expires_at": _expires(run.asked_at)}
        condition = "version = :read" if read_version else "attribute_not_exists(pk)"
        try:
            self._live.write(Put(item, condition, {":read": read_version} if read_version else None))
        except ConditionFailed:
            return Written.CONFLICT
        return Written.DONE

    def put_rows(self, replay_id: str, rows: Sequence[ReplayRow], now: datetime) -> None:
        for portion, start in enumerate(range(0, len(rows), PORTION)):
            pk, sk = keys.replay_rows(replay_id, portion)
            text = packed(rows[start : start + PORTION])
            self._live.write(Put({"pk": pk, "sk": sk, "z": text, "expires_at": _expires(now)}, condition=None))

    def rows(self, replay_id: str, start: int, limit: int) -> Sequence[ReplayRow]:
        """So many rows from a place on; at most 100. One read, or two."""
        first = start // PORTION
        found: list[ReplayRow] = []
        for portion in range(first, (start + limit - 1) // PORTION + 1):
            item = self._live.get(keys.replay_rows(replay_id, portion))
            found += unpacked(item["z"], list[ReplayRow]) if item else []
        return found[start - first * PORTION :][:limit]


class Customers:
    """Who wrote, as they are now."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def of(self, conversation_ids: Sequence[str]) -> Mapping[str, tuple[Conversation, Contact]]:
        """By conversation. Two reads for every hundred. Raises StoreUnavailable."""
        found: dict[str, tuple[Conversation, Contact]] = {}
        for start in range(0, len(conversation_ids), PORTION):
            heads = self._desk.get_many([keys.conversation(name) for name in conversation_ids[start : start + PORTION]])
            known = [conversation_from(item) for item in heads.values()]
            items = self._desk.get_many([keys.contact(each.contact_id) for each in known])
            contacts = {contact.id: contact for contact in map(contact_from, items.values())}
            found |= {each.id: (each, contacts[each.contact_id]) for each in known if each.contact_id in contacts}
        return found


def _run_from(item: Item) -> ReplayRun:
    found: ReplayRun = unpacked(item["z"], ReplayRun)
    return found


def _expires(at: datetime) -> int:
    return int((at + KEPT_FOR).timestamp())
