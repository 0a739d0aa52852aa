"""WeChat: what it posts."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.channels import wechat
from chalicelib.channels.base import (
    AccountNotice,
    HttpRequest,
    HttpResponse,
    Ignored,
    InboundMessage,
    Keep,
    Outgoing,
    OutgoingAttachment,
    ReachabilityChanged,
    ReadFile,
    Reply,
    StatusUpdate,
    Step,
    WebhookRequest,
)
from chalicelib.channels.wechat_inbound import MENU
from chalicelib.domain.delivery import DeliveryState, FailureClass
from chalicelib.domain.message import MessageKind
from tests.channels.cases import ChannelCases, check_request, outgoing
from tests.channels.kits import KITS, NOW

KIT = KITS["wechat"]
ANA, ACCOUNT = "oA1bC2dE3fG4hI5jK6lM7nO8pQ9r", "gh_0000000000b07"
ACCESS = "at-1"
FILES = {
    MessageKind.IMAGE: OutgoingAttachment("https://files.example/1.png", "image/png", "1.png", 1000),
    MessageKind.AUDIO: OutgoingAttachment("https://files.example/1.mp3", "audio/mpeg", "1.mp3", 1000),
    MessageKind.VIDEO: OutgoingAttachment("https://files.example/1.mp4", "video/mp4", "1.mp4", 1000),
}
BUTTONS = [{"id": "y", "title": "好"}, {"id": "n", "title": "不"}]
LIST = {"body": "?", "sections": [{"rows": [{"id": "1", "title": "One"}]}]}
PARAMETERS = [{"type": "text", "parameter_name": "thing1", "text": "订单"}]
TEMPLATE = {"name": "tpl-1", "components": [{"type": "body", "parameters": PARAMETERS}]}


def post(xml: str) -> WebhookRequest:
    return KIT.signed(xml.encode())


def said(kind: str, fields: str) -> InboundMessage:
    head = f"<ToUserName>{ACCOUNT}</ToUserName><FromUserName>{ANA}</FromUserName><CreateTime>1785577000</CreateTime>"
    (item,) = wechat.normalise(post(f"<xml>{head}<MsgType>{kind}</MsgType>{fields}<MsgId>7</MsgId></xml>"))
    assert isinstance(item, InboundMessage)
    return item


def answered_step(step: Step) -> HttpResponse | bytes:
    if isinstance(step, Keep):
        return HttpResponse(200, {}, f'{{"access_token":"{ACCESS}","expires_in":7200}}'.encode())
    if isinstance(step, ReadFile):
        return b"the file's bytes"
    assert "/cgi-bin/media/upload?" in step.url
    return HttpResponse(200, {}, b'{"type":"image","media_id":"media-up-1","created_at":1785577000}')


class TestWeChat(ChannelCases):
    name = "wechat"

    def handshakes(self) -> Iterable[tuple[WebhookRequest, Reply | None]]:
        genuine = self.kit.signed(b"")
        asked = replace(genuine, method="GET", query={**genuine.query, "echostr": "4711"})
        yield asked, Reply(200, "4711")
        yield replace(asked, query={**asked.query, "nonce": "other"}), Reply(403)
        yield replace(asked, received_at=NOW + timedelta(hours=2)), Reply(403)
        yield genuine, None
        yield replace(genuine, method="GET"), None
        yield replace(asked, method="POST"), None

    def stale(self) -> WebhookRequest | None:
        return self.kit.signed(self.kit.fixtures()["text"], at=NOW - timedelta(seconds=3601))

    def sendable(self) -> Iterable[Outgoing]:
        yield outgoing(text="你好")
        for kind, file in FILES.items():
            yield outgoing(kind, attachments=(file,))
        yield outgoing(MessageKind.BUTTONS, content={"body": "?", "buttons": BUTTONS})
        yield outgoing(MessageKind.LIST, content=LIST)
        yield outgoing(MessageKind.TEMPLATE, content=TEMPLATE)

    def accepting(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse(200, {}, b'{"errcode":0,"errmsg":"ok","msgid":"ext-1"}')

    def step_answer(self, step: Step) -> HttpResponse | bytes:
        return answered_step(step)

    def types(self, name: str, payload: Any) -> Iterator[str]:
        kind = payload["MsgType"].lower()
        yield f"event.{payload['Event'].lower()}" if kind == "event" else kind

    # The signature stands in the query, so these two look there instead of at the headers.

    def test_a_changed_request_is_refused(self) -> None:
        genuine = self.kit.signed(self.kit.fixtures()["text"])
        assert set(genuine.query) == {"signature", "timestamp", "nonce"}
        for name, value in genuine.query.items():
            for changed in (f"{value}0", f"{value}é\udc80", f"１{value[1:]}"):
                self.refused(replace(genuine, query={**genuine.query, name: changed}))

    def test_a_request_without_a_signature_is_refused(self) -> None:
        genuine = self.kit.signed(self.kit.fixtures()["text"])
        self.refused(replace(genuine, query={}))
        for name in genuine.query:
            self.refused(replace(genuine, query={**genuine.query, name: ""}))
            self.refused(replace(genuine, query={key: part for key, part in genuine.query.items() if key != name}))

    def test_what_is_sent_is_accepted_under_the_providers_id(self) -> None:
        """As everywhere, save that only templates are answered with an id: the others are known by none."""
        for message in self.sendable():
            self.channel.check_send(message)
            request = self.built(message)
            assert request
            check_request(request, self.kit)
            is_template = message.kind is MessageKind.TEMPLATE
            assert ("/message/template/send?" in request.url) == is_template
            answer = self.accepting(request) if is_template else HttpResponse(200, {}, b'{"errcode":0,"errmsg":"ok"}')
            result = self.channel.parse_send(answer)
            assert (result.accepted, result.external_id) == (True, "ext-1" if is_template else None)

    def test_a_clock_that_is_somewhat_wrong_is_no_harm(self) -> None:
        for minutes in (-59, 59):
            self.channel.verify(self.kit.signed(b"", at=NOW + timedelta(minutes=minutes)), self.kit.credentials)
        self.refused(self.kit.signed(b"", at=NOW + timedelta(hours=2)))

    # Who and what.

    def test_a_message_is_of_a_follower_and_for_an_account(self) -> None:
        item = self.one("text")
        payload = KIT.payload("text")
        assert (item.peer.addresses, item.account_id) == ((ANA,), ACCOUNT)
        assert item.external_id == payload["MsgId"] and int(item.external_id) > 2**53
        assert item.occurred_at == datetime.fromtimestamp(int(payload["CreateTime"]), UTC)
        assert not item.untimed and self.one("text__garbage_timestamp").untimed

    def test_the_account_is_the_inbox_that_was_called_where_none_is_named(self) -> None:
        body = f"<xml><FromUserName>{ANA}</FromUserName><MsgType>text</MsgType><Content>x</Content></xml>"
        (item,) = wechat.normalise(post(body))
        assert isinstance(item, InboundMessage) and item.account_id == "inb_1"

    def test_a_message_without_an_id_is_known_by_its_content(self) -> None:
        assert self.one("text__without_id").external_id.startswith("derived:")

    def test_a_message_of_nobody_is_kept_as_a_notice(self) -> None:
        item = self.one("text__without_sender")
        assert isinstance(item, AccountNotice) and item.kind == "message.unattributed"

    @pytest.mark.parametrize(
        ("fixture", "kind", "text", "content"),
        [
            ("text", "text", "你好，订单 1042 发货了吗？🙂", {}),
            ("text__extra", "text", "评论", {"extra": {"MsgDataId": "2247483650_1", "Idx": "1"}}),
            ("text__menu_choice", "postback", "满意", {"payload": "csat:5", "title": "满意", "source": "button"}),
            (
                "location",
                "location",
                "",
                {"latitude": 23.134521, "longitude": 113.358803, "scale": 20.0, "address": "广州市海珠区"},
            ),
            (
                "link",
                "text",
                "退货说明\n七天之内\nhttps://shop.example/returns",
                {"link": "https://shop.example/returns", "title": "退货说明", "description": "七天之内"},
            ),
            ("image", "image", "", {"picture_url": "http://mmbiz.example/p1"}),
            ("voice", "audio", "", {"transcript": "订单在哪里", "format": "amr"}),
            ("video", "video", "", {"thumbnail_id": "media-thumb-1"}),
            ("shortvideo", "video", "", {"thumbnail_id": "media-thumb-2"}),
            (
                "event.click",
                "postback",
                "MENU_ORDERS",
                {"payload": "MENU_ORDERS", "source": "menu", "type": "CLICK"},
            ),
            (
                "event.view",
                "postback",
                "https://shop.example/",
                {"payload": "https://shop.example/", "source": "menu", "type": "VIEW", "MenuId": "123456789"},
            ),
            (
                "event.scan",
                "system",
                "The customer has come by a link or a code.",
                {"type": "scan", "referral": {"type": "qr_code", "payload": "shop-7", "Ticket": "ticket-2"}},
            ),
            (
                "event.location",
                "system",
                "",
                {
                    "type": "location_report",
                    "latitude": 23.137466,
                    "longitude": 113.352425,
                    "precision": 119.38504,
                },
            ),
            (
                "event.kf_switch_session",
                "system",
                "",
                {"type": "kf_switch_session", "FromKfAccount": "anna@parley", "ToKfAccount": "ben@parley"},
            ),
        ],
    )
    def test_a_push_becomes_its_neutral_message(
        self, fixture: str, kind: str, text: str, content: dict[str, Any]
    ) -> None:
        item = self.one(fixture)
        assert (item.kind.value, item.text, dict(item.content)) == (kind, text, content)

    @pytest.mark.parametrize(
        ("fixture", "media_id", "mime"),
        [
            ("image", "media-image-1", "image/jpeg"),
            ("voice", "media-voice-1", "audio/amr"),
            ("video", "media-video-1", "video/mp4"),
        ],
    )
    def test_a_file_is_known_by_its_id(self, fixture: str, media_id: str, mime: str) -> None:
        (file,) = self.one(fixture).attachments
        assert (file.media_id, file.source_url, file.mime, file.voice) == (media_id, None, mime, fixture == "voice")

    def test_a_picture_without_an_id_has_its_address(self) -> None:
        (file,) = self.one("image__address_only").attachments
        assert (file.media_id, file.source_url) == (None, "http://mmbiz.example/p2")

    @pytest.mark.parametrize("kind", ["text", "image", "voice", "video", "shortvideo", "location", "link", "hologram"])
    @pytest.mark.parametrize("fields", ["", "<Content/>", "<MediaId><a>1</a></MediaId>", "<Location_X>no</Location_X>"])
    def test_a_body_that_makes_no_sense_is_kept_as_unsupported(self, kind: str, fields: str) -> None:
        item = said(kind, fields)
        assert item.kind is MessageKind.UNSUPPORTED
        assert (item.content["type"], item.content["raw"]["MsgType"]) == (kind, kind)

    @pytest.mark.parametrize("event", [name for name in MENU if name not in ("click", "view", "view_miniprogram")])
    def test_what_a_menu_brought_is_kept(self, event: str) -> None:
        item = self.one(f"event.{event}")
        assert (item.kind, item.content["payload"]) == (MessageKind.POSTBACK, "6")
        extra = set(item.content) & {"ScanCodeInfo", "SendPicsInfo", "SendLocationInfo"}
        assert len(extra) == 1

    def test_a_repeated_element_is_a_list(self) -> None:
        pictures = self.one("event.pic_weixin").content["SendPicsInfo"]["PicList"]["item"]
        assert pictures == [{"PicMd5Sum": "1b5f7c23"}, {"PicMd5Sum": "5a75aaca"}]

    def test_an_event_is_known_by_who_when_and_what(self) -> None:
        """Three deliveries of one event are one message; another key, second or follower is another."""
        event = KIT.fixtures()["event.click"].decode()
        created = KIT.payload("event.click")["CreateTime"]
        others = (
            event.replace("MENU_ORDERS", "MENU_RETURNS"),
            event.replace(created, str(int(created) + 1)),
            event.replace(ANA, "oSomebodyElse"),
            event.replace("CLICK", "VIEW"),
        )
        ids = [item.external_id for xml in (event, event, *others) for item in wechat.normalise(post(xml))]  # type: ignore[union-attr]
        assert len(set(ids)) == 5 and ids[0] == ids[1]

    def test_following_and_leaving_change_whether_somebody_can_be_reached(self) -> None:
        back, gone = self.one("event.subscribe"), self.one("event.unsubscribe")
        assert isinstance(back, ReachabilityChanged) and isinstance(gone, ReachabilityChanged)
        assert (back.address, back.reachable) == (ANA, True)
        assert (gone.address, gone.reachable, gone.reason) == (ANA, False, "blocked")

    def test_by_which_code_a_follower_came_is_kept(self) -> None:
        change, came = self.items("event.subscribe__by_code")
        assert isinstance(change, ReachabilityChanged) and isinstance(came, InboundMessage)
        referral = {"type": "qr_code", "payload": "order-1042", "Ticket": "ticket-1"}
        assert (came.kind, came.content["referral"]) == (MessageKind.SYSTEM, referral)

    @pytest.mark.parametrize(
        ("fixture", "state", "failure"),
        [
            ("event.templatesendjobfinish", DeliveryState.DELIVERED, None),
            ("event.templatesendjobfinish__blocked", DeliveryState.FAILED, FailureClass.RECIPIENT),
            ("event.templatesendjobfinish__failed", DeliveryState.FAILED, FailureClass.CONTENT),
        ],
    )
    def test_what_became_of_a_template_is_a_mark(
        self, fixture: str, state: DeliveryState, failure: FailureClass | None
    ) -> None:
        item = self.one(fixture)
        assert isinstance(item, StatusUpdate)
        assert (item.state, item.external_id) == (state, KIT.payload(fixture)["MsgID"])
        assert item.peer and item.peer.primary == ANA
        assert (item.error.failure if item.error else None) is failure

    def test_news_of_the_account_is_a_notice(self) -> None:
        item = self.one("event.masssendjobfinish")
        assert isinstance(item, AccountNotice) and item.detail["SentCount"] == "98"

    @pytest.mark.parametrize(
        "event", ["click", "subscribe", "unsubscribe", "templatesendjobfinish", "location", "scan", "kf_create_session"]
    )
    def test_an_event_of_nobody_or_of_nothing_never_raises(self, event: str) -> None:
        (item,) = wechat.normalise(post(f"<xml><MsgType>event</MsgType><Event>{event}</Event></xml>"))
        assert isinstance(item, Ignored | AccountNotice)

    @pytest.mark.parametrize("fixture", ["text", "event.click", "unknown__event"])
    def test_wechat_is_told_success(self, fixture: str) -> None:
        request = KIT.fixture(fixture)
        for repeats in (frozenset[int](), frozenset({0})):
            assert wechat.answer(request, KIT.inbox, wechat.normalise(request), repeats) == Reply(200, "success")
