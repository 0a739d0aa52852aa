"""The sender against a provider in every mood: refusals, silence, back-off, order, and what the agent is told."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib.channels.base import HttpRequest, HttpResponse, NotSent, OutcomeUnknown
from chalicelib.domain import ids
from chalicelib.domain.delivery import DeliveryState, FailureClass
from chalicelib.domain.errors import InboxDisabled, RetryRefused
from chalicelib.domain.message import Direction, Message
from chalicelib.services.deliver import delay_seconds
from chalicelib.services.reply import outgoing
from chalicelib.wiring import sender, shared
from functions.sender.handler import handler
from tests.flow import invariants
from tests.flow.scene import BOB, INBOX, PHONE, Scene, scene, stored

EVE = "85261234599"


@pytest.fixture
def here() -> Iterator[Scene]:
    """Bob and Eve have written."""
    with scene() as made:
        made.says("Hi")
        made.says("Hello", EVE)
        made.settle()
        made.now.pass_(seconds=5)
        yield made


def conversation_of(wa_id: str) -> str:
    return ids.conversation_id(ids.leg_id(INBOX, wa_id), 1)


def answer(here: Scene, text: str, wa_id: str = BOB) -> Message:
    here.now.pass_(seconds=1)
    return here.replies(conversation_of(wa_id), text, f"c-{text}", leg_id=ids.leg_id(INBOX, wa_id))


def now_of(here: Scene, message: Message) -> Message:
    return next(each for each in invariants.all_messages(stored(here.world)) if each.id == message.id)


def waits(here: Scene, queue: str = "outbound.fifo") -> list[float]:
    """For how long each record of the queue is still hidden, in whole seconds."""
    import time

    records = here.cloud.sqs.queues[here.world.queue_urls[queue]]
    return [round(max(0.0, record.visible_at - time.time())) for record in records]


def wake(here: Scene) -> None:
    here.world.wake("outbound.fifo")
    here.settle()


def test_it_waits_as_long_as_asked_when_the_provider_says_too_many(here: Scene) -> None:
    here.provider.knobs.turn(rate_limit_next=1, retry_after_seconds=77)
    message = answer(here, "One")
    here.world.pump()
    waiting = now_of(here, message)
    assert (waiting.state, waiting.attempt) == (DeliveryState.QUEUED, 1)
    assert waiting.failure is not None
    assert waiting.failure.failure is FailureClass.RETRY
    assert waits(here) == [77]
    wake(here)
    sent = now_of(here, message)
    assert (sent.state, sent.failure) == (DeliveryState.READ, None)
    assert here.screen() == ["Hi", "One"]


@pytest.mark.parametrize("status", [500, 502, 503])
def test_it_is_tried_again_when_the_provider_fails(here: Scene, status: int) -> None:
    here.provider.knobs.turn(server_error_next=3, server_error_status=status)
    message = answer(here, "One")
    here.world.pump()
    delays = waits(here)
    for _ in range(3):
        wake(here)
        delays += waits(here)
    assert delays == [2, 4, 8]
    assert now_of(here, message).state is DeliveryState.READ
    assert here.screen() == ["Hi", "One"]


def test_the_delay_doubles_to_a_quarter_of_an_hour() -> None:
    assert [delay_seconds(tries, None) for tries in (0, 1, 5, 8, 9, 400)] == [2, 4, 64, 512, 900, 900]
    assert (delay_seconds(0, 1.0), delay_seconds(0, 3600), delay_seconds(0, 10**9)) == (2, 3600, 43200)


def test_it_is_uncertain_and_not_sent_again_when_the_answer_never_comes(here: Scene) -> None:
    here.provider.knobs.turn(withhold_statuses=("all",))
    _losing_answers(here, OutcomeUnknown("time-out"))
    message = answer(here, "One")
    here.world.pump()
    for _ in range(3):
        wake(here)
    uncertain = now_of(here, message)
    assert uncertain.state is DeliveryState.UNCERTAIN
    assert uncertain.failure is not None
    assert "send it again" in uncertain.failure.detail
    assert here.screen() == ["Hi", "One"]


def _losing_answers(here: Scene, fault: Exception, *, carried_out: bool = True) -> None:
    def tap(name: str, call: Any) -> Any:
        if name != "http.send":
            return call()
        if carried_out:
            call()
        raise fault

    here.cloud.tap = tap


def _mended(here: Scene) -> None:
    here.cloud.tap = lambda _name, call: call()


def test_it_is_tried_again_when_the_connection_is_refused(here: Scene) -> None:
    _losing_answers(here, NotSent("NewConnectionError"), carried_out=False)
    message = answer(here, "One")
    here.world.pump()
    assert now_of(here, message).state is DeliveryState.QUEUED
    _mended(here)
    wake(here)
    assert now_of(here, message).state is DeliveryState.READ
    assert here.screen() == ["Hi", "One"]


def test_it_fails_for_good_when_it_was_refused_for_a_day(here: Scene) -> None:
    _losing_answers(here, NotSent("NewConnectionError"), carried_out=False)
    message = answer(here, "One")
    here.world.pump()
    here.now.pass_(hours=12)
    here.says("Anybody there?")  # or the window would close meanwhile
    here.provider.post.deliver()
    here.now.pass_(hours=12)
    wake(here)
    failed = now_of(here, message)
    assert failed.state is DeliveryState.FAILED
    assert failed.failure is not None
    assert "cannot be reached" in failed.failure.detail
    assert waits(here) == []


def test_what_was_held_back_is_not_attempted_when_the_window_has_closed_meanwhile(here: Scene) -> None:
    _losing_answers(here, NotSent("NewConnectionError"), carried_out=False)
    message = answer(here, "One")
    here.world.pump()
    _mended(here)
    here.now.pass_(hours=23, minutes=58)
    here.world.pump()
    here.now.pass_(minutes=5)
    wake(here)
    failed = now_of(here, message)
    assert (failed.state, failed.failure.code if failed.failure else "") == (DeliveryState.FAILED, "window_closed")
    assert here.screen() == ["Hi"] and waits(here) == []
    here.says("Anybody there?")
    here.settle()
    here.retries(failed)
    here.settle()
    assert here.screen() == ["Hi", "Anybody there?", "One"]


@pytest.mark.parametrize(
    ("code", "failure", "words"),
    [
        (131047, FailureClass.WINDOW, "Send a template"),
        (131026, FailureClass.RECIPIENT, "cannot be delivered"),
        (190, FailureClass.REAUTH, "access token"),
        (100, FailureClass.CONTENT, "not one that WhatsApp accepts"),
        (131031, FailureClass.CONFIG, "administrator"),
    ],
)
def test_it_fails_with_a_sentence_for_the_agent_when_it_is_refused(
    here: Scene, code: int, failure: FailureClass, words: str
) -> None:
    here.provider.knobs.turn(provider_error_next=1, provider_error_code=code)
    message = answer(here, "One")
    here.settle()
    failed = now_of(here, message)
    assert failed.state is DeliveryState.FAILED
    assert failed.failure is not None
    assert (failed.failure.code, failed.failure.failure) == (str(code), failure)
    assert words in failed.failure.detail
    assert here.screen() == ["Hi"]


def test_it_fails_by_a_later_mark_when_the_provider_refuses_after_all(here: Scene) -> None:
    here.provider.whatsapp.customer(PHONE, BOB, reachable=False)
    here.provider.knobs.turn(errors_by_status=True)
    message = answer(here, "One")
    here.settle()
    failed = now_of(here, message)
    assert failed.state is DeliveryState.FAILED
    assert failed.failure is not None
    assert failed.failure.code == "131026"


def test_it_is_sent_once_more_as_a_second_attempt_when_the_agent_says_so(here: Scene) -> None:
    here.provider.knobs.turn(provider_error_next=1, provider_error_code=131026)
    message = answer(here, "One")
    here.settle()
    here.now.pass_(seconds=9)
    again = here.retries(now_of(here, message))
    assert (again.state, again.attempt, again.failure) == (DeliveryState.QUEUED, 2, None)
    with pytest.raises(RetryRefused):
        here.retries(again)
    here.settle()
    sent = now_of(here, message)
    assert (sent.state, sent.attempt, sent.failure) == (DeliveryState.READ, 2, None)
    assert here.screen() == ["Hi", "One"]
    with pytest.raises(RetryRefused):
        here.retries(sent)


def test_a_failure_told_of_an_earlier_attempt_is_not_taken_for_the_next_one(here: Scene) -> None:
    here.provider.knobs.turn(provider_error_next=1, provider_error_code=131026, withhold_statuses=("all",))
    message = answer(here, "One")
    here.settle()
    here.retries(now_of(here, message))
    here.settle()
    tracker = outgoing(message, to=BOB, urls=[]).tracker
    entry = {"id": "wamid.x", "status": "failed", "timestamp": "1772442000", "biz_opaque_callback_data": tracker}
    value = {"metadata": {"phone_number_id": PHONE}, "statuses": [entry | {"errors": [{"code": 131026}]}]}
    payload = {
        "object": "whatsapp_business_account",
        "entry": [{"id": "w", "changes": [{"field": "messages", "value": value}]}],
    }
    assert here.webhook(payload)["statusCode"] == 200
    after = now_of(here, message)
    assert (after.state, after.attempt, after.failure) == (DeliveryState.SENT, 2, None)


def test_later_messages_wait_and_other_legs_go_on_when_the_first_of_a_leg_is_held_back(here: Scene) -> None:
    here.provider.knobs.turn(rate_limit_next=1, retry_after_seconds=60)
    for text in ("One", "Two", "Three"):
        answer(here, text)
    here.world.pump()
    answer(here, "For Eve", EVE)
    here.settle()
    assert here.screen() == ["Hi"]
    assert here.screen(EVE) == ["Hello", "For Eve"]
    here.world.wake("outbound.fifo")
    here.settle()
    assert here.screen() == ["Hi", "One", "Two", "Three"]


def test_their_order_is_kept_when_many_are_queued_at_once(here: Scene) -> None:
    texts = [f"Part {number}" for number in range(15)]
    for text in texts:
        answer(here, text)
        answer(here, text, EVE)
    here.settle()
    while waits(here):  # so many at once are more than the sender's share
        here.now.pass_(seconds=1)
        wake(here)
    assert here.screen() == ["Hi", *texts]
    assert here.screen(EVE) == ["Hello", *texts]


POISON = [
    "",
    "{}",
    "null",
    "[]",
    '{"leg_id": 7, "message_id": null}',
    '{"leg_id": "leg_none", "message_id": "msg_none", "attempt": 1}',
]


@pytest.mark.parametrize("body", POISON)
@pytest.mark.parametrize("place", [0, 1, 2])
def test_only_the_bad_record_comes_back_when_its_neighbours_are_good(here: Scene, body: str, place: int) -> None:
    messages = [answer(here, "One"), answer(here, "For Eve", EVE)]
    records = [
        _record(f"good{index}", {"leg_id": each.leg_id, "message_id": each.id, "attempt": 1}, each.leg_id)
        for index, each in enumerate(messages)
    ]
    records.insert(place, {**_record("bad", None, "leg_bad"), "body": body})
    assert handler({"Records": records}, None) == {"batchItemFailures": [{"itemIdentifier": "bad"}]}
    assert (here.screen(), here.screen(EVE)) == (["Hi", "One"], ["Hello", "For Eve"])


def _record(identifier: str, body: Any, group: str) -> dict[str, Any]:
    attributes = {"ApproximateReceiveCount": "1", "MessageGroupId": group}
    return {"messageId": identifier, "receiptHandle": "r", "body": json.dumps(body), "attributes": attributes}


def test_it_fails_with_a_reason_when_the_inbox_was_disabled_meanwhile(here: Scene) -> None:
    from dataclasses import replace

    message = answer(here, "One")
    inbox = shared.inboxes().get(INBOX)
    assert inbox is not None
    shared.inboxes().replace(replace(inbox, enabled=False, version=2), 1)
    shared.inbox_directory().forget()
    here.settle()
    failed = now_of(here, message)
    assert failed.state is DeliveryState.FAILED
    assert failed.failure is not None
    assert "is disabled" in failed.failure.detail
    with pytest.raises(InboxDisabled):
        answer(here, "Two")
    assert here.screen() == ["Hi"]
    here.says("Still there?")
    here.settle()
    assert [each.text for each in here.messages(conversation_of(BOB)) if each.direction is Direction.INBOUND] == [
        "Hi",
        "Still there?",
    ]


def test_it_fails_with_a_reason_when_the_inbox_has_no_token(here: Scene) -> None:
    here.cloud.raw["secretsmanager"].texts["parley/test/inbox/ibx_wa"] = json.dumps({"app_secret": ["s3cret"]})
    shared.inbox_directory().forget()
    message = answer(here, "One")
    here.settle()
    failed = now_of(here, message)
    assert failed.failure is not None
    assert failed.failure.failure is FailureClass.CONFIG
    assert "access_token" in failed.failure.detail


@pytest.mark.parametrize(
    "response",
    [
        HttpResponse(200, {}, b""),
        HttpResponse(200, {}, b"<html>proxy</html>"),
        HttpResponse(200, {}, b'{"messages": []}'),
        HttpResponse(200, {}, b'{"messages": [{"id": ""}]}'),
    ],
)
def test_it_is_uncertain_when_the_acceptance_cannot_be_read(here: Scene, response: HttpResponse) -> None:
    class Mumbling:
        def send(self, request: HttpRequest) -> HttpResponse:
            return response

    message = answer(here, "One")
    sender.delivery.cache_clear()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sender, "http", Mumbling)
        here.settle()
    assert now_of(here, message).state is DeliveryState.UNCERTAIN
