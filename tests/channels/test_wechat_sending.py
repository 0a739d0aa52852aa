"""WeChat: what it is sent, the steps to it, and what its answers mean."""

import json
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from chalicelib.channels import wechat
from chalicelib.channels.base import (
    Call,
    CannotSay,
    HttpRequest,
    HttpResponse,
    Keep,
    MediaLocation,
    ProviderError,
    ReadFile,
    Signal,
    Step,
    StepRefused,
)
from chalicelib.channels.wechat_errors import CODES
from chalicelib.domain.delivery import FailureClass
from chalicelib.domain.message import MessageKind
from tests.channels.cases import completed, outgoing
from tests.channels.kits import KITS
from tests.channels.test_wechat import ACCESS, ANA, BUTTONS, FILES, LIST, PARAMETERS, TEMPLATE, answered_step

KIT = KITS["wechat"]
IMAGE, AUDIO, VIDEO = MessageKind.IMAGE, MessageKind.AUDIO, MessageKind.VIDEO
API = "https://api.weixin.qq.com/cgi-bin"


def steps_of(call: Call | None, **refusals: HttpResponse) -> tuple[list[Step], HttpRequest]:
    """Every step of a call, and what it ends in. `refusals`: other answers, by a part of the step's path."""
    seen: list[Step] = []

    def answer(step: Step) -> HttpResponse | bytes:
        seen.append(step)
        request = step.request if isinstance(step, Keep) else step
        path = urlsplit(request.url).path if isinstance(request, HttpRequest) else ""
        return next((given for part, given in refusals.items() if part in path), None) or answered_step(step)

    assert call is not None
    request = completed(call, answer)
    assert isinstance(request, HttpRequest)
    return seen, request


def built(kind: MessageKind = MessageKind.TEXT, **values: Any) -> dict[str, Any]:
    call = wechat.build_send(outgoing(kind, **{"to": ANA, **values}), KIT.inbox, KIT.credentials)
    _, request = steps_of(call)
    body: dict[str, Any] = json.loads(request.body)
    return body


def refused(kind: MessageKind = MessageKind.TEXT, **values: Any) -> CannotSay:
    with pytest.raises(CannotSay) as refusal:
        wechat.check_send(outgoing(kind, **values))
    assert refusal.value.reason.endswith(".")
    return refusal.value


def answered(http: int = 200, **answer: Any) -> HttpResponse:
    return HttpResponse(http, {}, json.dumps(answer).encode())


# The steps.


def test_a_text_goes_with_a_token_that_is_kept() -> None:
    (step,), request = steps_of(wechat.build_send(outgoing(text="你好", to=ANA), KIT.inbox, KIT.credentials))
    assert isinstance(step, Keep) and 0 < step.seconds < 7200
    assert (step.request.method, step.request.url) == ("POST", f"{API}/stable_token")
    app_id, secret = KIT.credentials["app_id"][0], KIT.credentials["app_secret"][0]
    assert json.loads(step.request.body) == {"grant_type": "client_credential", "appid": app_id, "secret": secret}
    assert (request.method, request.url) == ("POST", f"{API}/message/custom/send?access_token={ACCESS}")
    # Unescaped: escapes would be shown to the customer.
    assert "你好".encode() in request.body
    assert json.loads(request.body) == {"touser": ANA, "msgtype": "text", "text": {"content": "你好"}}


def test_the_other_kind_of_token_is_asked_for_where_the_inbox_says_so() -> None:
    inbox = replace(KIT.inbox, settings={"stable_token": False, "api_base": "http://127.0.0.1:4570/wechat/"})
    (step,), request = steps_of(wechat.build_send(outgoing(text="x", to=ANA), inbox, KIT.credentials))
    assert isinstance(step, Keep) and step.request.method == "GET"
    place = urlsplit(step.request.url)
    assert (place.netloc, place.path) == ("127.0.0.1:4570", "/wechat/cgi-bin/token")
    assert parse_qs(place.query)["grant_type"] == ["client_credential"]
    assert request.url.startswith("http://127.0.0.1:4570/wechat/cgi-bin/message/custom/send?")


@pytest.mark.parametrize(("kind", "called"), [(IMAGE, "image"), (AUDIO, "voice"), (VIDEO, "video")])
def test_a_file_is_uploaded_first(kind: MessageKind, called: str) -> None:
    message = outgoing(kind, to=ANA, attachments=(replace(FILES[kind], name='ru"\r\nde\\é.bin'),))
    steps, request = steps_of(wechat.build_send(message, KIT.inbox, KIT.credentials))
    token, read, upload = steps
    assert isinstance(token, Keep) and read == ReadFile(0) and isinstance(upload, HttpRequest)
    assert upload.url == f"{API}/media/upload?access_token={ACCESS}&type={called}"
    boundary = upload.headers["content-type"].removeprefix("multipart/form-data; boundary=")
    assert (
        upload.body
        == (
            f'--{boundary}\r\nContent-Disposition: form-data; name="media"; filename="ru___de_é.bin"\r\n'
            f"Content-Type: {FILES[kind].mime}\r\n\r\nthe file's bytes\r\n--{boundary}--\r\n"
        ).encode()
    )
    assert json.loads(request.body) == {"touser": ANA, "msgtype": called, called: {"media_id": "media-up-1"}}


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        (answered(errcode=40001, errmsg="invalid credential"), FailureClass.REAUTH),
        (answered(errcode=40125, errmsg="invalid appsecret"), FailureClass.REAUTH),
        (answered(errcode=40013), FailureClass.REAUTH),
        (answered(errcode=40164, errmsg="invalid ip"), FailureClass.CONFIG),
        (answered(errcode=-1), FailureClass.RETRY),
        (answered(errcode=45009), FailureClass.RETRY),
        (answered(502), FailureClass.RETRY),
        (HttpResponse(200, {}, b"<html>"), FailureClass.RETRY),
        (answered(access_token=""), FailureClass.RETRY),
        (answered(500, access_token="at-2"), FailureClass.RETRY),
    ],
)
def test_no_token_is_a_refusal_before_anything_is_sent(answer: HttpResponse, failure: FailureClass) -> None:
    call = wechat.build_send(outgoing(text="x"), KIT.inbox, KIT.credentials)
    with pytest.raises(StepRefused) as refusal:
        steps_of(call, token=answer)
    assert refusal.value.error.failure is failure
    assert ACCESS not in refusal.value.error.detail


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        (answered(errcode=40001), FailureClass.RETRY),
        (answered(errcode=40004, errmsg="invalid media type"), FailureClass.CONTENT),
        (answered(503), FailureClass.RETRY),
        (HttpResponse(200, {}, b""), FailureClass.RETRY),
    ],
)
def test_a_file_that_is_not_taken_is_a_refusal_before_anything_is_sent(
    answer: HttpResponse, failure: FailureClass
) -> None:
    call = wechat.build_send(outgoing(IMAGE, attachments=(FILES[IMAGE],)), KIT.inbox, KIT.credentials)
    with pytest.raises(StepRefused) as refusal:
        steps_of(call, upload=answer)
    assert refusal.value.error.failure is failure


def test_a_missing_credential_is_named() -> None:
    with pytest.raises(KeyError, match="app_secret"):
        wechat.build_send(outgoing(text="x"), KIT.inbox, {"app_id": ("wx1",)})


# The bodies.


def test_choices_are_a_menu() -> None:
    content = {"header": "H", "body": "满意吗?", "footer": "F", "buttons": BUTTONS}
    menu = built(MessageKind.BUTTONS, content=content)
    choices = [{"id": "y", "content": "好"}, {"id": "n", "content": "不"}]
    expected = {"head_content": "H\n\n满意吗?", "list": choices, "tail_content": "F"}
    assert (menu["msgtype"], menu["msgmenu"]) == ("msgmenu", expected)
    listed = built(MessageKind.LIST, content=LIST)
    assert listed["msgmenu"] == {"head_content": "?", "list": [{"id": "1", "content": "One"}]}


def test_a_link_is_an_article() -> None:
    content = {"body": "See", "buttons": [{"title": "More", "url": "https://a.example"}], "picture_url": "https://p"}
    body = built(MessageKind.BUTTONS, content=content)
    article = {"title": "More", "description": "See", "url": "https://a.example", "picurl": "https://p"}
    assert (body["msgtype"], body["news"]) == ("news", {"articles": [article]})


def test_a_template_has_its_placeholders_by_name() -> None:
    body = built(MessageKind.TEMPLATE, content={**TEMPLATE, "url": "https://a.example"})
    assert body == {
        "touser": ANA,
        "template_id": "tpl-1",
        "data": {"thing1": {"value": "订单"}},
        "url": "https://a.example",
    }


def test_the_customer_sees_the_service_account_that_the_inbox_names() -> None:
    inbox = replace(KIT.inbox, settings={"kf_account": "bia@parley"})
    _, request = steps_of(wechat.build_send(outgoing(text="x"), inbox, KIT.credentials))
    assert json.loads(request.body)["customservice"] == {"kf_account": "bia@parley"}


def menu(count: int, **button: Any) -> dict[str, Any]:
    return {"body": "?", "buttons": [{"id": str(place), "title": f"T{place}", **button} for place in range(count)]}


def template(**parameter: Any) -> dict[str, Any]:
    return {"name": "tpl-1", "components": [{"parameters": [{**PARAMETERS[0], **parameter}]}]}


FIRST = "content.components[0].parameters[0]"


@pytest.mark.parametrize(
    ("kind", "values", "field"),
    [
        (MessageKind.TEXT, {"text": "好" * 683}, "text"),
        (IMAGE, {"attachments": (FILES[IMAGE],) * 2}, "attachments"),
        (IMAGE, {"attachments": (FILES[IMAGE],), "text": "x"}, "text"),
        (IMAGE, {"attachments": (replace(FILES[IMAGE], mime="image/webp"),)}, "attachments[0].mime"),
        (IMAGE, {"attachments": (replace(FILES[IMAGE], size_bytes=10 * 1024**2 + 1),)}, "attachments[0]"),
        (AUDIO, {"attachments": (replace(FILES[AUDIO], size_bytes=2 * 1024**2 + 1),)}, "attachments[0]"),
        (AUDIO, {"attachments": (replace(FILES[AUDIO], mime="audio/ogg"),)}, "attachments[0].mime"),
        (MessageKind.BUTTONS, {"content": menu(0)}, "content.buttons"),
        (MessageKind.BUTTONS, {"content": menu(11)}, "content.buttons"),
        (MessageKind.BUTTONS, {"content": menu(1, title=" ")}, "content.buttons[0].title"),
        (MessageKind.BUTTONS, {"content": menu(2, id="")}, "content.buttons[0].id"),
        (MessageKind.BUTTONS, {"content": menu(2, url="https://a.example")}, "content.buttons"),
        (MessageKind.BUTTONS, {"content": menu(1, url="javascript:x")}, "content.buttons[0].url"),
        (MessageKind.BUTTONS, {"content": {**menu(1), "body": ""}}, "content.body"),
        (MessageKind.BUTTONS, {"content": {**menu(10), "body": "x" * 2040}}, "content.body"),
        (MessageKind.LIST, {"content": {"body": "?", "sections": []}}, "content.sections"),
        (MessageKind.TEMPLATE, {"content": {}}, "content.name"),
        (MessageKind.TEMPLATE, {"content": {"name": "t", "components": {}}}, "content.components"),
        (MessageKind.TEMPLATE, {"content": {"name": "t", "components": [1]}}, "content.components"),
        (MessageKind.TEMPLATE, {"content": template(text=" ")}, f"{FIRST}.text"),
        (MessageKind.TEMPLATE, {"content": template(parameter_name="")}, f"{FIRST}.parameter_name"),
    ],
)
def test_what_breaks_a_limit_is_refused_with_its_field(kind: MessageKind, values: dict[str, Any], field: str) -> None:
    assert refused(kind, **values).field == field


def test_a_text_is_counted_in_bytes() -> None:
    wechat.check_send(outgoing(text="好" * 682 + "xx"))
    assert "2049 bytes" in refused(text="好" * 683).reason


def test_an_address_is_needed_to_send() -> None:
    with pytest.raises(CannotSay) as refusal:
        wechat.build_send(outgoing(text="x", to=""), KIT.inbox, KIT.credentials)
    assert refusal.value.field == "to"


# Answers.


@pytest.mark.parametrize("body", [b"", b"{}", b"<html>", b'{"errmsg":"ok"}', b'{"errcode":null}', b'{"errcode":"x"}'])
def test_an_unreadable_success_is_uncertain(body: bytes) -> None:
    assert wechat.parse_send(HttpResponse(200, {}, body)).uncertain


def test_a_template_is_known_by_its_id() -> None:
    result = wechat.parse_send(answered(errcode=0, errmsg="ok", msgid=2001638361234567890))
    assert result.external_id == "2001638361234567890"


@pytest.mark.parametrize(("code", "meaning"), CODES.items())
def test_a_code_in_an_answer_of_200_has_its_class(code: int, meaning: tuple[FailureClass, str]) -> None:
    result = wechat.parse_send(answered(errcode=code, errmsg="why"))
    assert result.error and (result.error.code, result.error.failure) == (str(code), meaning[0])
    assert result.error.detail == f"{meaning[1]} (WeChat says: why)"


@pytest.mark.parametrize(
    ("http", "answer", "failure"),
    [
        (200, {"errcode": 40001}, FailureClass.RETRY),
        (200, {"errcode": 42001}, FailureClass.RETRY),
        (200, {"errcode": 45015}, FailureClass.WINDOW),
        (200, {"errcode": 45047}, FailureClass.WINDOW),
        (200, {"errcode": 40003}, FailureClass.RECIPIENT),
        (200, {"errcode": 48001}, FailureClass.CONFIG),
        (200, {"errcode": 87014}, FailureClass.CONTENT),
        (200, {"errcode": "45015"}, FailureClass.WINDOW),
        (500, {}, FailureClass.RETRY),
        (429, {}, FailureClass.RETRY),
        (404, {}, FailureClass.CONTENT),
        (302, {"errcode": 0}, FailureClass.CONTENT),
    ],
)
def test_other_answers_have_a_class_too(http: int, answer: dict[str, Any], failure: FailureClass) -> None:
    result = wechat.parse_send(answered(http, **answer))
    assert result.error and result.error.failure is failure


# Signals, files, health.


def test_typing_is_shown_by_way_of_a_token() -> None:
    (step,), request = steps_of(wechat.build_signal(Signal("typing", ANA), KIT.inbox, KIT.credentials))
    assert isinstance(step, Keep)
    assert request.url == f"{API}/message/custom/typing?access_token={ACCESS}"
    assert json.loads(request.body) == {"touser": ANA, "command": "Typing"}
    assert wechat.build_signal(Signal("read", ANA, "1"), KIT.inbox, KIT.credentials) is None


def place_of(response: HttpResponse, media_id: str = "media-1") -> MediaLocation | ProviderError:
    return wechat.parse_media_lookup(response, media_id, KIT.inbox, KIT.credentials)


def test_a_file_is_fetched_by_way_of_a_token() -> None:
    lookup = wechat.build_media_lookup("media-1", KIT.inbox, KIT.credentials)
    assert lookup and lookup.url == f"{API}/stable_token"
    found = place_of(answered(access_token="at/+1", expires_in=7200), "me&dia=1")
    assert isinstance(found, MediaLocation)
    assert found.url == f"{API}/media/get?access_token=at%2F%2B1&media_id=me%26dia%3D1"
    assert not found.secret_headers
    assert isinstance(place_of(answered(errcode=40125)), ProviderError)


def test_a_refusal_is_not_taken_for_the_file() -> None:
    found = place_of(answered(access_token="at-1"))
    assert isinstance(found, MediaLocation) and found.decode
    for file in (b"\xff\xd8\xff\xe0", b"", b"{not json", b'{"a":1}', b"[1]"):
        assert found.decode(file) == file
    for refusal in (b'{"errcode":40007,"errmsg":"invalid media_id"}', b'{"video_url":"http://v.example/1"}'):
        with pytest.raises(ValueError, match=r"WeChat .*"):
            found.decode(refusal)


def test_a_pictures_own_address_gets_no_token() -> None:
    found = wechat.media_location("http://mmbiz.example/p2", KIT.inbox, KIT.credentials)
    assert found == MediaLocation("https://mmbiz.example/p2")
    assert wechat.media_location("https://a.example", KIT.inbox, KIT.credentials).url == "https://a.example"


def test_health_proves_the_secret_and_shows_no_token() -> None:
    request = wechat.build_health(KIT.inbox, KIT.credentials)
    assert request and request.url.endswith("/cgi-bin/stable_token")
    health = wechat.parse_health(answered(access_token=ACCESS, expires_in=7200))
    assert health.ok and ACCESS not in f"{health.detail}{health.facts}"
    dead = wechat.parse_health(answered(errcode=40164, errmsg="invalid ip 203.0.113.9, not in whitelist"))
    assert not dead.ok and "203.0.113.9" in dead.detail and dead.facts["class"] == "config"
