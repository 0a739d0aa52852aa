"""Instagram Direct: what Meta sends for a professional account. What it shares with Messenger is tested there."""

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.channels import instagram
from chalicelib.channels.base import (
    AccountNotice,
    HttpRequest,
    HttpResponse,
    Ignored,
    InboundMessage,
    Outgoing,
    OutgoingAttachment,
    Reply,
    StatusUpdate,
    WebhookRequest,
)
from chalicelib.channels.meta_bodies import ATTACHMENT_TYPES
from chalicelib.domain.delivery import DeliveryState
from chalicelib.domain.message import MessageKind
from tests.channels.cases import FILE, ChannelCases, outgoing, tried
from tests.channels.kits import KITS, NOW
from tests.channels.test_messenger import AT, attachment_types, event_types, handshakes

KIT = KITS["instagram"]
IGSID = "300000000000001"
PDF = OutgoingAttachment("https://files.example/signed/2", "application/pdf", "two.pdf", 1000)


class TestInstagram(ChannelCases):
    name = "instagram"

    def handshakes(self) -> Iterable[tuple[WebhookRequest, Reply | None]]:
        return handshakes()

    def stale(self) -> WebhookRequest | None:
        return None

    def sendable(self) -> Iterable[Outgoing]:
        yield outgoing(text="Olá")
        for kind in (MessageKind.IMAGE, MessageKind.AUDIO, MessageKind.VIDEO):
            yield outgoing(kind, attachments=(FILE,))
        yield outgoing(MessageKind.DOCUMENT, attachments=(PDF,))
        buttons = [{"id": "y", "title": "Yes"}, {"id": "n", "title": "No"}]
        yield outgoing(MessageKind.BUTTONS, content={"body": "Fits?", "buttons": buttons})
        yield outgoing(text="In stock", content={"comment": "public", "comment_id": "17865700000000001"})
        yield outgoing(text="In stock", content={"comment": "private", "comment_id": "17865700000000001"})

    def accepting(self, request: HttpRequest) -> HttpResponse:
        is_comment = request.url.endswith("/replies")
        answer = {"id": "ext-1"} if is_comment else {"recipient_id": IGSID, "message_id": "ext-1"}
        return HttpResponse(200, {}, json.dumps(answer).encode())

    def types(self, name: str, payload: Any) -> Iterator[str]:
        return event_types(payload)

    def test_every_type_of_attachment_has_a_fixture_here_or_in_messenger(self) -> None:
        kits = (KIT, KITS["messenger"])
        shown = attachment_types(kit.payload(name) for kit in kits for name in kit.fixtures())
        assert set(ATTACHMENT_TYPES) - {"animated_image", "post", "ig_story"} <= shown

    # Messages.

    @pytest.mark.parametrize(
        ("fixture", "kind", "text"),
        [
            ("message", MessageKind.TEXT, "Bom dia! Meu pedido não chegou 😕"),
            ("message__as_a_change", MessageKind.TEXT, "Came as a change"),
            ("message__image", MessageKind.IMAGE, ""),
            ("message__video", MessageKind.VIDEO, ""),
            ("message__audio", MessageKind.AUDIO, ""),
            ("message__file", MessageKind.DOCUMENT, ""),
            ("message__share", MessageKind.IMAGE, ""),
            ("message__ig_post", MessageKind.IMAGE, ""),
            ("message__ig_reel", MessageKind.VIDEO, "This one?"),
            ("message__story_mention", MessageKind.IMAGE, ""),
            ("message__story_reply", MessageKind.TEXT, "Love it"),
            ("message__like_heart", MessageKind.TEXT, "❤️"),
            ("message__product", MessageKind.TEXT, "How much?"),
            ("message__quick_reply", MessageKind.POSTBACK, "Yes"),
            ("postback__ice_breaker", MessageKind.POSTBACK, "Where are you?"),
            ("message__deleted", MessageKind.REVOKE, ""),
            ("message_edit", MessageKind.EDIT, "Boa tarde!"),
            ("reaction", MessageKind.REACTION, ""),
            ("referral", MessageKind.SYSTEM, ""),
            ("message__unsupported", MessageKind.UNSUPPORTED, ""),
            ("message__attachment_unknown", MessageKind.UNSUPPORTED, ""),
        ],
    )
    def test_a_message_becomes_its_neutral_kind(self, fixture: str, kind: MessageKind, text: str) -> None:
        message = self.one(fixture)
        assert (message.kind, message.text, message.echo) == (kind, text, False)
        assert (message.account_id, message.peer.addresses) == (KIT.account_id, (IGSID,))

    def test_a_story_that_is_answered_or_mentions_us_is_kept(self) -> None:
        assert self.one("message__story_reply").content["story"]["id"] == "17900000000000001"
        mention = self.one("message__story_mention")
        assert mention.content["shared"][0]["type"] == "story_mention"
        assert mention.attachments[0].source_url.startswith("https://lookaside.fbsbx.com/")

    def test_a_post_that_is_passed_on_keeps_its_title_and_id(self) -> None:
        (shared,) = self.one("message__ig_post").content["shared"]
        assert (shared["title"], shared["ig_post_media_id"]) == ("New in", "18000000000000001")

    def test_a_product_asked_about_is_kept_beside_the_text(self) -> None:
        assert self.one("message__product").content["referral"] == {"product": {"id": "4001"}}

    def test_what_was_written_in_the_app_is_an_echo(self) -> None:
        message = self.one("message__echo")
        assert (message.echo, message.peer.addresses) == (True, (IGSID,))

    def test_standby_is_recorded(self) -> None:
        assert self.one("message__standby").content["standby"] is True

    def test_the_test_of_the_dashboard_makes_no_customer(self) -> None:
        assert self.one("unknown__dashboard_test") == Ignored("dashboard_test")

    def test_a_payload_that_lost_its_object_is_read(self) -> None:
        payload = KIT.payload("message")
        del payload["object"]
        (item,) = instagram.normalise(KIT.signed(json.dumps(payload).encode()))
        assert item == self.one("message")

    # Marks.

    def test_seen_is_of_one_message(self) -> None:
        mark = self.one("read")
        assert isinstance(mark, StatusUpdate)
        assert (mark.state, mark.external_id, mark.watermark) == (DeliveryState.READ, "m_OURS_1", False)
        assert (mark.occurred_at, mark.peer.primary if mark.peer else None) == (AT, IGSID)

    def test_a_watermark_is_understood_too(self) -> None:
        assert self.one("read__watermark").watermark

    # Comments.

    def test_a_comment_is_a_message_of_its_writer(self) -> None:
        comment = self.one("comments")
        assert (comment.kind, comment.text) == (MessageKind.TEXT, "Is it in stock?")
        assert (comment.peer.addresses, comment.peer.named) == (("comment:17865700000000001",), IGSID)
        assert (comment.peer.profile.username, comment.content["author"]["username"]) == ("ana.souza",) * 2
        assert (comment.external_id, comment.content["comment_id"]) == ("17865700000000001",) * 2
        assert comment.content["post_id"] == "18010000000000001"
        assert comment.occurred_at == datetime.fromtimestamp(1785578401, UTC)

    def test_an_answer_names_the_comment_and_the_advertisement(self) -> None:
        comment = self.one("comments__reply")
        assert comment.reply_to == "17865700000000001"
        assert comment.peer.addresses == ("comment:17865700000000001", "comment:17865700000000002")
        assert comment.content["media"]["ad_title"] == "Summer"

    @pytest.mark.parametrize("fixture", ["comments__in_the_entry", "live_comments"])
    def test_a_comment_may_stand_in_the_entry_or_be_live(self, fixture: str) -> None:
        assert isinstance(self.one(fixture), InboundMessage)

    def test_a_comment_without_a_text_is_kept(self) -> None:
        assert self.one("comments__without_text").kind is MessageKind.UNSUPPORTED

    def test_our_own_comment_is_ignored_and_nobodys_is_a_notice(self) -> None:
        assert self.one("comments__own") == Ignored("comment.own", item_id="17865700000000003")
        for fixture, kind in (("comments__without_author", "comment.unattributed"), ("mentions", "account.mention")):
            notice = self.one(fixture)
            assert isinstance(notice, AccountNotice) and notice.kind == kind


ENTRIES = [
    entry
    for name in KIT.fixtures()
    if name not in ("batch", "message__garbage_timestamp", "unknown__object")
    for entry in KIT.payload(name)["entry"]
]


@tried
@given(entries=st.lists(st.sampled_from(ENTRIES), max_size=6))
def test_a_batch_holds_what_its_parts_hold(entries: list[Any]) -> None:
    def items(*parts: Any) -> list[Any]:
        return instagram.normalise(KIT.signed(json.dumps({"object": "instagram", "entry": parts}).encode()))

    assert items(*entries) == ([item for entry in entries for item in items(entry)] or [Ignored("empty")])


def test_a_time_that_is_none_is_the_time_of_arrival() -> None:
    (item,) = instagram.normalise(KIT.fixture("message__garbage_timestamp"))
    assert isinstance(item, InboundMessage) and item.occurred_at == NOW
