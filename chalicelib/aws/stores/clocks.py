"""The clocks of service levels, and the ledger they follow from."""

from collections.abc import Mapping, Sequence

from chalicelib.aws import keys
from chalicelib.aws.border import ConditionFailed, TransactionRefused
from chalicelib.aws.codec_conversation import conversation_from
from chalicelib.aws.codec_sla import clock_from, clock_item, ledger_from, ledger_item
from chalicelib.aws.transaction import Desk, Put
from chalicelib.domain.conversation import Conversation
from chalicelib.domain.sla import Clock
from chalicelib.domain.sla_ledger import Ledger
from chalicelib.domain.writes import Written
from chalicelib.domain.writes_sla import ClockWrite


class ClockStore:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def conversation(self, conversation_id: str) -> Conversation | None:
        item = self._desk.get(keys.conversation(conversation_id))
        return conversation_from(item) if item else None

    def ledger(self, conversation_id: str) -> Ledger | None:
        item = self._desk.get(keys.ledger(conversation_id))
        return ledger_from(item) if item else None

    def put(self, ledger: Ledger, read_version: int, writes: Sequence[ClockWrite]) -> Written:
        """The ledger and the clocks that differ, all or nothing. CONFLICT: another change came first."""
        condition = "version = :read" if read_version else "attribute_not_exists(pk)"
        whole = Put(ledger_item(ledger), condition, {":read": read_version} if read_version else None)
        try:
            if writes:
                self._desk.transact([whole, *(Put(clock_item(write), None) for write in writes)])
            else:
                self._desk.write(whole)
        except (ConditionFailed, TransactionRefused):
            return Written.CONFLICT
        return Written.DONE

    def clocks(self, conversation_id: str, limit: int) -> Mapping[str, Clock]:
        """By name, those of the newest episode first. One query."""
        rows, _next = self._desk.query(
            "pk = :pk AND begins_with(sk, :clock)",
            {":pk": keys.clock(conversation_id, "")[0], ":clock": keys.CLOCK},
            limit=limit,
            newest_first=True,
            consistent=True,
        )
        return {keys.sort_identifier(row["sk"]): clock_from(row) for row in rows}
