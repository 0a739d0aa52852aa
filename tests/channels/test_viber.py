"""Viber: what it posts."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.channels import viber
from chalicelib.channels.base import (
    AccountNotice,
    HttpRequest,
    HttpResponse,
    Ignored,
    InboundMessage,
    Outgoing,
    OutgoingAttachment,
    ReachabilityChanged,
    Reply,
    StatusUpdate,
    WebhookRequest,
)
from chalicelib.domain.delivery import DeliveryState, FailureClass
from chalicelib.domain.message import MessageKind
from tests.channels.cases import ChannelCases, outgoing
from tests.channels.kits import KITS

KIT = KITS["viber"]
ANA = "Rk1AbC+dE/0123456789A=="
FILES = {
    MessageKind.IMAGE: OutgoingAttachment("https://files.example/1.png", "image/png", "1.png", 1000),
    MessageKind.AUDIO: OutgoingAttachment("https://files.example/1.mp3", "audio/mpeg", "1.mp3", 1000),
    MessageKind.VIDEO: OutgoingAttachment("https://files.example/1.mp4", "video/mp4", "1.mp4", 1000),
    MessageKind.DOCUMENT: OutgoingAttachment("https://files.example/1.pdf", "application/pdf", "1.pdf", 1000),
}
CARD = {"name": {"formatted_name": "Rui Costa"}, "phones": [{"phone": "+5511987650009"}]}
BUTTONS = [{"id": "y", "title": "Yes"}, {"id": "n", "title": "No"}]
LIST = {"body": "?", "sections": [{"rows": [{"id": "1", "title": "One"}]}]}


def post(payload: Any) -> WebhookRequest:
    return KIT.signed(json.dumps(payload).encode())


def said(**message: Any) -> InboundMessage:
    payload = {"event": "message", "timestamp": 1785577000000, "message_token": 9, "sender": {"id": ANA}}
    (item,) = viber.normalise(post({**payload, "message": message}))
    assert isinstance(item, InboundMessage)
    return item


class TestViber(ChannelCases):
    name = "viber"

    def handshakes(self) -> Iterable[tuple[WebhookRequest, Reply | None]]:
        yield replace(KIT.fixture("message"), method="GET"), None
        yield KIT.fixture("webhook"), None

    def stale(self) -> WebhookRequest | None:
        return None

    def sendable(self) -> Iterable[Outgoing]:
        yield outgoing(text="Olá", author_name="Bia")
        for kind, file in FILES.items():
            yield outgoing(kind, text="Look" if kind is MessageKind.IMAGE else "", attachments=(file,))
        yield outgoing(MessageKind.LOCATION, content={"latitude": 1.0, "longitude": 2.0})
        yield outgoing(MessageKind.CONTACTS, content={"contacts": [CARD]})
        yield outgoing(MessageKind.BUTTONS, content={"body": "?", "buttons": BUTTONS})
        yield outgoing(MessageKind.LIST, content=LIST)

    def accepting(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse(200, {}, b'{"status":0,"status_message":"ok","message_token":"ext-1"}')

    def types(self, name: str, payload: Any) -> Iterator[str]:
        yield payload.get("event", "")

    # Who and what.

    def test_the_sender_is_who_we_talk_with(self) -> None:
        peer = self.one("message").peer
        assert peer.addresses == (ANA,)
        profile = peer.profile
        assert (profile.name, profile.locale) == ("Ana Souza", "pt-BR")
        assert profile.avatar_url == "https://media-direct.example/ana.jpg"
        assert peer.facts == {"country": "BR", "primary_device_os": "android 14", "api_version": 10}

    def test_a_message_token_is_kept_to_the_last_digit(self) -> None:
        assert self.one("message").external_id == str(KIT.payload("message")["message_token"])
        assert int(self.one("message").external_id) > 2**53

    def test_times_are_in_milliseconds(self) -> None:
        given = KIT.payload("message")["timestamp"]
        assert self.one("message").occurred_at == datetime.fromtimestamp(given / 1000, UTC)
        assert not self.one("message").untimed
        assert self.one("message__garbage_timestamp").untimed

    def test_a_message_without_a_token_is_known_by_its_content(self) -> None:
        first = self.one("message__without_token")
        assert first.external_id.startswith("derived:")

    @pytest.mark.parametrize("path", ["/webhooks/viber/inb_9/", "/v/viber/inb_9"])
    def test_the_account_is_the_inbox_that_was_called(self, path: str) -> None:
        (item,) = viber.normalise(replace(KIT.fixture("message"), path=path))
        assert isinstance(item, InboundMessage) and item.account_id == "inb_9"

    def test_a_message_of_nobody_is_kept_as_a_notice(self) -> None:
        item = self.one("message__without_sender")
        assert isinstance(item, AccountNotice) and item.kind == "message.unattributed"

    @pytest.mark.parametrize(
        ("fixture", "kind", "text", "content"),
        [
            ("message", "text", "Bom dia, o pedido 1042 já saiu? 📦", {}),
            ("message__foreign_tracking", "text", "Oi", {"tracking_data": "campaign-7"}),
            ("message__typed_after_buttons", "text", "Talvez", {}),
            (
                "message__pressed",
                "postback",
                "Sim, por favor",
                {"payload": "answer:yes", "title": "Sim, por favor", "source": "button"},
            ),
            ("message__sticker", "sticker", "", {"sticker_id": "46105"}),
            (
                "message__contact",
                "contacts",
                "",
                {
                    "contacts": [
                        {
                            "name": {"formatted_name": "Rui Costa"},
                            "phones": [{"phone": "+5511987650009"}],
                            "avatar": "https://dl-media.example/rui.jpg",
                        }
                    ]
                },
            ),
            ("message__url", "text", "https://loja.example/p/1042", {"link": "https://loja.example/p/1042"}),
            (
                "message__location",
                "location",
                "",
                {"latitude": -23.5505, "longitude": -46.6333, "address": "Rua Augusta 10"},
            ),
            (
                "unknown__message_type",
                "unsupported",
                "",
                {
                    "type": "hologram",
                    "raw": {"type": "hologram", "media": "https://dl-media.example/h1", "depth": 3},
                },
            ),
        ],
    )
    def test_a_message_becomes_its_neutral_form(
        self, fixture: str, kind: str, text: str, content: dict[str, Any]
    ) -> None:
        item = self.one(fixture)
        assert (item.kind.value, item.text, item.account_id) == (kind, text, "inb_1")
        assert {name: part for name, part in item.content.items() if name != "chat_hostname"} == content

    @pytest.mark.parametrize(
        ("fixture", "kind", "url", "name", "size"),
        [
            ("message__picture", "image", "https://dl-media.example/p1.jpg", "p1.jpg", 20480),
            ("message__video", "video", "https://dl-media.example/v1.mp4", "v1.mp4", 900000),
            ("message__file", "document", "https://dl-media.example/f1.pdf", "nota fiscal.pdf", 10000),
            ("message__sticker", "sticker", "https://dl-media.example/46105.png", None, None),
        ],
    )
    def test_a_file_comes_with_its_address(self, fixture: str, kind: str, url: str, name: str, size: int) -> None:
        item = self.one(fixture)
        (file,) = item.attachments
        assert (item.kind.value, file.source_url, file.name, file.size_bytes) == (kind, url, name, size)
        assert viber.media_location(url, KIT.inbox, KIT.credentials).secret_headers == {}

    @pytest.mark.parametrize("kind", ["text", "picture", "sticker", "contact", "url", "location"])
    @pytest.mark.parametrize("value", [{}, [], "", True, None])
    def test_a_body_that_makes_no_sense_is_kept_as_unsupported(self, kind: str, value: Any) -> None:
        names = {"text": "text", "sticker": "sticker_id", "contact": "contact", "location": "location"}
        field = names.get(kind, "media")
        item = said(type=kind, **{field: value})
        assert item.kind is MessageKind.UNSUPPORTED and item.content["raw"][field] == value

    @pytest.mark.parametrize(
        "data", ["", "{", "[]", '{"parley":[]}', '{"parley":{"buttons":{"Sim":5}}}', '{"parley":{"buttons":[]}}', 7]
    )
    def test_what_somebody_else_gave_a_message_to_carry_makes_no_press(self, data: Any) -> None:
        item = said(type="text", text="Sim", tracking_data=data)
        assert item.kind is MessageKind.TEXT

    def test_what_has_no_name_among_ours_is_kept(self) -> None:
        assert said(type="text", text="x", new_field=[1]).content["extra"] == {"new_field": [1]}

    # Marks, and who lets the bot in.

    @pytest.mark.parametrize(
        ("fixture", "state"),
        [("delivered", DeliveryState.DELIVERED), ("seen", DeliveryState.READ), ("failed", DeliveryState.FAILED)],
    )
    def test_a_mark_names_viber_s_own_token(self, fixture: str, state: DeliveryState) -> None:
        item = self.one(fixture)
        assert isinstance(item, StatusUpdate)
        assert (item.state, item.external_id) == (state, str(KIT.payload(fixture)["message_token"]))
        assert item.peer and item.peer.primary == ANA and not item.watermark
        assert (item.error is not None) == (fixture == "failed")

    def test_a_failure_says_what_viber_said(self) -> None:
        error = self.one("failed").error
        assert error.failure is FailureClass.RECIPIENT and "cannot be shown on the device" in error.detail

    def test_a_mark_of_nothing_is_ignored(self) -> None:
        assert self.one("delivered__without_token") == Ignored("delivered_without_message")

    def test_leaving_and_coming_back_change_whether_somebody_can_be_reached(self) -> None:
        gone, back = self.one("unsubscribed"), self.one("subscribed")
        assert isinstance(gone, ReachabilityChanged) and isinstance(back, ReachabilityChanged)
        assert (gone.address, gone.reachable, gone.reason) == (ANA, False, "blocked")
        assert (back.address, back.reachable) == (ANA, True)

    def test_opening_the_chat_says_nothing_unless_a_link_led_there(self) -> None:
        assert self.one("conversation_started") == Ignored("conversation_started")
        item = self.one("conversation_started__by_link")
        assert (item.kind, item.content["referral"]["payload"]) == (MessageKind.SYSTEM, "order-1042")

    @pytest.mark.parametrize("repeats", [frozenset[int](), frozenset({0})])
    def test_who_opens_the_chat_is_welcomed_on_the_spot_where_the_inbox_says_so(self, repeats: frozenset[int]) -> None:
        request = KIT.fixture("conversation_started")
        items = viber.normalise(request)
        assert viber.answer(request, KIT.inbox, items, repeats) is None
        inbox = replace(KIT.inbox, name="Padaria", settings={"welcome": "Olá! Como podemos ajudar?"})
        reply = viber.answer(request, inbox, items, repeats)
        assert reply and (reply.status, reply.content_type) == (200, "application/json")
        expected = {"sender": {"name": "Padaria"}, "type": "text", "text": "Olá! Como podemos ajudar?"}
        assert json.loads(reply.body) == expected
        assert viber.answer(KIT.fixture("message"), inbox, []) is None
