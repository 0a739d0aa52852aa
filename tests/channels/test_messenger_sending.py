"""Messenger, outbound: what Meta is sent, and what it answers."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.channels import messenger
from chalicelib.channels.base import (
    Answering,
    CannotSay,
    HttpResponse,
    MediaLocation,
    Outgoing,
    Profile,
    ProviderError,
    Signal,
)
from chalicelib.channels.meta_codes import CODES, SUBCODES
from chalicelib.domain.delivery import FailureClass
from chalicelib.domain.message import MessageKind
from tests.channels.cases import FILE, outgoing
from tests.channels.kits import KITS, NOW
from tests.channels.test_messenger import PSID, TEMPLATE

KIT = KITS["messenger"]
APPROVED = replace(KIT.inbox, settings={"human_agent": True})
PUBLIC = {"comment": "public", "comment_id": "5001_7001"}
PRIVATE = {"comment": "private", "comment_id": "5001_7001"}


def built(message: Outgoing, inbox: Any = KIT.inbox) -> Any:
    request = messenger.build_send(message, inbox, KIT.credentials)
    assert request
    return json.loads(request.body)


def answered(status: int, payload: Any, **headers: str) -> HttpResponse:
    return HttpResponse(status, headers, json.dumps(payload).encode())


def buttons(*given: dict[str, Any], **content: Any) -> Outgoing:
    return outgoing(MessageKind.BUTTONS, content={"body": "Which?", "buttons": list(given), **content})


def choice(title: str = "Yes", **more: Any) -> dict[str, Any]:
    return {"id": title.lower(), "title": title, **more}


def test_a_text_is_posted_to_the_page_with_our_reference() -> None:
    request = messenger.build_send(outgoing(text="Olá", to=PSID), KIT.inbox, KIT.credentials)
    assert request
    assert request.url == "https://graph.facebook.com/v25.0/100000000000001/messages"
    assert request.secret_headers == {"authorization": "Bearer token-1"}
    assert json.loads(request.body) == {
        "recipient": {"id": PSID},
        "messaging_type": "RESPONSE",
        "message": {"text": "Olá", "metadata": "leg_1.msg_1.1"},
    }


def test_a_file_is_sent_by_its_address() -> None:
    message = built(outgoing(MessageKind.DOCUMENT, attachments=(FILE,)))["message"]
    assert message["attachment"] == {"type": "file", "payload": {"url": FILE.url}}


def test_buttons_are_quick_replies_and_with_a_link_a_template() -> None:
    quick = built(buttons(choice("Yes"), choice("No")))["message"]
    assert quick["text"] == "Which?"
    assert quick["quick_replies"][0] == {"content_type": "text", "title": "Yes", "payload": "yes"}
    linked = built(buttons(choice("Yes"), {"title": "Shop", "url": "https://shop.example"}))["message"]
    payload = linked["attachment"]["payload"]
    assert payload["template_type"] == "button"
    assert payload["buttons"] == [
        {"type": "postback", "title": "Yes", "payload": "yes"},
        {"type": "web_url", "url": "https://shop.example", "title": "Shop"},
    ]


def test_a_template_is_a_utility_message_with_parts_in_lower_case() -> None:
    sent = built(outgoing(MessageKind.TEMPLATE, content=TEMPLATE), APPROVED)
    assert sent["messaging_type"] == "UTILITY"
    assert "tag" not in sent
    assert sent["message"]["template"] == {
        "name": "order_update",
        "language": {"code": "en_US"},
        "components": [{"type": "body", "parameters": []}],
    }


# The window.


def test_only_what_a_person_wrote_has_the_tag_and_only_where_meta_has_approved_it() -> None:
    tagged = built(outgoing(text="x"), APPROVED)
    assert (tagged["messaging_type"], tagged["tag"]) == ("MESSAGE_TAG", "HUMAN_AGENT")
    for sent in (built(outgoing(text="x")), built(outgoing(text="x", human=False), APPROVED)):
        assert (sent["messaging_type"], "tag" in sent) == ("RESPONSE", False)


def test_a_person_has_longer_than_a_machine() -> None:
    assert messenger.CAPABILITIES.window_seconds == timedelta(hours=24).total_seconds()
    assert messenger.CAPABILITIES.human_window_seconds == timedelta(days=7).total_seconds()


# Comments.


def test_a_public_answer_stands_below_the_comment() -> None:
    request = messenger.build_send(outgoing(text="In stock", content=PUBLIC), KIT.inbox, KIT.credentials)
    assert request and request.url == "https://graph.facebook.com/v25.0/5001_7001/comments"
    assert json.loads(request.body) == {"message": "In stock"}


COMMENT = Answering("5001_7001", NOW - timedelta(days=6), {"comment_id": "5001_7001"})
WRITTEN = Answering("m_1", NOW, {})


@pytest.mark.parametrize(
    ("values", "comment"),
    [
        ({"answering": COMMENT}, "5001_7001"),
        ({"answering": COMMENT, "quoted": Answering("5001_7002", NOW, {"comment_id": "5001_7002"})}, "5001_7002"),
        # One of ours: below the customer's newest one.
        ({"answering": COMMENT, "quoted": Answering("5001_7009", NOW, {})}, "5001_7001"),
    ],
)
def test_where_the_customer_commented_the_answer_is_public(values: dict[str, Any], comment: str) -> None:
    request = messenger.build_send(outgoing(text="Yes", attempted_at=NOW, **values), KIT.inbox, KIT.credentials)
    assert request and request.url == f"https://graph.facebook.com/v25.0/{comment}/comments"
    private = outgoing(text="Yes", attempted_at=NOW, content={"private": True}, **values)
    request = messenger.build_send(private, KIT.inbox, KIT.credentials)
    assert request and json.loads(request.body)["recipient"] == {"comment_id": comment}
    assert "tag" not in json.loads(request.body)


def test_where_the_customer_wrote_last_nothing_is_public() -> None:
    sent = built(outgoing(text="Yes", to=PSID, answering=WRITTEN, quoted=COMMENT))
    assert sent["recipient"] == {"id": PSID}


@pytest.mark.parametrize(
    ("values", "field", "words"),
    [
        ({"answering": WRITTEN, "content": {"private": True}}, "content.private", "Only a comment"),
        (
            {
                "answering": replace(COMMENT, occurred_at=NOW - timedelta(days=7, seconds=1)),
                "content": {"private": True},
            },
            "content.private",
            "seven days",
        ),
        ({"answering": COMMENT, "kind": MessageKind.BUTTONS}, "kind", "public answer"),
        ({"answering": COMMENT, "text": "x" * 8001}, "text", "8000"),
    ],
)
def test_what_no_comment_takes_is_refused_when_it_is_sent(values: dict[str, Any], field: str, words: str) -> None:
    message = outgoing(**{"text": "Yes", "attempted_at": NOW, **values})
    with pytest.raises(CannotSay) as refusal:
        messenger.build_send(message, KIT.inbox, KIT.credentials)
    assert refusal.value.field == field and words in refusal.value.reason


def test_our_public_answer_leads_to_its_thread() -> None:
    result = messenger.parse_send(answered(200, {"id": "5001_7009"}))
    assert (result.external_id, result.alias) == ("5001_7009", "comment:5001_7009")
    assert messenger.parse_send(answered(200, {"message_id": "m_1", "id": "5001_7009"})).alias is None


@pytest.mark.parametrize(
    ("external_id", "is_public"),
    [("5001_7001", True), ("17865700000000001", True), ("comment.derived:x", True), ("m_1", False), ("", False)],
)
def test_a_leg_is_public_by_its_newest_message(external_id: str, is_public: bool) -> None:
    assert messenger.is_public(external_id) is is_public
    request = messenger.build_signal(Signal("read", PSID, external_id), KIT.inbox, KIT.credentials)
    assert (request is None) is is_public


def test_a_private_answer_goes_to_the_writer_of_the_comment() -> None:
    sent = built(outgoing(text="In stock", content=PRIVATE, to=""), APPROVED)
    assert sent["recipient"] == {"comment_id": "5001_7001"}
    assert sent["messaging_type"] == "RESPONSE"


@pytest.mark.parametrize(
    ("message", "field", "says"),
    [
        (outgoing(text="x" * 4001), "text", "3 messages"),
        (outgoing(text="x", to="ana@example.com"), "to", "address"),
        (outgoing(text="x", to="1/../me"), "to", "address"),
        (outgoing(MessageKind.LIST, content={}), "kind", "Send it as text"),
        (outgoing(MessageKind.IMAGE, text="x", attachments=(FILE,)), "text", "message of its own"),
        (outgoing(MessageKind.IMAGE, attachments=(FILE, FILE)), "attachments", "each file"),
        (
            outgoing(MessageKind.IMAGE, attachments=(replace(FILE, size_bytes=9 * 1024**2),)),
            "attachments[0]",
            "8 MB",
        ),
        (buttons(), "content.buttons", "13"),
        (buttons(*[choice(str(n)) for n in range(14)]), "content.buttons", "13"),
        (buttons(choice("x" * 21)), "content.buttons[0].title", "20"),
        (buttons({"title": "Yes"}), "content.buttons[0].id", "empty"),
        (buttons(choice(), footer="Parley"), "content.footer", "into the text"),
        (buttons(*[choice(str(n), url="https://x.example") for n in range(4)]), "content.buttons", "3 buttons"),
        (buttons(choice(url="javascript:1")), "content.buttons[0].url", "https://"),
        (buttons(choice(url="https://x.example"), body="x" * 641), "content.body", "640"),
        (buttons(choice(), body=" "), "content.body", "empty"),
        (outgoing(MessageKind.TEMPLATE, content={}), "content.name", "Choose"),
        (outgoing(MessageKind.TEMPLATE, content={"name": "n"}), "content.language", "language"),
        (
            outgoing(MessageKind.TEMPLATE, content={**TEMPLATE, "components": [{"type": "carousel"}]}),
            "content.components[0].type",
            "carousel",
        ),
        (
            outgoing(
                MessageKind.TEMPLATE,
                content={**TEMPLATE, "components": [{"type": "body", "parameters": [{"type": "text", "text": " "}]}]},
            ),
            "content.components[0].parameters[0].text",
            "placeholder",
        ),
        (outgoing(text="x", content={"comment": "loud", "comment_id": "1"}), "content.comment", "public or private"),
        (outgoing(text="x", content={"comment": "public"}), "content.comment_id", "which comment"),
        (outgoing(text="x", content={**PUBLIC, "comment_id": "1/../me"}), "content.comment_id", "which comment"),
        (outgoing(MessageKind.IMAGE, attachments=(FILE,), content=PUBLIC), "kind", "privately"),
        (outgoing(text="x" * 8001, content=PUBLIC), "text", "8000"),
    ],
)
def test_a_limit_is_refused_with_its_reason(message: Outgoing, field: str, says: str) -> None:
    with pytest.raises(CannotSay) as refusal:
        messenger.check_send(message)
    assert refusal.value.field == field
    assert says in refusal.value.reason


def test_a_message_can_be_checked_before_its_address_is_known() -> None:
    messenger.check_send(outgoing(text="x", to=""))


# Answers.


@pytest.mark.parametrize(
    ("status", "error", "failure", "code"),
    [
        (400, {"code": 10, "error_subcode": 2018278}, FailureClass.WINDOW, "10/2018278"),
        (400, {"code": 10, "error_subcode": 2534022}, FailureClass.WINDOW, "10/2534022"),
        (403, {"code": 10}, FailureClass.CONFIG, "10"),
        (400, {"code": 100, "error_subcode": 2018001}, FailureClass.RECIPIENT, "100/2018001"),
        (400, {"code": 100, "message": "(#100) No"}, FailureClass.CONTENT, "100"),
        (400, {"code": 551, "error_subcode": 1545041}, FailureClass.RECIPIENT, "551/1545041"),
        (400, {"code": 551}, FailureClass.RECIPIENT, "551"),
        (400, {"code": 2, "error_subcode": 2018344}, FailureClass.CONFIG, "2/2018344"),
        (503, {"code": 2}, FailureClass.RETRY, "2"),
        (400, {"code": 613}, FailureClass.RETRY, "613"),
        (401, {"code": 190, "error_subcode": 463}, FailureClass.REAUTH, "190"),
        (400, {"code": 230}, FailureClass.CONFIG, "230"),
        (400, {"code": 4711, "is_transient": True}, FailureClass.RETRY, "4711"),
        (400, {"code": 4711}, FailureClass.CONTENT, "4711"),
        (500, {}, FailureClass.RETRY, "http_500"),
        (429, {}, FailureClass.RETRY, "http_429"),
    ],
)
def test_a_refusal_has_a_class(status: int, error: dict[str, Any], failure: FailureClass, code: str) -> None:
    refused = messenger.parse_send(answered(status, {"error": error})).error
    assert refused
    assert (refused.failure, refused.code) == (failure, code)


def test_every_code_has_a_sentence_that_ends_well() -> None:
    for code in CODES:
        assert messenger.REFUSALS.failure_of({"code": code}).detail.endswith(".")
    for subcode in SUBCODES:
        assert messenger.REFUSALS.failure_of({"code": 10, "error_subcode": subcode}).detail.endswith(".")


def test_an_unknown_refusal_is_told_in_metas_words() -> None:
    refused = messenger.parse_send(answered(400, {"error": {"code": 4711, "message": "Not on Mondays"}})).error
    assert refused and "Messenger says: Not on Mondays" in refused.detail


def test_an_answer_that_cannot_be_read_is_uncertain() -> None:
    for body in (b"", b"<html>", b"{}", b'{"message_id":{}}'):
        result = messenger.parse_send(HttpResponse(200, {}, body))
        assert (result.uncertain, result.external_id, result.error) == (True, None, None)


def test_the_wait_is_the_providers() -> None:
    result = messenger.parse_send(answered(429, {"error": {"code": 613}}, **{"retry-after": "7"}))
    assert result.retry_after_seconds == 7


# Signs, files, health.


@pytest.mark.parametrize(("to", "recipient"), [(PSID, {"id": PSID}), ("user_ref:ref-0001", {"user_ref": "ref-0001"})])
def test_a_sign_goes_in_a_request_of_its_own(to: str, recipient: dict[str, str]) -> None:
    for kind, action in (("read", "mark_seen"), ("typing", "typing_on")):
        request = messenger.build_signal(Signal(kind, to), KIT.inbox, KIT.credentials)  # type: ignore[arg-type]
        assert request
        assert json.loads(request.body) == {"recipient": recipient, "sender_action": action}


def test_a_sign_for_no_address_is_not_sent() -> None:
    assert messenger.build_signal(Signal("typing", "x"), KIT.inbox, KIT.credentials) is None


def test_files_are_fetched_without_our_token() -> None:
    url = "https://cdn.fbsbx.com/1"
    assert messenger.media_location(url, KIT.inbox, KIT.credentials) == MediaLocation(url)
    assert messenger.build_media_lookup("1", KIT.inbox, KIT.credentials) is None
    assert isinstance(
        messenger.parse_media_lookup(answered(400, {}), "media-1", KIT.inbox, KIT.credentials), ProviderError
    )


def test_health_reads_the_page() -> None:
    request = messenger.build_health(KIT.inbox, KIT.credentials)
    assert request and request.url == "https://graph.facebook.com/v25.0/100000000000001?fields=name"
    fine = messenger.parse_health(answered(200, {"id": KIT.account_id, "name": "Shop"}))
    assert (fine.ok, fine.detail) == (True, "Connected as Shop.")
    refused = messenger.parse_health(answered(401, {"error": {"code": 190}}))
    assert (refused.ok, refused.facts["class"]) == (False, "reauth")


def test_somebody_is_asked_about_by_their_id() -> None:
    request = messenger.build_profile(PSID, KIT.inbox, KIT.credentials)
    fields = "first_name,last_name,profile_pic"
    assert request and request.url == f"https://graph.facebook.com/v25.0/{PSID}?fields={fields}"
    assert request.secret_headers == {"authorization": "Bearer token-1"}
    for address in ("user_ref:1", "../me", ""):
        assert messenger.build_profile(address, KIT.inbox, KIT.credentials) is None


@pytest.mark.parametrize(
    ("status", "payload", "profile"),
    [
        (200, {"first_name": "Ana", "last_name": "Souza", "id": PSID}, Profile("Ana Souza")),
        (
            200,
            {"first_name": "Ana", "profile_pic": "https://a.fbcdn.net/a"},
            Profile("Ana", avatar_url="https://a.fbcdn.net/a"),
        ),
        (200, {"name": "Ana S.", "username": "ana"}, Profile("Ana S.", "ana")),
        (200, {"first_name": ["Ana"], "profile_pic": "http://a"}, Profile()),
        (400, {"first_name": "Ana"}, Profile()),
    ],
)
def test_a_profile_is_what_meta_tells(status: int, payload: dict[str, Any], profile: Profile) -> None:
    assert messenger.parse_profile(answered(status, payload)) == profile
