"""Instagram Direct, outbound: what differs from Messenger."""

import json
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.channels import instagram
from chalicelib.channels.base import CannotSay, HttpResponse, MediaLocation, Outgoing, ProviderError, Signal
from chalicelib.domain.delivery import FailureClass
from chalicelib.domain.message import MessageKind
from tests.channels.cases import FILE, outgoing
from tests.channels.kits import KITS
from tests.channels.test_instagram import IGSID, PDF

KIT = KITS["instagram"]
APPROVED = replace(KIT.inbox, settings={"human_agent": True})
PUBLIC = {"comment": "public", "comment_id": "17865700000000001"}
PRIVATE = {"comment": "private", "comment_id": "17865700000000001"}


def built(message: Outgoing, inbox: Any = KIT.inbox) -> Any:
    request = instagram.build_send(message, inbox, KIT.credentials)
    assert request
    return json.loads(request.body)


def answered(status: int, payload: Any) -> HttpResponse:
    return HttpResponse(status, {}, json.dumps(payload).encode())


def test_a_text_is_posted_as_me_without_a_messaging_type() -> None:
    request = instagram.build_send(outgoing(text="Olá", to=IGSID), KIT.inbox, KIT.credentials)
    assert request
    assert request.url == "https://graph.instagram.com/v25.0/me/messages"
    assert request.secret_headers == {"authorization": "Bearer token-1"}
    assert json.loads(request.body) == {"recipient": {"id": IGSID}, "message": {"text": "Olá"}}


def test_an_account_linked_to_a_page_has_another_base() -> None:
    linked = replace(KIT.inbox, settings={"api_base": "https://graph.facebook.com/v25.0"})
    request = instagram.build_send(outgoing(text="x"), linked, KIT.credentials)
    assert request and request.url == "https://graph.facebook.com/v25.0/me/messages"


def test_a_message_is_quoted_and_a_comment_is_not() -> None:
    assert built(outgoing(text="x", reply_to="aWdfZAG1f"))["reply_to"] == {"mid": "aWdfZAG1f"}
    for other in ("17865700000000001", "derived:0abc"):
        assert "reply_to" not in built(outgoing(text="x", reply_to=other))
    assert "reply_to" not in built(outgoing(text="x", reply_to="aWdfZAG1f", content=PRIVATE))


def test_only_what_a_person_wrote_has_the_tag_and_only_where_meta_has_approved_it() -> None:
    tagged = built(outgoing(text="x"), APPROVED)
    assert (tagged["messaging_type"], tagged["tag"]) == ("MESSAGE_TAG", "HUMAN_AGENT")
    for message, inbox in (
        (outgoing(text="x"), KIT.inbox),
        (outgoing(text="x", human=False), APPROVED),
        (outgoing(text="x", content=PRIVATE), APPROVED),
    ):
        assert not {"messaging_type", "tag"} & set(built(message, inbox))


def test_a_comment_is_answered_below_it_or_in_private() -> None:
    request = instagram.build_send(outgoing(text="Yes", content=PUBLIC), KIT.inbox, KIT.credentials)
    assert request and request.url == "https://graph.instagram.com/v25.0/17865700000000001/replies"
    assert json.loads(request.body) == {"message": "Yes"}
    assert built(outgoing(text="Yes", content=PRIVATE))["recipient"] == {"comment_id": "17865700000000001"}


def test_a_text_is_measured_in_bytes() -> None:
    instagram.check_send(outgoing(text="é" * 500))
    with pytest.raises(CannotSay) as refusal:
        instagram.check_send(outgoing(text="é" * 501))
    assert refusal.value.field == "text"
    assert "1002 bytes" in refusal.value.reason
    assert "takes 1000. Send it in 2 messages." in refusal.value.reason


@pytest.mark.parametrize(
    ("message", "field", "says"),
    [
        (outgoing(text="😕" * 251), "text", "1004 bytes"),
        (outgoing(text="x", to="ana.souza"), "to", "Instagram address"),
        (outgoing(MessageKind.TEMPLATE, content={"name": "n"}), "kind", "Send it as text"),
        (outgoing(MessageKind.IMAGE, text="x", attachments=(FILE,)), "text", "message of its own"),
        (outgoing(MessageKind.IMAGE, attachments=(replace(FILE, mime="image/webp"),)), "attachments[0].mime", "png"),
        (outgoing(MessageKind.DOCUMENT, attachments=(FILE,)), "attachments[0].mime", "pdf"),
        (
            outgoing(MessageKind.DOCUMENT, attachments=(replace(PDF, size_bytes=26 * 1024**2),)),
            "attachments[0]",
            "25 MB",
        ),
        (
            outgoing(MessageKind.BUTTONS, content={"body": "é" * 501, "buttons": [{"id": "y", "title": "Yes"}]}),
            "content.body",
            "bytes",
        ),
        (outgoing(text="x" * 301, content=PUBLIC), "text", "300"),
        (outgoing(MessageKind.IMAGE, attachments=(FILE,), content=PUBLIC), "kind", "privately"),
        (outgoing(text="x", content={**PUBLIC, "comment_id": {}}), "content.comment_id", "which comment"),
    ],
)
def test_a_limit_is_refused_with_its_reason(message: Outgoing, field: str, says: str) -> None:
    with pytest.raises(CannotSay) as refusal:
        instagram.check_send(message)
    assert refusal.value.field == field
    assert says in refusal.value.reason


def test_a_refusal_names_instagram() -> None:
    refused = instagram.parse_send(answered(400, {"error": {"code": 10, "error_subcode": 2534022}})).error
    assert refused
    assert (refused.failure, "Instagram" in refused.detail) == (FailureClass.WINDOW, True)


def test_signs_are_posted_as_me() -> None:
    for kind, action in (("read", "mark_seen"), ("typing", "typing_on")):
        request = instagram.build_signal(Signal(kind, IGSID), KIT.inbox, KIT.credentials)  # type: ignore[arg-type]
        assert request and request.url.endswith("/me/messages")
        assert json.loads(request.body) == {"recipient": {"id": IGSID}, "sender_action": action}
    assert instagram.build_signal(Signal("typing", "ana"), KIT.inbox, KIT.credentials) is None


def test_files_are_fetched_without_our_token() -> None:
    url = "https://lookaside.fbsbx.com/ig_messaging_cdn/?asset_id=1"
    assert instagram.media_location(url, KIT.inbox, KIT.credentials) == MediaLocation(url)
    assert instagram.build_media_lookup("1", KIT.inbox, KIT.credentials) is None
    assert isinstance(
        instagram.parse_media_lookup(answered(400, {}), "media-1", KIT.inbox, KIT.credentials), ProviderError
    )


def test_health_reads_the_account() -> None:
    request = instagram.build_health(KIT.inbox, KIT.credentials)
    assert request and request.url == "https://graph.instagram.com/v25.0/17841400000000001?fields=username,name"
    for fine in ({"id": "1", "username": "shop"}, {"user_id": "1", "username": "shop"}):
        assert instagram.parse_health(answered(200, fine)).detail == "Connected as shop."
    assert instagram.parse_health(answered(401, {"error": {"code": 190}})).facts["class"] == "reauth"
