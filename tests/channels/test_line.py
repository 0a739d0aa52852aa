"""LINE: what the Messaging API sends."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.channels import line
from chalicelib.channels.base import (
    AccountNotice,
    CannotSay,
    HttpRequest,
    HttpResponse,
    Ignored,
    InboundMessage,
    Outgoing,
    OutgoingAttachment,
    Reply,
    WebhookRequest,
)
from chalicelib.channels.line_bodies import MESSAGE_TYPES
from chalicelib.domain.message import MessageKind
from tests.channels.cases import ChannelCases, outgoing
from tests.channels.kits import KITS

KIT = KITS["line"]
BOT, ANA, BIA = KIT.account_id, "U000000000000000000000000000000a1", "U000000000000000000000000000000b2"
GROUP, ROOM = "C00000000000000000000000000000c01", "R00000000000000000000000000000d01"
FILES = {
    MessageKind.IMAGE: OutgoingAttachment("https://files.example/1.png", "image/png", "1.png", 1000),
    MessageKind.AUDIO: OutgoingAttachment("https://files.example/1.m4a", "audio/mp4", "1.m4a", 1000),
    MessageKind.VIDEO: OutgoingAttachment("https://files.example/1.mp4", "video/mp4", "1.mp4", 1000),
}


def said(**message: Any) -> InboundMessage:
    event = {**KIT.payload("message")["events"][0], "message": {"id": "5", **message}}
    (item,) = line.normalise(KIT.signed(json.dumps({"destination": BOT, "events": [event]}).encode()))
    assert isinstance(item, InboundMessage)
    return item


def to_line(kind: MessageKind = MessageKind.TEXT, **values: Any) -> Outgoing:
    return outgoing(kind, **{"to": ANA, **values})


class TestLine(ChannelCases):
    name = "line"

    def handshakes(self) -> Iterable[tuple[WebhookRequest, Reply | None]]:
        yield replace(KIT.fixture("message"), method="GET"), None
        # "Verify" in the console.
        yield KIT.fixture("unknown__no_events"), None

    def stale(self) -> WebhookRequest | None:
        return None

    def sendable(self) -> Iterable[Outgoing]:
        yield to_line(text="Olá")
        for kind, file in FILES.items():
            yield to_line(kind, text="Look", attachments=(file,))
        yield to_line(MessageKind.LOCATION, content={"latitude": 1.0, "longitude": 2.0})
        yield to_line(MessageKind.BUTTONS, content={"body": "?", "buttons": [{"id": "y", "title": "Yes"}]})
        sections = [{"title": "A", "rows": [{"id": "1", "title": "One"}]}]
        yield to_line(MessageKind.LIST, content={"body": "?", "button": "Open", "sections": sections})

    def accepting(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse(200, {}, b'{"sentMessages":[{"id":"ext-1","quoteToken":"q"}]}')

    def types(self, name: str, payload: Any) -> Iterator[str]:
        yield from (event["type"] for event in payload["events"] if isinstance(event, dict) and name != "batch")

    def test_lengths_are_counted_in_utf_16_code_units(self) -> None:
        line.check_send(to_line(text="🙂" * 2500))
        with pytest.raises(CannotSay):
            line.check_send(to_line(text="🙂" * 2501))

    # Who.

    @pytest.mark.parametrize(
        ("fixture", "address", "kind", "author"),
        [
            ("message", ANA, "user", None),
            ("message__in_a_group", GROUP, "group", {"user_id": ANA}),
            ("message__in_a_room", ROOM, "room", None),
            ("memberJoined", GROUP, "group", None),
        ],
    )
    def test_the_chat_is_the_peer_and_groups_name_who_wrote(
        self, fixture: str, address: str, kind: str, author: dict[str, str] | None
    ) -> None:
        item = self.one(fixture)
        assert (item.peer.addresses, item.peer.facts["chat_type"]) == ((address,), kind)
        assert item.content.get("author") == author

    def test_the_account_is_the_destination(self) -> None:
        assert self.one("message").account_id == BOT
        payload = KIT.payload("message")
        del payload["destination"]
        (item,) = line.normalise(KIT.signed(json.dumps(payload).encode()))
        assert isinstance(item, InboundMessage) and item.account_id == "inb_1"

    def test_an_event_of_nobody_is_kept_as_a_notice(self) -> None:
        item = self.one("message__without_source")
        assert isinstance(item, AccountNotice) and item.kind == "message.unattributed"
        assert item.detail["message"]["text"] == "Who?"

    # What.

    @pytest.mark.parametrize(
        ("fixture", "kind", "text", "content"),
        [
            ("message", "text", "こんにちは (hello)", {"quote_token": "quote-1", "mark_as_read_token": "read-1"}),
            ("message__location", "location", "", {"name": "Shop", "latitude": 35.67966}),
            ("message__sticker", "sticker", "Hi!", {"sticker_id": "1988", "keywords": ["Cheerful", "Hello"]}),
            ("message__standby", "text", "For the other module", {"standby": True}),
            ("messageEdited", "edit", "Who is here?", {"target": "500000000000000001", "kind": "text"}),
            ("unsend", "revoke", "", {"target": "500000000000000001"}),
            ("postback", "postback", "action=buy&item=7", {"payload": "action=buy&item=7", "source": "button"}),
            ("postback__with_a_date", "postback", "pick", {"params": {"datetime": "2026-08-02T10:00"}}),
            ("follow", "system", "The customer has added the account as a friend.", {"type": "followed"}),
            ("follow__unblocked", "system", "The customer has unblocked the account.", {"type": "unblocked"}),
            ("unfollow", "system", "The customer has blocked the account.", {"type": "blocked"}),
            ("memberLeft", "system", "", {"type": "memberLeft"}),
            (
                "beacon",
                "system",
                "",
                {"type": "beacon", "beacon": {"hwid": "d41d8cd98f", "type": "enter", "dm": "01020304"}},
            ),
            ("accountLink", "system", "", {"link": {"result": "ok", "nonce": "nonce-1"}}),
            ("unknown__message_type", "unsupported", "", {"type": "hologram"}),
        ],
    )
    def test_an_event_becomes_its_neutral_message(
        self, fixture: str, kind: str, text: str, content: dict[str, Any]
    ) -> None:
        item = self.one(fixture)
        assert (item.kind.value, item.text, item.account_id) == (kind, text, BOT)
        assert {name: item.content.get(name) for name in content} == content

    @pytest.mark.parametrize(
        ("fixture", "kind", "mime", "content"),
        [
            ("message__image", "image", "image/jpeg", {"album_place": 1, "album_size": 2}),
            ("message__video", "video", "video/mp4", {"duration_ms": 61000}),
            ("message__audio", "audio", "audio/mp4", {"duration_ms": 3200}),
            ("message__file", "document", "application/octet-stream", {}),
        ],
    )
    def test_lines_own_files_are_fetched_with_the_token(
        self, fixture: str, kind: str, mime: str, content: dict[str, Any]
    ) -> None:
        item = self.one(fixture)
        (file,) = item.attachments
        assert (item.kind.value, file.mime, file.media_id) == (kind, mime, item.external_id)
        assert {name: item.content.get(name) for name in content} == content
        assert line.build_media_lookup(file.media_id, KIT.inbox, KIT.credentials) is None
        place = line.media_location(file.source_url, KIT.inbox, KIT.credentials)
        assert place.url == f"https://api-data.line.me/v2/bot/message/{item.external_id}/content"
        assert place.secret_headers == {"authorization": "Bearer line-token-1"}

    def test_a_file_has_its_name_and_size(self) -> None:
        (file,) = self.one("message__file").attachments
        assert (file.name, file.size_bytes) == ("invoice.pdf", 2138)

    def test_a_file_elsewhere_is_fetched_without_the_token(self) -> None:
        item = self.one("message__image_elsewhere")
        (file,) = item.attachments
        assert (file.media_id, file.source_url) == (None, "https://files.example/a.jpg")
        assert not line.media_location(file.source_url, KIT.inbox, KIT.credentials).secret_headers
        assert item.content["preview_url"] == "https://files.example/a-small.jpg"

    @pytest.mark.parametrize(
        "url",
        [
            "https://api-data.line.me.evil.example/v2/bot/message/1/content",
            "http://api-data.line.me/v2/bot/message/1/content",
            "https://api-data.line.me/v2/bot/message/1/content?x",
            "https://api-data.line.me@evil.example/v2/bot/message/1/content",
            "https://api-data.line.me/v2/bot/message/../../oauth/content",
        ],
    )
    def test_the_token_goes_to_lines_own_place_alone(self, url: str) -> None:
        place = line.media_location(url, KIT.inbox, KIT.credentials)
        assert (place.url, place.secret_headers) == (url, {})

    @pytest.mark.parametrize("kind", sorted(MESSAGE_TYPES))
    @pytest.mark.parametrize(
        "value", [{}, {"text": 5, "latitude": "x", "packageId": [], "contentProvider": {"type": "external"}}]
    )
    def test_a_message_that_makes_no_sense_is_kept_as_unsupported(self, kind: str, value: dict[str, Any]) -> None:
        if kind in ("image", "video", "audio", "file") and not value:
            return
        item = said(type=kind, **value)
        assert item.kind is MessageKind.UNSUPPORTED
        assert item.content["raw"] == {"id": "5", "type": kind, **value}

    def test_what_is_quoted_is_named(self) -> None:
        item = self.one("message__quoting")
        assert (item.reply_to, item.content["quoted"]) == ("500000000000000001", {"id": "500000000000000001"})

    # Keys, times, repeats.

    def test_a_message_is_known_by_its_own_id_and_other_events_by_theirs(self) -> None:
        for fixture in ("message", "message__image"):
            assert self.one(fixture).external_id == KIT.payload(fixture)["events"][0]["message"]["id"]
        for fixture in ("unsend", "postback", "follow", "messageEdited", "memberJoined"):
            assert self.one(fixture).external_id == KIT.payload(fixture)["events"][0]["webhookEventId"]

    def test_a_redelivery_is_the_same_message(self) -> None:
        first, again = self.items("message__redelivered")
        assert isinstance(first, InboundMessage) and isinstance(again, InboundMessage)
        assert (first.external_id, first.occurred_at) == (again.external_id, again.occurred_at)
        assert ("redelivered" in first.content, again.content["redelivered"]) == (False, True)

    def test_a_redelivery_without_ids_is_the_same_too(self) -> None:
        payload = KIT.payload("message__without_ids")
        payload["events"][0]["deliveryContext"]["isRedelivery"] = True
        (again,) = line.normalise(KIT.signed(json.dumps(payload).encode()))
        assert isinstance(again, InboundMessage)
        assert again.external_id == self.one("message__without_ids").external_id

    def test_times_are_in_milliseconds(self) -> None:
        at = KIT.payload("message")["events"][0]["timestamp"]
        assert self.one("message").occurred_at == datetime.fromtimestamp(at / 1000, UTC)

    def test_the_reply_token_is_kept(self) -> None:
        assert self.one("message").content["reply_token"] == KIT.payload("message")["events"][0]["replyToken"]
        assert "reply_token" not in self.one("message__standby").content

    # News, and what is none.

    @pytest.mark.parametrize(
        ("fixture", "kind"),
        [
            ("join", "bot.membership"),
            ("leave", "bot.membership"),
            ("module", "account.module"),
            ("botSuspended", "account.suspended"),
            ("botResumed", "account.resumed"),
            ("delivery", "account.delivery"),
        ],
    )
    def test_news_of_the_account_is_a_notice(self, fixture: str, kind: str) -> None:
        item = self.one(fixture)
        assert isinstance(item, AccountNotice) and item.kind == kind
        assert item.detail == KIT.payload(fixture)["events"][0]

    @pytest.mark.parametrize(
        ("fixture", "reason"),
        [
            ("unknown__event", "event.telepathy"),
            ("unknown__no_events", "empty"),
            ("unsend__without_message", "unsend_without_message"),
            ("messageEdited__without_message", "edit_without_message"),
            ("postback__without_data", "postback_without_data"),
        ],
    )
    def test_what_says_nothing_is_ignored(self, fixture: str, reason: str) -> None:
        item = self.one(fixture)
        assert isinstance(item, Ignored) and item.reason == reason

    def test_bad_events_do_not_lose_their_neighbours(self) -> None:
        texts = [item.text for item in self.items("batch") if isinstance(item, InboundMessage) and item.text]
        assert texts == ["first", "last"]
