"""The reply path's store: a reply and all it touches in one blind transaction."""

from chalicelib.aws import keys
from chalicelib.aws.codec_message import message_from
from chalicelib.aws.stores.inbound import InboundStore, put_message
from chalicelib.aws.stores.templates import TemplateStore
from chalicelib.aws.stores.writes import put_once, read_once, touch_conversation
from chalicelib.aws.transaction import Write
from chalicelib.domain.conversation import Status
from chalicelib.domain.message import Message
from chalicelib.domain.writes import Once, Reply, Written


class ReplyStore(InboundStore):
    """What the inbound store can do (a reply that needs the whole state folds like any message), and replying."""

    def reply(self, reply: Reply) -> Written:
        condition = "#row.s <> :resolved AND view_key >= :fresh"
        values: dict[str, object] = {
            ":resolved": Status.RESOLVED.value,
            ":fresh": keys.view_key(reply.fresh_from),
        }
        if reply.window_from is not None:
            condition += " AND legs.#leg.i > :window"
            values[":window"] = reply.window_from
        if reply.seen_version is not None:
            condition += " AND version = :seen"
            values[":seen"] = reply.seen_version
        touch = touch_conversation(
            reply.message, reply.conversation_recorded, condition=condition, condition_values=values
        )
        writes: list[Write] = [
            put_message(reply.message, reply.message_recorded),
            put_once(reply.once),
            touch,
        ]
        return self.attempt(writes, duplicate_places=2)

    @property
    def templates(self) -> TemplateStore:
        return TemplateStore(self._desk)

    def once(self, conversation_id: str, client_id: str) -> Once | None:
        return read_once(self._desk, conversation_id, client_id)

    def message(self, leg_id: str, message_id: str) -> Message | None:
        item = self._desk.get(keys.message(leg_id, message_id))
        return message_from(item) if item else None
