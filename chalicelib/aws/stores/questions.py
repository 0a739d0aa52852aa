"""Questions that customers are asked: the last one of each leg of a conversation."""

from datetime import timedelta

from chalicelib.aws import keys, keys_contact
from chalicelib.aws.border import ConditionFailed, TransactionRefused
from chalicelib.aws.codec_message import message_from, note_item
from chalicelib.aws.codec_windows import question_from, question_item
from chalicelib.aws.transaction import Desk, Put
from chalicelib.domain.ids import message_time, time_part
from chalicelib.domain.message import Direction
from chalicelib.domain.note import Note
from chalicelib.domain.question import Question
from chalicelib.domain.writes import Recorded, Written

# More than anybody says between a question and its answer.
MOST = 50


class QuestionStore:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def get(self, conversation_id: str, leg_id: str) -> Question | None:
        item = self._desk.get(keys_contact.question(conversation_id, leg_id))
        return question_from(item) if item else None

    def put(self, question: Question, recorded: Recorded, line: Note | None = None) -> Written:
        """Its next version, in the place of the one before. CONFLICT: another one is there."""
        item, before = question_item(question, recorded), question.version - 1
        put = Put(item, "version = :read", {":read": before}) if before else Put(item)
        try:
            if line is None:
                self._desk.write(put)
            else:
                self._desk.transact([put, Put(note_item(line), None)])
        except (ConditionFailed, TransactionRefused):
            return Written.CONFLICT
        return Written.DONE

    def spoke_since(self, leg_id: str, question_message_id: str, answer_id: str) -> bool:
        """Whether we said anything on a leg after a question and before what may be its answer. One query."""
        pk, first = keys.message(leg_id, question_message_id)
        until = keys.message(leg_id, f"msg_{time_part(message_time(answer_id) + timedelta(milliseconds=1))}")[1]
        rows, more = self._desk.query(
            "pk = :pk AND sk BETWEEN :first AND :last",
            {":pk": pk, ":first": f"{first}0", ":last": until},
            limit=MOST,
            consistent=True,
        )
        said = [message_from(row) for row in rows]
        return more is not None or any(each.direction is Direction.OUTBOUND for each in said)
