"""WhatsApp: what the Cloud API sends, and what it is sent."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.channels import whatsapp
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
    StatusUpdate,
    WebhookRequest,
)
from chalicelib.channels.whatsapp_bodies import INTERACTIVE_TYPES, MESSAGE_TYPES
from chalicelib.domain.delivery import DeliveryState, FailureClass
from chalicelib.domain.message import MessageKind
from tests.channels.cases import FILE, ChannelCases, outgoing, tried
from tests.channels.kits import KITS, NOW

KIT = KITS["whatsapp"]
PHONE, USER = "5511987650001", "BR.40912208655302741918"


def files(mime: str, **values: Any) -> tuple[OutgoingAttachment, ...]:
    return (replace(FILE, mime=mime, **values),)


def template(*components: dict[str, Any], **content: Any) -> Outgoing:
    fixed = {"name": "order_update", "language": "pt_BR", "components": list(components)}
    return outgoing(MessageKind.TEMPLATE, content={**fixed, **content})


def get(**query: str) -> WebhookRequest:
    named = {f"hub.{name}": value for name, value in query.items()}
    return WebhookRequest("GET", "/webhooks/whatsapp", {}, named, b"", NOW)


BUTTONS: dict[str, Any] = {
    "body": "Fits?",
    "buttons": [{"id": "y", "title": "Yes"}, {"id": "n", "title": "No"}],
    "footer": "Parley",
}
LINK: dict[str, Any] = {"body": "Track it", "buttons": [{"title": "Open", "url": "https://track.example/1"}]}
ROWS = [{"id": "r1", "title": "Delivery", "description": "Where is it"}, {"id": "r2", "title": "Return"}]
LIST = {"body": "What is it about?", "button": "Choose", "sections": [{"title": "Order", "rows": ROWS}]}


class TestWhatsApp(ChannelCases):
    name = "whatsapp"

    def handshakes(self) -> Iterable[tuple[WebhookRequest, Reply | None]]:
        yield get(mode="subscribe", verify_token="verify-2", challenge="4711"), Reply(200, "4711")
        yield get(mode="subscribe", verify_token="verify-1", challenge="4711"), Reply(200, "4711")
        yield get(mode="subscribe", verify_token="guess", challenge="4711"), Reply(403)
        yield get(mode="subscribe", verify_token="gués\udc80", challenge="4711"), Reply(403)
        yield get(mode="subscribe", challenge="4711"), Reply(403)
        yield get(mode="unsubscribe", verify_token="verify-2", challenge="4711"), Reply(403)
        yield get(), None
        yield KIT.fixture("text"), None

    def stale(self) -> WebhookRequest | None:
        return None

    def sendable(self) -> Iterable[Outgoing]:
        yield outgoing(text="Olá")
        yield outgoing(MessageKind.IMAGE, text="Look", attachments=files("image/jpeg"))
        yield outgoing(MessageKind.AUDIO, attachments=files("audio/ogg; codecs=opus"))
        yield outgoing(MessageKind.VIDEO, attachments=files("video/mp4"))
        yield outgoing(MessageKind.DOCUMENT, attachments=files("text/csv"))
        yield outgoing(MessageKind.STICKER, attachments=files("image/webp"))
        yield outgoing(MessageKind.LOCATION, content={"latitude": -23.5, "longitude": -46.6, "name": "Here"})
        yield outgoing(MessageKind.CONTACTS, content={"contacts": [{"name": {"formatted_name": "Bruno"}}]})
        yield outgoing(MessageKind.REACTION, content={"target": "wamid.1", "emoji": "👍"})
        yield outgoing(MessageKind.BUTTONS, content=BUTTONS)
        yield outgoing(MessageKind.BUTTONS, content=LINK)
        yield outgoing(MessageKind.LIST, content=LIST)
        yield template({"type": "body", "parameters": [{"type": "text", "text": "Ana"}]})

    def accepting(self, request: HttpRequest) -> HttpResponse:
        answer = {"messaging_product": "whatsapp", "contacts": [{"input": PHONE}], "messages": [{"id": "ext-1"}]}
        return HttpResponse(200, {}, json.dumps(answer).encode())

    def types(self, name: str, payload: Any) -> Iterator[str]:
        for entry in payload["entry"]:
            yield from (change["field"] for change in (entry or {}).get("changes", []))

    def test_every_type_of_message_has_a_fixture(self) -> None:
        shown: set[str] = set()
        for name in KIT.fixtures():
            for entry in KIT.payload(name)["entry"]:
                for change in (entry or {}).get("changes", []):
                    value = change["value"]
                    for message in value.get("messages", []) + value.get("message_echoes", []):
                        if isinstance(message, dict):
                            shown |= {message["type"], message.get("interactive", {}).get("type", "")}
        assert set(MESSAGE_TYPES) | set(INTERACTIVE_TYPES) <= shown

    # People.

    def test_a_sender_is_known_by_user_id_first_and_then_by_phone(self) -> None:
        peer = self.one("text").peer
        assert peer.addresses == (USER, PHONE)
        assert (peer.profile.name, peer.profile.username) == ("Ana Souza", "ana.souza")
        assert peer.profile.phone == f"+{PHONE}"

    def test_a_sender_without_a_phone_number_is_known_by_user_id(self) -> None:
        peer = self.one("text__without_phone_number").peer
        assert peer.addresses == (USER,)
        assert peer.profile.phone is None

    def test_a_user_id_in_from_is_no_phone_number(self) -> None:
        peer = self.one("text__user_id_in_from").peer
        assert peer.addresses == (USER,)
        assert peer.profile.phone is None

    def test_contacts_are_matched_by_id_and_not_by_place(self) -> None:
        named = {item.text: item.peer.profile.name for item in self.items("batch") if isinstance(item, InboundMessage)}
        assert named["first"] == "Ana Souza"
        assert named["third"] == "Bia"

    @pytest.mark.parametrize(
        ("sender", "cards", "addresses", "name"),
        [
            ({"from": "551140000000"}, ["Ana", "Bia"], ("551140000000",), None),
            ({"from": "551140000000"}, ["Ana"], ("551140000000",), None),
            ({}, ["Ana"], ("Ana-id", "5511900Ana"), "Ana"),
            ({}, ["Ana", "Bia"], None, None),
            ({}, [], None, None),
        ],
    )
    def test_nobody_gets_a_name_that_is_not_proven_theirs(
        self, sender: dict[str, str], cards: list[str], addresses: tuple[str, ...] | None, name: str | None
    ) -> None:
        payload = KIT.payload("text")
        value = payload["entry"][0]["changes"][0]["value"]
        value["contacts"] = [
            {"profile": {"name": card}, "wa_id": f"5511900{card}", "user_id": f"{card}-id"} for card in cards
        ]
        value["messages"] = [{"id": "wamid.1", "type": "text", "text": {"body": "x"}, **sender}]
        (item,) = whatsapp.normalise(KIT.signed(json.dumps(payload).encode()))
        if addresses is None:
            assert isinstance(item, AccountNotice) and item.kind == "message.unattributed"
            return
        assert isinstance(item, InboundMessage)
        assert (item.peer.addresses, item.peer.profile.name) == (addresses, name)

    def test_a_message_of_nobody_is_kept_as_a_notice(self) -> None:
        notice = self.one("message__without_sender")
        assert notice.kind == "message.unattributed"
        assert notice.detail["text"] == {"body": "Who am I?"}

    def test_one_bad_item_does_not_lose_its_neighbours(self) -> None:
        items = self.items("batch")
        texts = [item.text for item in items if isinstance(item, InboundMessage) and item.text]
        assert texts == ["first", "third", "fourth", "fifth"]
        assert {item.account_id for item in items if isinstance(item, InboundMessage)} == {
            "106540000000001",
            "106540000000002",
        }
        assert [item.kind for item in items if isinstance(item, InboundMessage) and not item.text] == [
            MessageKind.UNSUPPORTED
        ]
        assert Ignored("status_without_id") in items

    # Messages.

    @pytest.mark.parametrize(
        ("fixture", "kind", "text"),
        [
            ("text", MessageKind.TEXT, "Bom dia! Meu pedido não chegou 😕"),
            ("image", MessageKind.IMAGE, "Look at this"),
            ("audio", MessageKind.AUDIO, ""),
            ("sticker", MessageKind.STICKER, ""),
            ("location", MessageKind.LOCATION, ""),
            ("contacts", MessageKind.CONTACTS, ""),
            ("reaction", MessageKind.REACTION, ""),
            ("interactive__button_reply", MessageKind.POSTBACK, "Yes, please"),
            ("interactive__list_reply", MessageKind.POSTBACK, "Delivery"),
            ("button", MessageKind.POSTBACK, "Confirm"),
            ("interactive__flow_reply", MessageKind.FORM, "Sent"),
            ("interactive__call_permission", MessageKind.CALL, ""),
            ("order", MessageKind.ORDER, "Gift wrap please"),
            ("edit", MessageKind.EDIT, "Boa tarde!"),
            ("edit__caption", MessageKind.EDIT, "New caption"),
            ("revoke", MessageKind.REVOKE, ""),
            ("unsupported", MessageKind.UNSUPPORTED, ""),
            ("unknown__message_type", MessageKind.UNSUPPORTED, ""),
        ],
    )
    def test_a_message_becomes_its_neutral_kind(self, fixture: str, kind: MessageKind, text: str) -> None:
        message = self.one(fixture)
        assert (message.kind, message.text, message.echo) == (kind, text, False)
        assert message.account_id == KIT.account_id

    @pytest.mark.parametrize(
        ("fixture", "content"),
        [
            ("reaction", {"target": "wamid.OURS0001", "emoji": "👍"}),
            ("reaction__removed", {"target": "wamid.OURS0001", "emoji": ""}),
            ("button", {"payload": "confirm-1", "title": "Confirm", "source": "template"}),
            ("interactive__button_reply", {"payload": "yes", "title": "Yes, please", "source": "button"}),
            ("interactive__list_reply", {"payload": "row2", "source": "list", "description": "Where is my parcel"}),
            ("interactive__flow_reply", {"values": {"flow_token": "tok", "rating": "5", "note": "Ótimo"}}),
            ("interactive__flow_reply_no_object", {"values": {}, "response": "[1, 2]"}),
            ("edit", {"target": "wamid.HBgNMjAyNjA4MDE0001", "kind": "text"}),
            ("revoke", {"target": "wamid.HBgNMjAyNjA4MDE0001"}),
            ("text__forwarded", {"forwarded": True, "frequently_forwarded": True}),
            ("text__in_a_group", {"group_id": "Y2FwaV9ncm91cDox"}),
            ("location", {"latitude": -23.55052, "longitude": -46.633308, "name": "Praça da Sé"}),
        ],
    )
    def test_a_messages_content_is_neutral(self, fixture: str, content: dict[str, Any]) -> None:
        found = self.one(fixture).content
        assert {name: found.get(name) for name in content} == content

    def test_a_file_comes_with_all_that_is_known_of_it(self) -> None:
        (image,), (audio,) = self.one("image").attachments, self.one("audio").attachments
        assert (image.media_id, image.mime) == ("77000500", "image/jpeg")
        assert image.source_url.startswith("https://lookaside.fbsbx.com/")
        assert image.sha256 == "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
        assert (image.voice, audio.voice) == (False, True)
        assert self.one("document").attachments[0].name == "invoice.pdf"

    def test_a_reply_names_what_it_quotes(self) -> None:
        assert self.one("text__quoting").reply_to == "wamid.OURS0001"
        product = self.one("text__about_a_product").content["quoted"]["product"]
        assert product == {"catalog_id": "cat1", "product_retailer_id": "sku-9"}

    def test_an_advertisement_is_kept_beside_the_text(self) -> None:
        assert self.one("text__from_an_advertisement").content["referral"]["ctwa_clid"] == "clid-1"

    def test_times_are_the_providers(self) -> None:
        message = self.one("text")
        seconds = int(KIT.payload("text")["entry"][0]["changes"][0]["value"]["messages"][0]["timestamp"])
        assert message.occurred_at == datetime.fromtimestamp(seconds, UTC)
        assert self.one("text__garbage_timestamp").occurred_at == NOW

    def test_a_message_without_an_id_is_known_by_its_content(self) -> None:
        message = self.one("text__without_id")
        assert message.external_id.startswith("derived:")
        assert message.external_id != self.one("text").external_id

    def test_an_unsupported_message_is_kept_whole(self) -> None:
        content = self.one("unsupported").content
        assert content["type"] == "unsupported"
        assert content["raw"]["unsupported"] == {"type": "poll_creation"}

    def test_an_empty_interactive_message_leaves_a_message_and_a_notice(self) -> None:
        message, notice = self.items("interactive__without_body")
        assert isinstance(message, InboundMessage) and message.kind is MessageKind.UNSUPPORTED
        assert isinstance(notice, AccountNotice) and notice.detail["code"] == 131000

    @pytest.mark.parametrize("fixture", ["smb_message_echoes", "smb_message_echoes__sender_and_recipient_swapped"])
    def test_what_was_written_on_the_phone_is_an_echo_in_the_customers_thread(self, fixture: str) -> None:
        message = self.one(fixture)
        assert message.echo
        assert PHONE in message.peer.addresses
        assert "15550100200" not in message.peer.addresses

    # People who change.

    def test_a_new_phone_number_is_told_and_shown(self) -> None:
        message, change = self.items("system__number_changed")
        assert isinstance(message, InboundMessage) and message.kind is MessageKind.SYSTEM
        assert isinstance(change, IdentityChanged)
        assert (change.previous, change.current) == (PHONE, "5511987650009")

    def test_a_new_user_id_is_found_with_the_old_one_in_the_sentence(self) -> None:
        _, change = self.items("system__user_id_changed")
        assert isinstance(change, IdentityChanged)
        assert (change.previous, change.current) == (USER, "BR.50000000000000000001")

    def test_a_user_id_update_changes_the_identity(self) -> None:
        change, incomplete = self.items("user_id_update")
        assert isinstance(change, IdentityChanged)
        assert (change.previous, change.current) == (USER, "BR.50000000000000000001")
        assert incomplete == Ignored("user_id_update_incomplete")

    # Statuses.

    @pytest.mark.parametrize(
        ("fixture", "state"),
        [
            ("status__sent", DeliveryState.SENT),
            ("status__delivered", DeliveryState.DELIVERED),
            ("status__read", DeliveryState.READ),
            ("status__played", DeliveryState.READ),
            ("status__failed", DeliveryState.FAILED),
        ],
    )
    def test_a_status_brings_our_tracker_back(self, fixture: str, state: DeliveryState) -> None:
        status = self.one(fixture)
        assert (status.state, status.tracker, status.external_id) == (state, "leg_0.msg_0.1", "wamid.OURS0001")
        assert status.peer.addresses == (USER, PHONE)

    def test_a_failed_status_says_why(self) -> None:
        error = self.one("status__failed").error
        assert (error.code, error.failure) == ("131047", FailureClass.WINDOW)
        assert "template" in error.detail

    def test_a_failed_status_may_lack_the_phone_number(self) -> None:
        status = self.one("status__failed_for_a_user_id")
        assert status.peer.primary == USER
        assert status.error.failure is FailureClass.RECIPIENT

    def test_a_status_in_a_group_is_of_the_member(self) -> None:
        status = self.one("status__in_a_group")
        assert status.peer.addresses == (USER, PHONE)
        assert status.detail["group_id"] == "Y2FwaV9ncm91cDox"

    def test_a_deleted_status_is_ignored(self) -> None:
        assert self.one("status__deleted") == Ignored("status.deleted", item_id="wamid.OURS0001")

    # The account.

    def test_news_of_the_account_is_a_notice_with_its_time(self) -> None:
        notice = self.one("account_update")
        assert isinstance(notice, AccountNotice)
        assert (notice.account_id, notice.kind) == ("210000000000001", "account.update")
        assert notice.occurred_at == datetime.fromtimestamp(1785578900, UTC)

    def test_errors_of_the_number_are_notices(self) -> None:
        assert self.one("errors").kind == "provider.error"


def test_the_same_item_twice_in_one_payload_has_one_id() -> None:
    payload = KIT.payload("text__without_id")
    value = payload["entry"][0]["changes"][0]["value"]
    value["messages"] *= 2
    first, second = whatsapp.normalise(KIT.signed(json.dumps(payload).encode()))
    assert isinstance(first, InboundMessage) and isinstance(second, InboundMessage)
    assert first.external_id == second.external_id


def test_a_status_is_a_status_update() -> None:
    (item,) = whatsapp.normalise(KIT.fixture("status__sent"))
    assert isinstance(item, StatusUpdate)
    assert item.detail["conversation"]["expiration_timestamp"] == "1785664800"


CHANGES = [
    change
    for name in KIT.fixtures()
    if name not in ("batch", "text__garbage_timestamp") and not name.startswith("unknown")
    for entry in KIT.payload(name)["entry"]
    for change in entry["changes"]
    if "time" not in entry
]


@tried
@given(batches=st.lists(st.lists(st.sampled_from(CHANGES), max_size=4), max_size=5))
def test_a_batch_holds_what_its_parts_hold(batches: list[list[Any]]) -> None:
    """Whatever is put together in one call, in whatever order, comes out item by item, in that order."""

    def items(*entries: list[Any]) -> list[Any]:
        envelope = {"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": part} for part in entries]}
        return whatsapp.normalise(KIT.signed(json.dumps(envelope).encode()))

    expected = [item for batch in batches for change in batch for item in items([change])]
    assert items(*batches) == (expected or [Ignored("empty")])
