"""The web chat: visitors, the people a site vouches for, and what the widget posts."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from chalicelib.channels import web_chat
from chalicelib.channels.base import (
    CannotSay,
    HttpRequest,
    HttpResponse,
    Ignored,
    InboundMessage,
    Outgoing,
    OutgoingAttachment,
    PayloadNotUnderstood,
    PeerTyping,
    Reply,
    SignatureMismatch,
    StatusUpdate,
    WebhookRequest,
)
from chalicelib.channels.web_chat_tokens import (
    Visitor,
    identify,
    issue_visitor_token,
    read_visitor_token,
)
from chalicelib.domain import ids
from chalicelib.domain.delivery import DeliveryState
from chalicelib.domain.message import MessageKind
from tests.channels.cases import FILE, ChannelCases, outgoing
from tests.channels.kits import KITS, NEW, NOW, OLD, WRONG

KIT = KITS["web_chat"]
HOUR = timedelta(hours=1)
CREDENTIALS = {"widget_secret": (NEW, OLD), "identity_secret": (f"{NEW}-identity", f"{OLD}-identity")}


def uuid7(at: datetime, version: int = 7) -> str:
    milliseconds = int(at.timestamp() * 1000)
    return str(UUID(int=milliseconds << 80 | version << 76 | 0x123 << 64 | 0b10 << 62 | 0x4567))


def post(event: str, token: str | None = None, **body: Any) -> WebhookRequest:
    request = KIT.signed(json.dumps(body).encode(), event)
    return replace(request, headers={"authorization": f"Bearer {token}"}) if token else request


def said(**body: Any) -> InboundMessage:
    (item,) = web_chat.normalise(post("messages", client_id=uuid7(NOW), **body))
    assert isinstance(item, InboundMessage)
    return item


class TestWebChat(ChannelCases):
    name = "web_chat"

    def handshakes(self) -> Iterable[tuple[WebhookRequest, Reply | None]]:
        yield replace(KIT.fixture("messages"), method="GET"), None

    def stale(self) -> WebhookRequest | None:
        return replace(KIT.fixture("messages"), received_at=NOW + HOUR)

    def sendable(self) -> Iterable[Outgoing]:
        yield outgoing(text="Olá")
        for kind in (MessageKind.IMAGE, MessageKind.AUDIO, MessageKind.VIDEO, MessageKind.DOCUMENT):
            yield outgoing(kind, text="Look", attachments=(FILE,))
        yield outgoing(MessageKind.LOCATION, content={"latitude": 1.0, "longitude": 2.0})
        yield outgoing(MessageKind.BUTTONS, text="?", content={"buttons": [{"id": "y", "title": "Yes"}]})

    def accepting(self, request: HttpRequest) -> HttpResponse:
        raise AssertionError("nothing is sent")

    # What visitors write.

    @pytest.mark.parametrize(
        ("fixture", "kind", "text"),
        [
            ("messages", MessageKind.TEXT, "Olá, alguém aí?"),
            ("messages__image", MessageKind.IMAGE, ""),
            ("messages__mixed_files", MessageKind.DOCUMENT, "Both"),
            ("messages__postback", MessageKind.POSTBACK, "Yes"),
        ],
    )
    def test_a_message_becomes_its_neutral_kind(self, fixture: str, kind: MessageKind, text: str) -> None:
        message = self.one(fixture)
        assert (message.kind, message.text, message.account_id) == (kind, text, "inb_1")
        assert message.peer.addresses == ("visitor:visitor-0001",)

    def test_the_time_of_writing_is_inside_the_client_id(self) -> None:
        message = self.one("messages__written_offline")
        assert message.occurred_at == NOW - timedelta(days=3)
        assert message.external_id == KIT.payload("messages__written_offline")["client_id"]

    def test_a_client_id_in_capitals_is_the_same_id(self) -> None:
        body = {"client_id": uuid7(NOW).upper(), "text": "x"}
        (item,) = web_chat.normalise(post("messages", **body))
        assert isinstance(item, InboundMessage) and item.external_id == uuid7(NOW)

    def test_files_are_our_own_uploads(self) -> None:
        (file,) = self.one("messages__image").attachments
        assert (file.media_id, file.source_url, file.name, file.size_bytes) == ("upl_1", None, "screen.png", 1234)

    def test_a_reply_names_its_message(self) -> None:
        assert self.one("messages__reply").reply_to == "msg_0"

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({"text": "x"}, "client_id"),
            ({"client_id": "1", "text": "x"}, "client_id"),
            ({"client_id": uuid7(NOW, version=4), "text": "x"}, "client_id"),
            ({"client_id": uuid7(NOW).replace("-", ""), "text": "x"}, "client_id"),
            ({"client_id": uuid7(NOW + timedelta(minutes=3)), "text": "x"}, "client_id"),
            ({"client_id": uuid7(NOW - timedelta(days=8)), "text": "x"}, "client_id"),
            ({"client_id": uuid7(NOW)}, "text"),
            ({"client_id": uuid7(NOW), "text": " \n"}, "text"),
            ({"client_id": uuid7(NOW), "text": ["x"]}, "text"),
            ({"client_id": uuid7(NOW), "text": "x" * 10_001}, "text"),
            ({"client_id": uuid7(NOW), "attachments": "x"}, "attachments"),
            ({"client_id": uuid7(NOW), "attachments": [{}] * 11}, "attachments"),
            ({"client_id": uuid7(NOW), "attachments": [{"mime": "image/png"}]}, "attachments[0].upload_id"),
            (
                {"client_id": uuid7(NOW), "attachments": [{"upload_id": "u", "mime": "<script>"}]},
                "attachments[0].mime",
            ),
            ({"client_id": uuid7(NOW), "text": "x", "in_reply_to": 7}, "in_reply_to"),
            ({"client_id": uuid7(NOW), "postback": {"title": "x"}}, "postback.payload"),
        ],
    )
    def test_a_mistake_is_refused_by_the_name_of_its_field(self, body: dict[str, Any], field: str) -> None:
        with pytest.raises(PayloadNotUnderstood) as refusal:
            web_chat.normalise(post("messages", **body))
        assert refusal.value.field == field

    def test_typing_starts_and_stops(self) -> None:
        assert isinstance(self.one("typing"), PeerTyping) and self.one("typing").active
        assert not self.one("typing__stopped").active

    @pytest.mark.parametrize(("event", "state"), [("read", DeliveryState.READ), ("delivered", DeliveryState.DELIVERED)])
    def test_a_mark_reaches_to_a_time_or_to_a_message(self, event: str, state: DeliveryState) -> None:
        at = NOW - timedelta(seconds=1, microseconds=-400)
        for up_to in (at.isoformat(), ids.message_id(at, "seed")):
            (mark,) = web_chat.normalise(post(event, up_to=up_to))
            assert isinstance(mark, StatusUpdate)
            assert (mark.state, mark.watermark) == (state, True)
            assert at <= mark.occurred_at < at + timedelta(milliseconds=1)

    def test_nobody_has_read_the_future(self) -> None:
        (mark,) = web_chat.normalise(post("read", up_to=(NOW + HOUR).isoformat()))
        assert isinstance(mark, StatusUpdate) and mark.occurred_at == NOW

    @pytest.mark.parametrize("up_to", [None, "", "msg_1", "yesterday", "2026-08-01T10:00:00", 7, []])
    def test_a_mark_without_a_place_is_refused(self, up_to: Any) -> None:
        with pytest.raises(PayloadNotUnderstood) as refusal:
            web_chat.normalise(post("read", up_to=up_to))
        assert refusal.value.field == "up_to"

    def test_another_path_is_a_no_op(self) -> None:
        assert web_chat.normalise(replace(post("messages"), path="/elsewhere")) == [Ignored("path.other")]

    def test_a_request_without_a_token_is_not_understood(self) -> None:
        with pytest.raises(PayloadNotUnderstood) as refusal:
            web_chat.normalise(replace(post("messages"), headers={}))
        assert refusal.value.field == "authorization"

    # What we show them.

    def test_a_message_is_delivered_by_being_stored(self) -> None:
        assert web_chat.build_send(outgoing(text="x"), KIT.inbox, KIT.credentials) is None

    @pytest.mark.parametrize(
        ("message", "field"),
        [
            (outgoing(MessageKind.BUTTONS, content={"buttons": []}), "content.buttons"),
            (outgoing(MessageKind.BUTTONS, content={"buttons": [{"id": "1"}]}), "content.buttons"),
            (outgoing(MessageKind.LOCATION), "content.latitude"),
            (outgoing(MessageKind.IMAGE, attachments=(FILE,) * 11), "attachments"),
            (
                outgoing(MessageKind.IMAGE, attachments=(OutgoingAttachment("u", "image/png", size_bytes=2**30),)),
                "attachments[0]",
            ),
        ],
    )
    def test_our_own_limits_hold(self, message: Outgoing, field: str) -> None:
        with pytest.raises(CannotSay) as refusal:
            web_chat.check_send(message)
        assert refusal.value.field == field


# Visitor tokens.


def token(subject: str | None = None, inbox: str = "inb_1", secret: str = NEW) -> str:
    return issue_visitor_token(inbox, "visitor-0001", {"widget_secret": [secret]}, NOW, HOUR, subject)


def test_a_token_speaks_for_its_visitor_until_it_ends() -> None:
    assert read_visitor_token(token(), "inb_1", CREDENTIALS, NOW) == Visitor("visitor-0001")
    read_visitor_token(token(), "inb_1", CREDENTIALS, NOW + HOUR - timedelta(seconds=1))
    with pytest.raises(SignatureMismatch):
        read_visitor_token(token(), "inb_1", CREDENTIALS, NOW + HOUR)


def test_a_token_is_read_with_both_secrets_and_no_other() -> None:
    read_visitor_token(token(secret=OLD), "inb_1", CREDENTIALS, NOW)
    with pytest.raises(SignatureMismatch):
        read_visitor_token(token(secret=WRONG), "inb_1", CREDENTIALS, NOW)
    with pytest.raises(SignatureMismatch):
        read_visitor_token(token(), "inb_1", {}, NOW)


def test_a_token_is_of_one_inbox() -> None:
    with pytest.raises(SignatureMismatch):
        read_visitor_token(token(inbox="inb_2"), "inb_1", CREDENTIALS, NOW)


def test_a_token_with_other_claims_is_forged() -> None:
    payload, mac = token().split(".")
    claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
    forged = base64.urlsafe_b64encode(json.dumps({**claims, "s": "admin"}).encode()).decode().rstrip("=")
    for attempt in ((f"{forged}.{mac}"), f"{payload}.", payload, f".{mac}", "", "é.é", f"{payload}.{mac}=", "a.b.c"):
        with pytest.raises(SignatureMismatch):
            read_visitor_token(attempt, "inb_1", CREDENTIALS, NOW)


def test_a_signature_made_for_another_purpose_is_no_token() -> None:
    payload = token().partition(".")[0]
    raw = hmac.new(NEW.encode(), payload.encode(), hashlib.sha256).digest()
    with pytest.raises(SignatureMismatch):
        read_visitor_token(
            (f"{payload}.{base64.urlsafe_b64encode(raw).decode().rstrip('=')}"), "inb_1", CREDENTIALS, NOW
        )


def test_a_verified_subject_is_the_lasting_address() -> None:
    request = post("messages", token("user-42"), client_id=uuid7(NOW), text="x")
    web_chat.verify(request, CREDENTIALS)
    (item,) = web_chat.normalise(request)
    assert isinstance(item, InboundMessage)
    assert item.peer.addresses == ("user:user-42", "visitor:visitor-0001")


@pytest.mark.parametrize("visitor_id", ["", "short", "x" * 65, "spaces in it", "semi;colon"])
def test_a_visitor_id_has_a_safe_form(visitor_id: str) -> None:
    with pytest.raises(ValueError, match="visitor id"):
        issue_visitor_token("inb_1", visitor_id, CREDENTIALS, NOW, HOUR)


# Identities.


def claims(**changes: Any) -> dict[str, Any]:
    now = int(NOW.timestamp())
    whole = {"sub": "user-42", "aud": "inb_1", "iat": now, "exp": now + 600, "jti": "j1", "email": "ana@example.com"}
    return {name: value for name, value in {**whole, **changes}.items() if value is not None}


def proof(key: str = f"{NEW}-identity", algorithm: str = "HS256", **changes: Any) -> dict[str, str]:
    return {"jwt": jwt.encode(claims(**changes), key, algorithm=algorithm)}


def test_a_signed_identity_is_believed() -> None:
    identity = identify(proof(), "inb_1", CREDENTIALS, NOW)
    assert (identity.subject, identity.email, identity.proof_id) == ("user-42", "ana@example.com", "j1")
    assert identity.expires_at == NOW + timedelta(minutes=10)
    assert identify(proof(f"{OLD}-identity"), "inb_1", CREDENTIALS, NOW).subject == "user-42"


@pytest.mark.parametrize(
    "changes",
    [
        {"sub": None},
        {"sub": 42},
        {"sub": ""},
        {"iat": None},
        {"exp": None},
        {"aud": None},
        {"aud": "inb_2"},
        {"exp": int(NOW.timestamp()) - 1},
        {"exp": int(NOW.timestamp()) + 3601},
        {"iat": int(NOW.timestamp()) + 120},
        {"nbf": int(NOW.timestamp()) + 120},
        {"exp": "soon"},
        {"iat": [1]},
    ],
)
def test_an_identity_that_proves_too_little_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(SignatureMismatch):
        identify(proof(**changes), "inb_1", CREDENTIALS, NOW)


def test_an_identity_of_another_key_or_of_none_is_refused() -> None:
    unsigned = jwt.encode(claims(), "", algorithm="none")
    for attempt in (
        proof(f"{WRONG}-that-is-long-enough-for-sha256"),
        {"jwt": unsigned},
        {"jwt": "a.b.c"},
        {"jwt": 7},
    ):
        with pytest.raises(SignatureMismatch):
            identify(attempt, "inb_1", CREDENTIALS, NOW)
    with pytest.raises(SignatureMismatch):
        identify(proof(), "inb_1", {}, NOW)


def test_an_identity_may_be_signed_with_a_private_key() -> None:
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = private.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    secret = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    credentials = {"identity_public_key": (pem.decode(),)}
    signed = proof(secret.decode(), "RS256")
    assert identify(signed, "inb_1", credentials, NOW).subject == "user-42"
    # The public key is public: an HMAC made with it proves nothing.
    header = base64.urlsafe_b64encode(b'{"alg":"HS256","typ":"JWT"}').rstrip(b"=")
    body = base64.urlsafe_b64encode(json.dumps(claims()).encode()).rstrip(b"=")
    mac = base64.urlsafe_b64encode(hmac.new(pem, header + b"." + body, hashlib.sha256).digest()).rstrip(b"=")
    with pytest.raises(SignatureMismatch):
        identify({"jwt": b".".join((header, body, mac)).decode()}, "inb_1", credentials, NOW)


def test_the_older_hash_is_believed() -> None:
    # printf user-42 | openssl dgst -sha256 -hmac widget-key
    vector = "5606aec6a17f98676d62679abdbb21235808954106ae35adfa1958b82b7333df"
    credentials = {"identity_secret": ("widget-key",)}
    known = identify({"identifier": "user-42", "identifier_hash": vector}, "inb_1", credentials, NOW)
    assert known.subject == "user-42"
    for attempt in (
        {"identifier": "user-43", "identifier_hash": vector},
        {"identifier": "user-42", "identifier_hash": ""},
        {"identifier": "", "identifier_hash": hmac.new(b"widget-key", b"", hashlib.sha256).hexdigest()},
        {"identifier_hash": vector},
        {},
    ):
        with pytest.raises(SignatureMismatch):
            identify(attempt, "inb_1", credentials, NOW)
