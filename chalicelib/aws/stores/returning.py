"""Customers who left and are back: their newest return beside the conversation, their last sign in the live table."""

from datetime import datetime, timedelta

from chalicelib.aws import keys, keys_work
from chalicelib.aws.border import ConditionFailed
from chalicelib.aws.codec import moment_or_none
from chalicelib.aws.codec_conversation import conversation_from
from chalicelib.aws.codec_notices import back_from, back_item
from chalicelib.aws.transaction import Desk, Put
from chalicelib.domain.conversation import Conversation
from chalicelib.domain.delivery import DeliveryState
from chalicelib.domain.message import Direction
from chalicelib.domain.returning import Back, Seen
from chalicelib.domain.writes import Recorded, Written

# A customer who was away for longer is not missed any more.
KEPT_FOR = timedelta(days=7)


class SignStore:
    """On the live table."""

    def __init__(self, table: Desk) -> None:
        self._table = table

    def seen(self, conversation_id: str) -> Seen:
        item = self._table.get(keys_work.signs(conversation_id)) or {}
        return Seen(moment_or_none(item.get("at")), moment_or_none(item.get("page")))

    def note(self, conversation_id: str, seen: Seen, now: datetime) -> None:
        """Two at once: the one that is lost was less than a moment old."""
        pk, sk = keys_work.signs(conversation_id)
        expires = int((now + KEPT_FOR).timestamp())
        self._table.write(Put({"pk": pk, "sk": sk, "at": seen.at, "page": seen.page_at, "expires_at": expires}, None))


class ReturnStore:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def conversation(self, conversation_id: str) -> Conversation | None:
        item = self._desk.get(keys.conversation(conversation_id))
        return conversation_from(item) if item else None

    def back(self, conversation_id: str) -> Back | None:
        item = self._desk.get(keys_work.returned(conversation_id))
        return back_from(item) if item else None

    def put(self, back: Back, recorded: Recorded) -> Written:
        item = back_item(back, recorded)
        put = Put(item) if back.version == 1 else Put(item, "version = :read", {":read": back.version - 1})
        try:
            self._desk.write(put)
        except ConditionFailed:
            return Written.CONFLICT
        return Written.DONE

    def unread(self, leg_id: str, since: datetime, most: int) -> int:
        pk, _ = keys.leg(leg_id)
        rows, _next = self._desk.query(
            "pk = :pk AND sk BETWEEN :first AND :last",
            {":pk": pk, ":first": f"{keys.MESSAGE}msg_{keys.view_key(since)}", ":last": f"{keys.MESSAGE}~"},
            limit=most,
            newest_first=True,
            consistent=True,
        )
        ours = (row for row in rows if row["direction"] == Direction.OUTBOUND.value)
        return sum(row.get("state") != DeliveryState.READ.value for row in ours)
