"""Telegram: what the Bot API sends."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.channels import telegram
from chalicelib.channels.base import (
    AccountNotice,
    HttpRequest,
    HttpResponse,
    IdentityChanged,
    Ignored,
    InboundMessage,
    Outgoing,
    OutgoingAttachment,
    Reply,
    WebhookRequest,
)
from chalicelib.channels.telegram_bodies import CONTENT_FIELDS, SERVICE_FIELDS
from chalicelib.channels.telegram_inbound import UNUSED
from chalicelib.domain.message import MessageKind
from tests.channels.cases import ChannelCases, outgoing
from tests.channels.kits import KITS, NOW

KIT = KITS["telegram"]
CHAT, GROUP, BUSINESS = "5000000001", "-1001900000001", "5000000001@Bc_9xkQ2-eXampleConnection"
TOKEN = KIT.credentials["bot_token"][0]
FILES = {
    MessageKind.IMAGE: OutgoingAttachment("https://files.example/1.png", "image/png", "1.png", 1000),
    MessageKind.AUDIO: OutgoingAttachment("https://files.example/1.mp3", "audio/mpeg", "1.mp3", 1000),
    MessageKind.VIDEO: OutgoingAttachment("https://files.example/1.mp4", "video/mp4", "1.mp4", 1000),
    MessageKind.DOCUMENT: OutgoingAttachment("https://files.example/1.pdf", "application/pdf", "1.pdf", 1000),
    MessageKind.STICKER: OutgoingAttachment("https://files.example/1.webp", "image/webp", None, 1000),
}
CARD = {"name": {"formatted_name": "Rui Costa"}, "phones": [{"phone": "+5511987650009"}]}


def post(update: Any) -> WebhookRequest:
    return KIT.signed(json.dumps(update).encode())


def said(**fields: Any) -> InboundMessage:
    chat = {"id": 5000000001, "type": "private", "first_name": "Ana"}
    message = {"message_id": 9, "chat": chat, "from": chat, "date": 1785578000, **fields}
    (item,) = telegram.normalise(post({"update_id": 7, "message": message}))
    assert isinstance(item, InboundMessage)
    return item


class TestTelegram(ChannelCases):
    name = "telegram"

    def handshakes(self) -> Iterable[tuple[WebhookRequest, Reply | None]]:
        yield replace(KIT.fixture("message"), method="GET"), None

    def stale(self) -> WebhookRequest | None:
        return None

    def sendable(self) -> Iterable[Outgoing]:
        yield outgoing(text="Olá", reply_to="12")
        for kind, file in FILES.items():
            yield outgoing(kind, text="" if kind is MessageKind.STICKER else "Look", attachments=(file,))
        yield outgoing(MessageKind.LOCATION, content={"latitude": 1.0, "longitude": 2.0})
        yield outgoing(MessageKind.CONTACTS, content={"contacts": [CARD]})
        yield outgoing(MessageKind.REACTION, content={"target": "12", "emoji": "👍"})
        yield outgoing(MessageKind.BUTTONS, content={"body": "?", "buttons": [{"id": "y", "title": "Yes"}]})
        sections = [{"title": "A", "rows": [{"id": "1", "title": "One"}]}]
        yield outgoing(MessageKind.LIST, content={"body": "?", "button": "Open", "sections": sections})

    def accepting(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse(200, {}, b'{"ok":true,"result":{"message_id":"ext-1"}}')

    def types(self, name: str, payload: Any) -> Iterator[str]:
        yield from (kind for kind in payload if kind != "update_id")

    def test_what_is_sent_is_accepted_under_the_providers_id(self) -> None:
        """As everywhere, save that the Bot API has its token in the path, and nowhere else."""
        for message in self.sendable():
            self.channel.check_send(message)
            request = self.built(message)
            assert request
            base, token, method = request.url.rsplit("/", 2)
            assert (base, token) == ("https://api.telegram.org", f"bot{TOKEN}") and method.isalpha()
            shown = f"{method} {dict(request.headers)}".encode() + request.body
            assert not [value for values in KIT.credentials.values() for value in values if value.encode() in shown]
            result = self.channel.parse_send(self.accepting(request))
            assert (result.accepted, result.external_id) == (True, "ext-1")

    # Who.

    def test_a_private_chat_is_the_person(self) -> None:
        peer = self.one("message").peer
        assert peer.addresses == (CHAT,)
        profile = peer.profile
        assert (profile.name, profile.username, profile.locale) == ("Ana Souza", "ana_souza", "pt-br")

    def test_a_group_is_one_peer_and_names_who_wrote(self) -> None:
        item = self.one("message__in_a_group")
        assert (item.peer.addresses, item.peer.profile.name) == ((GROUP,), "Padaria do bairro")
        assert item.content["author"]["id"] == 5000000001
        assert (item.content["topic"], item.content["extra"]["message_thread_id"]) == ("7", 7)
        assert self.one("message__anonymous_admin").content["author"]["title"] == "Padaria do bairro"
        assert "author" not in self.one("message").content

    def test_ids_beyond_32_bits_are_kept_whole(self) -> None:
        assert self.one("message__large_ids").peer.addresses == ("4503599627370495",)

    def test_the_account_is_the_inbox_that_was_called(self) -> None:
        request = KIT.fixture("message")
        for path, account in (("/webhooks/telegram/inb_9/", "inb_9"), ("/somewhere", ""), ("/telegram/a b", "")):
            (item,) = telegram.normalise(replace(request, path=path))
            assert isinstance(item, InboundMessage) and item.account_id == account

    @pytest.mark.parametrize("fixture", ["message__without_chat", "edited_message__without_chat"])
    def test_a_message_of_nobody_is_kept_as_a_notice(self, fixture: str) -> None:
        item = self.one(fixture)
        assert isinstance(item, AccountNotice) and item.kind == "message.unattributed"

    # What.

    @pytest.mark.parametrize(
        ("fixture", "kind", "text", "content"),
        [
            ("message", "text", "Bom dia, o pedido 1042 já saiu?", {"entities": [{"type": "bold"}]}),
            ("message__start", "text", "/start order-1042", {"referral": {"payload": "order-1042"}}),
            ("message__reply", "text", "Esse mesmo", {"quoted": {"id": "90", "text": "1042", "position": 9}}),
            ("message__forwarded", "text", "Vejam isto", {"forwarded": True, "forward_origin": {"type": "user"}}),
            ("message__location", "location", "", {"latitude": -23.5505, "live_period": 900}),
            ("message__venue", "location", "", {"name": "Padaria", "address": "Rua Augusta 10", "latitude": -23.55}),
            ("message__dice", "text", "🎲", {"dice": {"value": 5}}),
            ("message__web_app", "form", "", {"name": "Escolher", "values": {"size": "G", "count": 2}}),
            ("message__web_app_plain", "form", "", {"values": {}, "response": "size=G"}),
            ("message__pinned", "system", "", {"type": "pinned_message", "pinned_message": {"message_id": 20}}),
            ("message__members_joined", "system", "", {"type": "new_chat_members"}),
            ("message__poll", "unsupported", "", {"type": "unknown", "raw": {"poll": {"question": "Qual?"}}}),
            ("unknown__message_content", "unsupported", "", {"raw": {"hologram": {"file_id": "HOLO-1"}}}),
            ("edited_message", "edit", "Bom dia, o pedido 1043 já saiu?", {"target": "1", "kind": "text"}),
            ("edited_message__caption", "edit", "O pacote certo", {"target": "5", "kind": "image"}),
            ("edited_business_message", "edit", "Vocês abrem amanhã?", {"target": "40", "kind": "text"}),
            ("my_chat_member", "system", "The customer has blocked the bot.", {"type": "blocked"}),
            ("my_chat_member__unblocked", "system", "The customer has unblocked the bot.", {"type": "unblocked"}),
            ("message_reaction", "reaction", "", {"target": "91", "emoji": "👍"}),
            ("message_reaction__removed", "reaction", "", {"target": "91", "emoji": "", "previous": [{"emoji": "👍"}]}),
            ("callback_query", "postback", "Sim", {"payload": "answer:yes", "title": "Sim", "source": "button"}),
            ("callback_query__old_message", "postback", "answer:no", {"payload": "answer:no"}),
        ],
    )
    def test_an_update_becomes_its_neutral_message(
        self, fixture: str, kind: str, text: str, content: dict[str, Any]
    ) -> None:
        item = self.one(fixture)
        assert (item.kind.value, item.text, item.account_id) == (kind, text, "inb_1")
        assert_within(content, item.content)

    @pytest.mark.parametrize(
        ("fixture", "kind", "media_id", "mime", "content"),
        [
            ("message__photo", "image", "AgAC-large", "image/jpeg", {"file": {"file_unique_id": "uq-large"}}),
            ("message__video", "video", "BAAC-video", "video/mp4", {"file": {"duration": 12}}),
            ("message__video_note", "video", "DQAC-note", "video/mp4", {"video_note": True}),
            ("message__animation", "video", "CgAC-anim", "video/mp4", {"animated": True}),
            ("message__voice", "audio", "AwAC-voice", "audio/ogg", {}),
            ("message__audio", "audio", "CQAC-audio", "audio/mpeg", {"file": {"title": "Canção"}}),
            ("message__document", "document", "BQAC-doc", "application/pdf", {}),
            ("message__sticker_still", "sticker", "CAAC-still", "image/webp", {"emoji": "👋"}),
            ("message__sticker_animated", "sticker", "CAAC-animated", "application/x-tgsticker", {}),
            ("message__sticker_video", "sticker", "CAAC-video", "video/webm", {}),
        ],
    )
    def test_a_file_is_known_by_its_id(
        self, fixture: str, kind: str, media_id: str, mime: str, content: dict[str, Any]
    ) -> None:
        item = self.one(fixture)
        (file,) = item.attachments
        assert (item.kind.value, file.media_id, file.mime, file.source_url) == (kind, media_id, mime, None)
        assert file.voice == (fixture == "message__voice")
        assert_within(content, item.content)

    def test_the_pictures_of_an_album_name_it(self) -> None:
        first, second = self.one("message__album_a"), self.one("message__album_b")
        assert first.content["album"] == second.content["album"] == "13900000000000001"
        assert (first.text, second.text) == ("As duas", "")

    def test_a_contact_is_a_card(self) -> None:
        (card,) = self.one("message__contact").content["contacts"]
        assert card["name"] == {"formatted_name": "Rui Costa", "first_name": "Rui", "last_name": "Costa"}
        assert (card["phones"], card["user_id"]) == ([{"phone": "+5511987650009"}], "5000000555")

    @pytest.mark.parametrize("name", sorted(CONTENT_FIELDS))
    @pytest.mark.parametrize("value", [{}, [], "", 5, True, {"file_id": {}}, [{"file_id": ""}]])
    def test_a_content_that_makes_no_sense_is_kept_as_unsupported(self, name: str, value: Any) -> None:
        item = said(**{name: value})
        assert item.kind is MessageKind.UNSUPPORTED
        assert item.content["raw"][name] == value

    @pytest.mark.parametrize("name", SERVICE_FIELDS)
    def test_what_happens_in_a_chat_is_a_system_message(self, name: str) -> None:
        item = said(**{name: {"a": 1}})
        assert item.kind is MessageKind.SYSTEM
        assert item.content["type"] == name

    # Edits, deletions, presses: keys and times.

    def test_an_edit_has_its_own_key_and_time_and_keeps_the_first(self) -> None:
        item = self.one("edited_message")
        assert item.external_id == f"update.{KIT.payload('edited_message')['update_id']}"
        value = KIT.payload("edited_message")["edited_message"]
        assert item.occurred_at == datetime.fromtimestamp(value["edit_date"], UTC)
        assert item.content["extra"]["date"] == value["date"]

    def test_every_deleted_message_is_a_revocation(self) -> None:
        first, second = self.items("deleted_business_messages")
        assert isinstance(first, InboundMessage) and isinstance(second, InboundMessage)
        assert [first.content["target"], second.content["target"]] == ["40", "43"]
        assert first.external_id != second.external_id
        assert first.peer.addresses == (BUSINESS,)
        kept = self.items("deleted_business_messages__some_bad")
        assert [item.content["target"] for item in kept if isinstance(item, InboundMessage)] == ["44", "45"]
        assert isinstance(self.one("deleted_business_messages__none"), Ignored)

    def test_a_press_has_the_time_it_came_at_which_is_after_its_question(self) -> None:
        request = KIT.fixture("callback_query")
        asked = datetime.fromtimestamp(KIT.payload("callback_query")["callback_query"]["message"]["date"], UTC)
        for received, expected in (
            (asked - timedelta(seconds=5), asked + timedelta(seconds=1)),
            (NOW + timedelta(days=3, minutes=20), NOW + timedelta(days=3, minutes=20)),
        ):
            (item,) = telegram.normalise(replace(request, received_at=received))
            assert isinstance(item, InboundMessage) and (item.occurred_at, item.untimed) == (expected, True)

    def test_a_repeat_gives_the_same_ids_and_times(self) -> None:
        """As everywhere, save that some things have no time: they say so, and the store keeps the first one's."""
        for name in self.kit.fixtures():
            first = self.kit.fixture(name)
            later = replace(first, received_at=NOW + timedelta(minutes=30))
            for one, other in zip(telegram.normalise(first), telegram.normalise(later), strict=True):
                if isinstance(one, InboundMessage) and isinstance(other, InboundMessage) and one.untimed:
                    assert other.occurred_at == later.received_at, name
                    assert replace(other, occurred_at=one.occurred_at) == one, name
                elif isinstance(one, InboundMessage):
                    assert other == one, name

    @pytest.mark.parametrize(
        ("fixture", "untimed"),
        [
            ("message", False),
            ("edited_message", False),
            ("message_reaction", False),
            ("deleted_business_messages__some_bad", True),
            ("message__garbage_timestamp", True),
        ],
    )
    def test_what_telegram_tells_no_time_of_says_so(self, fixture: str, untimed: bool) -> None:
        for item in self.items(fixture):
            assert isinstance(item, InboundMessage) and item.untimed is untimed

    def test_a_press_names_the_question(self) -> None:
        item = self.one("callback_query")
        assert (item.external_id, item.reply_to) == ("21474836480000000001", "91")
        assert item.content["quoted"] == {"id": "91", "text": "Está bem assim?"}
        assert self.one("callback_query__in_a_group").peer.addresses == (GROUP,)

    @pytest.mark.parametrize("fixture", ["callback_query", "callback_query__inline", "callback_query__game"])
    def test_every_press_is_answered_on_the_spot(self, fixture: str) -> None:
        request = KIT.fixture(fixture)
        items = telegram.normalise(request)
        for repeats in (frozenset[int](), frozenset({0})):
            reply = telegram.answer(request, KIT.inbox, items, repeats)
            assert reply and (reply.status, reply.content_type) == (200, "application/json")
            query_id = KIT.payload(fixture)["callback_query"]["id"]
            assert json.loads(reply.body) == {"method": "answerCallbackQuery", "callback_query_id": query_id}

    def test_other_updates_get_a_plain_answer(self) -> None:
        assert telegram.answer(KIT.fixture("message"), KIT.inbox, []) is None

    # Business accounts.

    def test_a_customer_of_a_business_account_has_an_address_of_their_own(self) -> None:
        item = self.one("business_message")
        assert (item.peer.addresses, item.peer.facts["chat_id"], item.echo) == ((BUSINESS,), CHAT, False)

    def test_what_the_owner_writes_is_an_echo(self) -> None:
        item = self.one("business_message__owner")
        assert (item.echo, item.peer.addresses, item.content["author"]["first_name"]) == (True, (BUSINESS,), "Olga")
        assert item.peer.profile.name == "Ana Souza"

    @pytest.mark.parametrize("fixture", ["business_message__own_bot", "edited_business_message__own_bot"])
    def test_what_we_said_ourselves_is_not_taken_twice(self, fixture: str) -> None:
        assert self.one(fixture) == Ignored("own_message")

    def test_a_connection_is_news_of_the_account(self) -> None:
        item = self.one("business_connection")
        assert isinstance(item, AccountNotice) and item.kind == "business.connection"
        assert item.detail["rights"] == {"can_reply": True}

    # Groups.

    @pytest.mark.parametrize("fixture", ["message__migrated_to", "message__migrated_from"])
    def test_a_group_that_moves_keeps_its_leg(self, fixture: str) -> None:
        moved, told = self.items(fixture)
        assert isinstance(moved, IdentityChanged)
        assert (moved.previous, moved.current) == ("-900000001", GROUP)
        assert isinstance(told, InboundMessage) and told.kind is MessageKind.SYSTEM

    def test_coming_into_a_group_is_news_of_the_bot(self) -> None:
        item = self.one("my_chat_member__joined_a_group")
        assert isinstance(item, AccountNotice) and item.kind == "bot.membership"

    @pytest.mark.parametrize("kind", UNUSED)
    def test_what_a_desk_has_no_part_in_is_ignored(self, kind: str) -> None:
        assert self.one(kind) == Ignored(kind)

    def test_posts_of_channels_are_ignored(self) -> None:
        assert self.one("message__of_a_channel") == Ignored("channel_post")

    def test_an_update_without_an_id_has_one_of_its_content(self) -> None:
        update = {"edited_message": KIT.payload("edited_message")["edited_message"]}
        (first,), (second,) = telegram.normalise(post(update)), telegram.normalise(post(update))
        assert isinstance(first, InboundMessage) and first.external_id.startswith("update.derived:")
        assert first == second


def assert_within(expected: Any, found: Any) -> None:
    """Everything expected is there; there may be more."""
    if isinstance(expected, dict):
        for name, value in expected.items():
            assert_within(value, found[name])
    elif isinstance(expected, list):
        for value, other in zip(expected, found, strict=True):
            assert_within(value, other)
    else:
        assert found == expected
