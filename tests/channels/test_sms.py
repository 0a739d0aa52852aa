"""SMS by Twilio: what its webhooks send, and how they are proven."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl

import pytest

from chalicelib.channels import sms
from chalicelib.channels.base import (
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
from chalicelib.channels.sms_inbound import STATES
from chalicelib.domain.delivery import DeliveryState, FailureClass
from chalicelib.domain.message import MessageKind
from tests.channels.cases import ChannelCases, outgoing
from tests.channels.kits import KITS, NEW, NOW, WRONG
from tests.channels.test_corpus import CORPUS, needs_corpus

KIT = KITS["sms"]
ANA, SID = "+5511987650001", "SM00000000000000000000000000000001"
TRACKER = "leg_1.msg_1.1"
FILES = {
    MessageKind.IMAGE: OutgoingAttachment("https://files.example/signed/1", "image/png", "one.png", 1000),
    MessageKind.AUDIO: OutgoingAttachment("https://files.example/signed/2", "audio/mpeg", "one.mp3", 1000),
    MessageKind.VIDEO: OutgoingAttachment("https://files.example/signed/3", "video/mp4", "one.mp4", 1000),
    MessageKind.DOCUMENT: OutgoingAttachment("https://files.example/signed/4", "application/pdf", "one.pdf", 1000),
}


def told(**fields: Any) -> Any:
    """The item of a fixture with some parameters changed."""
    (item,) = sms.normalise(KIT.signed(json.dumps({**KIT.payload("received"), **fields}).encode()))
    return item


class TestSms(ChannelCases):
    name = "sms"

    def handshakes(self) -> Iterable[tuple[WebhookRequest, Reply | None]]:
        yield replace(KIT.fixture("received"), method="GET"), None
        yield KIT.fixture("received"), None

    def stale(self) -> WebhookRequest | None:
        return None

    def sendable(self) -> Iterable[Outgoing]:
        yield outgoing(to=ANA, text="Olá")
        for kind, file in FILES.items():
            yield outgoing(kind, to=ANA, text="Look", attachments=(file,))

    def accepting(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse(201, {}, b'{"sid":"ext-1","status":"queued","error_code":null}')

    def types(self, name: str, payload: Any) -> Iterator[str]:
        yield payload.get("MessageStatus") or payload.get("SmsStatus") or "received"

    def test_what_is_sent_is_accepted_under_the_providers_id(self) -> None:
        """As everywhere, save that the body is a form."""
        for message in self.sendable():
            self.channel.check_send(message)
            request = self.built(message)
            assert request
            assert dict(parse_qsl(request.body.decode()))["To"] == ANA
            shown = f"{request.url} {dict(request.headers)}".encode() + request.body
            assert not [value for values in KIT.credentials.values() for value in values if value.encode() in shown]
            result = self.channel.parse_send(self.accepting(request))
            assert (result.accepted, result.external_id) == (True, "ext-1")

    def test_a_repeat_gives_the_same_ids_and_times(self) -> None:
        """As everywhere, save that Twilio tells no times: messages say so, and the store keeps the first one's."""
        for name in self.kit.fixtures():
            first = self.kit.fixture(name)
            later = replace(first, received_at=NOW + timedelta(minutes=30))
            for one, other in zip(sms.normalise(first), sms.normalise(later), strict=True):
                if isinstance(one, InboundMessage) and isinstance(other, InboundMessage):
                    assert one.untimed and (one.occurred_at, other.occurred_at) == (NOW, later.received_at)
                    assert replace(other, occurred_at=NOW) == one
                elif isinstance(one, StatusUpdate) and isinstance(other, StatusUpdate):
                    assert replace(other, occurred_at=NOW) == one

    # Messages.

    def test_a_message_is_from_a_number(self) -> None:
        item = self.one("received")
        assert (item.account_id, item.external_id, item.peer.addresses) == ("inb_1", SID, (ANA,))
        assert (item.kind, item.text, item.peer.profile.phone) == (
            MessageKind.TEXT,
            "Bom dia, o pedido 1042 já saiu?",
            ANA,
        )
        assert item.content["extra"]["FromState"] == "SP" and item.content["extra"]["NumSegments"] == "1"
        assert "FromCity" not in item.content["extra"] and "AccountSid" not in item.content["extra"]

    def test_the_account_is_the_inbox_that_was_called(self) -> None:
        for path, account in (("/webhooks/sms/inb_9/", "inb_9"), ("/somewhere", ""), ("/sms/a b", "")):
            (item,) = sms.normalise(replace(KIT.fixture("received"), path=path))
            assert isinstance(item, InboundMessage) and item.account_id == account

    @pytest.mark.parametrize(
        ("fixture", "kind", "text", "content"),
        [
            ("received__minimal", "text", "Oi", {}),
            ("received__short_code", "text", "Bom dia, o pedido 1042 já saiu?", {}),
            ("received__stop", "system", "STOP", {"type": "opt_out", "keyword": "STOP"}),
            ("received__stop_word", "system", " Stop ", {"type": "opt_out"}),
            ("received__start", "system", "START", {"type": "opt_in", "keyword": "START"}),
            ("received__help", "text", "HELP", {"keyword": "HELP"}),
            ("received__yes", "text", "Yes", {}),
            ("received__button", "postback", "Sim", {"payload": "answer:yes", "title": "Sim", "source": "button"}),
            (
                "received__location",
                "location",
                "",
                {"latitude": -23.5505, "name": "Padaria", "address": "Rua Augusta 10"},
            ),
            ("received__empty", "unsupported", "", {"type": "empty"}),
            ("received__picture", "image", "Chegou assim", {}),
            ("received__files", "document", "", {}),
            ("received__voice", "audio", "", {}),
            ("received__media_missing", "video", "", {}),
        ],
    )
    def test_a_message_becomes_its_neutral_form(
        self, fixture: str, kind: str, text: str, content: dict[str, Any]
    ) -> None:
        item = self.one(fixture)
        assert (item.kind.value, item.text) == (kind, text)
        assert content.items() <= item.content.items()

    def test_what_twilio_says_of_a_word_counts_before_the_word(self) -> None:
        assert told(Body="parem", OptOutType="STOP").content["type"] == "opt_out"
        assert told(Body="Stop", OptOutType="HELP").kind is MessageKind.TEXT
        assert told(Body="stop it").kind is MessageKind.TEXT

    def test_files_come_with_their_address(self) -> None:
        first, second = self.one("received__files").attachments
        assert (first.mime, second.mime, second.media_id) == ("application/pdf", "image/png", None)
        assert first.source_url.endswith("/Media/ME01")
        assert len(self.one("received__media_missing").attachments) == 1

    def test_a_whatsapp_sender_has_a_lasting_id_before_the_number(self) -> None:
        item = self.one("received__whatsapp")
        assert item.peer.addresses == ("whatsapp:BR.1234567890", f"whatsapp:{ANA}")
        assert (item.peer.profile.name, item.peer.profile.phone) == ("Ana Souza", ANA)
        assert item.reply_to == "SM00000000000000000000000000000009"

    def test_a_message_without_an_id_has_one_by_its_content(self) -> None:
        assert self.one("received__without_sid").external_id.startswith("derived:")

    def test_of_a_repeated_parameter_the_first_counts(self) -> None:
        assert self.one("batch").text == "Oi"

    @pytest.mark.parametrize(
        ("fixture", "reason"),
        [
            ("received__nobody", "message.unattributed"),
            ("receiving", "message.receiving"),
            ("unknown__status", "type.pondering"),
            ("unknown__call", "type.call"),
            ("unknown__form", "type.other"),
        ],
    )
    def test_what_is_of_no_use_is_ignored_by_name(self, fixture: str, reason: str) -> None:
        item = self.one(fixture)
        assert isinstance(item, Ignored) and item.reason == reason

    def test_every_call_is_answered_with_nothing_to_say(self) -> None:
        for name in self.kit.fixtures():
            assert sms.answer(KIT.fixture(name), KIT.inbox, self.items(name)) == Reply(200, "<Response/>", "text/xml")

    # Marks.

    @pytest.mark.parametrize("status", sorted(STATES))
    def test_a_mark_brings_our_tracker_back(self, status: str) -> None:
        item = self.one(status)
        assert isinstance(item, StatusUpdate)
        assert (item.state, item.tracker) == (STATES[status], TRACKER)
        assert item.peer and item.peer.addresses == (ANA,)
        assert (item.error is None) == (item.state is not DeliveryState.FAILED)

    def test_a_mark_is_found_by_either_reference(self) -> None:
        assert self.one("sent__without_sid").tracker == TRACKER
        bare = replace(KIT.fixture("sent"), query={})
        (item,) = sms.normalise(bare)
        assert isinstance(item, StatusUpdate) and item.external_id == "SM00000000000000000000000000000005"
        (item,) = sms.normalise(replace(KIT.fixture("sent__without_sid"), query={}))
        assert isinstance(item, Ignored)

    def test_the_carriers_time_is_kept(self) -> None:
        assert self.one("delivered").detail == {"status": "delivered", "carrier_time": "2608011001"}

    @pytest.mark.parametrize(
        ("fixture", "code", "failure"),
        [
            ("undelivered", "30003", FailureClass.RECIPIENT),
            ("failed", "30007", FailureClass.CONTENT),
            ("failed__unexplained", "undelivered", FailureClass.RECIPIENT),
        ],
    )
    def test_a_failure_has_a_class(self, fixture: str, code: str, failure: FailureClass) -> None:
        error = self.one(fixture).error
        assert (error.code, error.failure) == (code, failure)

    # Proof.

    def test_a_changed_address_is_refused(self) -> None:
        genuine = KIT.fixture("sent")
        for url in ("", "https://other.example/webhooks/sms/inb_1", genuine.url + "2", "https://[", "no url"):
            self.refused(replace(genuine, url=url))

    @pytest.mark.parametrize("port", ["", ":443", ":8443"])
    def test_the_address_counts_with_and_without_its_port(self, port: str) -> None:
        genuine = KIT.fixture("received")
        sms.verify(replace(genuine, url=genuine.url.replace("desk.example", f"desk.example{port}")), KIT.credentials)

    def test_the_configured_address_counts_instead_of_the_one_that_arrives(self) -> None:
        genuine = KIT.fixture("received")
        configured = {**KIT.credentials, "webhook_url": ("https://desk.example/webhooks/sms/inb_1",)}
        sms.verify(replace(genuine, url=genuine.url.replace("desk", "inside")), configured)
        self.refused(genuine, {**configured, "webhook_url": ("https://elsewhere.example",)})

    def test_the_newer_way_is_taken_where_its_header_says_so(self) -> None:
        genuine = KIT.fixture("received")
        signed = genuine.url + "".join(map("".join, sorted(parse_qsl(genuine.body.decode(), keep_blank_values=True))))
        made = base64.b64encode(hmac.new(b"key-of-its-own", signed.encode(), hashlib.sha256).digest()).decode()
        settings = "key=webhooks_sharedkey_1,algorithm=HMAC_SHA256"
        headers = {"x-twilio-signature": made, "x-twilio-webhooks-signature-settings": settings}
        request, keyed = replace(genuine, headers=headers), {**KIT.credentials, "signing_key": ("key-of-its-own",)}
        sms.verify(request, keyed)
        self.refused(request)
        self.refused(replace(request, headers={"x-twilio-signature": made}), keyed)
        unheard = {**headers, "x-twilio-webhooks-signature-settings": "key=1,algorithm=HMAC_MD5"}
        self.refused(replace(request, headers=unheard), keyed)

    def test_a_body_that_is_no_form_is_proven_by_its_digest(self) -> None:
        body = b'{"MessageSid": "SM1", "From": "+15550100001", "Body": "Hi"}'
        url = f"https://desk.example/webhooks/sms/inb_1?bodySHA256={hashlib.sha256(body).hexdigest()}"
        made = base64.b64encode(hmac.new(NEW.encode(), url.encode(), hashlib.sha1).digest()).decode()
        request = replace(KIT.fixture("received"), body=body, url=url, headers={"x-twilio-signature": made})
        sms.verify(request, KIT.credentials)
        self.refused(replace(request, body=body + b" "))
        (item,) = sms.normalise(request)
        assert isinstance(item, InboundMessage) and item.text == "Hi"

    def test_what_the_official_sdk_signs_is_accepted(self) -> None:
        validator = pytest.importorskip("twilio.request_validator")
        genuine = KIT.fixture("received")
        fields = dict(parse_qsl(genuine.body.decode(), keep_blank_values=True))
        for algorithm in ("HMAC_SHA1", "HMAC_SHA256"):
            made = validator.RequestValidator(NEW).compute_signature(genuine.url, fields, algorithm)
            settings = f"key=k,algorithm={algorithm}"
            headers = {"x-twilio-signature": made, "x-twilio-webhooks-signature-settings": settings}
            sms.verify(replace(genuine, headers=headers), KIT.credentials)

    @needs_corpus
    def test_signatures_of_twilios_own_are_accepted(self) -> None:
        vectors = json.loads((CORPUS / "twilio" / "signature_vectors.json").read_bytes())
        assert len(vectors) == 8
        for vector in vectors:
            body = (vector.get("form") or vector.get("body")).encode()
            headers = {"x-twilio-signature": vector["signature"]}
            request = replace(KIT.fixture("received"), body=body, url=vector["url"], headers=headers)
            sms.verify(request, {"auth_token": (vector["token"],)})
            self.refused(request, {"auth_token": (WRONG,)})
