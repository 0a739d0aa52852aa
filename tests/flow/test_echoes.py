"""Echoes: what the business wrote elsewhere is stored once, what we sent ourselves is not stored again."""

import pytest

from chalicelib.channels.base import InboundMessage, Peer
from chalicelib.domain.errors import StoreUnavailable
from chalicelib.domain.message import Direction, Message, MessageKind
from chalicelib.services.intake import Tally, store_item
from chalicelib.wiring import intake, shared
from tests.flow.conftest import BOB, INBOX, PHONE, Stage


def _echo_comes(external_id: str, text: str) -> Tally:
    inbox = shared.inboxes().get(INBOX)
    assert inbox is not None
    now = shared.now()
    echo = InboundMessage(PHONE, external_id, Peer((BOB,)), now, MessageKind.TEXT, text, echo=True)
    tally = Tally()
    store_item(shared.inbound_store(), intake.deliveries(), inbox, echo, now, tally)
    return tally


def _reply(stage: Stage) -> Message:
    stage.customer_says("Where is my refund?")
    (conversation,) = stage.conversations()
    return stage.agent_replies(conversation.id, "On its way.")


def test_an_echo_is_stored_when_the_business_wrote_it_elsewhere(stage: Stage) -> None:
    stage.customer_says("Where is my refund?")
    (conversation,) = stage.conversations()
    tally = _echo_comes("wamid.elsewhere", "From the phone app")
    assert tally.counts["messages"] == 1
    last = stage.entries(conversation.id)[-1]
    assert (last.text, last.direction, last.author.kind) == ("From the phone app", Direction.OUTBOUND, "api")
    assert stage.conversations()[0].unread == 0


def test_an_echo_is_dropped_when_it_is_of_our_own_message(stage: Stage) -> None:
    reply = _reply(stage)
    intake.deliveries().remember_external(reply.leg_id, "wamid.ours", reply.id, 1)
    tally = _echo_comes("wamid.ours", "On its way.")
    assert tally.counts == {"own_echoes": 1}
    assert len(stage.entries(reply.conversation_id)) == 2


def test_an_echo_waits_when_the_leg_has_a_message_at_the_provider(stage: Stage) -> None:
    reply = _reply(stage)
    assert intake.deliveries().claim(reply.leg_id, reply.id, shared.now()) is not None
    with pytest.raises(StoreUnavailable):
        _echo_comes("wamid.unknown", "On its way.")
    assert len(stage.entries(reply.conversation_id)) == 2
