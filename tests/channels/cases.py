"""The battery that every channel's test class subclasses: what holds whoever the provider is.

A subclass names its channel and gives what the rules cannot know: handshakes, stale requests,
messages to send and what the provider would answer to them.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import astuple, replace
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.channels.base import (
    Call,
    CannotSay,
    Channel,
    HttpRequest,
    HttpResponse,
    Ignored,
    Inbound,
    InboundMessage,
    MailRequest,
    Outgoing,
    OutgoingAttachment,
    PayloadNotUnderstood,
    ProfilingChannel,
    Reply,
    SignatureMismatch,
    StatusUpdate,
    Step,
    TimelineEvent,
    WebhookRequest,
)
from chalicelib.domain.message import MEDIA, MessageKind
from tests.channels.kits import KITS, NEW, NOW, OLD, WRONG, Kit, event_of

# One class's tests run as every subclass, which Hypothesis would take for a mistake.
tried = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.differing_executors, HealthCheck.too_slow]
)

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
# Long ones teach nothing more, and take three times as long to make.
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)
FILE = OutgoingAttachment("https://files.example/signed/1", "image/png", "one.png", 1000)


def outgoing(kind: MessageKind = MessageKind.TEXT, **values: Any) -> Outgoing:
    fixed = {"message_id": "msg_1", "tracker": "leg_1.msg_1.1", "to": "5511987650001", "created_at": NOW}
    return Outgoing(**{**fixed, "kind": kind, **values})


class ChannelCases:
    name: ClassVar[str]

    # What a subclass gives.

    def handshakes(self) -> Iterable[tuple[WebhookRequest, Reply | None]]:
        """Requests, each with the answer it deserves (None: it is no handshake)."""
        raise NotImplementedError

    def stale(self) -> WebhookRequest | None:
        """A genuine request that was signed too long ago; None where no time is signed."""
        raise NotImplementedError

    def sendable(self) -> Iterable[Outgoing]:
        """A message of every kind that can be sent."""
        raise NotImplementedError

    def accepting(self, request: HttpRequest) -> HttpResponse:
        """What the provider answers when it takes the message, under the id `ext-1`."""
        raise NotImplementedError

    def step_answer(self, step: Step) -> HttpResponse | bytes:
        """What a step on the way to sending is answered; most channels have none."""
        raise NotImplementedError(step)

    def types(self, name: str, payload: Any) -> Iterator[str]:
        """The event types inside a fixture."""
        yield event_of(name)

    # What follows from it.

    @property
    def kit(self) -> Kit:
        return KITS[self.name]

    @property
    def channel(self) -> Channel:
        return self.kit.channel

    def items(self, fixture: str) -> list[Inbound]:
        return self.channel.normalise(self.kit.fixture(fixture))

    def one(self, fixture: str) -> Any:
        (item,) = self.items(fixture)
        return item

    def built(self, message: Outgoing) -> HttpRequest | None:
        """The request that a message ends in, the steps to it answered by `step_answer`."""
        call = self.channel.build_send(message, self.kit.inbox, self.kit.credentials)
        if call is None:
            return None
        request = completed(call, self.step_answer)
        assert isinstance(request, HttpRequest)
        return request

    def any_fixture(self) -> str:
        return next(name for name in self.kit.fixtures() if not name.startswith("unknown"))

    def refused(self, request: WebhookRequest, credentials: Any = None) -> None:
        with pytest.raises(SignatureMismatch):
            self.channel.verify(request, self.kit.credentials if credentials is None else credentials)

    def survives(self, request: WebhookRequest) -> list[Inbound]:
        try:
            return self.channel.normalise(request)
        except PayloadNotUnderstood:
            return []

    # Proof.

    def test_what_the_provider_signed_is_accepted(self) -> None:
        self.channel.verify(self.kit.fixture(self.any_fixture()), self.kit.credentials)

    def test_both_secrets_are_accepted_while_they_are_rotated(self) -> None:
        body = self.kit.fixtures()[self.any_fixture()]
        for secret in (NEW, OLD):
            self.channel.verify(self.kit.signed(body, "messages", secret), self.kit.credentials)

    def test_the_signature_of_another_secret_is_refused(self) -> None:
        self.refused(self.kit.signed(b"{}", "messages", WRONG))

    def test_a_changed_request_is_refused(self) -> None:
        genuine = self.kit.signed(b'{"a":1}', "messages")
        for name, value in genuine.headers.items():
            self.refused(replace(genuine, headers={**genuine.headers, name: f"{value}0"}))
            self.refused(replace(genuine, headers={**genuine.headers, name: f"{value}é\udc80"}))

    def test_a_request_without_a_signature_is_refused(self) -> None:
        genuine = self.kit.signed(b"{}", "messages")
        self.refused(replace(genuine, headers={}))
        for name in genuine.headers:
            self.refused(replace(genuine, headers={**genuine.headers, name: ""}))

    def test_everything_is_refused_when_no_secret_is_set(self) -> None:
        genuine, empty = self.kit.signed(b"{}", "messages"), self.kit.signed(b"{}", "messages", "")
        for secrets in ({}, {self.kit.secret_name: ()}, {self.kit.secret_name: ("",)}):
            self.refused(genuine, secrets)
            self.refused(empty, secrets)

    def test_a_stale_request_is_refused(self) -> None:
        stale = self.stale()
        if stale is not None:
            self.refused(stale)
            return
        # No time is signed, so a late repeat is genuine: it is told by its ids.
        late = replace(self.kit.fixture(self.any_fixture()), received_at=NOW + timedelta(days=7))
        self.channel.verify(late, self.kit.credentials)

    def test_handshakes_are_answered(self) -> None:
        for request, expected in self.handshakes():
            assert self.channel.challenge(request, self.kit.credentials) == expected

    # Payloads.

    def test_every_type_of_every_fixture_is_dispatched(self) -> None:
        for name in self.kit.fixtures():
            if not name.startswith("unknown"):
                unknown = set(self.types(name, self.kit.payload(name))) - set(self.channel.EVENT_TYPES)
                assert not unknown, name

    def test_every_type_has_a_fixture(self) -> None:
        shown = {found for name in self.kit.fixtures() for found in self.types(name, self.kit.payload(name))}
        assert set(self.channel.EVENT_TYPES) <= shown

    def test_every_fixture_gives_sound_items(self) -> None:
        for name in self.kit.fixtures():
            found = self.items(name)
            assert found, name
            for item in found:
                check_item(item)

    def test_an_unknown_type_is_a_no_op(self) -> None:
        unknown = [name for name in self.kit.fixtures() if name.startswith("unknown")]
        assert unknown
        for name in unknown:
            for item in self.items(name):
                is_kept = isinstance(item, InboundMessage) and item.kind is MessageKind.UNSUPPORTED
                assert is_kept or isinstance(item, Ignored), name

    def test_a_repeat_gives_the_same_ids_and_times(self) -> None:
        for name in self.kit.fixtures():
            if name.endswith("garbage_timestamp"):
                continue
            first = self.kit.fixture(name)
            later = replace(first, received_at=NOW + timedelta(minutes=30))
            assert keys(self.channel.normalise(first)) == keys(self.channel.normalise(later)), name

    def test_truncated_payloads_never_raise(self) -> None:
        for name, body in self.kit.fixtures().items():
            for end in range(0, len(body), max(1, len(body) // 25)):
                self.survives(replace(self.kit.fixture(name), body=body[:end]))

    @tried
    @given(body=st.binary(max_size=200) | JSON.map(lambda value: json.dumps(value).encode()))
    def test_hostile_bytes_never_raise(self, body: bytes) -> None:
        for name in (self.any_fixture(), "messages"):
            for item in self.survives(self.kit.signed(body, event_of(name))):
                check_item(item)

    @pytest.mark.parametrize(
        "body",
        [
            b"[" * 100_000,
            b'{"a":' * 5_000 + b"1" + b"}" * 5_000,
            b'{"entry":' + b"1" * 5_000 + b"}",
            b'{"entry":[1e999],"events":[NaN],"text":"\\ud800"}',
            b"\xff\xfe{\x00}\x00",
            b"",
        ],
    )
    def test_poison_never_raises(self, body: bytes) -> None:
        self.survives(self.kit.signed(body, "messages"))

    def test_what_is_no_object_is_not_understood(self) -> None:
        for body in (b"[]", b"1", b'"text"', b"null", b"{"):
            with pytest.raises(PayloadNotUnderstood):
                self.channel.normalise(self.kit.signed(body, "messages"))

    # Sending.

    def test_every_kind_that_can_be_sent_is_sent(self) -> None:
        assert {message.kind for message in self.sendable()} == set(self.channel.CAPABILITIES.kinds_out)

    def test_what_is_sent_is_accepted_under_the_providers_id(self) -> None:
        for message in self.sendable():
            self.channel.check_send(message)
            request = self.built(message)
            if request is None:
                continue
            check_request(request, self.kit)
            result = self.channel.parse_send(self.accepting(request))
            assert (result.accepted, result.external_id) == (True, "ext-1")

    def test_a_message_that_is_sent_again_is_the_same_request(self) -> None:
        for message in self.sendable():
            first, second = (self.built(message) for _ in "ab")
            assert first == second

    def test_a_kind_that_the_channel_lacks_is_refused_with_a_sentence(self) -> None:
        for kind in set(MessageKind) - self.channel.CAPABILITIES.kinds_out:
            with pytest.raises(CannotSay) as refusal:
                self.channel.check_send(outgoing(kind, text="x"))
            assert refusal.value.field
            assert refusal.value.reason.endswith(".")

    def test_a_text_of_the_greatest_length_goes_and_a_longer_one_does_not(self) -> None:
        if MessageKind.TEXT not in self.channel.CAPABILITIES.kinds_out:
            return
        limit = self.channel.CAPABILITIES.max_text
        self.channel.check_send(outgoing(text="x" * limit))
        for text in ("x" * (limit + 1), "", "  \n"):
            with pytest.raises(CannotSay) as refusal:
                self.channel.check_send(outgoing(text=text))
            assert refusal.value.field == "text"

    def test_media_without_a_file_is_refused(self) -> None:
        for kind in MEDIA & self.channel.CAPABILITIES.kinds_out:
            with pytest.raises(CannotSay) as refusal:
                self.channel.check_send(outgoing(kind))
            assert refusal.value.field == "attachments"

    @tried
    @given(content=st.dictionaries(st.sampled_from(["buttons", "sections", "components", "contacts", "body"]), JSON))
    def test_no_content_makes_the_check_raise_anything_else(self, content: dict[str, Any]) -> None:
        for kind in self.channel.CAPABILITIES.kinds_out:
            try:
                self.channel.check_send(outgoing(kind, text="x", content={"name": "n", "language": "en", **content}))
            except CannotSay:
                continue

    @tried
    @given(
        status=st.integers(100, 599),
        body=st.binary(max_size=100) | JSON.map(lambda value: json.dumps(value).encode()),
        wait=st.text(max_size=12),
    )
    def test_no_answer_makes_parsing_raise(self, status: int, body: bytes, wait: str) -> None:
        response = HttpResponse(status, {"retry-after": wait}, body)
        result = self.channel.parse_send(response)
        assert result.accepted or result.uncertain or result.error
        assert result.retry_after_seconds is None or result.retry_after_seconds >= 0
        assert self.channel.parse_health(response).detail
        self.channel.parse_media_lookup(response, "media-1", self.kit.inbox, self.kit.credentials)
        if self.channel.CAPABILITIES.profiles:
            profile = cast(ProfilingChannel, self.channel).parse_profile(response)
            assert all(value is None or (isinstance(value, str) and value) for value in astuple(profile))


def completed(call: Call, answer: Callable[[Step], HttpResponse | bytes]) -> HttpRequest | MailRequest:
    """What a call ends in, each step of it answered by `answer`."""
    if isinstance(call, HttpRequest | MailRequest):
        return call
    given: Any = None
    try:
        while True:
            given = answer(call.send(given))
    except StopIteration as end:
        request: HttpRequest | MailRequest = end.value
        return request


def check_item(item: Inbound) -> None:
    """What the services rely on."""
    if isinstance(item, InboundMessage):
        assert item.external_id
        assert item.peer.addresses and all(item.peer.addresses)
        assert all(file.media_id or file.source_url for file in item.attachments)
        # It must go through UTF-8 and strict JSON on its way to the store.
        json.dumps([item.text, dict(item.content)], allow_nan=False, ensure_ascii=False).encode()
    if isinstance(item, TimelineEvent):
        assert item.external_id and item.title
        assert item.subject or item.known_as
        assert re.fullmatch(r"[a-z0-9_.]{1,60}", item.kind)
        json.dumps([item.title, dict(item.data), item.known_as], allow_nan=False, ensure_ascii=False).encode()
    if isinstance(item, StatusUpdate):
        assert item.external_id or item.tracker or item.watermark
    if isinstance(item, Ignored):
        assert item.reason
        return
    at: datetime = item.occurred_at
    assert at.utcoffset() == UTC.utcoffset(None)


def check_request(request: HttpRequest, kit: Kit) -> None:
    """Nothing secret where a redirect or a log could take it."""
    assert request.url.startswith("https://")
    json.loads(request.body)
    shown = f"{request.url} {dict(request.headers)}".encode() + request.body
    for values in kit.credentials.values():
        assert not [value for value in values if value.encode() in shown]


def keys(found: list[Inbound]) -> list[Any]:
    """What tells a repeat; an event's time may be that of its arrival."""
    return [
        (
            type(item).__name__,
            getattr(item, "external_id", None),
            None if isinstance(item, TimelineEvent) else getattr(item, "occurred_at", None),
        )
        for item in found
        if isinstance(item, InboundMessage | StatusUpdate | TimelineEvent)
    ]
