"""Outbound messages after they are stored: claims, marks, parked marks, retries. Each is one conditional write."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from chalicelib.aws import keys
from chalicelib.aws.border import ConditionFailed
from chalicelib.aws.codec import Item, events_of, from_attributes, moment
from chalicelib.aws.codec_conversation import alias_item, conversation_from
from chalicelib.aws.codec_message import failure_from, failure_map, message_from
from chalicelib.aws.stores.writes import advance_message
from chalicelib.aws.transaction import Desk, Put, Update
from chalicelib.domain.conversation import Leg
from chalicelib.domain.delivery import RANK, DeliveryState
from chalicelib.domain.errors import StoreUnavailable
from chalicelib.domain.ids import inbox_of, leg_id
from chalicelib.domain.message import SILENT, Direction, Failure, Message, MessageKind
from chalicelib.domain.writes import Mark, ParkedMark, Recorded

# A mark for a message we never hear of again (sent by another system) is dropped after this time.
PARKED_FOR = timedelta(days=7)
NEWEST = 10
MOST_MERGES = 100
# An answer that comes after so many others is no answer to the customer's last words.
ANSWERED = 50
# The states of what a provider has, or may have.
GONE = frozenset({"uncertain", "sent", "delivered", "read"})


class DeliveryStore:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def message(self, leg_id: str, message_id: str) -> Message | None:
        item = self._desk.get(keys.message(leg_id, message_id))
        return message_from(item) if item else None

    def leg(self, conversation_id: str, leg_id: str) -> Leg | None:
        """One read, and one more for each merge since."""
        place: str | None = conversation_id
        for _ in range(MOST_MERGES):
            item = self._desk.get(keys.conversation(place)) if place else None
            found = conversation_from(item) if item else None
            if found is None or found.merged_into is None:
                return found.legs.get(leg_id) if found else None
            place = found.merged_into
        return None

    def claim(self, leg_id: str, message_id: str, at: datetime) -> Message | None:
        """Each claim has a token of its own: where its answer was lost, the repeat finds it and knows it as ours."""
        token = uuid4().hex
        claim = Update(
            keys.message(leg_id, message_id),
            "SET #state = :sending, #rank = :rank, claimed = :at, claim_token = :token REMOVE events",
            {
                ":sending": DeliveryState.SENDING.value,
                ":rank": RANK[DeliveryState.SENDING],
                ":at": at,
                ":token": token,
                ":queued": DeliveryState.QUEUED.value,
            },
            {"#state": "state", "#rank": "rank"},
            "#state = :queued",
        )
        try:
            return self._claimed(claim, token)
        except StoreUnavailable:
            return self._claimed(claim, token)

    def _claimed(self, claim: Update, token: str) -> Message | None:
        try:
            return message_from(self._desk.write(claim, give="ALL_NEW"))
        except ConditionFailed as failed:
            item = from_attributes(failed.item or {})
            return message_from(item) if item.get("claim_token") == token else None

    def release(self, message: Message, failure: Failure) -> None:
        """Back to the queue: the provider took nothing. Says nothing to anybody, so it carries no event."""
        release = Update(
            keys.message(message.leg_id, message.id),
            "SET #state = :queued, #rank = :rank, failure = :failure REMOVE events, claimed, claim_token",
            {
                ":queued": DeliveryState.QUEUED.value,
                ":rank": RANK[DeliveryState.QUEUED],
                ":failure": failure_map(failure),
                ":sending": DeliveryState.SENDING.value,
            },
            {"#state": "state", "#rank": "rank"},
            "#state = :sending",
        )
        try:
            self._desk.write(release)
        except ConditionFailed:
            return

    def mark(self, mark: Mark) -> Message | None:
        try:
            return message_from(self._desk.write(advance_message(mark), give="ALL_NEW"))
        except ConditionFailed as failed:
            if failed.item is None:
                return None
            return self._note_late(mark, message_from(from_attributes(failed.item)))

    def _note_late(self, mark: Mark, current: Message) -> Message:
        """A mark that changes no state still tells when (of several times the first); and the sender's result still
        tells the external id."""
        if current.state is None:
            return current  # written elsewhere: nothing that we sent
        known = current.marks.get(mark.state.value)
        new_time = known is None or mark.at < known
        new_id = mark.external_id is not None and current.external_id is None
        if not (new_time or new_id):
            return current
        sets: list[str] = []
        values: dict[str, Any] = {":version": current.version}
        condition = "version = :version"
        if new_time:
            sets.append("marks.#mark = :at")
            condition += " AND (attribute_not_exists(marks.#mark) OR marks.#mark > :at)"
            values[":at"] = mark.at
        if new_id:
            sets.append("external_id = :external")
            values[":external"] = mark.external_id
        note = Update(
            keys.message(mark.leg_id, mark.message_id),
            f"SET {', '.join(sets)} REMOVE events",
            values,
            {"#mark": mark.state.value} if new_time else None,
            condition,
        )
        try:
            return message_from(self._desk.write(note, give="ALL_NEW"))
        except ConditionFailed as failed:
            return self._note_late(mark, message_from(from_attributes(failed.item))) if failed.item else current

    def remember_external(self, leg_id: str, external_id: str, message_id: str, attempt: int) -> Sequence[ParkedMark]:
        remember = Update(
            keys.parked(leg_id, external_id),
            "SET message = :message, attempt = :attempt REMOVE expires_at",
            {":message": message_id, ":attempt": attempt},
        )
        return _parked_marks(self._desk.write(remember, give="ALL_NEW"))

    def add_alias(self, leg: str, address: str) -> None:
        """A put that is refused where the address leads somewhere already: here, as a rule."""
        with suppress(ConditionFailed):
            self._desk.write(Put(alias_item(leg_id(inbox_of(leg), address), leg)))

    def is_known(self, leg_id: str, external_id: str) -> bool:
        item = self._desk.get(keys.parked(leg_id, external_id))
        return item is not None and "message" in item

    def newest_inbound(self, leg_id: str) -> tuple[Message | None, bool]:
        answered = False
        for row in self._newest(leg_id, ANSWERED):
            if row["direction"] != Direction.INBOUND.value:
                answered = answered or row.get("state") in GONE
            elif MessageKind(row["kind"]) not in SILENT:
                return message_from(row), answered
        return None, answered

    def is_sending(self, leg_id: str) -> bool:
        return any(row.get("state") == DeliveryState.SENDING.value for row in self._newest(leg_id, NEWEST))

    def _newest(self, leg_id: str, limit: int) -> Sequence[Item]:
        rows, _next = self._desk.query(
            "pk = :pk AND begins_with(sk, :message)",
            {":pk": keys.leg(leg_id)[0], ":message": keys.MESSAGE},
            limit=limit,
            newest_first=True,
            consistent=True,
        )
        return rows

    def park(self, leg_id: str, external_id: str, parked: ParkedMark) -> tuple[str, int] | None:
        sets = ["#mark = if_not_exists(#mark, :at)", "expires_at = :expires"]
        values: dict[str, Any] = {
            ":at": parked.at,
            ":expires": int((parked.at + PARKED_FOR).timestamp()),
        }
        if parked.failure is not None:
            sets.append("failure = :failure")
            values[":failure"] = failure_map(parked.failure)
        park = Update(
            keys.parked(leg_id, external_id),
            f"SET {', '.join(sets)}",
            values,
            {"#mark": f"at_{parked.state.value}"},
            "attribute_not_exists(message)",
        )
        try:
            self._desk.write(park)
        except ConditionFailed as failed:
            item = from_attributes(failed.item or {})
            return item["message"], item["attempt"]
        return None

    def unread_by_contact(self, leg_id: str, up_to: datetime, limit: int) -> Sequence[Message]:
        pk, _ = keys.leg(leg_id)
        rows, _next = self._desk.query(
            "pk = :pk AND sk BETWEEN :first AND :last",
            {
                ":pk": pk,
                ":first": keys.MESSAGE,
                ":last": f"{keys.MESSAGE}msg_{keys.view_key(up_to)}~",
            },
            limit=limit,
            newest_first=True,
            consistent=True,
        )
        unread = (message_from(row) for row in rows if row["direction"] == Direction.OUTBOUND.value)
        return [message for message in unread if message.state is not DeliveryState.READ]

    def requeue(self, message: Message, recorded: Recorded) -> Message | None:
        requeue = Update(
            keys.message(message.leg_id, message.id),
            "SET #state = :queued, #rank = :rank, attempt = :attempt, version = version + :one, events = :events"
            " REMOVE failure, claimed, claim_token",
            {
                ":queued": DeliveryState.QUEUED.value,
                ":rank": RANK[DeliveryState.QUEUED],
                ":attempt": message.attempt,
                ":before": message.attempt - 1,
                ":one": 1,
                ":events": events_of(recorded),
                ":failed": DeliveryState.FAILED.value,
                ":uncertain": DeliveryState.UNCERTAIN.value,
            },
            {"#state": "state", "#rank": "rank"},
            "attempt = :before AND #state IN (:failed, :uncertain)",
        )
        try:
            return message_from(self._desk.write(requeue, give="ALL_NEW"))
        except ConditionFailed:
            return None


def _parked_marks(item: Item) -> Sequence[ParkedMark]:
    failure = failure_from(item["failure"]) if "failure" in item else None
    return [
        ParkedMark(state, moment(at), failure if state is DeliveryState.FAILED else None)
        for state in DeliveryState
        if (at := item.get(f"at_{state.value}")) is not None
    ]
