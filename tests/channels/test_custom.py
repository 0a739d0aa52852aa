"""The custom channel: our own contract, in both directions."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.channels import custom
from chalicelib.channels.base import (
    HttpRequest,
    HttpResponse,
    Ignored,
    InboundMessage,
    Outgoing,
    PeerTyping,
    Reply,
    StatusUpdate,
    WebhookRequest,
)
from chalicelib.channels.custom_outbound import PERMANENT
from chalicelib.domain.delivery import DeliveryState, FailureClass
from chalicelib.domain.message import MEDIA, MessageKind
from tests.channels.cases import FILE, ChannelCases, outgoing
from tests.channels.kits import KITS, NEW, NOW, hex_mac

KIT = KITS["custom"]


def post(*events: Any) -> WebhookRequest:
    return KIT.signed(json.dumps({"events": events}).encode())


def changed(fixture: str, **changes: Any) -> Any:
    """The first event of a fixture with other values; None removes one."""
    event = {**KIT.payload(fixture)["events"][0], **changes}
    return {name: value for name, value in event.items() if value is not None}


class TestCustom(ChannelCases):
    name = "custom"

    def handshakes(self) -> Iterable[tuple[WebhookRequest, Reply | None]]:
        yield replace(KIT.fixture("message"), method="GET"), None

    def stale(self) -> WebhookRequest | None:
        return KIT.signed(b"{}", at=NOW - timedelta(seconds=301))

    def sendable(self) -> Iterable[Outgoing]:
        yield outgoing(text="Olá")
        for kind in MEDIA:
            yield outgoing(kind, text="Look", attachments=(FILE, FILE))
        yield outgoing(MessageKind.LOCATION, content={"latitude": 1.0, "longitude": 2.0})
        yield outgoing(MessageKind.CONTACTS, content={"contacts": [{"name": "Bruno"}]})
        yield outgoing(MessageKind.REACTION, content={"target": "m1", "emoji": "👍"})
        yield outgoing(MessageKind.BUTTONS, content={"body": "?", "buttons": [{"id": "y", "title": "Yes"}]})
        yield outgoing(MessageKind.LIST, content={"body": "?", "sections": []})

    def accepting(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse(201, {}, b'{"external_id":"ext-1"}')

    def types(self, name: str, payload: Any) -> Iterator[str]:
        yield from (event["type"] for event in payload["events"] if isinstance(event, dict))

    # Proof.

    @pytest.mark.parametrize("skew", [-300, 0, 300])
    def test_five_minutes_either_way_are_allowed(self, skew: int) -> None:
        custom.verify(KIT.signed(b"{}", at=NOW + timedelta(seconds=skew)), KIT.credentials)

    def test_a_time_in_the_future_is_refused(self) -> None:
        self.refused(KIT.signed(b"{}", at=NOW + timedelta(seconds=301)))

    @pytest.mark.parametrize("timestamp", ["", "now", "nan", "1e99", "-1", "0"])
    def test_a_signed_timestamp_has_to_be_one(self, timestamp: str) -> None:
        headers = {"x-timestamp": timestamp, "x-signature": hex_mac(NEW, f"{timestamp}.{{}}".encode())}
        self.refused(replace(KIT.signed(b"{}"), headers=headers))

    # Events.

    @pytest.mark.parametrize(
        ("fixture", "kind", "text", "content"),
        [
            ("message", MessageKind.TEXT, "Bom dia", {"conversation": "c1"}),
            ("message__media", MessageKind.DOCUMENT, "The invoice", {}),
            ("message__location", MessageKind.LOCATION, "", {"latitude": 1.5, "longitude": 2.5, "name": "Here"}),
            ("message__contact", MessageKind.CONTACTS, "", {"contacts": [{"name": "Bruno", "phone": "+5511"}]}),
            ("message__postback", MessageKind.POSTBACK, "Yes", {"payload": "yes", "title": "Yes"}),
            ("message__reaction", MessageKind.REACTION, "👍", {"target": "m0", "emoji": "👍"}),
            ("message__unsupported", MessageKind.UNSUPPORTED, "", {"raw": {"poll": ["a", "b"]}}),
            ("message.edited", MessageKind.EDIT, "Boa tarde", {"target": "m1", "kind": "text"}),
            ("message.deleted", MessageKind.REVOKE, "", {"target": "m1"}),
            ("reaction", MessageKind.REACTION, "", {"target": "m1", "emoji": "❤️"}),
        ],
    )
    def test_an_event_becomes_its_neutral_message(
        self, fixture: str, kind: MessageKind, text: str, content: dict[str, Any]
    ) -> None:
        message = self.one(fixture)
        assert (message.kind, message.text, message.account_id) == (kind, text, "ch_1")
        assert {name: message.content.get(name) for name in content} == content
        assert (message.peer.primary, message.peer.profile.name) == ("u1", "Ana")

    def test_a_change_of_a_message_is_known_by_the_events_id(self) -> None:
        for fixture in ("message.edited", "message.deleted", "reaction"):
            assert self.one(fixture).external_id == KIT.payload(fixture)["events"][0]["id"]

    def test_a_message_is_known_by_its_own_id(self) -> None:
        assert self.one("message").external_id == KIT.payload("message")["events"][0]["message"]["external_id"]

    def test_what_was_said_elsewhere_is_an_echo(self) -> None:
        assert self.one("message__echo").echo and not self.one("message").echo

    def test_files_come_with_their_address(self) -> None:
        named, bare = self.one("message__media").attachments
        assert (named.source_url, named.mime, named.name, named.size_bytes) == (
            "https://files.example/1.pdf",
            "application/pdf",
            "1.pdf",
            120,
        )
        assert bare.mime == "application/octet-stream"

    def test_typing_is_passed_on(self) -> None:
        assert isinstance(self.one("typing"), PeerTyping)

    def test_statuses_name_a_message_by_id_or_by_tracker(self) -> None:
        sent, delivered, read = self.items("status")
        assert isinstance(sent, StatusUpdate) and isinstance(delivered, StatusUpdate) and isinstance(read, StatusUpdate)
        assert [sent.state, delivered.state, read.state] == [
            DeliveryState.SENT,
            DeliveryState.DELIVERED,
            DeliveryState.READ,
        ]
        assert (sent.external_id, sent.tracker) == ("x1", None)
        assert (delivered.external_id, delivered.tracker) == (None, "leg_0.msg_0.1")

    def test_a_failure_has_the_class_that_the_other_system_gives(self) -> None:
        blocked, busy = self.items("status__failed")
        assert isinstance(blocked, StatusUpdate) and blocked.error
        assert (blocked.error.code, blocked.error.failure) == ("blocked", FailureClass.RECIPIENT)
        assert blocked.error.detail == "The contact blocked you"
        assert isinstance(busy, StatusUpdate) and busy.error and busy.error.failure is FailureClass.RETRY

    @pytest.mark.parametrize(
        ("event", "says"),
        [
            (changed("message", id=None), "id"),
            (changed("message", occurred_at="2026-08-01T10:00:00"), "occurred_at"),
            (changed("message", occurred_at=1785578400), "occurred_at"),
            (changed("message", occurred_at="2026-08-01T10:06:00Z"), "future"),
            (changed("message", contact={}), "contact.external_id"),
            (changed("message", message=None), "message is missing"),
            (changed("message", message={"kind": "text", "text": "x"}), "message.external_id"),
            (changed("message", message={"external_id": "m", "kind": "song"}), "message.kind"),
            (changed("message", message={"external_id": "m", "kind": "text", "direction": "up"}), "direction"),
            (changed("message", message={"external_id": "m", "kind": "text", "text": 5}), "message.text"),
            (changed("message", message={"external_id": "m", "kind": "text", "text": "x" * 20_001}), "message.text"),
            (changed("message", message={"external_id": "m", "kind": "media"}), "message.attachments"),
            (changed("message", message={"external_id": "m", "kind": "location"}), "message.location"),
            (changed("message", message={"external_id": "m", "kind": "contact"}), "message.contacts"),
            (changed("message", message={"external_id": "m", "kind": "postback"}), "postback.payload"),
            (changed("message", message={"external_id": "m", "kind": "reaction"}), "message.reply_to"),
            (
                changed(
                    "message", message={"external_id": "m", "kind": "media", "attachments": [{"url": "file:///x"}]}
                ),
                "attachments[0].url",
            ),
            (changed("reaction", reaction={}), "reaction.message_external_id"),
            (changed("typing", typing={"active": "yes"}), "typing.active"),
            (changed("status", status={"state": "lost", "message_external_id": "x"}), "status.state"),
            (changed("status", status={"state": "read"}), "message_external_id or tracker"),
        ],
    )
    def test_a_mistake_is_told_to_the_sender_of_the_event(self, event: Any, says: str) -> None:
        request = post(event)
        (item,) = custom.normalise(request)
        assert isinstance(item, Ignored) and item.reason.startswith("invalid: ")
        answer = custom.answer(request, KIT.inbox, [item])
        assert answer
        (result,) = json.loads(answer.body)["results"]
        assert (result["status"], result["id"]) == ("invalid", event.get("id"))
        assert says in result["error"]

    def test_every_event_has_its_own_result(self) -> None:
        request = KIT.fixture("batch")
        items = custom.normalise(request)
        answer = custom.answer(request, KIT.inbox, items, frozenset({6}))
        assert answer and (answer.status, answer.content_type) == (202, "application/json")
        results = json.loads(answer.body)["results"]
        events = KIT.payload("batch")["events"]
        assert [result["status"] for result in results] == ["accepted", *["invalid"] * 5, "duplicate"]
        assert [result["id"] for result in results] == [
            event["id"] if isinstance(event, dict) else None for event in events
        ]
        assert [item.text for item in items if isinstance(item, InboundMessage)] == ["first", "last"]

    def test_an_unknown_type_is_told_as_well(self) -> None:
        request = KIT.fixture("unknown__type")
        answer = custom.answer(request, KIT.inbox, custom.normalise(request))
        assert answer and "contact.merged" in json.loads(answer.body)["results"][0]["error"]

    # Sending.

    def test_a_message_is_signed_and_has_the_same_id_on_every_attempt(self) -> None:
        first = outgoing(text="Olá", reply_to="m1", to="u1")
        again = replace(first, attempt=2, attempted_at=NOW + timedelta(hours=6))
        bodies = []
        for message in (first, again):
            request = custom.build_send(message, KIT.inbox, KIT.credentials)
            assert request and (request.method, request.url) == ("POST", "https://other.example/deliver")
            signed = request.headers["x-timestamp"].encode() + b"." + request.body
            assert request.headers["x-signature"] == hex_mac(NEW, signed)
            bodies.append(json.loads(request.body))
        assert [body["id"] for body in bodies] == ["msg_1", "msg_1"]
        assert bodies[0] == {
            "id": "msg_1",
            "type": "message.send",
            "attempt": 1,
            "contact": {"external_id": "u1"},
            "message": {
                "id": "msg_1",
                "tracker": "leg_1.msg_1.1",
                "direction": "out",
                "kind": "text",
                "text": "Olá",
                "reply_to": "m1",
                "created_at": "2026-08-01T10:00:00+00:00",
            },
        }

    def test_a_later_attempt_is_signed_with_its_own_time(self) -> None:
        late = outgoing(text="x", attempted_at=NOW + timedelta(hours=6))
        request = custom.build_send(late, KIT.inbox, KIT.credentials)
        assert request and int(request.headers["x-timestamp"]) == int((NOW + timedelta(hours=6)).timestamp())

    def test_files_and_buttons_go_in_neutral_form(self) -> None:
        buttons = {"body": "?", "buttons": [{"id": "y", "title": "Yes"}]}
        request = custom.build_send(outgoing(MessageKind.BUTTONS, content=buttons), KIT.inbox, KIT.credentials)
        assert request and json.loads(request.body)["message"]["content"] == buttons
        request = custom.build_send(outgoing(MessageKind.IMAGE, attachments=(FILE,)), KIT.inbox, KIT.credentials)
        assert request and json.loads(request.body)["message"]["attachments"] == [
            {"url": FILE.url, "mime": "image/png", "name": "one.png", "size": 1000}
        ]

    def test_an_inbox_without_an_address_is_a_fault_of_its_configuration(self) -> None:
        with pytest.raises(KeyError, match="delivery_url"):
            custom.build_send(outgoing(text="x"), replace(KIT.inbox, settings={}), KIT.credentials)

    @pytest.mark.parametrize("body", [b"", b"{}", b"ok", b'{"external_id":null}'])
    def test_any_2xx_has_taken_the_message(self, body: bytes) -> None:
        result = custom.parse_send(HttpResponse(204, {}, body))
        assert result.accepted and result.external_id is None

    @pytest.mark.parametrize(
        ("status", "failure"),
        [
            *((status, failure) for status, (failure, _) in PERMANENT.items()),
            (408, FailureClass.RETRY),
            (429, FailureClass.RETRY),
            (500, FailureClass.RETRY),
            (503, FailureClass.RETRY),
            (302, FailureClass.CONFIG),
            (418, FailureClass.CONTENT),
        ],
    )
    def test_a_refusal_has_its_class(self, status: int, failure: FailureClass) -> None:
        result = custom.parse_send(HttpResponse(status, {"retry-after": "7"}, b'{"error":{"message":"No room"}}'))
        assert result.error and result.error.failure is failure
        assert result.retry_after_seconds == 7
        assert "No room" in result.error.detail
        assert (failure is FailureClass.RETRY) == (status not in PERMANENT and status not in (302, 418))

    def test_a_refusal_may_name_its_class_itself(self) -> None:
        body = b'{"error":{"code":"opted_out","message":"No","class":"recipient"}}'
        result = custom.parse_send(HttpResponse(422, {}, body))
        assert result.error and (result.error.code, result.error.failure) == ("opted_out", FailureClass.RECIPIENT)
