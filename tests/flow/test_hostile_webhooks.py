"""Webhooks that lie, break or overflow: never an exception, never a 5xx, and nothing is stored that was not proven."""

import base64
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from functions.webhook_intake.handler import handler
from tests.aws.memory_cloud import refused
from tests.flow import invariants
from tests.flow.http import http_event
from tests.flow.scene import BOB, INBOXES, PHONE, SECRET, START, Scene, scene, signed, stored

(INBOX, _, _), (OTHER, OTHER_PHONE, OTHER_SECRET), (SISTER, SISTER_PHONE, _) = INBOXES
NOW = int(START.timestamp())


def said(text: Any = "Hi", phone: str = PHONE, index: int = 1, **more: Any) -> dict[str, Any]:
    message = {"from": BOB, "id": f"wamid.{index}", "timestamp": str(NOW), "type": "text", "text": {"body": text}}
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "15550001111", "phone_number_id": phone},
        "contacts": [{"wa_id": BOB, "profile": {"name": "Bob"}}],
        "messages": [message | more],
    }
    return whole([value])


def whole(values: list[Any]) -> dict[str, Any]:
    changes = [{"field": "messages", "value": value} for value in values]
    return {"object": "whatsapp_business_account", "entry": [{"id": "waba", "changes": changes}]}


def objects(here: Scene, bucket: str = "quarantine") -> list[bytes]:
    return [body for (name, _), (body, _, _) in here.cloud.s3.objects.items() if name == bucket]


def only_text(here: Scene) -> str:
    here.world.pump()
    (message,) = invariants.all_messages(stored(here.world))
    return message.text


def nested(depth: int, opening: str = "[", closing: str = "]") -> bytes:
    return (opening * depth + closing * depth).encode()


UNREADABLE = {
    "empty": b"",
    "cut": json.dumps(said()).encode()[:-7],
    "no JSON": b"\x00\x01\x02",
    "no UTF-8": b'{"object": "\xff\xfe"}',
    "nested lists": nested(10_000),
    "nested objects": nested(10_000, '{"a":', "}").replace(b":}", b":1}", 1),
    "nested inside": b'{"object":"whatsapp_business_account","entry":' + nested(10_000) + b"}",
    "a list": b"[]",
    "a string": b'"hello"',
    "null": b"null",
    "endless number": b'{"object": ' + b"9" * 5000 + b"}",
}


@pytest.mark.parametrize("body", UNREADABLE.values(), ids=UNREADABLE.keys())
def test_it_is_kept_in_quarantine_when_it_is_signed_but_unreadable(body: bytes) -> None:
    with scene() as here:
        assert here.webhook(body)["statusCode"] == 200
        assert stored(here.world) == {}
        assert objects(here) == [body]


WRONG: list[Any] = [None, 7, -1.5, True, "x", [], {}, [None], [[]], {"a": None}, "\u0000", 10**400, float("nan")]
values = st.recursive(
    st.sampled_from(WRONG[:11]) | st.text(max_size=5) | st.integers(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, part in inner for place in _places(part, (*path, key)))]


def _with(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    copied = dict(value) if isinstance(value, dict) else list(value)
    copied[path[0]] = _with(value[path[0]], path[1:], new)
    return copied


STATUS = {"id": "wamid.9", "status": "failed", "timestamp": str(NOW), "recipient_id": BOB, "errors": [{"code": 131026}]}
FULL = said()
FULL["entry"][0]["changes"][0]["value"]["statuses"] = [STATUS]


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(_places(FULL)), values)
def test_it_is_answered_and_stored_whole_or_not_at_all_when_any_part_has_a_wrong_type(
    place: tuple[Any, ...], value: Any
) -> None:
    with scene() as here:
        assert here.webhook(_with(FULL, place, value))["statusCode"] == 200
        here.world.pump()
        invariants.check(here.world, stored(here.world))


@pytest.mark.parametrize("size", [4 * 1024 * 1024 + 1, 10 * 1024 * 1024])
def test_it_is_refused_when_it_is_too_large(size: int) -> None:
    with scene() as here:
        assert here.webhook(b"x" * size)["statusCode"] == 413
        assert (stored(here.world), objects(here)) == ({}, [])


def _signature(payload: Any, secret: str) -> str:
    return str(signed(payload, secret=secret)["headers"]["x-hub-signature-256"])


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Hub-Signature-256": ""},
        {"X-Hub-Signature-256": "sha256="},
        {"X-Hub-Signature-256": "sha256=" + "0" * 64},
        {"X-Hub-Signature-256": "sha1=" + "0" * 40},
        {"X-Hub-Signature-256": "\ud800"},
        {"X-Hub-Signature-256": _signature(said(), "another")},
        {"X-Hub-Signature-256": _signature(said("another"), SECRET)},
        {"X-Hub-Signature-256": _signature(said(), SECRET).upper()},
        {"X-Hub-Signature-256": _signature(said(), "")},
        {"X-Hub-Signature": _signature(said(), SECRET)},
    ],
)
def test_nothing_is_stored_when_the_signature_is_missing_or_wrong(headers: dict[str, str]) -> None:
    with scene() as here:
        event = http_event("POST", f"/webhooks/whatsapp/{INBOX}", json.dumps(said()).encode(), headers)
        assert handler(event, None)["statusCode"] == 401
        assert (stored(here.world), objects(here)) == ({}, [])


def test_a_replayed_call_changes_nothing() -> None:
    with scene() as here:
        event = signed(said())
        assert handler(event, None)["statusCode"] == 200
        before = stored(here.world)
        for _ in range(3):
            here.now.pass_(days=2)
            assert handler(event, None)["statusCode"] == 200
        assert stored(here.world) == before


def test_another_inboxs_message_is_not_taken_when_only_this_ones_secret_signs_it() -> None:
    with scene() as here:
        assert here.webhook(said(phone=OTHER_PHONE))["statusCode"] == 200
        assert here.webhook(said(phone=OTHER_PHONE), inbox=OTHER, secret=SECRET)["statusCode"] == 401
        assert here.webhook(said(), inbox=INBOX, secret=OTHER_SECRET)["statusCode"] == 401
        assert here.webhook(said(phone="1"))["statusCode"] == 200
        assert stored(here.world) == {}


def test_another_inboxs_message_is_taken_when_one_app_serves_both() -> None:
    with scene() as here:
        assert here.webhook(said(phone=SISTER_PHONE))["statusCode"] == 200
        (conversation,) = invariants.all_conversations(stored(here.world))
        assert conversation.inbox_id == SISTER


PATHS = [
    "",
    "/",
    "/webhooks",
    "/webhooks/whatsapp",
    "/webhooks/whatsapp/",
    "/webhooks/whatsapp/ibx_nobody",
    f"/webhooks/whatsapp/{INBOX}/more",
    f"/webhooks/whatsapp/../whatsapp/{INBOX}",
    f"/webhooks/whatsapp/..%2fwhatsapp%2f{INBOX}",
    f"/webhooks//whatsapp/{INBOX}",
    f"/webhooks/WhatsApp/{INBOX}",
    f"/webhooks/whatsapp/{INBOX.upper()}",
    f"/webhooks/custom/{INBOX}",
    f"/webhooks/web_chat/{INBOX}",
    f"/webhooks/os/{INBOX}",
    "/webhooks/whatsapp/ibx_wa#",
    "/webhooks/whatsapp/ibx_wa~",
    "/webhooks/whatsapp/INBOX#ibx_wa",
    "/webhooks/whatsapp/%00",
    "/webhooks/whatsapp/\x00",
    "/webhooks/whatsapp/ibx_\ud800",
    "/webhooks/whatsapp/ibx_" + "w" * 5000,
    f"/v1/custom/{INBOX}/events",
    f"/v1/custom/{INBOX}/events/..",
    f"/widget/v1/{INBOX}/messages",
]


@pytest.mark.parametrize("path", PATHS)
def test_it_is_not_found_when_the_path_is_none_of_ours(path: str) -> None:
    with scene() as here:
        assert here.webhook(said(), path=path)["statusCode"] == 404
        assert stored(here.world) == {}


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "BREW"])
def test_it_is_refused_when_the_method_is_another(method: str) -> None:
    with scene() as here:
        event = signed(said())
        event["requestContext"]["http"]["method"] = method
        assert handler(event, None)["statusCode"] == 405
        assert stored(here.world) == {}


@pytest.mark.parametrize("body", ["%%%", "====", "é", "YQ", base64.b64encode(b"x").decode() + "!", None])
def test_it_is_refused_when_the_base64_is_garbage(body: str | None) -> None:
    with scene() as here:
        assert handler(signed(said()) | {"body": body}, None)["statusCode"] == 401
        assert stored(here.world) == {}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("👩‍👩‍👧‍👦🏳️‍🌈", "👩‍👩‍👧‍👦🏳️‍🌈"),
        ("مرحبا \u202eabc\u202c שלום", "مرحبا \u202eabc\u202c שלום"),
        ("a\u0000b", "a\u0000b"),
        ("\ud83d", "\ufffd"),
        ("x\udc00y", "x\ufffdy"),
        ("𝔘𝔫𝔦", "𝔘𝔫𝔦"),
        ("e\u0301\u0323" * 50, "e\u0301\u0323" * 50),
        ("\u2028\u2029\ufeff", "\u2028\u2029\ufeff"),
    ],
)
def test_the_text_is_kept_as_it_is_when_its_characters_are_unusual(text: str, shown: str) -> None:
    with scene() as here:
        assert here.webhook(said(text))["statusCode"] == 200
        assert only_text(here) == shown


@pytest.mark.parametrize("text", ["\ud83d", "a\u0000b", "x\ufffe\uffff"])
def test_the_text_goes_through_the_spill_when_its_characters_are_unusual(text: str) -> None:
    with scene() as here:
        here.cloud.tap = _no_transactions
        assert here.webhook(said(text))["statusCode"] == 200
        here.cloud.tap = lambda _name, call: call()
        assert only_text(here) == text.replace("\ud83d", "\ufffd")


def _no_transactions(name: str, call: Any) -> Any:
    if name == "dynamodb.transact_write_items":
        raise refused("InternalServerError")
    return call()


@pytest.mark.parametrize("timestamp", ["0", "-1", "1", "", "x", None, [], 1.5, "1e300", "NaN", 10**12, str(10**30)])
def test_the_message_is_stored_when_its_time_is_absurd_but_past(timestamp: Any) -> None:
    with scene() as here:
        assert here.webhook(said(timestamp=timestamp))["statusCode"] == 200
        assert only_text(here) == "Hi"
        invariants.check(here.world, stored(here.world))


@pytest.mark.parametrize("timestamp", [NOW + 2 * 86400, 10**11 - 1, "99999999999"])
def test_the_payload_is_kept_aside_when_a_message_is_from_the_future(timestamp: Any) -> None:
    """It would stand before everything said from now on, and hold the window open for years."""
    with scene() as here:
        payload = whole([*_values(said(timestamp=timestamp)), *_values(said("Now", index=2))])
        assert here.webhook(payload)["statusCode"] == 200
        assert only_text(here) == "Now"
        assert objects(here) == [json.dumps(payload).encode()]


def _values(payload: dict[str, Any]) -> list[Any]:
    return [change["value"] for change in payload["entry"][0]["changes"]]


HUGE = {
    "text": {"text": {"body": "word " * 200_000}},
    "four-byte text": {"text": {"body": "😀" * 262_144}},
    "control characters": {"text": {"body": "\u0001" * 500_000}},
    "caption": {"type": "image", "image": {"id": "m1", "mime_type": "image/png", "caption": "c" * 10**6}},
    "file name": {"type": "document", "document": {"id": "m1", "mime_type": "a/b", "filename": "n" * 10**6}},
    "mime": {"type": "document", "document": {"id": "m1", "mime_type": "n" * 10**6}},
    "url": {"type": "document", "document": {"url": "https://x/" + "n" * 10**6, "mime_type": "a/b"}},
    "unknown kind": {"type": "invented", "invented": {"deep": ["x" * 1000] * 1000}},
    "contacts": {"type": "contacts", "contacts": [{"name": {"formatted_name": "n" * 500}}] * 2000},
    "referral": {"referral": {"body": "r" * 10**6, "source_id": "1"}},
    "kind's name": {"type": "k" * 10**6},
}


@pytest.mark.parametrize("more", HUGE.values(), ids=HUGE.keys())
@pytest.mark.parametrize("spilled", [False, True])
def test_its_beginning_is_stored_and_all_of_it_kept_when_a_message_is_huge(more: dict[str, Any], spilled: bool) -> None:
    with scene() as here:
        payload = whole([*_values(said(**more)), *_values(said("Small", index=2))])
        here.cloud.tap = _no_transactions if spilled else here.cloud.tap
        assert here.webhook(payload)["statusCode"] == 200
        here.cloud.tap = lambda _name, call: call()
        here.world.pump()
        huge, small = sorted(invariants.all_messages(stored(here.world)), key=lambda each: each.external_id or "")
        assert (small.text, dict(small.content)) == ("Small", {})
        assert objects(here) == [json.dumps(payload).encode()]
        assert f"quarantine/{huge.content['cut']}" in {key for _, key in here.cloud.s3.objects}
        assert here.cloud.sqs.queues[here.world.queue_urls["spill.fifo"]] == []
        assert all(len(json.dumps(event)) < 256 * 1024 for event in here.cloud.events.published)
        before = stored(here.world)
        assert here.webhook(payload)["statusCode"] == 200
        assert stored(here.world) == before


def test_a_huge_name_is_cut_and_its_message_stored() -> None:
    with scene() as here:
        payload = said()
        _values(payload)[0]["contacts"][0]["profile"]["name"] = "Bob " * 250_000
        assert here.webhook(payload)["statusCode"] == 200
        assert only_text(here) == "Hi"
        (conversation,) = invariants.all_conversations(stored(here.world))
        assert conversation.contact_name.startswith("Bob Bob")
        assert len(conversation.contact_name) == 300
