"""A customer's new number: the same leg, the same conversation, and answers to the new address."""

from chalicelib.channels.base import IdentityChanged
from chalicelib.services.identity import change_identity
from chalicelib.wiring import shared
from tests.flow.conftest import BOB, INBOX, PHONE, Stage

NEW_NUMBER = "85269998888"


def _number_changes() -> bool:
    inbox = shared.inboxes().get(INBOX)
    assert inbox is not None
    change = IdentityChanged(PHONE, "wamid.change", BOB, NEW_NUMBER, shared.now())
    return change_identity(shared.inbound_store(), inbox, change, shared.now())


def test_answers_go_to_the_new_number_when_the_provider_tells_of_it(stage: Stage) -> None:
    stage.customer_says("Where is my refund?")
    assert _number_changes()
    stage.customer_says("It is me, from my new number", wa_id=NEW_NUMBER)
    (conversation,) = stage.conversations()
    stage.agent_replies(conversation.id, "Welcome back.")
    stage.settle()
    assert [entry.text for entry in stage.entries(conversation.id)] == [
        "Where is my refund?",
        "It is me, from my new number",
        "Welcome back.",
    ]
    screen = stage.sim.whatsapp.phone(PHONE, NEW_NUMBER)
    assert "Welcome back." in [message["text"] for message in screen["messages"]]


def test_nothing_changes_when_the_provider_tells_of_it_twice(stage: Stage) -> None:
    stage.customer_says("Where is my refund?")
    assert _number_changes()
    assert not _number_changes()
