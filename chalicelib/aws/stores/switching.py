"""A conversation that goes on on another leg: message, conversation, leg and line in one transaction."""

from collections.abc import Iterable, Iterator

from chalicelib.aws import keys
from chalicelib.aws.border import TransactionRefused
from chalicelib.aws.codec_contact import identity_item
from chalicelib.aws.codec_message import message_from, note_item
from chalicelib.aws.stores.inbound import put_message
from chalicelib.aws.stores.legs import LegStore
from chalicelib.aws.stores.writes import (
    count_writes,
    head_copies,
    put_conversation,
    put_head,
    put_once,
    read_once,
    transact_with_copies,
)
from chalicelib.aws.transaction import Put, Update, Write
from chalicelib.domain.message import Message
from chalicelib.domain.switching import Arrival, Switch
from chalicelib.domain.writes import Once, Written


class SwitchStore(LegStore):
    def once(self, conversation_id: str, client_id: str) -> Once | None:
        return read_once(self._desk, conversation_id, client_id)

    def message(self, leg_id: str, message_id: str) -> Message | None:
        item = self._desk.get(keys.message(leg_id, message_id))
        return message_from(item) if item else None

    def switch(self, switch: Switch, more: Iterable[Write] = ()) -> Written:
        """With `more` that is written with it, or nothing is."""
        writes = [*_writes_of(switch), *more]
        copies = head_copies(switch.before, switch.after)
        if switch.arrival is not None:
            # Its head is written whole above, and a transaction has each item once.
            own = keys.leg(switch.arrival.head.id)
            copies = [copy for copy in copies if not (isinstance(copy, Update) and copy.key == own)]
        try:
            transact_with_copies(self._desk, writes, copies)
        except TransactionRefused as refused:
            return Written.DUPLICATE if refused.failed(0) or refused.failed(1) else Written.CONFLICT
        return Written.DONE


def _writes_of(switch: Switch) -> Iterator[Write]:
    """The message and its once-only mark come first: what fails there was stored before."""
    yield put_message(switch.message, switch.message_recorded)
    yield put_once(switch.once)
    yield put_conversation(switch.before, switch.after, switch.recorded)
    if switch.note is not None:
        yield Put(note_item(switch.note))
    if switch.arrival is not None:
        yield from _arrival_writes(switch.arrival)
    yield from count_writes(switch.before, switch.after)


def _arrival_writes(arrival: Arrival) -> Iterator[Write]:
    if arrival.from_id is None:
        yield put_head(arrival.head)
    else:
        yield _moved(arrival)
    if arrival.identity is not None:
        yield Put(identity_item(arrival.identity) | {"begun": True})


def _moved(arrival: Arrival) -> Update:
    """The ordinal grows with every conversation that a leg's head leads to: who read an older one reads again."""
    head = arrival.head
    values = {
        ":to": head.conversation_id,
        ":from": arrival.from_id,
        ":status": head.status.value,
        ":view": head.view_at,
        ":resolved": head.resolved_at or 0,
        ":read": arrival.ordinal,
        ":next": arrival.ordinal + 1,
    }
    sets = "conversation = :to, #status = :status, #view = :view, #resolved = :resolved, ordinal = :next"
    names = {"#status": "status", "#view": "view", "#resolved": "resolved"}
    return Update(keys.leg(head.id), f"SET {sets}", values, names, "conversation = :from AND ordinal = :read")
