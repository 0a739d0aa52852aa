"""Slack: what the Web API is sent, what its answers mean, and what others sign."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.channels import slack
from chalicelib.channels.base import (
    CannotSay,
    HttpRequest,
    HttpResponse,
    MediaLocation,
    OutgoingAttachment,
    ProviderError,
    Signal,
)
from chalicelib.channels.slack_errors import CODES, MAYBE_DONE
from chalicelib.domain.delivery import FailureClass
from chalicelib.domain.message import MessageKind
from tests.channels.cases import outgoing
from tests.channels.kits import KITS, NEW, NOW
from tests.channels.test_corpus import CORPUS, needs_corpus
from tests.channels.test_slack import (
    BUTTONS,
    PICTURE,
    SECTIONS,
    THREAD,
    TS,
    USER,
)

KIT = KITS["slack"]
IMAGE, LIST, KEYS = MessageKind.IMAGE, MessageKind.LIST, MessageKind.BUTTONS
BEARER = {"authorization": "Bearer xoxb-token-1"}


def built(kind: MessageKind = MessageKind.TEXT, **values: Any) -> dict[str, Any]:
    request = slack.build_send(outgoing(kind, **{"to": USER, **values}), KIT.inbox, KIT.credentials)
    assert isinstance(request, HttpRequest) and (request.method, request.url) == (
        "POST",
        "https://slack.com/api/chat.postMessage",
    )
    assert request.secret_headers == BEARER
    fields: dict[str, Any] = json.loads(request.body)
    return fields


def refused(kind: MessageKind = MessageKind.TEXT, **values: Any) -> CannotSay:
    with pytest.raises(CannotSay) as refusal:
        slack.check_send(outgoing(kind, **values))
    assert refusal.value.reason.endswith(".")
    return refusal.value


def answered(status: int = 200, headers: dict[str, str] | None = None, **answer: Any) -> HttpResponse:
    return HttpResponse(status, headers or {}, json.dumps(answer).encode())


@pytest.mark.parametrize(
    ("to", "reply_to", "where"),
    [
        (USER, None, {"channel": USER}),
        (USER, TS, {"channel": USER, "thread_ts": TS}),
        (USER, "reaction.1785578399.000700", {"channel": USER}),
        (THREAD, None, {"channel": "C0100000001", "thread_ts": "1785578300.000100"}),
        # Whatever is quoted in a thread, the answer is in the thread.
        (THREAD, TS, {"channel": "C0100000001", "thread_ts": "1785578300.000100"}),
        ("C0100000001", None, {"channel": "C0100000001"}),
    ],
)
def test_an_answer_goes_where_the_customer_wrote(to: str, reply_to: str | None, where: dict[str, str]) -> None:
    fields = built(to=to, reply_to=reply_to, text="Olá")
    assert {name: fields.get(name) for name in ("channel", "thread_ts") if name in fields} == where


@pytest.mark.parametrize("to", ["", "ana", "5511987650001", "C1:now", "C1:1.2:3", "u0100000001"])
def test_what_is_no_address_is_refused(to: str) -> None:
    with pytest.raises(CannotSay) as refusal:
        slack.build_send(outgoing(to=to, text="x"), KIT.inbox, KIT.credentials)
    assert refusal.value.field == "to"


def test_a_text_is_never_markup_and_carries_our_tracker() -> None:
    fields = built(text="1 < 2 & <!channel>")
    assert fields["text"] == "1 &lt; 2 &amp; &lt;!channel&gt;"
    assert fields["metadata"] == {"event_type": "parley_message", "event_payload": {"tracker": "leg_1.msg_1.1"}}


def test_what_counts_is_the_length_of_the_escaped_text() -> None:
    slack.check_send(outgoing(text="&" * 8000))
    assert refused(text="&" * 8001).field == "text"


def test_pictures_go_by_link_with_their_text_above() -> None:
    fields = built(IMAGE, text="Look & see", attachments=(PICTURE, replace(PICTURE, name=None)))
    section, first, second = fields["blocks"]
    assert (section["text"]["text"], fields["text"]) == ("Look &amp; see", "Look &amp; see")
    assert first == {"type": "image", "image_url": PICTURE.url, "alt_text": "one.png"}
    assert second["alt_text"] == "Picture"
    alone = built(IMAGE, attachments=(PICTURE,))
    assert (len(alone["blocks"]), alone["text"]) == (1, "one.png")


@pytest.mark.parametrize(
    ("files", "field"),
    [
        ((PICTURE,) * 11, "attachments"),
        ((replace(PICTURE, mime="image/webp"),) * 11, "attachments"),
        ((PICTURE, replace(PICTURE, size_bytes=25 * 1024 * 1024 + 1)), "attachments[1]"),
    ],
)
def test_too_many_or_too_large_pictures_are_refused(files: tuple[OutgoingAttachment, ...], field: str) -> None:
    assert refused(IMAGE, attachments=files).field == field


def test_a_long_text_does_not_go_with_a_picture() -> None:
    slack.check_send(outgoing(IMAGE, text="x" * 3000, attachments=(PICTURE,)))
    assert refused(IMAGE, text="x" * 3001, attachments=(PICTURE,)).field == "text"


def test_buttons_have_a_frame_and_bring_back_their_id() -> None:
    content = {
        **BUTTONS,
        "header": "H <1>",
        "footer": "F",
        "buttons": [{"id": "y", "title": "Yes"}, {"title": "Go", "url": "https://a.example"}],
    }
    fields = built(KEYS, content=content)
    header, section, actions, footer = fields["blocks"]
    assert header["text"] == {"type": "plain_text", "text": "H <1>"}
    assert (section["text"]["text"], footer["elements"][0]["text"]) == ("?", "F")
    yes, go = actions["elements"]
    assert (yes["value"], yes["text"]["text"], yes["action_id"]) == ("y", "Yes", "parley_0")
    assert go["url"] == "https://a.example" and "value" not in go


def test_a_list_is_a_menu_with_groups_where_all_have_titles() -> None:
    (_, grouped) = built(LIST, content={"body": "?", "button": "Open", "sections": SECTIONS})["blocks"]
    (menu,) = grouped["elements"]
    assert menu["placeholder"]["text"] == "Open"
    assert menu["option_groups"][0]["label"]["text"] == "A"
    rows = [{"id": "1", "title": "One", "description": "first"}]
    (_, flat) = built(LIST, content={"body": "?", "sections": [{"rows": rows}]})["blocks"]
    (option,) = flat["elements"][0]["options"]
    assert (option["value"], option["description"]["text"]) == ("1", "first")


@pytest.mark.parametrize(
    ("kind", "content", "field"),
    [
        (KEYS, {"body": "?", "buttons": []}, "content.buttons"),
        (KEYS, {"body": "?", "buttons": [{"id": "1", "title": "x"}] * 26}, "content.buttons"),
        (KEYS, {"body": "?", "buttons": [{"id": "1", "title": "x" * 76}]}, "content.buttons[0].title"),
        (KEYS, {"body": "?", "buttons": [{"id": "1" * 2001, "title": "x"}]}, "content.buttons[0].id"),
        (KEYS, {"body": "?", "buttons": [{"url": "tel:1", "title": "x"}]}, "content.buttons[0].url"),
        (KEYS, {**BUTTONS, "body": ""}, "content.body"),
        (KEYS, {**BUTTONS, "body": "x" * 3001}, "content.body"),
        (KEYS, {**BUTTONS, "header": "x" * 151}, "content.header"),
        (KEYS, {**BUTTONS, "footer": "x" * 2001}, "content.footer"),
        (LIST, {"body": "?", "sections": []}, "content.sections"),
        (LIST, {"body": "?", "sections": [{"rows": [{"id": "1", "title": "x"}] * 101}]}, "content.sections"),
        (
            LIST,
            {"body": "?", "sections": [{"rows": [{"id": "1" * 151, "title": "x"}]}]},
            "content.sections[0].rows[0].id",
        ),
        (LIST, {"body": "?", "button": "x" * 151, "sections": SECTIONS}, "content.button"),
    ],
)
def test_what_block_kit_would_refuse_is_refused_before(kind: MessageKind, content: dict[str, Any], field: str) -> None:
    assert refused(kind, content=content).field == field


# Answers.


@pytest.mark.parametrize("code", sorted(set(CODES) - MAYBE_DONE))
def test_a_refusal_in_an_ok_answer_has_its_class(code: str) -> None:
    error = slack.parse_send(answered(ok=False, error=code)).error
    assert error and (error.code, error.failure) == (code, CODES[code][0])
    assert code in error.detail


@pytest.mark.parametrize(
    ("status", "answer", "failure"),
    [
        (200, {"ok": False, "error": "restricted_action_read_only_channel"}, FailureClass.RECIPIENT),
        (200, {"ok": False, "error": "invalid_blocks_format"}, FailureClass.CONTENT),
        (200, {"ok": False, "error": "something_new"}, FailureClass.CONTENT),
        (200, {"ok": False}, FailureClass.CONTENT),
        (503, {}, FailureClass.RETRY),
        (429, {}, FailureClass.RETRY),
        (401, {}, FailureClass.REAUTH),
        (404, {}, FailureClass.CONFIG),
        (302, {}, FailureClass.CONTENT),
    ],
)
def test_any_other_refusal_has_a_class_too(status: int, answer: dict[str, Any], failure: FailureClass) -> None:
    result = slack.parse_send(answered(status, **answer))
    assert result.error and result.error.failure is failure


def test_the_wait_that_slack_asks_for_is_kept() -> None:
    result = slack.parse_send(answered(429, {"retry-after": "30"}, ok=False, error="ratelimited"))
    assert (result.retry_after_seconds, result.error and result.error.failure) == (30.0, FailureClass.RETRY)


@pytest.mark.parametrize(
    "response",
    [
        answered(ok=True, channel="C0100000001"),
        answered(),
        HttpResponse(200, {}, b"<html>"),
        answered(ok=False, error="fatal_error"),
        answered(500, ok=False, error="internal_error"),
    ],
)
def test_what_may_have_been_sent_is_not_sent_again(response: HttpResponse) -> None:
    result = slack.parse_send(response)
    assert result.uncertain and result.error is None


def test_a_reaction_is_taken_with_a_bare_answer_and_once() -> None:
    for answer in ({"ok": True}, {"ok": True, "warning": "w"}, {"ok": False, "error": "already_reacted"}):
        result = slack.parse_send(answered(**answer))
        assert result.accepted and result.external_id is None
    gone = slack.parse_send(answered(ok=False, error="message_not_found")).error
    assert gone and gone.failure is FailureClass.CONTENT


@pytest.mark.parametrize(
    ("answer", "alias"),
    [
        ({"channel": "C0100000001", "ts": TS, "message": {"thread_ts": "1785578300.000100"}}, f"C0100000001:{TS}"),
        ({"channel": "C0100000001", "ts": TS, "message": {"thread_ts": TS}}, None),
        ({"channel": "C0100000001", "ts": TS}, None),
        ({"channel": "D0100000001", "ts": TS, "message": {"thread_ts": "1785578300.000100"}}, None),
        ({"channel": "?", "ts": TS, "message": {"thread_ts": "1785578300.000100"}}, None),
    ],
)
def test_our_message_in_a_channel_names_its_thread_too(answer: dict[str, Any], alias: str | None) -> None:
    result = slack.parse_send(answered(ok=True, **answer))
    assert (result.external_id, result.alias) == (TS, alias)


def test_what_is_wrong_with_blocks_is_told() -> None:
    told = {"messages": ["[ERROR] must be more than 0 characters"]}
    error = slack.parse_send(answered(ok=False, error="invalid_blocks", response_metadata=told)).error
    assert error and "more than 0 characters" in error.detail
    lacking = slack.parse_send(answered(ok=False, error="missing_scope", needed="chat:write")).error
    assert lacking and "chat:write" in lacking.detail


def test_there_are_no_signals() -> None:
    assert slack.build_signal(Signal("typing", USER), KIT.inbox, KIT.credentials) is None
    assert slack.build_signal(Signal("read", USER, TS), KIT.inbox, KIT.credentials) is None


# Files and health.


@pytest.mark.parametrize(
    ("url", "trusted"),
    [
        ("https://files.slack.com/files-pri/T1-F1/download/a.png", True),
        ("https://FILES.slack.com:443/a", True),
        ("http://files.slack.com/a", False),
        ("https://files.slack.com.evil.example/a", False),
        ("https://evil.example/files.slack.com", False),
        ("https://ana@files.slack.com/a", False),
        ("https://files.slack.com\\@evil.example/a", False),
        ("https://docs.google.com/a", False),
        ("https://[", False),
    ],
)
def test_the_token_goes_to_slacks_file_host_alone(url: str, trusted: bool) -> None:
    place = slack.media_location(url, KIT.inbox, KIT.credentials)
    assert place == MediaLocation(url, BEARER if trusted else {})


def test_a_host_that_the_inbox_names_is_trusted() -> None:
    inbox = replace(
        KIT.inbox, settings={"media_hosts": ["127.0.0.1:4570"], "api_base": "http://127.0.0.1:4570/slack/api"}
    )
    assert slack.media_location("http://127.0.0.1:4570/slack/files/F1", inbox, KIT.credentials).secret_headers == BEARER


def test_a_file_is_looked_up_by_its_id() -> None:
    request = slack.build_media_lookup("F 1", KIT.inbox, KIT.credentials)
    assert request and request.url == "https://slack.com/api/files.info?file=F+1"
    url = "https://files.slack.com/files-pri/T1-F1/a.pdf"
    file = {"url_private": url, "mimetype": "application/pdf", "size": 12}
    found = slack.parse_media_lookup(answered(ok=True, file=file), "media-1", KIT.inbox, KIT.credentials)
    assert found == MediaLocation(url, BEARER, "application/pdf", 12)
    for answer in (answered(ok=True, file={}), answered(ok=False, error="file_not_found")):
        assert isinstance(slack.parse_media_lookup(answer, "media-1", KIT.inbox, KIT.credentials), ProviderError)


def test_health_names_the_workspace_or_what_is_lacking() -> None:
    request = slack.build_health(KIT.inbox, KIT.credentials)
    assert request and request.url.endswith("/auth.test")
    good: dict[str, Any] = {"ok": True, "team": "Padaria", "team_id": "T1", "user_id": "U9", "bot_id": "B1"}
    health = slack.parse_health(answered(200, {"x-oauth-scopes": "chat:write,files:read"}, **good))
    assert (health.ok, health.detail) == (True, "Connected to Padaria.")
    assert slack.parse_health(answered(**good)).ok
    lacking = slack.parse_health(answered(200, {"x-oauth-scopes": "chat:write"}, **good))
    assert not lacking.ok and "files:read" in lacking.detail
    dead = slack.parse_health(answered(ok=False, error="invalid_auth"))
    assert (dead.ok, dead.facts["class"]) == (False, "reauth")


# Signatures that others made.


def test_what_the_official_sdk_signs_is_accepted() -> None:
    signature = pytest.importorskip("slack_sdk.signature")
    timestamp = str(int(NOW.timestamp()))
    for body in (b'{"text":"Ol\xc3\xa1"}', b"payload=%7B%7D", b""):
        made = signature.SignatureVerifier(NEW).generate_signature(timestamp=timestamp, body=body)
        headers = {"x-slack-request-timestamp": timestamp, "x-slack-signature": made}
        slack.verify(replace(KIT.signed(body), headers=headers), KIT.credentials)


@needs_corpus
def test_a_signature_of_slacks_own_is_accepted() -> None:
    vector = json.loads((CORPUS / "signature_vectors.json").read_bytes())["slack_v0"]
    headers = {name.lower(): value for name, value in vector["headers"].items()}
    at = datetime.fromtimestamp(int(vector["timestamp"]), UTC)
    request = replace(KIT.signed(vector["raw_body"].encode()), headers=headers, received_at=at)
    slack.verify(request, {"signing_secret": (vector["signing_secret"],)})
