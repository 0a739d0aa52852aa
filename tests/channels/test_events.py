"""The generic events contract: what is taken, what is told, and every mistake by the name of its field."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.channels import custom, events
from chalicelib.channels.base import (
    CannotSay,
    HttpRequest,
    HttpResponse,
    Ignored,
    Outgoing,
    PayloadNotUnderstood,
    Reply,
    TimelineEvent,
    WebhookRequest,
)
from tests.channels.cases import ChannelCases, outgoing
from tests.channels.kits import KITS, NEW, NOW, hex_mac

KIT = KITS["events"]
MISSING = object()


def post(*given: Any) -> WebhookRequest:
    return KIT.signed(json.dumps({"events": given}).encode())


def changed(**changes: Any) -> dict[str, Any]:
    """The fixture's event with other values; MISSING removes one, `contact__email` is a field within."""
    event = json.loads(json.dumps(KIT.payload("event")["events"][0]))
    for name, value in changes.items():
        part, _, inner = name.partition("__")
        target, field = (event[part], inner) if inner else (event, part)
        target[field] = value
        if value is MISSING:
            del target[field]
    return event


def results(request: WebhookRequest, repeats: frozenset[int] = frozenset()) -> list[dict[str, Any]]:
    answer = events.answer(request, KIT.inbox, events.normalise(request), repeats)
    assert answer and (answer.status, answer.content_type) == (202, "application/json")
    found: list[dict[str, Any]] = json.loads(answer.body)["results"]
    return found


class TestEvents(ChannelCases):
    name = "events"

    def handshakes(self) -> Iterable[tuple[WebhookRequest, Reply | None]]:
        yield replace(KIT.fixture("event"), method="GET"), None

    def stale(self) -> WebhookRequest | None:
        return KIT.signed(b"{}", at=NOW - timedelta(seconds=301))

    def sendable(self) -> Iterable[Outgoing]:
        return ()

    def accepting(self, request: HttpRequest) -> HttpResponse:
        raise AssertionError("nothing is sent")

    def types(self, name: str, payload: Any) -> Iterator[str]:
        yield "event"

    def test_it_is_signed_as_the_custom_channel_is(self) -> None:
        for request in (KIT.fixture("event"), KITS["custom"].fixture("message")):
            custom.verify(request, KIT.credentials)
            events.verify(request, KIT.credentials)
        self.refused(KIT.signed(b"{}", at=NOW + timedelta(seconds=301)))
        headers = {"x-timestamp": "now", "x-signature": hex_mac(NEW, b"now.{}")}
        self.refused(replace(KIT.signed(b"{}"), headers=headers))

    def test_an_event_is_what_it_says(self) -> None:
        item = self.one("event")
        assert isinstance(item, TimelineEvent)
        assert (item.account_id, item.external_id, item.kind) == ("inb_1", "evt_1", "order.paid")
        assert item.known_as == (
            ("events", "inb_1:K-1815"),
            ("email", "ada@example.com"),
            ("phone", "+442079460958"),
        )
        assert (item.subject, item.partial, item.region) == ("order:1001", False, "GB")
        assert item.data["lines"] == [{"title": "Trail shoes", "quantity": 1}]
        assert (item.profile.name, item.profile.locale) == ("Ada Lovelace", "en-GB")
        assert self.one("event__of_a_subject").partial

    def test_the_account_is_the_inbox_that_was_called(self) -> None:
        for path in ("/v1/events/ibx_2", "/webhooks/events/ibx_2", "/v1/events/ibx_2/"):
            (item,) = events.normalise(replace(KIT.fixture("event"), path=path))
            assert isinstance(item, TimelineEvent) and item.account_id == "ibx_2"

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"id": MISSING}, "id"),
            ({"id": 7}, "id"),
            ({"id": "x" * 201}, "id"),
            ({"type": MISSING}, "type"),
            ({"type": "Order Paid"}, "type"),
            ({"type": "order..paid"}, "type"),
            ({"type": "a" * 61}, "type"),
            ({"title": "  "}, "title"),
            ({"title": "two\nlines"}, "title"),
            ({"title": "x" * 301}, "title"),
            ({"title": ["x"]}, "title"),
            ({"occurred_at": MISSING}, "occurred_at"),
            ({"occurred_at": "2026-08-01T09:00:00"}, "occurred_at"),
            ({"occurred_at": "2026-08-01T10:06:00Z"}, "occurred_at"),
            ({"contact": "Ada"}, "contact"),
            ({"contact": {}, "subject": MISSING}, "contact"),
            ({"contact": {"name": "Ada"}, "subject": None}, "contact"),
            ({"contact__email": "ada"}, "contact.email"),
            ({"contact__email": "a b@example.com"}, "contact.email"),
            ({"contact__phone": "12"}, "contact.phone"),
            ({"contact__phone": "call me"}, "contact.phone"),
            ({"contact__phone": 442079460958}, "contact.phone"),
            ({"contact__country": "Germany"}, "contact.country"),
            ({"contact__external_id": ""}, "contact.external_id"),
            ({"contact__mail": "ada@example.com"}, "contact.mail"),
            ({"subject": "1001"}, "subject"),
            ({"subject": "Order:1001"}, "subject"),
            ({"partial": "yes"}, "partial"),
            ({"data": []}, "data"),
            ({"data": {"text": "x" * 16_400}}, "data"),
            ({"kind": "order"}, "kind"),
        ],
    )
    def test_a_mistake_is_told_by_its_field(self, changes: dict[str, Any], field: str) -> None:
        (result,) = results(post(changed(**changes)))
        assert (result["status"], result["field"]) == ("invalid", field)
        assert result["error"].startswith(f"{field} ")

    def test_one_mistake_refuses_no_other_event_and_repeats_are_told(self) -> None:
        request = KIT.fixture("batch")
        found = results(request, frozenset({5}))
        assert [each["status"] for each in found] == [
            "accepted",
            "invalid",
            "invalid",
            "invalid",
            "invalid",
            "duplicate",
            "accepted",
        ]
        assert [each["id"] for each in found] == ["evt_1", None, "evt_4", "evt_5", "evt_6", "evt_1", "evt_7"]

    def test_more_than_a_hundred_events_are_refused_as_a_whole(self) -> None:
        with pytest.raises(PayloadNotUnderstood):
            events.normalise(post(*[changed()] * 101))
        assert len(events.normalise(post(*[changed()] * 100))) == 100

    def test_an_odd_id_is_ignored_with_the_event(self) -> None:
        (item,) = events.normalise(post({"id": {"a": 1}}))
        assert isinstance(item, Ignored) and item.item_id is None

    def test_nothing_is_sent(self) -> None:
        with pytest.raises(CannotSay):
            events.build_send(outgoing(text="x"), KIT.inbox, KIT.credentials)
        assert events.build_health(KIT.inbox, KIT.credentials) is None


# --- facts --------------------------------------------------------------------------------------------------------


def test_an_event_may_tell_facts() -> None:
    told = {"crm.plan": "gold", "crm.score": 7, "crm.vip": True, "crm.tags": ["a"], "crm.debt": None}
    (item,) = events.normalise(post(changed(type="fact", data={"facts": told})))
    assert isinstance(item, TimelineEvent)
    assert (item.kind, item.data) == ("fact", {"facts": told})


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({}, "data.facts"),
        ({"facts": {}}, "data.facts"),
        ({"facts": ["crm.plan"]}, "data.facts"),
        ({"facts": {f"crm.f{number}": 1 for number in range(51)}}, "data.facts"),
        ({"facts": {"plan": "gold"}}, "data.facts.plan"),
        ({"facts": {"crm.The Plan": "gold"}}, "data.facts.crm.The_Plan"),
        ({"facts": {"crm.plan": {"name": "gold"}}}, "data.facts.crm.plan"),
        ({"facts": {"crm.plan": "x" * 1001}}, "data.facts.crm.plan"),
    ],
)
def test_a_mistake_in_a_fact_is_told_by_its_name(data: dict[str, Any], field: str) -> None:
    (told,) = results(post(changed(type="fact", data=data)))
    assert (told["status"], told["field"]) == ("invalid", field)


def test_facts_in_an_event_of_another_type_are_its_own_data() -> None:
    (item,) = events.normalise(post(changed(type="fact.changed", data={"facts": "all"})))
    assert isinstance(item, TimelineEvent)
