"""Knobs: what a provider does wrong on request, and how its webhooks are retried."""

import time
from typing import Any

import pytest
import urllib3

from simulators import Simulators
from tests.simulators.desk import (
    CUSTOMER,
    PNID,
    Client,
    Receiver,
    settled,
)

KNOBS = "/sim/whatsapp/knobs"


def test_the_next_answers_are_429_when_the_rate_is_limited(client: Client, open_window: str) -> None:
    client.call("PUT", KNOBS, {"rate_limit_next": 2, "retry_after_seconds": 3})

    answers = [client.text() for _ in range(3)]

    assert [a.status for a in answers] == [429, 429, 200]
    assert answers[0].headers["Retry-After"] == "3"
    assert answers[0].json["error"]["code"] == 130429


def test_the_next_answer_is_a_server_error_when_asked(client: Client, open_window: str) -> None:
    client.call("PUT", KNOBS, {"server_error_next": 1, "server_error_status": 503})

    assert [client.text().status for _ in range(2)] == [503, 200]


@pytest.mark.parametrize(("code", "status"), [(190, 401), (131049, 400), (131031, 403), (7, 400)])
def test_the_next_answer_has_the_code_when_one_is_set(client: Client, open_window: str, code: int, status: int) -> None:
    client.call("PUT", KNOBS, {"provider_error_next": 1, "provider_error_code": code})

    answer = client.text()

    assert (answer.status, answer.json["error"]["code"]) == (status, code)
    assert client.text().status == 200


@pytest.mark.parametrize("hang", [0.0, 0.2])
def test_the_message_is_out_but_unanswered_when_the_answer_is_dropped(
    sim: Simulators, client: Client, receiver: Receiver, open_window: str, hang: float
) -> None:
    client.call("PUT", KNOBS, {"drop_answer_next": 1, "hang_seconds": hang})

    with pytest.raises(urllib3.exceptions.ProtocolError):
        client.text("lost?", biz_opaque_callback_data="msg_9")
    settled(sim)

    assert [s["status"] for s in receiver.statuses()] == ["sent", "delivered", "read"]
    assert {s["biz_opaque_callback_data"] for s in receiver.statuses()} == {"msg_9"}
    assert sim.whatsapp.phone(PNID, CUSTOMER)["messages"][-1]["text"] == "lost?"
    assert client.text().status == 200


def test_the_answer_is_late_when_there_is_latency(client: Client, open_window: str) -> None:
    client.call("PUT", KNOBS, {"latency_seconds": 0.2})
    started = time.monotonic()

    assert client.text().status == 200
    assert time.monotonic() - started >= 0.2


def test_only_sends_are_spoilt_when_the_scope_is_messages(sim: Simulators, client: Client, open_window: str) -> None:
    sim.knobs["whatsapp"].turn(server_error_next=1)
    read = {"messaging_product": "whatsapp", "status": "read", "message_id": open_window}

    assert client.graph("POST", f"/{PNID}/messages", read).status == 200
    assert client.text().status == 500

    sim.knobs["whatsapp"].turn(server_error_next=1, fault_scope="receipts")
    assert client.text().status == 200
    assert client.graph("POST", f"/{PNID}/messages", read).status == 500


@pytest.mark.parametrize(
    "knobs",
    [
        {"no_such_knob": 1},
        {"duplicates": 0},
        {"duplicates": 10_000},
        {"latency_seconds": "long"},
        {"rate_limit_next": True},
        {"rate_limit_next": 1.5},
        {"status_order": "sideways"},
        {"withhold_statuses": "read"},
        {"errors_by_status": 1},
    ],
)
def test_a_knob_is_refused_when_it_cannot_be_turned_so(client: Client, knobs: dict[str, Any]) -> None:
    before = client.call("GET", KNOBS).json

    answer = client.call("PUT", KNOBS, knobs)

    assert (answer.status, answer.json["error"]["code"]) == (400, "bad_knob")
    assert client.call("GET", KNOBS).json == before


def test_the_knobs_are_off_when_they_are_reset(client: Client) -> None:
    fresh = client.call("GET", KNOBS).json
    turned = client.call("PUT", KNOBS, {"duplicates": 4, "latency_seconds": 1}).json

    assert (turned["duplicates"], turned["latency_seconds"]) == (4, 1)
    assert client.call("DELETE", KNOBS).json == fresh
