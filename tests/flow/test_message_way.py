"""A message's whole way, in process: signed webhook, conversation, reply, phone, marks."""

from chalicelib.domain.delivery import DeliveryState
from chalicelib.domain.message import Direction
from tests.flow.conftest import BOB, PHONE, Stage


def test_a_webhook_becomes_a_conversation(stage: Stage) -> None:
    stage.customer_says("Where is my refund?")
    (conversation,) = stage.conversations()
    assert conversation.contact_name == "Bob Chan"
    assert conversation.unread == 1
    assert [entry.text for entry in stage.entries(conversation.id)] == ["Where is my refund?"]


def test_a_reply_reaches_the_phone_and_its_marks_come_back(stage: Stage) -> None:
    stage.customer_says("Where is my refund?")
    (conversation,) = stage.conversations()
    stage.agent_replies(conversation.id, "On its way.")
    stage.settle()
    screen = stage.sim.whatsapp.phone(PHONE, BOB)
    assert [message["text"] for message in screen["messages"]] == ["Where is my refund?", "On its way."]
    reply = stage.entries(conversation.id)[-1]
    assert reply.direction is Direction.OUTBOUND
    assert reply.state is DeliveryState.READ
    assert set(reply.marks) == {"queued", "sent", "delivered", "read"}
    assert reply.external_id is not None
