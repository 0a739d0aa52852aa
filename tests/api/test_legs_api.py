"""Where a customer can be reached, moving there, and verifying an address, by API."""

from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.channels.base import InboundMessage, Peer, Profile
from chalicelib.domain.inbox import Inbox
from chalicelib.domain.message import MessageKind
from chalicelib.domain.verification import MASK, code_of
from chalicelib.services.receive import receive
from chalicelib.wiring import codes, shared
from tests.api.desk import Desk

WA, SMS, MAIL = "ibx_0wa", "ibx_0sms", "ibx_0ma11"
INBOXES = {WA: "whatsapp", SMS: "sms", MAIL: "email"}
KEY = "makes codes"


@pytest.fixture(scope="module", autouse=True)
def inboxes(desk: Desk) -> None:
    for name, channel in INBOXES.items():
        settings = {"address": "help@acme.example"}
        shared.inboxes().put(Inbox(name, channel, f"Our {channel}", name, "", datetime.now(UTC), settings))


def bob(desk: Desk, phone: str, text: str = "Where is my parcel?") -> Any:
    inbox, now = shared.inboxes().get(WA), datetime.now(UTC)
    assert inbox is not None
    peer = Peer((phone,), Profile(name="Bob", phone=f"+{phone}"))
    inbound = InboundMessage(WA, f"wamid.{phone}", peer, now, MessageKind.TEXT, text)
    done = receive(shared.inbound_store(), inbox, inbound, now)
    return desk.call("GET", f"/conversations/{done.conversation_id}").json


def test_the_ways_to_reach_a_customer_are_told_with_their_reasons(desk: Desk) -> None:
    found = bob(desk, "491701110001")
    answer = desk.call("GET", f"/conversations/{found['id']}/legs?length=200")
    assert answer.status == 200
    by_channel = {item["channel"]: item for item in answer.json["items"]}
    assert set(by_channel) == {"whatsapp", "sms"}
    here, sms = by_channel["whatsapp"], by_channel["sms"]
    assert (here["place"], here["usable"], here["window_open"], here["proof"]) == ("active", True, True, "written")
    assert (sms["place"], sms["proof"], sms["cost"], sms["leg_id"][:4]) == ("new", "provider", "charged", "leg_")
    assert answer.json["best_leg_id"] == found["active_leg_id"]
    assert all(reason["text"] for item in answer.json["items"] for reason in item["reasons"])
    long = desk.call("POST", f"/conversations/{found['id']}/legs/check", {"text": "x" * 2000})
    refusals = {item["channel"]: [each["code"] for each in item["refusals"]] for item in long.json["items"]}
    assert refusals == {"whatsapp": [], "sms": ["unfit"]}
    (unfit,) = next(item for item in long.json["items"] if item["channel"] == "sms")["refusals"]
    assert unfit["facts"] == {"why": "text_too_long", "length": 2000, "limit": 1600, "unit": "characters"}


def test_a_conversation_is_moved_and_stays_the_same(desk: Desk) -> None:
    found = bob(desk, "491701110002")
    body = {"client_id": "s1", "inbox_id": SMS, "address": "+49 170 1110002", "text": "Here.", "note": "He asked so."}
    done = desk.call("POST", f"/conversations/{found['id']}/legs", body)
    assert done.status == 202
    assert done.json["message"]["text"] == "Continuing from WhatsApp.\n> You: Where is my parcel?\n\nHere."
    assert (done.json["conversation"]["id"], done.json["conversation"]["active_leg_id"]) == (
        found["id"],
        done.json["leg_id"],
    )
    assert desk.call("POST", f"/conversations/{found['id']}/legs", body).json == done.json
    lines = [item for item in desk.call("GET", f"/conversations/{found['id']}/messages").json["items"]]
    assert lines[-1]["text"] == "Moved from WhatsApp to SMS. He asked so."


@pytest.mark.parametrize(
    ("body", "status", "code", "field"),
    [
        ({}, 400, "invalid_input", "leg_id"),
        ({"leg_id": "leg_0n0ne"}, 404, "leg_not_found", "leg_id"),
        ({"leg_id": "leg_0n0ne", "inbox_id": SMS}, 400, "invalid_input", "inbox_id"),
        ({"inbox_id": "ibx_0n0ne", "address": "+491701110003"}, 404, "inbox_not_found", "inbox_id"),
        ({"inbox_id": SMS, "address": "nowhere"}, 400, "invalid_input", "address"),
        ({"inbox_id": MAIL, "address": "bob@customer.example"}, 409, "leg_refused", "leg_id"),
    ],
)
def test_what_may_not_be_is_refused_by_name(desk: Desk, body: Any, status: int, code: str, field: str) -> None:
    found = bob(desk, "491701110003")
    answer = desk.call("POST", f"/conversations/{found['id']}/legs", {"client_id": "s1", **body})
    assert (answer.status, answer.json["code"], answer.json["field"]) == (status, code, field)
    if code == "leg_refused":
        assert answer.json["facts"]["because"] == "identity_unproven"
        assert {way["kind"] for way in answer.json["facts"]["instead"]} >= {"verification", "consent"}
    assert desk.call("GET", f"/conversations/{found['id']}").json["version"] == found["version"]


def test_an_address_is_verified_by_a_code_that_the_thread_does_not_show(desk: Desk) -> None:
    found = bob(desk, "491701110004")
    at = f"/contacts/{found['contact_id']}/verifications"
    body = {
        "kind": "email",
        "value": "Bob@Customer.example",
        "conversation_id": found["id"],
        "client_id": "v1",
        "inbox_id": MAIL,
    }
    asked = desk.call("POST", at, body)
    assert (asked.status, asked.json["state"], asked.json["tries_left"]) == (201, "waiting", 5)
    thread = desk.call("GET", f"/conversations/{found['id']}/messages").json["items"]
    assert any(MASK in item["text"] for item in thread)
    right = code_of(codes.code_key(), asked.json["id"])
    assert right not in str(thread) and codes.code_key() == KEY
    wrong = desk.call("POST", f"{at}/{asked.json['id']}/check", {"code": f"{(int(right) + 1) % 10**6:06d}"})
    assert (wrong.status, wrong.json["code"], wrong.json["facts"]) == (400, "code_wrong", {"left": 4})
    done = desk.call("POST", f"{at}/{asked.json['id']}/check", {"code": right})
    assert (done.status, done.json["state"]) == (200, "verified")
    assert desk.call("GET", f"{at}/{asked.json['id']}").json == done.json
    legs = desk.call("GET", f"/conversations/{found['id']}/legs").json["items"]
    mail = next(item for item in legs if item["channel"] == "email")
    assert (mail["proof"], mail["usable"], mail["leg_id"]) == ("code", True, asked.json["leg_id"])
    other = bob(desk, "491701110005")
    for path in (f"/contacts/{other['contact_id']}/verifications/{asked.json['id']}", f"{at}/vrf_0n0ne"):
        assert desk.call("GET", path).status == 404


def test_the_policy_is_the_administrators_and_is_checked(desk: Desk) -> None:
    own = desk.call("GET", "/leg-policy", role="supervisor")
    assert (own.status, own.json["version"], own.json["quiet_from"]) == (200, 0, "21:00")
    assert desk.call("PUT", "/leg-policy", {"version": 0}).status == 403
    for body, field in (
        ({"quiet_from": "25:00"}, "quiet_from"),
        ({"quiet_channels": ["fax"]}, "quiet_channels[0]"),
        ({"needs": {"fun": {"any": "proof"}}}, "needs.fun"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"costs": {"fax": "free"}}, "costs"),
    ):
        answer = desk.call("PUT", "/leg-policy", {"version": 0, **body}, role="admin")
        assert (answer.status, answer.json["field"]) == (400, field)
    kept = {"version": 0, "needs": {"service": {"sms": "consent"}}, "quote_messages": 0}
    put = desk.call("PUT", "/leg-policy", kept, role="admin")
    assert (put.status, put.json["version"], put.json["needs"]) == (200, 1, {"service": {"sms": "consent"}})
    found = bob(desk, "491701110006")
    legs = desk.call("GET", f"/conversations/{found['id']}/legs").json["items"]
    assert [each["code"] for each in legs[-1]["refusals"]] == ["consent_missing"]
    assert desk.call("PUT", "/leg-policy", {"version": 0}, role="admin").status == 409
    desk.call("PUT", "/leg-policy", {"version": 1}, role="admin")
