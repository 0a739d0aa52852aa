"""WhatsApp: what the Cloud API sends, and what it is sent."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.channels import whatsapp
from chalicelib.channels.base import (
    AccountNotice,
    CannotSay,
    HttpRequest,
    HttpResponse,
    IdentityChanged,
    Ignored,
    InboundMessage,
    MediaLocation,
    Outgoing,
    OutgoingAttachment,
    ProviderError,
    Reply,
    Signal,
    StatusUpdate,
    WebhookRequest,
)
from chalicelib.channels.whatsapp_bodies import INTERACTIVE_TYPES, MESSAGE_TYPES
from chalicelib.channels.whatsapp_errors import CODES, SENTENCES, failure_of
from chalicelib.channels.whatsapp_templates import PARAMETERS
from chalicelib.domain.delivery import DeliveryState, FailureClass
from chalicelib.domain.message import MessageKind
from tests.channels.cases import FILE, ChannelCases, outgoing
from tests.channels.kits import KITS, NOW

KIT = KITS["whatsapp"]
PHONE, USER = "5511987650001", "BR.40912208655302741918"


def files(mime: str, **values: Any) -> tuple[OutgoingAttachment, ...]:
    return (replace(FILE, mime=mime, **values),)


def template(*components: dict[str, Any], **content: Any) -> Outgoing:
    fixed = {"name": "order_update", "language": "pt_BR", "components": list(components)}
    return outgoing(MessageKind.TEMPLATE, content={**fixed, **content})


def built(message: Outgoing) -> Any:
    request = whatsapp.build_send(message, KIT.inbox, KIT.credentials)
    assert request
    return json.loads(request.body)


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

    # Sending.

    def test_a_phone_number_goes_in_to_and_a_user_id_in_recipient(self) -> None:
        assert built(outgoing(text="x", to="+5511987650001"))["to"] == PHONE
        to_user = built(outgoing(text="x", to=USER))
        assert to_user["recipient"] == USER
        assert "to" not in to_user

    @pytest.mark.parametrize("to", ["ana@example.com", "123", "BR.", "br.123", "BR.1/../messages"])
    def test_what_is_no_address_is_refused(self, to: str) -> None:
        with pytest.raises(CannotSay) as refusal:
            whatsapp.check_send(outgoing(text="x", to=to))
        assert refusal.value.field == "to"

    def test_a_message_can_be_checked_before_its_address_is_known(self) -> None:
        whatsapp.check_send(outgoing(text="x", to=""))

    def test_a_text_is_posted_to_the_number_with_tracker_and_quote(self) -> None:
        message = outgoing(text="Olá", reply_to="wamid.IN1")
        request = whatsapp.build_send(message, KIT.inbox, KIT.credentials)
        assert request
        assert request.url == "https://graph.facebook.com/v25.0/106540000000001/messages"
        assert request.secret_headers == {"authorization": "Bearer token-1"}
        assert json.loads(request.body) == {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            "to": PHONE,
            "type": "text",
            "text": {"body": "Olá", "preview_url": False},
            "context": {"message_id": "wamid.IN1"},
            "biz_opaque_callback_data": "leg_1.msg_1.1",
        }

    def test_another_api_base_can_be_set(self) -> None:
        inbox = replace(KIT.inbox, settings={"api_base": "http://127.0.0.1:9000/v25.0/"})
        request = whatsapp.build_send(outgoing(text="x"), inbox, KIT.credentials)
        assert request and request.url == "http://127.0.0.1:9000/v25.0/106540000000001/messages"

    def test_an_account_id_cannot_leave_its_place_in_the_url(self) -> None:
        request = whatsapp.build_health(replace(KIT.inbox, account_id="1/../me?x="), KIT.credentials)
        assert request and "/v25.0/1%2F..%2Fme%3Fx%3D?fields=" in request.url

    def test_a_file_is_sent_by_link_with_caption_and_name(self) -> None:
        document = built(outgoing(MessageKind.DOCUMENT, text="Here", attachments=files("text/csv")))
        assert document["document"] == {"link": FILE.url, "filename": "one.png", "caption": "Here"}
        image = built(outgoing(MessageKind.IMAGE, attachments=files("image/png")))
        assert image["image"] == {"link": FILE.url}

    def test_a_link_button_becomes_a_call_to_action(self) -> None:
        interactive = built(outgoing(MessageKind.BUTTONS, content=LINK))["interactive"]
        assert interactive["type"] == "cta_url"
        assert interactive["action"]["parameters"] == {"display_text": "Open", "url": "https://track.example/1"}

    def test_buttons_and_lists_have_the_providers_form(self) -> None:
        buttons = built(outgoing(MessageKind.BUTTONS, content=BUTTONS))["interactive"]
        assert buttons["action"]["buttons"][0] == {"type": "reply", "reply": {"id": "y", "title": "Yes"}}
        assert buttons["footer"] == {"text": "Parley"}
        choices = built(outgoing(MessageKind.LIST, content=LIST))["interactive"]
        assert choices["action"] == {"button": "Choose", "sections": [{"title": "Order", "rows": ROWS}]}

    @pytest.mark.parametrize(
        ("message", "field", "says"),
        [
            (outgoing(text="x" * 4097), "text", "4097"),
            (outgoing(MessageKind.AUDIO, text="x", attachments=files("audio/ogg")), "text", "message of its own"),
            (outgoing(MessageKind.IMAGE, text="x" * 1025, attachments=files("image/png")), "text", "1024"),
            (outgoing(MessageKind.IMAGE, attachments=files("image/gif")), "attachments[0].mime", "document"),
            (
                outgoing(MessageKind.IMAGE, attachments=files("image/png", size_bytes=6 * 1024**2)),
                "attachments[0]",
                "5 MB",
            ),
            (
                outgoing(MessageKind.STICKER, attachments=files("image/webp", size_bytes=1024**2)),
                "attachments[0]",
                "500 KB",
            ),
            (outgoing(MessageKind.IMAGE, attachments=files("image/png") * 2), "attachments", "each file"),
            (
                outgoing(MessageKind.BUTTONS, content={"body": "x", "buttons": BUTTONS["buttons"][:1] * 4}),
                "content.buttons",
                "list",
            ),
            (
                outgoing(MessageKind.BUTTONS, content={"body": "x", "buttons": BUTTONS["buttons"][:1] * 2}),
                "content.buttons",
                "same id",
            ),
            (
                outgoing(MessageKind.BUTTONS, content={**LINK, "buttons": [*LINK["buttons"], *BUTTONS["buttons"]]}),
                "content.buttons",
                "only button",
            ),
            (
                outgoing(MessageKind.BUTTONS, content={"body": "x", "buttons": [{"id": "a", "title": "t" * 21}]}),
                "content.buttons[0].title",
                "20",
            ),
            (outgoing(MessageKind.BUTTONS, content={**BUTTONS, "body": ""}), "content.body", "empty"),
            (
                outgoing(MessageKind.LIST, content={**LIST, "sections": [{"title": "t", "rows": ROWS * 6}]}),
                "content.sections",
                "10",
            ),
            (
                outgoing(MessageKind.LIST, content={**LIST, "sections": [{"rows": ROWS[:1]}, {"rows": ROWS[1:]}]}),
                "content.sections[0].title",
                "empty",
            ),
            (outgoing(MessageKind.LOCATION, content={"latitude": 91, "longitude": 0}), "content.latitude", "90"),
            (
                outgoing(MessageKind.CONTACTS, content={"contacts": [{}]}),
                "content.contacts[0].name.formatted_name",
                "",
            ),
            (outgoing(MessageKind.REACTION, content={"emoji": "👍"}), "content.target", ""),
            (template(name=""), "content.name", "template"),
            (template(language=None), "content.language", "language"),
        ],
    )
    def test_a_limit_is_named_with_what_would_go(self, message: Outgoing, field: str, says: str) -> None:
        with pytest.raises(CannotSay) as refusal:
            whatsapp.check_send(message)
        assert refusal.value.field == field
        assert says in refusal.value.reason

    # Templates.

    @pytest.mark.parametrize(
        "parameter",
        [
            {"type": "text", "text": "Ana"},
            {"type": "text", "parameter_name": "first_name", "text": "Ana"},
            {"type": "currency", "currency": {"fallback_value": "$1", "code": "USD", "amount_1000": 1000}},
            {"type": "date_time", "date_time": {"fallback_value": "1 August"}},
            {"type": "image", "image": {"link": "https://files.example/1.png"}},
            {"type": "video", "video": {"id": "77"}},
            {"type": "document", "document": {"link": "https://files.example/1.pdf", "filename": "1.pdf"}},
            {"type": "location", "location": {"latitude": 1, "longitude": 2}},
            {"type": "payload", "payload": "yes"},
            {"type": "coupon_code", "coupon_code": "SAVE10"},
            {"type": "action", "action": {"flow_token": "t"}},
            {"type": "product", "product": {"product_retailer_id": "sku", "catalog_id": "c"}},
            {"type": "limited_time_offer", "limited_time_offer": {"expiration_time_ms": 1785578400000}},
        ],
    )
    def test_every_kind_of_parameter_goes_as_it_is(self, parameter: dict[str, Any]) -> None:
        message = template({"type": "HEADER", "parameters": [parameter]})
        assert built(message)["template"]["components"] == [{"type": "header", "parameters": [parameter]}]
        assert parameter["type"] in PARAMETERS

    def test_a_template_has_its_language_and_its_buttons(self) -> None:
        button = {"type": "button", "sub_type": "quick_reply", "index": 0}
        sent = built(template({**button, "parameters": [{"type": "payload", "payload": "yes"}]}))["template"]
        assert sent["language"] == {"code": "pt_BR", "policy": "deterministic"}
        assert sent["components"][0]["index"] == "0"

    def test_a_carousel_has_cards_with_components_of_their_own(self) -> None:
        card = {"components": [{"type": "body", "parameters": [{"type": "text", "text": "A"}]}]}
        sent = built(template({"type": "carousel", "cards": [card, card]}))["template"]["components"][0]
        assert [found["card_index"] for found in sent["cards"]] == [0, 1]

    def test_a_files_parameter_may_be_an_attachment(self) -> None:
        message = template({"type": "header", "parameters": [{"type": "document", "attachment": 0}]})
        sent = built(replace(message, attachments=files("application/pdf", name="1.pdf")))
        parameter = sent["template"]["components"][0]["parameters"][0]
        assert parameter == {"type": "document", "document": {"link": FILE.url, "filename": "1.pdf"}}

    @pytest.mark.parametrize(
        ("component", "field"),
        [
            ({"type": "body", "parameters": [{"type": "text", "text": ""}]}, "parameters[0].text"),
            ({"type": "body", "parameters": [{"type": "text", "text": "  "}]}, "parameters[0].text"),
            ({"type": "body", "parameters": [{"type": "text", "text": "a\nb"}]}, "parameters[0].text"),
            ({"type": "body", "parameters": [{"type": "text", "text": "a     b"}]}, "parameters[0].text"),
            ({"type": "body", "parameters": [{"type": "text", "text": 5}]}, "parameters[0].text"),
            ({"type": "body", "parameters": [{"type": "song"}]}, "parameters[0].type"),
            ({"type": "body", "parameters": "text"}, "parameters"),
            ({"type": "header", "parameters": [{"type": "image", "image": {}}]}, "parameters[0].image"),
            ({"type": "header", "parameters": [{"type": "image", "attachment": 3}]}, "parameters[0].image"),
            ({"type": "button", "index": 0}, "sub_type"),
            ({"type": "button", "sub_type": "url"}, "index"),
            ({"type": "chorus"}, "type"),
            ({"type": "carousel"}, "cards"),
        ],
    )
    def test_a_template_that_would_be_refused_is_not_sent(self, component: dict[str, Any], field: str) -> None:
        with pytest.raises(CannotSay) as refusal:
            whatsapp.check_send(template(component))
        assert refusal.value.field == f"content.components[0].{field}"

    def test_a_sign_in_code_needs_a_phone_number(self) -> None:
        with pytest.raises(CannotSay) as refusal:
            whatsapp.check_send(replace(template(category="AUTHENTICATION"), to=USER))
        assert refusal.value.field == "to"

    # Answers.

    def test_an_accepted_message_whose_answer_is_unreadable_is_uncertain(self) -> None:
        for body in (b"", b"<html>", b"{}", b'{"messages":[]}', b'{"messages":[{"id":7.5e400}]}', b"[1]"):
            result = whatsapp.parse_send(HttpResponse(200, {}, body))
            assert (result.uncertain, result.accepted, result.error) == (True, False, None)

    @pytest.mark.parametrize(
        ("status", "error", "failure"),
        [
            (400, {"code": 131047}, FailureClass.WINDOW),
            (400, {"code": 131026}, FailureClass.RECIPIENT),
            (401, {"code": 190}, FailureClass.REAUTH),
            (403, {"code": 299}, FailureClass.CONFIG),
            (400, {"code": 132012}, FailureClass.CONTENT),
            (400, {"code": 139003}, FailureClass.CONTENT),
            (400, {"code": 130429}, FailureClass.RETRY),
            (400, {"code": 987654}, FailureClass.CONTENT),
            (400, {"code": 132012, "is_transient": True}, FailureClass.RETRY),
            (200, {"code": 131026}, FailureClass.RECIPIENT),
            (429, {}, FailureClass.RETRY),
            (503, "<html>", FailureClass.RETRY),
            (401, None, FailureClass.REAUTH),
            (400, {"code": ["x"]}, FailureClass.CONTENT),
        ],
    )
    def test_a_refusal_has_its_class(self, status: int, error: Any, failure: FailureClass) -> None:
        response = HttpResponse(status, {"retry-after": "30"}, json.dumps({"error": error}).encode())
        result = whatsapp.parse_send(response)
        assert result.error and result.error.failure is failure
        assert result.retry_after_seconds == 30

    def test_every_code_and_every_class_has_a_sentence(self) -> None:
        assert set(SENTENCES) == set(FailureClass)
        for code, (failure, _) in CODES.items():
            error = failure_of({"code": code})
            assert error.failure is failure
            assert error.detail.endswith(".")

    def test_the_providers_words_are_quoted_where_we_have_none(self) -> None:
        error = failure_of({"code": 424242, "message": "Odd  thing\nhappened"}, 400)
        assert "Odd thing happened" in error.detail

    # Signals, files, health.

    def test_reading_and_typing_name_the_customers_message(self) -> None:
        bodies = []
        for kind in ("read", "typing"):
            request = whatsapp.build_signal(Signal(kind, PHONE, "wamid.IN1"), KIT.inbox, KIT.credentials)
            assert request
            bodies.append(json.loads(request.body))
        read = {"messaging_product": "whatsapp", "status": "read", "message_id": "wamid.IN1"}
        assert bodies == [read, {**read, "typing_indicator": {"type": "text"}}]
        assert whatsapp.build_signal(Signal("typing", PHONE), KIT.inbox, KIT.credentials) is None

    @pytest.mark.parametrize(
        ("url", "shown"),
        [
            ("https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=1", True),
            ("https://scontent.xx.fbcdn.net/1.jpg", True),
            ("https://GRAPH.facebook.com/v25.0/77", True),
            ("https://media.partner.example/77", True),
            ("http://lookaside.fbsbx.com/77", False),
            ("https://fbsbx.com.evil.example/77", False),
            ("https://evilfbsbx.com/77", False),
            ("https://lookaside.fbsbx.com@evil.example/77", False),
            ("https://evil.example\\@lookaside.fbsbx.com/77", False),
            ("https://evil.example#lookaside.fbsbx.com/77", False),
            ("https://user:pw@lookaside.fbsbx.com/77", False),
            ("https://lookaside.fbsbx.com\n.evil.example/77", False),
            ("https://[::1/77", False),
            ("ftp://lookaside.fbsbx.com/77", False),
            ("http://graph.facebook.com/v25.0/77", False),
            ("https://169.254.169.254/latest", False),
            ("", False),
        ],
    )
    def test_the_token_is_shown_to_the_providers_hosts_only(self, url: str, shown: bool) -> None:
        inbox = replace(KIT.inbox, settings={"media_hosts": ["media.partner.example"]})
        place = whatsapp.media_location(url, inbox, KIT.credentials)
        assert bool(place.secret_headers) is shown

    def test_a_file_is_looked_up_by_its_id(self) -> None:
        request = whatsapp.build_media_lookup("77/1", KIT.inbox, KIT.credentials)
        assert request and request.url == "https://graph.facebook.com/v25.0/77%2F1"
        answer = {
            "url": "https://lookaside.fbsbx.com/1",
            "mime_type": "image/png",
            "file_size": "12",
            "sha256": "ab" * 32,
        }
        place = whatsapp.parse_media_lookup(
            HttpResponse(200, {}, json.dumps(answer).encode()), KIT.inbox, KIT.credentials
        )
        assert isinstance(place, MediaLocation)
        assert (place.mime, place.size_bytes, place.sha256) == ("image/png", 12, "ab" * 32)
        assert place.secret_headers

    def test_a_file_that_is_gone_says_so(self) -> None:
        body = b'{"error":{"code":100,"message":"Unsupported get request"}}'
        lost = whatsapp.parse_media_lookup(HttpResponse(400, {}, body), KIT.inbox, KIT.credentials)
        assert isinstance(lost, ProviderError) and lost.failure is FailureClass.CONTENT

    def test_health_names_the_number_or_the_trouble(self) -> None:
        good = whatsapp.parse_health(
            HttpResponse(200, {}, b'{"id":"1","verified_name":"Parley","quality_rating":"GREEN"}')
        )
        bad = whatsapp.parse_health(HttpResponse(401, {}, b'{"error":{"code":190}}'))
        assert good.ok and "Parley" in good.detail and good.facts["quality_rating"] == "GREEN"
        assert not bad.ok and bad.facts == {"code": "190", "class": "reauth"}


def test_a_retry_date_is_counted_from_the_answers_own_date() -> None:
    headers = {"date": "Sat, 01 Aug 2026 10:00:00 GMT", "retry-after": "Sat, 01 Aug 2026 10:02:00 GMT"}
    result = whatsapp.parse_send(HttpResponse(429, headers, b"{}"))
    assert result.retry_after_seconds == timedelta(minutes=2).total_seconds()


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
