"""Outbound webhooks in simulated time: whoever is down for hours is told everything, each event once under its id."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.channels.base import HttpRequest, HttpResponse, NotSent, OutcomeUnknown
from chalicelib.domain.errors import StoreUnavailable
from chalicelib.domain.webhook_delivery import DeliveryState
from chalicelib.domain.webhook_endpoint import FAILING, GONE
from chalicelib.domain.webhook_health import DOWN_AFTER
from tests.services.hooked import ADMIN, START, URL, Hooked, Power, down, message_event, verified

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
OTHER = "https://erp.example/in"


def test_an_event_is_told_once_when_all_goes_well() -> None:
    here = Hooked()
    endpoint = here.endpoint()
    event = message_event(1)
    here.happens(event, event)

    here.run(HOUR)

    (at, request), receiver = here.receivers[URL].asked[0], here.receivers[URL]
    assert len(receiver.asked) == 1
    told = verified(request, receiver.secrets, at)
    assert (told["type"], told["timestamp"]) == ("message.created", event["occurred_at"])
    assert told["data"]["aggregate"] == event["aggregate"]
    assert told["data"]["snapshot"] == event["snapshot"]
    assert request.headers["webhook-id"] == event["id"]
    (delivery,) = here.log(endpoint)
    assert (delivery.state, delivery.turn, delivery.attempts[0].status) == (DeliveryState.DELIVERED, 1, 200)


def test_a_receiver_that_is_down_for_hours_loses_nothing() -> None:
    here = Hooked()
    endpoint = here.endpoint()
    here.receivers[URL].answer = down(10 * MINUTE, 31 * HOUR)
    events = [message_event(nth, conversation=f"cnv_{nth % 7}") for nth in range(60)]
    for hour, event in enumerate(events):
        here.keep(START + timedelta(minutes=30) * hour, ("event", event))

    here.run(80 * HOUR)

    receiver = here.receivers[URL]
    assert receiver.taken == {event["id"]: 1 for event in events}
    assert {len(bodies) for bodies in receiver.bodies.values()} == {1}
    assert {each.state for each in here.log(endpoint)} == {DeliveryState.DELIVERED}
    # Once it is back, what waited does not wait for its own turn.
    last = max(at for at, request in receiver.asked)
    assert last < START + 32 * HOUR
    assert here.events() == ["webhook.failing"]


@pytest.mark.parametrize("status", [301, 400, 404, 429, 500])
def test_any_other_answer_is_tried_again(status: int) -> None:
    here = Hooked()
    here.endpoint()
    here.receivers[URL].answer = down(timedelta(), timedelta(seconds=3), status)
    here.happens(message_event(1))

    here.run(timedelta(seconds=30))

    assert len(here.receivers[URL].asked) == 2
    assert sum(here.receivers[URL].taken.values()) == 1


@pytest.mark.parametrize("fault", [NotSent("the name does not resolve"), OutcomeUnknown("ReadTimeoutError")])
def test_no_answer_is_tried_again(fault: Exception) -> None:
    here = Hooked()
    endpoint = here.endpoint()
    here.receivers[URL].answer = lambda request, now: (
        fault if len(here.receivers[URL].asked) == 1 else HttpResponse(200)
    )
    here.happens(message_event(1))

    here.run(MINUTE)

    (delivery,) = here.log(endpoint)
    assert [(each.status, each.error) for each in delivery.attempts] == [(None, str(fault)), (200, "")]


def test_a_receiver_says_how_long_to_wait() -> None:
    here = Hooked()
    here.endpoint()
    here.receivers[URL].answer = lambda request, now: HttpResponse(429, {"retry-after": "7200"}, b"")
    here.happens(message_event(1))

    here.run(119 * MINUTE)
    assert len(here.receivers[URL].asked) == 1
    here.run(130 * MINUTE)
    assert len(here.receivers[URL].asked) == 2


def test_an_endpoint_that_is_gone_is_disabled_at_once() -> None:
    here = Hooked()
    endpoint = here.endpoint()
    here.receivers[URL].answer = lambda request, now: HttpResponse(410, {}, b"")
    here.happens(message_event(1))

    here.run(MINUTE)
    here.happens(message_event(2))
    here.run(HOUR)

    after = here.endpoints.get(endpoint.id)
    assert after is not None
    assert (after.enabled, after.disabled_reason) == (False, GONE)
    assert here.events() == ["webhook.disabled"]
    assert len(here.receivers[URL].asked) == 1
    assert [(each.state, each.reason) for each in here.log(endpoint)] == [
        (DeliveryState.EXHAUSTED, "The endpoint is disabled.")
    ]


def test_an_endpoint_that_never_answers_is_given_up_after_three_days_and_its_owner_told() -> None:
    here = Hooked()
    endpoint = here.endpoint()
    here.receivers[URL].answer = down(timedelta(), 1000 * HOUR)
    for hour in range(70):
        here.keep(START + hour * HOUR, ("event", message_event(hour)))

    here.run(71 * HOUR)
    still = here.endpoints.get(endpoint.id)
    assert still is not None
    assert still.enabled
    here.run(200 * HOUR)

    after = here.endpoints.get(endpoint.id)
    assert after is not None
    assert (after.enabled, after.disabled_reason) == (False, FAILING)
    assert here.events() == ["webhook.failing", "webhook.disabled"]
    assert {each.state for each in here.log(endpoint)} == {DeliveryState.EXHAUSTED}
    assert here.records == []


def test_a_dead_endpoint_holds_up_nobody() -> None:
    here = Hooked()
    here.endpoint()
    other = here.endpoint(OTHER)
    here.receivers[URL].answer = lambda request, now: OutcomeUnknown("ReadTimeoutError")
    for nth in range(200):
        here.keep(START + timedelta(seconds=nth), ("event", message_event(nth)))

    here.run(10 * MINUTE)

    assert len(here.receivers[OTHER].taken) == 200
    assert all(each.turn == 1 for each in here.log(other))
    # Down after so many, then one attempt a minute.
    assert len(here.receivers[URL].asked) <= DOWN_AFTER + 11


def test_what_was_exhausted_is_sent_again_by_the_api() -> None:
    here = Hooked()
    endpoint = here.endpoint()
    here.receivers[URL].answer = down(timedelta(), 90 * HOUR)
    here.happens(message_event(1))
    here.run(100 * HOUR)
    (exhausted,) = here.log(endpoint)
    assert exhausted.state is DeliveryState.EXHAUSTED

    here.managing.change(endpoint.id, _same(here, endpoint.id), _version(here, endpoint.id), ADMIN, here.now)
    here.replays.replay(endpoint.id, exhausted.id, here.now)
    here.run(101 * HOUR)

    (delivered,) = here.log(endpoint)
    assert (delivered.state, delivered.round) == (DeliveryState.DELIVERED, 2)
    assert here.receivers[URL].taken == {exhausted.key.event_id: 1}


def test_only_events_that_are_wanted_and_public_are_told() -> None:
    here = Hooked()
    here.endpoint(types=("message.created", "note.*"))
    whisper = _note(1, audience=("agt_0001",))
    here.happens(
        message_event(1),
        {**message_event(2), "type": "message.state_changed"},
        whisper,
        _note(2, audience=()),
        {**message_event(3), "type": "agent.presence_changed"},
    )

    here.run(MINUTE)

    bodies = [json.loads(request.body) for _, request in here.receivers[URL].asked]
    assert [(body["type"], body["data"]["event"].get("text")) for body in bodies] == [
        ("message.created", None),
        ("note.created", "Note 2"),
    ]


def test_an_endpoint_is_told_of_its_inboxes_and_teams_alone() -> None:
    here = Hooked()
    here.endpoint(inbox_ids=("ibx_0sh0p",), team_ids=("team_0001",))
    here.places["cnv_0001"] = ("ibx_0sh0p", "team_0001")
    here.places["cnv_0002"] = ("ibx_0sh0p", "team_0002")
    here.happens(message_event(1), message_event(2, conversation="cnv_0002"), message_event(3, conversation="cnv_0003"))

    here.run(MINUTE)

    assert list(here.receivers[URL].taken) == [message_event(1)["id"]]


def test_words_stay_inside_when_an_endpoint_wants_none() -> None:
    here = Hooked()
    here.endpoint(types=("*",), content=False)
    here.happens(message_event(1), _note(2, audience=()))

    here.run(MINUTE)

    bodies = b"".join(request.body for _, request in here.receivers[URL].asked)
    assert b"Hello" not in bodies
    assert b"Note 2" not in bodies
    assert len(here.receivers[URL].taken) == 2


def test_what_was_taken_out_of_a_message_is_not_told_later() -> None:
    here = Hooked()
    endpoint = here.endpoint()
    here.receivers[URL].answer = down(timedelta(), MINUTE)
    here.happens(message_event(1))
    here.run(timedelta(seconds=2))
    redacted = {
        **message_event(2),
        "type": "message.redacted",
        "aggregate": {"kind": "conversation", "id": "cnv_0001", "version": 9},
        "data": {"message_id": "msg_1", "leg_id": "leg_0", "reason": "A card", "characters": 16, "attachments": 0},
        "snapshot": {"id": "cnv_0001"},
    }
    here.happens(redacted)

    here.run(HOUR)

    assert len(here.receivers[URL].taken) == 2
    assert all(b"Hello" not in each.body for each in here.log(endpoint))


def test_both_secrets_sign_while_a_receiver_is_changed() -> None:
    here = Hooked()
    endpoint = here.endpoint()
    (old,) = here.receivers[URL].secrets
    changed, new = _rotated(here, endpoint.id)
    assert new != old
    here.receivers[URL].secrets = (old, new)
    here.happens(message_event(1))
    here.run(HOUR)
    here.receivers[URL].secrets = (new,)
    here.keep(START + 25 * HOUR, ("event", message_event(2)))

    here.run(26 * HOUR)

    assert len(here.receivers[URL].taken) == 2
    signatures = [request.headers["webhook-signature"].split(" ") for _, request in here.receivers[URL].asked]
    assert [len(each) for each in signatures] == [2, 1]
    assert changed.secret_nth == 2


def test_an_event_costs_what_it_must() -> None:
    here = Hooked()
    here.calls.clear()
    here.happens(message_event(1))
    here.run(MINUTE)
    # The list of endpoints, which the function remembers.
    assert here.calls == ["dynamodb.query"]

    here.endpoint()
    here.calls.clear()
    here.happens(message_event(2))
    here.run(2 * MINUTE)
    # Written down and queued; then claimed, looked at (endpoint and health are remembered), recorded, counted.
    assert here.calls == [
        "dynamodb.query",
        "dynamodb.transact_write_items",
        "sqs.put",
        "dynamodb.update_item",
        "dynamodb.get_item",
        "dynamodb.get_item",
        "dynamodb.update_item",
        "dynamodb.update_item",
    ]


@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_whatever_fails_every_event_arrives(data: st.DataObject) -> None:
    """Calls of AWS refused, lost after they took effect, or the last of a process; a receiver that fails."""
    here = Hooked()
    endpoint = here.endpoint()
    faults = iter(data.draw(st.lists(st.sampled_from(["....refused", "lost", "ends"]), max_size=60)))
    answers = iter(data.draw(st.lists(st.sampled_from([200, 500, 0]), max_size=20)))
    failed: list[str] = []

    def tap(name: str, call: Callable[[], Any]) -> Any:
        fault = next(faults, "....")
        if fault != "....":
            failed.append(name)
        if fault == "refused":
            raise StoreUnavailable("refused")
        answer = call()
        if fault != "....":
            raise Power if fault == "ends" else StoreUnavailable("lost")
        return answer

    def answer(request: HttpRequest, now: Any) -> HttpResponse | Exception:
        status = next(answers, 200)
        return HttpResponse(status) if status else OutcomeUnknown("it broke off")

    here.tap = tap
    here.receivers[URL].answer = answer
    events = [message_event(nth, conversation=f"cnv_{nth}") for nth in range(4)]
    here.happens(*events, *events)

    here.run(80 * HOUR)

    taken = here.receivers[URL].taken
    assert set(taken) == {event["id"] for event in events}
    assert {each.state for each in here.log(endpoint)} == {DeliveryState.DELIVERED}
    # More than once only where what came of it could not be written down.
    assert sum(taken.values()) - len(events) <= len(failed)


def _note(nth: int, audience: tuple[str, ...]) -> dict[str, Any]:
    return {
        **message_event(nth + 100),
        "type": "note.created",
        "aggregate": {"kind": "conversation", "id": "cnv_0001", "version": nth},
        "data": {"note_id": "nte_1", "author_id": "agt_1", "text": f"Note {nth}", "audience": list(audience)},
        "snapshot": {"id": "cnv_0001", "inbox_id": "ibx_0sh0p", "team_id": None, "preview": "Hello"},
    }


def _same(here: Hooked, endpoint_id: str) -> Any:
    from chalicelib.services.webhook_endpoints import Wanted

    endpoint = here.endpoints.get(endpoint_id)
    assert endpoint is not None
    return Wanted(endpoint.url, endpoint.types)


def _version(here: Hooked, endpoint_id: str) -> int:
    endpoint = here.endpoints.get(endpoint_id)
    assert endpoint is not None
    return endpoint.version


def _rotated(here: Hooked, endpoint_id: str) -> tuple[Any, str]:
    here.managing = replace(here.managing, randomness=lambda count: b"n" * count)
    return here.managing.rotate(endpoint_id, _version(here, endpoint_id), here.now)
