"""What an event costs: by the sheet of its day, the narrowest fee, and never another sum for the same event."""

from datetime import date
from typing import Any

import pytest

from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.fees import Fee, Rates, Sheet, fees_of
from chalicelib.services.rate_documents import rates_body, rates_from

JANUARY, FEBRUARY = 1_767_225_600_000, 1_769_904_000_000  # 2026-01-01 and 2026-02-01, UTC
NOTHING_AT_AWS = dict.fromkeys(("message_in", "message_out", "mark", "conversation", "other"), 0)

RATES = Rates(
    "EUR",
    (
        Sheet(
            date(2026, 1, 1),
            (
                Fee("whatsapp", "delivered", 10_000, kind="template"),
                Fee("whatsapp", "delivered", 60_000, kind="template", category="marketing"),
                Fee("sms", "sent", 7_900),
                Fee("sms", "received", 1_000),
            ),
            NOTHING_AT_AWS,
        ),
        Sheet(date(2026, 2, 1), (Fee("sms", "sent", 9_000),), NOTHING_AT_AWS),
    ),
)


def line(event: str = "message.state_changed", at: int = JANUARY, **more: Any) -> dict[str, Any]:
    return {"id": "evt_1", "type": event, "conversation_id": "cnv_1", "at": at, "v": 1, "kind": "text", **more}


@pytest.mark.parametrize(
    ("event", "amount"),
    [
        (line(channel="sms", state="sent"), 7_900),
        (line(channel="sms", state="delivered"), 0),
        (line(channel="sms", state="failed"), 0),
        (line(channel="sms", state="sent", at=FEBRUARY - 1), 7_900),
        (line(channel="sms", state="sent", at=FEBRUARY), 9_000),
        (line(channel="sms", state="sent", at=JANUARY - 1), 0),
        (line("message.created", channel="sms", dir="in"), 1_000),
        (line("message.created", channel="sms", dir="out"), 0),
        (line("message.created", channel="sms", dir="in", at=FEBRUARY), 0),
        (line(channel="whatsapp", state="delivered", kind="template"), 10_000),
        (line(channel="whatsapp", state="delivered", kind="template", category="marketing"), 60_000),
        (line(channel="whatsapp", state="delivered", kind="template", category="utility"), 10_000),
        (line(channel="whatsapp", state="delivered"), 0),
        (line("conversation.assigned", channel="sms", state="sent"), 0),
    ],
)
def test_the_provider_bills_what_the_sheet_of_the_day_says_when_an_event_is_priced(
    event: dict[str, Any], amount: int
) -> None:
    assert fees_of(event, RATES).get("provider", 0) == amount


def test_the_sum_of_many_events_is_right_when_one_is_less_than_a_millionth() -> None:
    rates = Rates("USD", (Sheet(date(2020, 1, 1), (), {**NOTHING_AT_AWS, "other": 2_250}),))
    events = [line("conversation.read") | {"id": f"evt_{number}"} for number in range(8000)]
    costs = [fees_of(event, rates).get("aws", 0) for event in events]
    assert set(costs) == {2, 3}
    assert abs(sum(costs) - 18_000) < 18_000 * 0.02
    assert costs == [fees_of(event, rates).get("aws", 0) for event in events]


def test_rates_are_the_same_when_they_are_read_back() -> None:
    assert rates_from(rates_body(RATES), 0) == RATES


@pytest.mark.parametrize(
    ("sheet", "field"),
    [
        ({"since": "yesterday"}, "sheets[0].since"),
        (
            {"since": "2026-01-01", "fees": [{"channel": "pigeon", "billed": "sent", "amount": 1}]},
            "sheets[0].fees[0].channel",
        ),
        (
            {"since": "2026-01-01", "fees": [{"channel": "sms", "billed": "read", "amount": 1}]},
            "sheets[0].fees[0].billed",
        ),
        (
            {"since": "2026-01-01", "fees": [{"channel": "sms", "billed": "sent", "amount": -1}]},
            "sheets[0].fees[0].amount",
        ),
        ({"since": "2026-01-01", "fees": [{"channel": "sms", "billed": "sent", "amount": 1}] * 2}, "sheets[0].fees"),
        ({"since": "2026-01-01", "aws": {"coffee": 1}}, "sheets[0].aws.coffee"),
        ({"since": "2026-01-01", "aws": {"mark": 1.5}}, "sheets[0].aws.mark"),
    ],
)
def test_a_wrong_sheet_is_refused_by_the_name_of_its_field(sheet: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        rates_from({"currency": "USD", "sheets": [sheet]}, 1, {"sms", "whatsapp"})
    assert refused.value.field == field
