"""How an inbox is doing: what came and went, credentials that die and live again, and inboxes that are switched off."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.aws.clients import client
from chalicelib.aws.stores.health import HealthStore, VitalStore
from chalicelib.aws.transaction import Desk
from chalicelib.domain import ids
from chalicelib.domain.delivery import DeliveryState, FailureClass
from chalicelib.domain.inbox_health import InboxHealth, TokenState, Vitals
from chalicelib.domain.message import Message
from chalicelib.wiring import intake, sender, shared
from functions.webhook_intake.handler import handler
from tests.flow import invariants
from tests.flow.http import http_event
from tests.flow.scene import BOB, INBOX, PHONE, Scene, scene, stored

LEG = ids.leg_id(INBOX, BOB)


class Seconds:
    """The clock of what is remembered inside a process."""

    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def seconds(monkeypatch: pytest.MonkeyPatch) -> Seconds:
    clock = Seconds()
    for module in (sender, intake):
        monkeypatch.setattr(module, "monotonic", clock)
    return clock


@pytest.fixture
def here(seconds: Seconds) -> Iterator[Scene]:
    with scene() as made:
        made.says("Hi")
        made.settle()
        made.now.pass_(seconds=5)
        yield made


def health() -> InboxHealth:
    return HealthStore(shared.desk()).get(INBOX)


def vitals() -> Vitals:
    return VitalStore(Desk(client("dynamodb"), shared.settings().live_table)).read(INBOX)


def say(here: Scene, text: str) -> Message:
    here.now.pass_(seconds=1)
    message = here.replies(ids.conversation_id(LEG, 1), text, f"c-{text}", leg_id=LEG)
    here.settle()
    return message


def now_of(here: Scene, message: Message) -> Message:
    return next(each for each in invariants.all_messages(stored(here.world)) if each.id == message.id)


def told(here: Scene) -> list[dict[str, Any]]:
    found = {event["id"]: event for event in here.cloud.events.published if event["type"] == "inbox.health_changed"}
    return [event["data"] for event in found.values()]


def test_what_came_and_went_is_known(here: Scene) -> None:
    assert vitals().webhook_at is not None
    assert vitals().sent_at is None
    say(here, "One")

    now = vitals()
    assert (now.sent_at, now.counts(1, here.now())) == (here.now(), (1, 0))
    assert health().token is TokenState.OK


def test_a_forged_webhook_is_seen(here: Scene) -> None:
    assert here.webhook({"object": "x"}, secret="wrong")["statusCode"] == 401

    assert vitals().webhook_refused_at == here.now()


@pytest.mark.parametrize(("word", "status"), [("v", 200), ("guessed", 403)])
def test_the_providers_look_at_the_address_is_seen(here: Scene, word: str, status: int) -> None:
    query = f"hub.mode=subscribe&hub.challenge=42&hub.verify_token={word}"
    answer = handler(http_event("GET", f"/webhooks/whatsapp/{INBOX}", query=query), None)

    assert answer["statusCode"] == status
    seen = vitals()
    assert (seen.checked_at is None, seen.webhook_refused_at is None) == (status != 200, status == 200)


def test_vital_signs_cost_one_write_a_minute(here: Scene, seconds: Seconds) -> None:
    say(here, "One")
    first = vitals().webhook_at
    for text in "abc":
        here.says(text)
        say(here, text)

    assert vitals().webhook_at == first
    assert vitals().counts(1, here.now()) == (1, 0)
    seconds.at += 61
    here.says("Later")
    say(here, "Later")
    assert vitals().webhook_at == here.now()
    assert vitals().counts(1, here.now()) == (5, 0)


def test_a_failure_is_known_at_once(here: Scene) -> None:
    here.provider.knobs.turn(provider_error_next=1, provider_error_code=131026)
    say(here, "One")

    failure = vitals().failure
    assert failure is not None
    assert (failure.code, failure.failure) == ("131026", "recipient")
    assert vitals().counts(1, here.now()) == (0, 1)
    assert health().token is TokenState.UNKNOWN


def test_dead_credentials_stop_the_inbox_and_alert_once(here: Scene, seconds: Seconds) -> None:
    here.provider.knobs.turn(provider_error_next=1, provider_error_code=190)
    first = say(here, "One")
    asked = len(here.provider.requests)
    second = say(here, "Two")

    assert len(here.provider.requests) == asked, "the provider is left alone"
    for message in (now_of(here, first), now_of(here, second)):
        assert message.state is DeliveryState.FAILED
        assert message.failure is not None
        assert message.failure.failure is FailureClass.REAUTH
    assert health().token is TokenState.DEAD
    assert [(event["previous"], event["state"]) for event in told(here)] == [("unknown", "dead")]

    seconds.at += 61
    retried = here.retries(now_of(here, first))
    here.settle()
    assert now_of(here, retried).state is DeliveryState.READ
    assert [event["state"] for event in told(here)] == ["dead", "ok"]
    assert (health().token, health().reason) == (TokenState.OK, None)


def test_new_credentials_are_tried_at_once(here: Scene) -> None:
    here.provider.knobs.turn(provider_error_next=1, provider_error_code=190)
    first = say(here, "One")
    here.provider.whatsapp.register(PHONE, access_token="new")
    shared.secrets().write(
        f"inbox/{INBOX}", {"app_secret": ["s3cret"], "access_token": ["new", "old"], "verify_token": ["v"]}
    )
    shared.inbox_directory().forget()

    here.retries(now_of(here, first))
    here.settle()

    assert now_of(here, first).state is DeliveryState.READ


def test_a_store_that_fails_costs_no_message(here: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    from chalicelib.domain.errors import StoreUnavailable

    def fail(*_: object, **__: object) -> None:
        raise StoreUnavailable("throttled")

    for name in ("note_sent", "count", "note_webhook"):
        monkeypatch.setattr(VitalStore, name, fail)
    here.says("Hello again")
    message = say(here, "One")

    assert now_of(here, message).state is DeliveryState.READ
    assert [entry.text for entry in here.messages(here.conversation.id)] == ["Hi", "Hello again", "One"]


def test_what_the_provider_says_of_the_account_is_kept(here: Scene) -> None:
    here.provider.whatsapp.change(
        PHONE, "phone_number_quality_update", {"event": "DOWNGRADE", "current_limit": "TIER_1K"}
    )
    here.settle()

    (notice,) = health().notices
    assert (notice.kind, notice.detail["event"]) == ("number.quality", "DOWNGRADE")


# --- switched off ------------------------------------------------------------------------------------------------


def switch_off(inbox_id: str) -> None:
    inbox = shared.inboxes().get(inbox_id)
    assert inbox is not None
    shared.inboxes().replace(replace(inbox, enabled=False, version=inbox.version + 1), inbox.version)
    shared.inbox_directory().forget()


def test_what_a_provider_brings_to_a_disabled_inbox_is_kept(here: Scene) -> None:
    switch_off(INBOX)
    here.says("Are you there?")
    here.settle()

    assert [entry.text for entry in here.messages(here.conversation.id)] == ["Hi", "Are you there?"]
    assert here.provider.post.statuses[-1] == 200


def test_who_calls_a_disabled_inbox_of_our_own_is_told(here: Scene) -> None:
    from chalicelib.channels.signing import hex_signature

    here.world.add_inbox("ibx_app", "custom", "ibx_app", {"secret": ["s"]})
    switch_off("ibx_app")
    body = b'{"events": []}'
    stamp = str(int(here.now().timestamp()))
    signature = hex_signature("s", f"{stamp}.".encode() + body)
    event = http_event("POST", "/v1/custom/ibx_app/events", body, {"X-Timestamp": stamp, "X-Signature": signature})

    from functions.webhook_intake.handler import handler

    answer = handler(event, None)
    assert (answer["statusCode"], "inbox_disabled" in answer["body"]) == (503, True)
