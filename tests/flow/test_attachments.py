"""Inbound files: fetched once, with the token for their own host only, kept as what they are; or a reason to read."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.channels.http import NotSent
from chalicelib.domain import ids
from chalicelib.domain.message import Attachment, AttachmentState
from functions.attachments.handler import LAST_RECEIVE, handler
from tests.aws.memory_cloud import refused, straight
from tests.flow.provider import HOST
from tests.flow.scene import BOB, INBOX, PHONE, Scene, scene

JPEG = b"\xff\xd8\xff\xe0 a picture"
HTML = b"<html><script>alert(1)</script></html>"
LEG = ids.leg_id(INBOX, BOB)
CONVERSATION = ids.conversation_id(LEG, 1)
QUEUE = "attachments"


@pytest.fixture
def here() -> Iterator[Scene]:
    with scene() as made:
        yield made


def sends_file(here: Scene, content: bytes = JPEG, type: str = "image", **more: Any) -> None:
    here.provider.whatsapp.say(PHONE, BOB, type=type, content=content, name="Bob", **more)
    here.provider.post.deliver()


def file_of(here: Scene) -> Attachment:
    (message,) = here.messages(CONVERSATION)
    (file,) = message.attachments
    return file


def kept(here: Scene) -> dict[str, tuple[bytes, str]]:
    objects = here.cloud.s3.objects
    return {key: (body, mime) for (bucket, key), (body, mime, _) in objects.items() if bucket == "attachments"}


def receive_again(here: Scene, times: int = 1) -> None:
    for _ in range(times):
        here.world.wake(QUEUE)
        here.settle()


def test_a_file_is_kept_under_its_own_type_and_hash(here: Scene) -> None:
    sends_file(here)
    assert file_of(here).state is AttachmentState.PENDING
    here.settle()
    file = file_of(here)
    assert file.object_key is not None
    assert kept(here) == {file.object_key: (JPEG, "image/jpeg")}
    assert (file.state, file.mime, file.size_bytes) == (AttachmentState.STORED, "image/jpeg", len(JPEG))
    stored = [event for event in here.cloud.events.published if event["type"] == "attachment.stored"]
    assert [(event["data"]["state"], event["data"]["mime"]) for event in stored] == [("stored", "image/jpeg")]
    assert HOST not in json.dumps(stored)


@pytest.mark.parametrize("claimed", ["image/jpeg", "text/html", "image/svg+xml"])
def test_it_is_plain_text_when_a_page_calls_itself_a_picture(here: Scene, claimed: str) -> None:
    sends_file(here, HTML, mime_type=claimed)
    here.settle()
    file = file_of(here)
    assert file.mime == "text/plain"
    assert kept(here) == {file.object_key: (HTML, "text/plain")}


def by_url(url: str) -> dict[str, Any]:
    file = {"url": url, "mime_type": "image/jpeg"}
    message = {"from": BOB, "id": "wamid.1", "timestamp": "1772442000", "type": "image", "image": file}
    value = {"metadata": {"phone_number_id": PHONE}, "messages": [message]}
    return {
        "object": "whatsapp_business_account",
        "entry": [{"id": "w", "changes": [{"field": "messages", "value": value}]}],
    }


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/file",
        f"https://{HOST}.evil.example/file",
        f"https://evil.example/{HOST}",
        f"https://evil.example\\@{HOST}/file",
        f"https://{HOST}@evil.example/file",
        "https://lookaside.fbsbx.com.evil.example/file",
        "http://lookaside.fbsbx.com/file",
        "https://xfbsbx.com/file",
    ],
)
def test_the_token_is_not_shown_when_the_file_is_on_another_host(here: Scene, url: str) -> None:
    assert here.webhook(by_url(url))["statusCode"] == 200
    here.settle()
    asked = [request for request in here.provider.requests if request.url == url]
    assert asked
    assert all(not request.secret_headers for request in asked)
    assert all("token-" not in str(request.headers) for request in asked)


@pytest.mark.parametrize("url", [f"https://{HOST}/file", "https://lookaside.fbsbx.com/file", "https://x.fbcdn.net/f"])
def test_the_token_is_shown_when_the_file_is_on_the_providers_own_host(here: Scene, url: str) -> None:
    assert here.webhook(by_url(url))["statusCode"] == 200
    here.settle()
    asked = [request for request in here.provider.requests if request.url == url]
    assert [request.secret_headers for request in asked] == [{"authorization": f"Bearer token-{PHONE}"}]


def failing(here: Scene, *faults: Exception | None) -> list[str]:
    """Spoil the next calls that fetch (None: let one pass)."""
    left, met = list(faults), []

    def tap(name: str, call: Any) -> Any:
        if name in ("http.fetch", "s3.put_object") and left:
            met.append(name)
            fault = left.pop(0)
            if fault is not None:
                raise fault
        return call()

    here.cloud.tap = tap
    return met


def test_it_is_fetched_again_when_the_provider_cannot_be_reached(here: Scene) -> None:
    failing(here, NotSent("ConnectTimeoutError"), NotSent("ConnectTimeoutError"))
    sends_file(here)
    here.settle()
    assert (file_of(here).state, kept(here)) == (AttachmentState.PENDING, {})
    receive_again(here, 2)
    assert file_of(here).state is AttachmentState.STORED


def test_it_is_fetched_again_when_our_own_store_fails(here: Scene) -> None:
    failing(here, None, refused("SlowDown"))
    sends_file(here)
    here.settle()
    assert file_of(here).state is AttachmentState.PENDING
    receive_again(here)
    assert file_of(here).state is AttachmentState.STORED


def test_the_message_says_why_when_the_file_cannot_be_had_in_the_end(here: Scene) -> None:
    failing(here, *[NotSent("ConnectTimeoutError")] * 20)
    sends_file(here)
    here.settle()
    receive_again(here, LAST_RECEIVE)
    file = file_of(here)
    assert file.state is AttachmentState.FAILED
    assert file.reason is not None
    assert "cannot be reached" in file.reason
    assert here.cloud.sqs.queues[here.world.queue_urls[QUEUE]] == []


def test_the_message_says_why_at_once_when_the_provider_has_no_such_file(here: Scene) -> None:
    sends_file(here)
    here.provider.whatsapp.media.clear()
    here.settle()
    file = file_of(here)
    assert file.state is AttachmentState.FAILED
    assert file.reason


def test_it_is_fetched_again_when_the_bytes_are_not_those_announced(here: Scene) -> None:
    def cut(name: str, call: Any) -> Any:
        answer = call()
        return replace(answer, body=answer.body[:-3]) if name == "http.fetch" else answer

    here.cloud.tap = cut
    sends_file(here)
    here.settle()
    assert (file_of(here).state, kept(here)) == (AttachmentState.PENDING, {})
    here.cloud.tap = straight
    receive_again(here)
    assert (file_of(here).state, file_of(here).size_bytes) == (AttachmentState.STORED, len(JPEG))


def test_nothing_changes_when_the_event_comes_again(here: Scene) -> None:
    sends_file(here)
    here.settle()
    before, requests = here.world.items(), len(here.provider.requests)
    event = next(event for event in here.cloud.events.published if event["type"] == "message.created")
    record = {"messageId": "m", "body": json.dumps({"detail": event}), "attributes": {"ApproximateReceiveCount": "1"}}
    for _ in range(3):
        assert handler({"Records": [record]}, None) == {"batchItemFailures": []}
    assert here.world.items() == before
    assert len(here.provider.requests) == requests


@pytest.mark.parametrize("body", ["", "{}", '{"detail": {}}', '{"detail": {"data": {"leg_id": "leg_x"}}}', "[1]"])
def test_only_the_bad_record_comes_back_when_its_neighbours_are_good(here: Scene, body: str) -> None:
    sends_file(here)
    here.world._pump_stream()
    (good,) = here.cloud.sqs.queues[here.world.queue_urls[QUEUE]]
    attributes = {"ApproximateReceiveCount": "1"}
    records = [
        {"messageId": "bad", "body": body, "attributes": attributes},
        {"messageId": "good", "body": good.body, "attributes": attributes},
    ]
    assert handler({"Records": records}, None) == {"batchItemFailures": [{"itemIdentifier": "bad"}]}
    assert file_of(here).state is AttachmentState.STORED


def test_nothing_is_fetched_when_the_message_has_no_file(here: Scene) -> None:
    here.says("Hi")
    here.settle()
    assert here.provider.requests == []
