"""Attachments of stored messages: each is settled once."""

from chalicelib.aws import keys
from chalicelib.aws.border import ConditionFailed
from chalicelib.aws.codec import events_of
from chalicelib.aws.codec_message import attachment_map, message_from
from chalicelib.aws.transaction import Desk, Update
from chalicelib.domain.message import Attachment, AttachmentState, Message
from chalicelib.domain.writes import Recorded, Written


class AttachmentStore:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def message(self, leg_id: str, message_id: str) -> Message | None:
        item = self._desk.get(keys.message(leg_id, message_id))
        return message_from(item) if item else None

    def settle(self, leg_id: str, message_id: str, index: int, attachment: Attachment, recorded: Recorded) -> Written:
        place = f"attachments[{int(index)}]"
        settle = Update(
            keys.message(leg_id, message_id),
            f"SET {place} = :attachment, version = version + :one, events = :events",
            {
                ":attachment": attachment_map(attachment),
                ":one": 1,
                ":events": events_of(recorded),
                ":pending": AttachmentState.PENDING.value,
            },
            {"#state": "state"},
            f"{place}.#state = :pending",
        )
        try:
            self._desk.write(settle)
        except ConditionFailed:
            return Written.DUPLICATE
        return Written.DONE
