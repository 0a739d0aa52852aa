"""Many at once: the same call, different calls of one new customer, customers and agents on one conversation."""

from collections.abc import Callable
from threading import Barrier, Lock, Thread
from typing import Any

import pytest

from chalicelib.domain.conversation import Status
from chalicelib.services import desk as desk_service
from chalicelib.services.assignment import Wish, assign
from chalicelib.wiring import shared
from tests.flow import invariants
from tests.flow.scene import ANA, BOB, INBOXES, PHONE, START, Scene, scene, signed, stored
from tests.flow.turns import together
from tests.flow.world import world

THREADS = 8
SEEDS = range(12)
NOW = int(START.timestamp())
SISTER, SISTER_PHONE, _ = INBOXES[2]


def webhook(index: int = 0, phone: str = PHONE, contact: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    message = {"from": BOB, "id": f"wamid.{index}", "timestamp": str(NOW + index), "type": "text"}
    value = {
        "metadata": {"display_phone_number": "15550001111", "phone_number_id": phone},
        "contacts": [contact or {"wa_id": BOB, "profile": {"name": "Bob"}}],
        "messages": [{**message, "text": {"body": f"text {index}"}, **more}],
    }
    changes = [{"field": "messages", "value": value}]
    return signed({"object": "whatsapp_business_account", "entry": [{"id": "w", "changes": changes}]})


def take(event: dict[str, Any]) -> Callable[[], Any]:
    from functions.webhook_intake.handler import handler

    return lambda: handler(event, None)["statusCode"]


def only_conversation(here: Scene) -> Any:
    items = stored(here.world)
    invariants.check(here.world, items)
    (conversation,) = invariants.all_conversations(items)
    assert len([key for key in items if key[0].startswith("CON#")]) == 1
    return conversation


@pytest.mark.parametrize("seed", SEEDS)
def test_one_message_is_stored_when_the_same_webhook_comes_eight_times_at_once(seed: int) -> None:
    with scene() as here:
        assert together(here, seed, [take(webhook())] * THREADS) == [200] * THREADS
        conversation = only_conversation(here)
        assert (conversation.unread, conversation.version) == (1, 1)
        assert len(invariants.all_messages(stored(here.world))) == 1


@pytest.mark.parametrize("seed", SEEDS)
def test_one_conversation_holds_all_when_a_new_customers_messages_come_at_once(seed: int) -> None:
    with scene() as here:
        acts = [take(webhook(index)) for index in range(THREADS)]
        assert together(here, seed, acts, contended=0.1) == [200] * THREADS
        conversation = only_conversation(here)
        assert (conversation.unread, conversation.version) == (THREADS, THREADS)
        assert conversation.last_message.preview == f"text {THREADS - 1}"


@pytest.mark.parametrize("seed", SEEDS)
def test_one_contact_is_made_when_a_new_customer_writes_to_two_numbers_at_once(seed: int) -> None:
    with scene() as here:
        acts = [take(webhook(index, PHONE if index % 2 else SISTER_PHONE)) for index in range(4)]
        assert together(here, seed, acts) == [200] * 4
        items = stored(here.world)
        invariants.check(here.world, items)
        assert sorted(each.unread for each in invariants.all_conversations(items)) == [2, 2]
        assert len([key for key in items if key[0].startswith("CON#")]) == 1


@pytest.mark.parametrize("seed", SEEDS)
def test_one_conversation_is_made_when_a_new_customer_comes_with_and_without_a_second_address(seed: int) -> None:
    named = {"wa_id": BOB, "user_id": "US.13491208655302741918", "profile": {"name": "Bob"}}
    with scene() as here:
        acts = [take(webhook(0)), take(webhook(1, contact=named, from_user_id=named["user_id"])), take(webhook(2))]
        assert together(here, seed, acts) == [200] * 3
        assert only_conversation(here).unread == 3


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_is_lost_when_customer_and_agents_work_on_one_conversation_at_once(seed: int) -> None:
    with scene() as here:
        assert take(webhook())() == 200
        here.provider.whatsapp.customer(PHONE, BOB).last_inbound_at = START
        conversation = only_conversation(here)
        here.now.pass_(seconds=5)
        now, desk = here.now(), here.desk
        acts = [
            *(take(webhook(index)) for index in range(1, 4)),
            take(webhook(1)),
            lambda: here.replies(conversation.id, "answer", "c1", leg_id=conversation.active_leg_id).text,
            lambda: here.replies(conversation.id, "answer", "c1").text,
            lambda: assign(desk, ANA, conversation.id, Wish("agt_a", None), now).assignee_id,
            lambda: desk_service.add_note(desk, ANA, conversation.id, "n1", "note", now).text,
            lambda: desk_service.set_status(desk, ANA, conversation.id, Status.PENDING, now).status.value,
        ]
        answers = together(here, seed, acts, contended=0.05)
        assert answers == [200, 200, 200, 200, "answer", "answer", "agt_a", "note", "pending"]
        after = only_conversation(here)
        assert after.assignee_id == "agt_a"
        assert after.status is Status.PENDING
        texts = sorted(each.text for each in invariants.all_messages(stored(here.world)))
        assert texts == ["answer", *(f"text {index}" for index in range(4))]
        assert here.screen() == ["answer"]


@pytest.mark.parametrize("seed", SEEDS)
def test_one_attempt_is_made_when_one_record_is_given_to_several_senders_at_once(seed: int) -> None:
    from functions.sender.handler import handler

    with scene() as here:
        assert take(webhook())() == 200
        here.provider.whatsapp.customer(PHONE, BOB).last_inbound_at = START
        conversation = only_conversation(here)
        here.now.pass_(seconds=5)
        reply = here.replies(conversation.id, "answer", "c1")
        body = f'{{"leg_id": "{reply.leg_id}", "message_id": "{reply.id}", "attempt": 1}}'
        attributes = {"ApproximateReceiveCount": "1", "MessageGroupId": reply.leg_id}
        record = {"messageId": "m", "receiptHandle": "r", "body": body, "attributes": attributes}
        together(here, seed, [lambda: handler({"Records": [record]}, None)] * 4)
        here.settle()
        assert here.screen() == ["answer"]
        (sent,) = (each for each in invariants.all_messages(stored(here.world)) if each.text == "answer")
        assert sent.state is not None
        assert sent.state.value == "read"


class OneAtATime:
    """A client for threads: moto copies its tables while it works on them."""

    def __init__(self, client: Any) -> None:
        self._client, self._lock = client, Lock()

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(**request: Any) -> Any:
            with self._lock:
                return getattr(self._client, name)(**request)

        return call


def test_one_message_is_stored_when_the_same_webhook_comes_at_once_over_moto() -> None:
    """Real threads, real signatures, the real SDK, and moto one call at a time."""
    with scene(world()) as here:
        shared.desk()._client = OneAtATime(shared.desk()._client)
        barrier, answers = Barrier(THREADS), []

        def act(index: int) -> None:
            barrier.wait()
            answers.append(take(webhook(index % 2))())

        threads = [Thread(target=act, args=(index,)) for index in range(THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert answers == [200] * THREADS
        assert only_conversation(here).unread == 2
