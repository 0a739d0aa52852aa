"""Messenger: what Meta sends for a page."""

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.channels import messenger
from chalicelib.channels.base import (
    AccountNotice,
    HttpRequest,
    HttpResponse,
    Ignored,
    InboundMessage,
    Outgoing,
    Reply,
    StatusUpdate,
    WebhookRequest,
)
from chalicelib.channels.meta_envelope import FRAME
from chalicelib.domain.delivery import DeliveryState
from chalicelib.domain.message import MessageKind
from tests.channels.cases import FILE, ChannelCases, outgoing, tried
from tests.channels.kits import KITS, NOW

KIT = KITS["messenger"]
PSID = "200000000000001"
AT = datetime(2026, 8, 1, 10, 0, 0, 123000, UTC)
TEMPLATE = {"name": "order_update", "language": "en_US", "components": [{"type": "BODY", "parameters": []}]}


def get(**query: str) -> WebhookRequest:
    named = {f"hub.{name}": value for name, value in query.items()}
    return WebhookRequest("GET", "/webhooks/messenger", {}, named, b"", NOW)


def handshakes() -> Iterator[tuple[WebhookRequest, Reply | None]]:
    yield get(mode="subscribe", verify_token="verify-2", challenge="4711"), Reply(200, "4711")
    yield get(mode="subscribe", verify_token="verify-1", challenge="4711"), Reply(200, "4711")
    yield get(mode="subscribe", verify_token="guess", challenge="4711"), Reply(403)
    yield get(mode="subscribe", challenge="4711"), Reply(403)
    yield get(mode="unsubscribe", verify_token="verify-2", challenge="4711"), Reply(403)
    yield get(), None
    yield KIT.fixture("message"), None


def event_types(payload: Any) -> Iterator[str]:
    """The keys of messaging items and the fields of changes."""
    for entry in payload["entry"]:
        if not isinstance(entry, dict):
            continue
        changes = entry.get("changes", []) + ([entry] if "field" in entry else [])
        nested = [change["value"] for change in changes if "sender" in change["value"]]
        yield from (change["field"] for change in changes if "sender" not in change["value"])
        for item in [*entry.get("messaging", []), *entry.get("standby", []), *nested]:
            yield from (name for name in item or {} if name not in FRAME) if isinstance(item, dict) else ()


def attachment_types(fixtures: Iterable[Any]) -> set[str]:
    shown: set[str] = set()

    def look(value: Any) -> None:
        if isinstance(value, dict):
            parts = value.get("attachments") or []
            shown.update(part["type"] for part in ([parts] if isinstance(parts, dict) else parts))
        for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            look(inner)

    for fixture in fixtures:
        look(fixture)
    return shown


class TestMessenger(ChannelCases):
    name = "messenger"

    def handshakes(self) -> Iterable[tuple[WebhookRequest, Reply | None]]:
        return handshakes()

    def stale(self) -> WebhookRequest | None:
        return None

    def sendable(self) -> Iterable[Outgoing]:
        yield outgoing(text="Olá")
        for kind in (MessageKind.IMAGE, MessageKind.AUDIO, MessageKind.VIDEO, MessageKind.DOCUMENT):
            yield outgoing(kind, attachments=(FILE,))
        buttons = [{"id": "y", "title": "Yes"}, {"id": "n", "title": "No"}]
        yield outgoing(MessageKind.BUTTONS, content={"body": "Fits?", "buttons": buttons})
        yield outgoing(
            MessageKind.BUTTONS, text="Open", content={"buttons": [{"title": "Shop", "url": "https://shop.example"}]}
        )
        yield outgoing(MessageKind.TEMPLATE, content=TEMPLATE)
        yield outgoing(text="In stock", content={"comment": "public", "comment_id": "5001_7001"})
        yield outgoing(text="In stock", content={"comment": "private", "comment_id": "5001_7001"})

    def accepting(self, request: HttpRequest) -> HttpResponse:
        is_comment = request.url.endswith("/comments")
        answer = {"id": "ext-1"} if is_comment else {"recipient_id": PSID, "message_id": "ext-1"}
        return HttpResponse(200, {}, json.dumps(answer).encode())

    def types(self, name: str, payload: Any) -> Iterator[str]:
        return event_types(payload)

    # Messages.

    @pytest.mark.parametrize(
        ("fixture", "kind", "text"),
        [
            ("message", MessageKind.TEXT, "Bom dia! Meu pedido não chegou 😕"),
            ("message__image", MessageKind.IMAGE, ""),
            ("message__several_images", MessageKind.IMAGE, "Both broken"),
            ("message__video", MessageKind.VIDEO, ""),
            ("message__audio", MessageKind.AUDIO, ""),
            ("message__attachment_alone", MessageKind.AUDIO, ""),
            ("message__file", MessageKind.DOCUMENT, ""),
            ("message__sticker", MessageKind.STICKER, ""),
            ("message__thumbs_up", MessageKind.STICKER, "👍"),
            ("message__sticker_of_a_pack", MessageKind.STICKER, ""),
            ("message__reel", MessageKind.VIDEO, ""),
            ("message__link", MessageKind.TEXT, "Look at https://shop.example/1"),
            ("message__link_of_no_address", MessageKind.TEXT, "Shared with you\nfb-messenger://share/1"),
            ("message__location", MessageKind.LOCATION, ""),
            ("message__image_and_unknown", MessageKind.IMAGE, ""),
            ("message__quick_reply", MessageKind.POSTBACK, "Yes"),
            ("postback", MessageKind.POSTBACK, "Track order"),
            ("postback__standby", MessageKind.POSTBACK, "Menu"),
            ("message_edit", MessageKind.EDIT, "Boa tarde!"),
            ("message__deleted", MessageKind.REVOKE, ""),
            ("reaction", MessageKind.REACTION, ""),
            ("referral", MessageKind.SYSTEM, ""),
            ("optin", MessageKind.SYSTEM, ""),
            ("pass_thread_control", MessageKind.SYSTEM, ""),
            ("account_linking", MessageKind.SYSTEM, ""),
            ("message__unsupported", MessageKind.UNSUPPORTED, ""),
            ("message__empty", MessageKind.UNSUPPORTED, ""),
            ("message__attachment_unknown", MessageKind.UNSUPPORTED, ""),
            ("message__attachment_without_address", MessageKind.UNSUPPORTED, ""),
        ],
    )
    def test_a_message_becomes_its_neutral_kind(self, fixture: str, kind: MessageKind, text: str) -> None:
        message = self.one(fixture)
        assert (message.kind, message.text, message.echo) == (kind, text, False)
        assert (message.account_id, message.peer.addresses) == (KIT.account_id, (PSID,))

    @pytest.mark.parametrize(
        ("fixture", "content"),
        [
            ("message__quick_reply", {"payload": "YES_1", "title": "Yes", "source": "quick_reply"}),
            ("postback", {"payload": "TRACK", "title": "Track order", "source": "postback"}),
            ("reaction", {"target": "m_OURS_1", "emoji": "❤️"}),
            ("reaction__removed", {"target": "m_OURS_1", "emoji": "", "was": "❤️"}),
            ("reaction__without_emoji", {"target": "m_OURS_1", "emoji": "😮"}),
            ("message_edit", {"target": "m_MESSAGE_1", "num_edit": 2}),
            ("message__deleted", {"target": "m_MESSAGE_1"}),
            ("message__location", {"latitude": -23.55052, "longitude": -46.633308, "name": "Ana's place"}),
            ("message__sticker_of_a_pack", {"sticker_id": "1746776588913"}),
            ("message__with_command", {"extra": {"commands": [{"name": "help"}]}}),
            ("message__standby", {"standby": True}),
            ("message__image_and_unknown", {"type": "hologram"}),
        ],
    )
    def test_a_messages_content_is_neutral(self, fixture: str, content: dict[str, Any]) -> None:
        found = self.one(fixture).content
        assert {name: found.get(name) for name in content} == content

    def test_files_come_with_their_address_and_the_most_likely_type(self) -> None:
        (image,), (file,) = self.one("message__image").attachments, self.one("message__file").attachments
        assert (image.mime, image.name) == ("image/png", None)
        assert image.source_url.startswith("https://scontent.xx.fbcdn.net/")
        assert (file.mime, file.name) == ("application/pdf", "1_invoice 7.pdf")
        assert len(self.one("message__several_images").attachments) == 2
        (voice,) = self.one("message__attachment_alone").attachments
        assert voice.mime == "audio/mp4"

    def test_a_reply_names_what_it_quotes(self) -> None:
        assert self.one("message__reply").reply_to == "m_OURS_1"

    def test_an_advertisement_is_kept_beside_the_text(self) -> None:
        assert self.one("message__from_an_advertisement").content["referral"]["ad_id"] == "6045246247433"
        assert self.one("referral").content["referral"]["ref"] == "window-7"

    def test_what_has_no_id_or_only_its_targets_has_one_of_its_own(self) -> None:
        names = ("message__without_id", "postback__without_id", "reaction", "message_edit", "message__deleted")
        found = [self.one(name).external_id for name in names]
        assert all(external_id.startswith("derived:") for external_id in found)
        assert len(set(found)) == len(found)

    @pytest.mark.parametrize(
        ("fixture", "at"),
        [
            ("message", AT),
            ("message__seconds", AT.replace(microsecond=0)),
            ("message__iso_time", AT.replace(microsecond=0)),
            ("message__garbage_timestamp", NOW),
        ],
    )
    def test_times_are_milliseconds_seconds_or_text(self, fixture: str, at: datetime) -> None:
        assert self.one(fixture).occurred_at == at

    def test_one_bad_item_does_not_lose_its_neighbours(self) -> None:
        items = self.items("batch")
        said = [item for item in items if isinstance(item, InboundMessage) and item.text]
        assert [item.text for item in said] == ["first", "second", "third", "fourth"]
        assert [item.account_id for item in said] == [KIT.account_id] * 2 + ["100000000000002"] * 2
        assert Ignored("reaction_incomplete") in items

    def test_a_message_of_nobody_is_kept_as_a_notice(self) -> None:
        assert self.one("message__without_sender").kind == "message.unattributed"

    def test_somebody_of_the_checkbox_is_known_by_its_reference(self) -> None:
        assert self.one("optin__checkbox").peer.addresses == ("user_ref:ref-0001",)

    @pytest.mark.parametrize("fixture", ["app_roles", "policy_enforcement"])
    def test_news_of_the_page_is_a_notice(self, fixture: str) -> None:
        assert isinstance(self.one(fixture), AccountNotice)

    def test_the_test_of_the_dashboard_makes_no_customer(self) -> None:
        assert self.one("unknown__dashboard_test") == Ignored("dashboard_test")

    # Echoes.

    @pytest.mark.parametrize(
        ("fixture", "kind"),
        [
            ("message__echo", MessageKind.TEXT),
            ("message__template", MessageKind.TEXT),
            ("message__deleted_by_us", MessageKind.REVOKE),
            ("reaction__ours", MessageKind.REACTION),
        ],
    )
    def test_what_the_business_did_elsewhere_is_an_echo_in_the_customers_thread(
        self, fixture: str, kind: MessageKind
    ) -> None:
        message = self.one(fixture)
        assert (message.echo, message.kind, message.peer.addresses) == (True, kind, (PSID,))

    def test_the_app_that_wrote_an_echo_is_kept(self) -> None:
        assert self.one("message__echo").content["app_id"] == "263902037430900"

    def test_the_echo_of_our_own_send_is_a_mark(self) -> None:
        status = self.one("message__own_send")
        assert isinstance(status, StatusUpdate)
        assert (status.state, status.tracker) == (DeliveryState.SENT, "leg_0.msg_0.1")
        assert status.external_id == "m_MESSAGE__OWN_SEND_1"

    @pytest.mark.parametrize("metadata", ["leg_0.msg_0", "leg_.msg_0.1", "other", "leg_0.msg_0.x", 7, {}])
    def test_metadata_of_others_makes_no_mark(self, metadata: Any) -> None:
        payload = KIT.payload("message__own_send")
        payload["entry"][0]["messaging"][0]["message"]["metadata"] = metadata
        (item,) = messenger.normalise(KIT.signed(json.dumps(payload).encode()))
        assert isinstance(item, InboundMessage) and item.echo

    def test_a_customer_cannot_make_a_mark(self) -> None:
        payload = KIT.payload("message")
        payload["entry"][0]["messaging"][0]["message"]["metadata"] = "leg_0.msg_0.1"
        (item,) = messenger.normalise(KIT.signed(json.dumps(payload).encode()))
        assert isinstance(item, InboundMessage) and not item.echo

    # Marks.

    def test_a_delivery_marks_its_messages_and_all_before(self) -> None:
        first, second, mark = self.items("delivery")
        assert isinstance(first, StatusUpdate) and isinstance(second, StatusUpdate) and isinstance(mark, StatusUpdate)
        assert [first.external_id, second.external_id, mark.external_id] == ["m_OURS_1", "m_OURS_2", None]
        assert {item.state for item in (first, second, mark)} == {DeliveryState.DELIVERED}
        assert (mark.watermark, mark.occurred_at) == (True, AT.replace(microsecond=0))

    @pytest.mark.parametrize(
        ("fixture", "state"), [("read", DeliveryState.READ), ("delivery__watermark", DeliveryState.DELIVERED)]
    )
    def test_a_watermark_is_of_a_customer_and_a_time(self, fixture: str, state: DeliveryState) -> None:
        mark = self.one(fixture)
        assert (mark.state, mark.watermark, mark.peer.primary) == (state, True, PSID)
        assert mark.occurred_at == AT.replace(microsecond=0)

    def test_a_delivery_of_nothing_is_ignored(self) -> None:
        assert self.one("delivery__empty") == Ignored("delivered_without_mark")

    # Comments.

    def test_a_comment_is_a_message_of_its_writer(self) -> None:
        comment = self.one("feed")
        assert (comment.kind, comment.text, comment.peer.profile.name) == (
            MessageKind.TEXT,
            "Is it in stock?",
            "Ana Souza",
        )
        assert (comment.external_id, comment.reply_to) == ("5001_7001", None)
        assert (comment.peer.addresses, comment.peer.named) == (("comment:5001_7001",), PSID)
        assert comment.content["author"] == {"id": PSID, "name": "Ana Souza"}
        assert comment.content["post_id"] == "100000000000001_5001"
        assert comment.occurred_at == datetime.fromtimestamp(1785578390, UTC)

    def test_an_answer_to_a_comment_names_it(self) -> None:
        assert self.one("feed__reply").reply_to == "5001_7001"

    @pytest.mark.parametrize(
        ("fixture", "kind"),
        [
            ("feed__photo", MessageKind.IMAGE),
            ("feed__sticker", MessageKind.UNSUPPORTED),
            ("feed__edited", MessageKind.EDIT),
            ("feed__removed", MessageKind.REVOKE),
        ],
    )
    def test_a_comment_may_have_a_picture_or_change(self, fixture: str, kind: MessageKind) -> None:
        comment = self.one(fixture)
        assert comment.kind is kind
        if kind in (MessageKind.EDIT, MessageKind.REVOKE):
            assert comment.content["target"] == "5001_7001"
            assert comment.external_id.startswith("comment.derived:")
            assert messenger.is_public(comment.external_id)

    def test_our_own_comment_is_ignored_and_nobodys_is_a_notice(self) -> None:
        assert self.one("feed__own") == Ignored("comment.own", item_id="5001_7005")
        assert self.one("feed__without_author").kind == "comment.unattributed"
        assert self.one("unknown__feed_like").reason == "feed.reaction"


ENTRIES = [
    entry
    for name in KIT.fixtures()
    if name not in ("batch", "message__garbage_timestamp", "unknown__object")
    for entry in KIT.payload(name)["entry"]
]


@tried
@given(entries=st.lists(st.sampled_from(ENTRIES), max_size=6))
def test_a_batch_holds_what_its_parts_hold(entries: list[Any]) -> None:
    """Whatever is put together in one call, in whatever order, comes out item by item, in that order."""

    def items(*parts: Any) -> list[Any]:
        return messenger.normalise(KIT.signed(json.dumps({"object": "page", "entry": parts}).encode()))

    assert items(*entries) == ([item for entry in entries for item in items(entry)] or [Ignored("empty")])
