"""Calls by Twilio: what its webhooks tell, and how they are proven."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

import pytest

from chalicelib.channels import voice
from chalicelib.channels.base import (
    HttpRequest,
    HttpResponse,
    Ignored,
    InboundMessage,
    Outgoing,
    Reply,
    StatusUpdate,
    WebhookRequest,
)
from chalicelib.channels.voice_form import ANONYMOUS
from chalicelib.domain.delivery import DeliveryState, FailureClass
from chalicelib.domain.message import MessageKind
from tests.channels.cases import ChannelCases, outgoing
from tests.channels.kits import KITS, NEW, NOW
from tests.channels.test_corpus import CORPUS, needs_corpus

KIT = KITS["voice"]
ANA, OURS, ADA = "+5511987650001", "+15550100002", "+15550100010"
CALL, CHILD = "CA00000000000000000000000000000001", "CA00000000000000000000000000000002"
RECORDING, TRACKER = "RE00000000000000000000000000000007", "leg_1.msg_0123456789abcdefghjkmnpqrstvw.1"
TOLD_AT = datetime(2026, 8, 1, 10, 0, 49, tzinfo=UTC)


def items(fixture: str, /, **fields: Any) -> list[Any]:
    """The items of a fixture with some parameters changed."""
    return voice.normalise(KIT.signed(json.dumps({**KIT.payload(fixture), **fields}).encode()))


def update(fixture: str, /, **fields: Any) -> InboundMessage:
    """The silent item of a fixture."""
    (found,) = (
        item
        for item in items(fixture, **fields)
        if isinstance(item, InboundMessage) and item.kind is MessageKind.CALL_UPDATE
    )
    return found


class TestVoice(ChannelCases):
    name = "voice"

    def handshakes(self) -> Iterable[tuple[WebhookRequest, Reply | None]]:
        yield replace(KIT.fixture("incoming"), method="GET"), None
        yield KIT.fixture("incoming"), None

    def stale(self) -> WebhookRequest | None:
        return None

    def sendable(self) -> Iterable[Outgoing]:
        yield outgoing(MessageKind.CALL, to=ANA, content={"agent_phone": ADA})

    def accepting(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse(201, {}, b'{"sid":"ext-1","status":"queued"}')

    def types(self, name: str, payload: Any) -> Iterator[str]:
        yield "incoming" if name == "batch" else name.partition("__")[0]

    def test_what_is_sent_is_accepted_under_the_providers_id(self) -> None:
        """As everywhere, save that the body is a form."""
        for message in self.sendable():
            self.channel.check_send(message)
            request = self.built(message)
            assert request and dict(parse_qsl(request.body.decode()))["To"] == ADA
            shown = f"{request.url} {dict(request.headers)}".encode() + request.body
            assert not [value for values in KIT.credentials.values() for value in values if value.encode() in shown]
            result = self.channel.parse_send(self.accepting(request))
            assert (result.accepted, result.external_id) == (True, "ext-1")

    def test_a_repeat_gives_the_same_ids_and_times(self) -> None:
        """As everywhere, save that it counts when something came: the store keeps the first time."""
        for name in self.kit.fixtures():
            first = self.kit.fixture(name)
            later = replace(first, received_at=NOW + timedelta(minutes=30))
            for one, other in zip(voice.normalise(first), voice.normalise(later), strict=True):
                if isinstance(one, InboundMessage) and isinstance(other, InboundMessage):
                    assert one.untimed and (one.occurred_at, other.occurred_at) == (NOW, later.received_at)
                    assert replace(other, occurred_at=NOW) == one

    def test_a_text_goes_by_another_channel(self) -> None:
        assert MessageKind.TEXT not in voice.CAPABILITIES.kinds_out

    # The card.

    def test_a_call_is_a_card(self) -> None:
        card = self.one("incoming")
        assert (card.account_id, card.external_id, card.peer.addresses) == ("inb_1", CALL, (ANA,))
        assert (card.kind, card.echo, card.untimed) == (MessageKind.CALL, False, True)
        told = {"direction": "inbound", "from": ANA, "to": OURS, "state": "ringing"}
        assert told.items() <= card.content.items()
        assert card.peer.profile.phone == ANA

    @pytest.mark.parametrize(
        ("fixture", "address", "phone"),
        [
            ("incoming__minimal", ANA, ANA),
            ("incoming__softphone", "client:ana", None),
            ("incoming__sip", "sip:ana@example.com", None),
            ("incoming__anonymous", f"anonymous:{CALL}", None),
            ("incoming__withheld", f"anonymous:{CALL}", None),
        ],
    )
    def test_a_caller_is_known_by_the_address(self, fixture: str, address: str, phone: str | None) -> None:
        peer = self.one(fixture).peer
        assert (peer.addresses, peer.profile.phone) == ((address,), phone)

    def test_the_carriers_name_of_a_caller_is_kept(self) -> None:
        card = self.one("incoming__named")
        assert card.peer.profile.name == "SOUZA ANA"
        assert card.content["forwarded_from"] == "+15550100003"

    @pytest.mark.parametrize("word", sorted(ANONYMOUS))
    def test_callers_without_a_number_are_not_one_person(self, word: str) -> None:
        first, second = (items("incoming", From=f"+{word}", Caller="", CallSid=sid)[0] for sid in ("CA1", "CA2"))
        assert first.peer.addresses != second.peer.addresses

    def test_a_card_comes_with_a_status_too_as_the_first_webhook_may_be_lost(self) -> None:
        card, beside = self.items("status")
        assert isinstance(card, InboundMessage) and isinstance(beside, InboundMessage)
        assert (card.kind, card.external_id, card.untimed) == (MessageKind.CALL, CALL, True)
        assert (beside.kind, beside.external_id) == (MessageKind.CALL_UPDATE, f"{CALL}:status:3")
        assert beside.content["at"] == TOLD_AT.isoformat()
        assert self.items("status") == self.items("status__without_a_step")

    @pytest.mark.parametrize("told", ["ringing", "taken", "completed"])
    def test_a_call_that_others_placed_is_a_card_of_ours(self, told: str) -> None:
        card, beside = self.items(f"status__outbound_{told}")
        assert isinstance(card, InboundMessage) and isinstance(beside, InboundMessage)
        assert (card.kind, card.echo, card.peer.addresses) == (MessageKind.CALL, True, (ANA,))
        assert card.content["direction"] == "outbound"
        assert beside.content.get("answered") is (None if told == "ringing" else True)

    # What is told beside it.

    @pytest.mark.parametrize(
        ("fixture", "external_id", "content"),
        [
            ("status", f"{CALL}:status:3", {"state": "ended", "reason": "completed", "duration_seconds": 49}),
            ("status__garbage_time", f"{CALL}:status:2", {"state": "ended", "reason": "no_answer"}),
            ("leg", f"{CHILD}:leg", {"state": "answered", "answered": True, "answered_by": "agt_ada"}),
            ("dial", f"{CALL}:dial:{CHILD}", {"answered": True, "talk_seconds": 40}),
            ("dial__no_answer", f"{CALL}:dial:{CHILD}", {"reason": "no_answer"}),
            ("dial__hung_up", f"{CALL}:dial:{CHILD}", {"state": "ended", "reason": "canceled"}),
            ("dial__not_bridged", f"{CALL}:dial:{CHILD}", {}),
            (
                "wait",
                f"{CALL}:wait",
                {"state": "queued", "queue": {"position": 3, "size": 3, "waited_seconds": 0}},
            ),
            ("queue", f"{CALL}:queue", {"waited_seconds": 121}),
            (
                "queue__hang_up",
                f"{CALL}:queue",
                {"state": "ended", "reason": "hung_up", "waited_seconds": 20},
            ),
            ("queue__bridged", f"{CALL}:queue", {"answered": True, "waited_seconds": 35}),
            (
                "connected",
                f"{CALL}:connected",
                {"state": "answered", "answered": True, "answered_by": "agt_ada"},
            ),
            ("menu", f"{CALL}:menu", {"choice": {"digits": "2", "label": "Refunds"}}),
            ("menu__speech", f"{CALL}:menu", {"choice": {"speech": "a refund please"}}),
            (
                "recorded",
                f"{RECORDING}:recording",
                {"recording": {"id": RECORDING, "duration_seconds": 38, "channels": 2, "source": "DialVerb"}},
            ),
        ],
    )
    def test_news_of_a_call_is_a_silent_item(self, fixture: str, external_id: str, content: dict[str, Any]) -> None:
        item = update(fixture)
        assert (item.external_id, item.peer.addresses) == (external_id, (ANA,))
        assert {name: told for name, told in item.content.items() if name != "at"} == {"target": CALL, **content}
        assert item.text
        # That one of ours took the call answers the customer.
        assert item.echo is (content.get("answered") is True)

    def test_a_leg_without_our_address_names_its_call_itself(self) -> None:
        assert update("leg", _query={"step": "leg", "by": "agt_ada", "peer": ANA}).content["target"] == CALL

    def test_a_message_that_was_left_is_a_visible_sound(self) -> None:
        for fixture, state in (("voicemail", "ended"), ("recorded__voicemail", "voicemail")):
            left, beside = self.items(fixture)
            assert isinstance(left, InboundMessage) and isinstance(beside, InboundMessage)
            assert (left.kind, left.external_id, left.echo) == (MessageKind.AUDIO, RECORDING, False)
            (file,) = left.attachments
            assert (file.mime, file.media_id, file.source_url, file.voice) == ("audio/mpeg", RECORDING, None, True)
            assert left.content == {"call": CALL, "duration_seconds": 8}
            assert beside.content["recording"] == {"id": RECORDING, "voicemail": True, "duration_seconds": 8}
            assert beside.content["state"] == state

    def test_a_recording_of_the_talk_is_a_file_beside_the_card(self) -> None:
        (file,) = update("recorded").attachments
        assert (file.media_id, file.voice) == (RECORDING, False)
        assert update("recorded__failed").attachments == ()
        assert update("recorded__failed").content["recording"]["failed"] is True

    def test_the_words_of_a_recording_belong_to_it(self) -> None:
        item = update("transcribed")
        assert item.text == "Please call me back about order 1042."
        assert item.content["transcript"] == {"recording": RECORDING, "text": item.text}
        assert update("transcribed__minimal").content["transcript"] == {"text": "Call me back."}

    def test_what_is_heard_live_is_a_line_of_who_said_it(self) -> None:
        customer, agent = update("live").content["line"], update("live__agent").content["line"]
        assert (customer["speaker"], customer["text"], customer["order"]) == ("customer", "Where is my refund?", 4)
        assert (agent["speaker"], agent["order"]) == ("agent", 5)
        assert update("live").content["at"] == datetime(2026, 8, 1, 10, 0, 20, 123456, tzinfo=UTC).isoformat()
        placed = {"step": "live", "tracker": TRACKER, "peer": ANA}
        assert update("live", _query=placed).content["line"]["speaker"] == "agent"
        assert update("live__agent", _query=placed).content["line"]["speaker"] == "customer"

    @pytest.mark.parametrize(
        ("fixture", "reason"),
        [
            ("incoming__nobody", "call.unattributed"),
            ("status__nobody", "status.unattributed"),
            ("leg__completed", "leg.completed"),
            ("recorded__in_progress", "recording.in_progress"),
            ("recorded__nobody", "update.unattributed"),
            ("voicemail__without_an_id", "voicemail.unattributed"),
            ("transcribed__failed", "transcription.failed"),
            ("live__started", "transcription_started"),
            ("live__partial", "transcription_partial"),
            ("live__garbage", "transcription_empty"),
            ("take", "call.of_an_agent"),
            ("unknown__step", "type.teleport"),
            ("unknown__form", "type.other"),
        ],
    )
    def test_what_is_of_no_use_is_ignored_by_name(self, fixture: str, reason: str) -> None:
        item = self.one(fixture)
        assert isinstance(item, Ignored) and item.reason == reason

    @pytest.mark.parametrize(
        "told", ["", "yesterday", "Sat, 99 Aug 20260 25:00", "9999-12-31T23:59:59-23:59", "x" * 99]
    )
    def test_a_time_that_is_none_is_left_out(self, told: str) -> None:
        assert "at" not in update("status", Timestamp=told).content

    def test_a_time_without_a_zone_is_utc(self) -> None:
        assert update("status", Timestamp="Sat, 01 Aug 2026 10:00:49 -0000").content["at"] == TOLD_AT.isoformat()

    # Calls that we placed.

    @pytest.mark.parametrize(
        ("fixture", "state", "told"),
        [
            ("status__placed_initiated", DeliveryState.SENT, "ringing"),
            ("status__placed_picked_up", DeliveryState.SENT, "connecting"),
            ("status__placed_completed", DeliveryState.SENT, "ended"),
            ("status__placed_no_answer", DeliveryState.FAILED, "ended"),
            ("leg__placed", DeliveryState.DELIVERED, "answered"),
        ],
    )
    def test_a_call_we_placed_has_marks_and_no_second_card(self, fixture: str, state: DeliveryState, told: str) -> None:
        mark, beside = self.items(fixture)
        assert isinstance(mark, StatusUpdate) and isinstance(beside, InboundMessage)
        assert (mark.state, mark.tracker) == (state, TRACKER)
        assert beside.peer.addresses == (ANA,) and not beside.echo
        assert (beside.content["state"], beside.content["message_id"]) == (told, TRACKER.split(".")[1])

    def test_a_phone_of_ours_that_was_not_answered_is_a_failure_in_words(self) -> None:
        for told in ("busy", "failed", "no-answer", "canceled"):
            mark = items("status__placed_no_answer", CallStatus=told)[0]
            assert mark.error.failure is FailureClass.CONTENT
            assert mark.error.code == f"agent_{told.replace('-', '_')}" and mark.error.detail.endswith(".")

    # Proof.

    def test_a_changed_step_is_refused(self) -> None:
        genuine = KIT.fixture("connected")
        for url in ("", genuine.url.replace("agt_ada", "agt_eve"), genuine.url + "&call=CA2", "https://["):
            self.refused(replace(genuine, url=url))

    def test_what_the_official_sdk_signs_is_accepted(self) -> None:
        validator = pytest.importorskip("twilio.request_validator")
        genuine = KIT.fixture("wait")
        fields = dict(parse_qsl(genuine.body.decode(), keep_blank_values=True))
        for algorithm in ("HMAC_SHA1", "HMAC_SHA256"):
            made = validator.RequestValidator(NEW).compute_signature(genuine.url, fields, algorithm)
            settings = f"key=k,algorithm={algorithm}"
            headers = {"x-twilio-signature": made, "x-twilio-webhooks-signature-settings": settings}
            voice.verify(replace(genuine, headers=headers), KIT.credentials)

    @needs_corpus
    def test_real_payloads_say_what_they_say(self) -> None:
        def of(name: str) -> Any:
            (item,) = voice.normalise(KIT.signed((CORPUS / "twilio" / f"vercel__{name}.form").read_bytes()))
            return item

        card, gathered = of("voice_inbound_called_caller"), of("voice_gather_speech")
        assert (card.kind, card.external_id, card.peer.addresses) == (MessageKind.CALL, "CA123", ("+15550000002",))
        assert (gathered.content["target"], gathered.text) == ("CA123", "hello there")
        words = of("voice_recording_transcription")
        assert (words.external_id, words.text) == ("TR123", "recording text")
        assert of("voice_transcription_content_partial") == Ignored("transcription_partial")
