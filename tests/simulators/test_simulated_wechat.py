"""The simulated WeChat: the desk's calls, followers' acts, and signed pushes in WeChat's form."""

import base64
import hashlib
from typing import Any
from urllib.parse import urlencode
from xml.etree.ElementTree import Element, fromstring

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from simulators import Simulators
from tests.simulators.desk import Client, Received, Receiver

ACCOUNT, ANA = "gh_0000000000b07", "oA1bC2dE3fG4"
APP, APP_SECRET, TOKEN = "wx1", "app-secret", "hook-token"
KEY = base64.b64encode(b"k" * 32).decode().rstrip("=")
SIM = f"/sim/wechat/{ACCOUNT}"
TEXT = {"touser": ANA, "msgtype": "text", "text": {"content": "你好"}}
SEND, TEMPLATE = "message/custom/send", "message/template/send"


@pytest.fixture(autouse=True)
def account(sim: Simulators, receiver: Receiver) -> None:
    url = receiver.base_url + "/wechat"
    named = {"app_id": APP, "app_secret": APP_SECRET, "token": TOKEN, "webhook_url": url}
    sim.wechat.register(ACCOUNT, **named, name="Bakery", encoding_aes_key=KEY)


@pytest.fixture
def written(sim: Simulators, receiver: Receiver) -> str:
    """Ana wrote a moment ago; returns that message's id."""
    message_id = sim.wechat.say(ACCOUNT, ANA, text="在吗")
    assert sim.settle()
    receiver.received.clear()
    return message_id


def stable(client: Client, app_id: str = APP, secret: str = APP_SECRET) -> Any:
    asked = {"grant_type": "client_credential", "appid": app_id, "secret": secret}
    return client.call("POST", "/wechat/cgi-bin/stable_token", asked).json


def call(client: Client, path: str, body: Any, token: str | None = None) -> Any:
    access = stable(client)["access_token"] if token is None else token
    answer = client.call("POST", f"/wechat/cgi-bin/{path}?access_token={access}", body)
    assert answer.status == 200
    return answer.json


def upload(client: Client, kind: str, content: bytes) -> Any:
    access = stable(client)["access_token"]
    body = (
        b'--b\r\nContent-Disposition: form-data; name="media"; filename="1.png"\r\nContent-Type: image/png\r\n\r\n'
        + content
        + b"\r\n--b--\r\n"
    )
    path = f"/wechat/cgi-bin/media/upload?access_token={access}&type={kind}"
    return client.raw("POST", path, body, **{"Content-Type": "multipart/form-data; boundary=b"}).json


def sha(*parts: str) -> str:
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()


def pushes(sim: Simulators, receiver: Receiver) -> list[Element]:
    assert sim.settle()
    return [fromstring(request.body.decode()) for request in receiver.received]


def is_genuine(request: Received) -> bool:
    query = request.query
    return query["signature"] == sha(TOKEN, query["timestamp"], query["nonce"])


# Tokens.


def test_the_stable_token_is_the_same_for_all_until_it_ends(client: Client, sim: Simulators) -> None:
    first, second = stable(client), stable(client)
    assert first["access_token"] == second["access_token"] and 0 < first["expires_in"] <= 7200
    sim.clock.advance(7201)
    assert call(client, SEND, TEXT, first["access_token"])["errcode"] == 42001
    assert stable(client)["access_token"] != first["access_token"]


def test_each_other_token_ends_the_one_before(client: Client, written: str) -> None:
    path = "/wechat/cgi-bin/token?" + urlencode({"appid": APP, "secret": APP_SECRET})
    first, second = (client.call("GET", path).json["access_token"] for _ in "ab")
    assert call(client, SEND, TEXT, first)["errcode"] == 42001
    assert call(client, SEND, TEXT, second)["errcode"] == 0
    assert client.call("POST", f"{SIM}/expire", {}).status == 200
    assert call(client, SEND, TEXT, second)["errcode"] == 42001
    assert call(client, SEND, TEXT, "never given")["errcode"] == 40001


def test_no_token_is_given_to_others(client: Client) -> None:
    assert stable(client, secret="wrong")["errcode"] == 40125
    assert stable(client, app_id="wx2")["errcode"] == 40013


# Pushes.


def test_pushes_are_signed_when_a_follower_writes(sim: Simulators, receiver: Receiver) -> None:
    message_id = sim.wechat.say(ACCOUNT, ANA, text="你好 <&> ]]>")
    (push,) = pushes(sim, receiver)
    assert is_genuine(receiver.received[0])
    told = {name: push.findtext(name) for name in ("ToUserName", "FromUserName", "MsgType", "Content", "MsgId")}
    assert list(told.values()) == [ACCOUNT, ANA, "text", "你好 <&> ]]>", message_id]


def opened(encrypt: str) -> bytes:
    secret = base64.b64decode(KEY + "=")
    opening = Cipher(algorithms.AES(secret), modes.CBC(secret[:16])).decryptor()
    plain = opening.update(base64.b64decode(encrypt)) + opening.finalize()
    end = 20 + int.from_bytes(plain[16:20], "big")
    assert plain[end : end + len(APP)].decode() == APP
    return plain[20:end]


@pytest.mark.parametrize("mode", ["compatible", "safe"])
def test_pushes_are_encrypted_when_the_mode_says_so(sim: Simulators, receiver: Receiver, mode: str) -> None:
    sim.wechat.register(ACCOUNT, mode=mode)
    sim.wechat.say(ACCOUNT, ANA, text="你好")
    (push,) = pushes(sim, receiver)
    query, sealed = receiver.received[0].query, push.findtext("Encrypt") or ""
    assert query["msg_signature"] == sha(TOKEN, query["timestamp"], query["nonce"], sealed)
    assert fromstring(opened(sealed).decode()).findtext("Content") == "你好"
    assert push.findtext("Content") == ("你好" if mode == "compatible" else None)


def test_events_have_no_id(sim: Simulators, client: Client, receiver: Receiver) -> None:
    for action in (
        {"type": "subscribe", "scene": "order-1"},
        {"type": "CLICK", "key": "MENU"},
        {"type": "LOCATION", "Latitude": 23.1},
        {"type": "unsubscribe"},
    ):
        assert client.call("POST", f"{SIM}/followers/{ANA}/actions", action).status == 202
    told = pushes(sim, receiver)
    assert [push.findtext("Event") for push in told] == ["subscribe", "CLICK", "LOCATION", "unsubscribe"]
    assert [push.findtext("EventKey") for push in told] == ["qrscene_order-1", "MENU", None, ""]
    assert {push.findtext("MsgId") for push in told} == {None}


def test_the_handshake_tells_whether_a_webhook_proves_itself(
    client: Client, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    from werkzeug.wrappers import Response

    def prove(self: Receiver, request: Any) -> Response:
        args = request.args
        genuine = args["signature"] == sha(TOKEN, args["timestamp"], args["nonce"])
        return Response(args["echostr"] if genuine else "no")

    monkeypatch.setattr(Receiver, "_answer", prove)
    assert client.call("POST", f"{SIM}/handshake", {}).json == {"status": 200, "proved": True}


# Sends.


def test_a_message_is_on_the_screen_when_the_window_is_open(client: Client, sim: Simulators, written: str) -> None:
    assert call(client, SEND, TEXT)["errcode"] == 0
    shown = client.call("GET", f"{SIM}/followers/{ANA}/phone").json["messages"]
    assert (shown[0]["id"], shown[1]["text"], shown[1]["author"]) == (written, {"content": "你好"}, "account")
    sim.clock.advance(48 * 3600 + 1)
    assert call(client, SEND, TEXT)["errcode"] == 45015
    sim.wechat.act(ACCOUNT, ANA, "CLICK", key="MENU")
    assert call(client, SEND, TEXT)["errcode"] == 0


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({**TEXT, "touser": "nobody"}, 40003),
        ({**TEXT, "msgtype": "hologram"}, 40008),
        ({**TEXT, "text": {"content": ""}}, 44004),
        ({**TEXT, "text": {"content": "好" * 683}}, 45002),
        ({**TEXT, "text": {"content": "好" * 682 + "xx"}}, 0),
        ({"touser": ANA, "msgtype": "image", "image": {"media_id": "none"}}, 40007),
        ({"touser": ANA, "msgtype": "msgmenu", "msgmenu": {"head_content": "?", "list": []}}, 44004),
        ({"touser": ANA, "msgtype": "news", "news": {"articles": []}}, 45002),
        ({"touser": ANA, "msgtype": "news", "news": {"articles": [{"title": "x"}]}}, 0),
    ],
)
@pytest.mark.usefixtures("written")
def test_a_message_is_judged_when_it_comes(client: Client, body: Any, code: int) -> None:
    assert call(client, SEND, body)["errcode"] == code


def test_answers_run_out_until_the_follower_acts_again(client: Client, sim: Simulators, written: str) -> None:
    token = stable(client)["access_token"]
    assert {call(client, SEND, TEXT, token)["errcode"] for _ in range(20)} == {0}
    assert call(client, SEND, TEXT, token)["errcode"] == 45047
    sim.wechat.say(ACCOUNT, ANA, text="还在吗")
    assert call(client, SEND, TEXT, token)["errcode"] == 0
    sim.wechat.act(ACCOUNT, ANA, "unsubscribe")
    assert call(client, SEND, TEXT, token)["errcode"] == 43004


def test_a_file_goes_up_and_is_sent_by_its_id(client: Client, sim: Simulators, written: str) -> None:
    stored = upload(client, "image", b"\x89PNG")
    body = {"touser": ANA, "msgtype": "image", "image": {"media_id": stored["media_id"]}}
    assert call(client, SEND, body)["errcode"] == 0
    assert upload(client, "document", b"x")["errcode"] == 40004
    assert upload(client, "image", b"")["errcode"] == 40006
    path = "/wechat/cgi-bin/media/get?" + urlencode(
        {"access_token": stable(client)["access_token"], "media_id": stored["media_id"]}
    )
    assert client.call("GET", path).body == b"\x89PNG"
    assert client.call("GET", path + "x").json["errcode"] == 40007


def test_a_template_goes_at_any_time_and_is_told_of_later(
    client: Client, sim: Simulators, receiver: Receiver, written: str
) -> None:
    sim.clock.advance(72 * 3600)
    body = {"touser": ANA, "template_id": "tpl-order", "data": {"thing1": {"value": "x"}}}
    sent = call(client, TEMPLATE, body)
    (push,) = pushes(sim, receiver)
    assert (push.findtext("MsgID"), push.findtext("Status")) == (str(sent["msgid"]), "success")
    assert call(client, TEMPLATE, {**body, "template_id": "tpl-other"})["errcode"] == 40037
    receiver.received.clear()
    sim.knobs["wechat"].turn(errors_by_status=True)
    call(client, TEMPLATE, body)
    (push,) = pushes(sim, receiver)
    assert push.findtext("Status") == "failed:user block"


def test_a_choice_is_said_with_its_id(client: Client, sim: Simulators, receiver: Receiver, written: str) -> None:
    menu = {"head_content": "?", "list": [{"id": "y", "content": "好"}]}
    call(client, SEND, {"touser": ANA, "msgtype": "msgmenu", "msgmenu": menu})
    path = f"{SIM}/followers/{ANA}/actions"
    assert client.call("POST", path, {"type": "choose", "id": "y"}).status == 202
    assert client.call("POST", path, {"type": "choose", "id": "n"}).status == 404
    (push,) = pushes(sim, receiver)
    assert (push.findtext("Content"), push.findtext("bizmsgmenuid")) == ("好", "y")


def test_typing_is_shown_until_the_message(client: Client, sim: Simulators, written: str) -> None:
    assert call(client, "message/custom/typing", {"touser": ANA, "command": "Typing"})["errcode"] == 0
    assert sim.wechat.phone(ACCOUNT, ANA)["typing"]
    call(client, SEND, TEXT)
    assert not sim.wechat.phone(ACCOUNT, ANA)["typing"]


def test_wechat_misbehaves_when_its_knobs_are_turned(
    client: Client, sim: Simulators, receiver: Receiver, written: str
) -> None:
    client.call("PUT", "/sim/wechat/knobs", {"rate_limit_next": 1, "provider_error_next": 1, "provider_error_code": 5})
    assert [call(client, SEND, TEXT)["errcode"] for _ in range(3)] == [45009, 5, 0]
    sim.knobs["wechat"].turn(server_error_next=1)
    token = stable(client)["access_token"]
    assert client.call("POST", f"/wechat/cgi-bin/{SEND}?access_token={token}", TEXT).status == 500
    sim.knobs["wechat"].turn(duplicates=3)
    sim.wechat.say(ACCOUNT, ANA, text="one", delay_seconds=0.05)
    sim.wechat.say(ACCOUNT, ANA, text="two")
    assert [push.findtext("Content") for push in pushes(sim, receiver)] == ["two"] * 3 + ["one"] * 3
    receiver.received.clear()
    sim.knobs["wechat"].turn(duplicates=1, bad_signature_next=1)
    sim.wechat.say(ACCOUNT, ANA, text="three")
    pushes(sim, receiver)
    assert not is_genuine(receiver.received[0])


def test_every_type_of_message_can_be_said(sim: Simulators, client: Client, receiver: Receiver) -> None:
    place = {"type": "location", "Location_X": "1", "Location_Y": "2"}
    link = {"type": "link", "Title": "a", "Description": "b", "Url": "c"}
    files = [{"type": kind} for kind in ("image", "voice", "video", "shortvideo")]
    raw = {"type": "raw", "raw": {"MsgType": "hologram", "Depth": 3}}
    said = [place, link, *files, raw]
    for spec in said:
        assert client.call("POST", f"{SIM}/followers/{ANA}/messages", spec).status == 201
    told = pushes(sim, receiver)
    kinds = ["location", "link", "image", "voice", "video", "shortvideo", "hologram"]
    assert [push.findtext("MsgType") for push in told] == kinds
    assert all(push.findtext("MediaId") for push in told[2:6])


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        (f"{SIM}/followers/{ANA}/actions", {"type": "wave"}, 400),
        (f"{SIM}/followers/{ANA}/messages", {"type": "hologram"}, 400),
        (f"{SIM}/followers/{ANA}/messages", {"type": "link"}, 400),
        (f"{SIM}/followers/{ANA}/messages", {"type": "image", "content_base64": "é"}, 400),
        ("/sim/wechat/gh_none/followers/x/messages", {"text": "x"}, 404),
    ],
)
def test_an_act_is_refused_when_it_makes_no_sense(client: Client, path: str, body: Any, status: int) -> None:
    assert client.call("POST", path, body).status == status


def test_a_push_is_posted_as_it_is_when_it_is_given_whole(sim: Simulators, client: Client, receiver: Receiver) -> None:
    fields = {"MsgType": "event", "Event": "new", "List": {"Item": ["a", "b"]}}
    assert client.call("POST", f"{SIM}/followers/{ANA}/pushes", fields).status == 202
    (push,) = pushes(sim, receiver)
    assert [each.text for each in push.findall("List/Item")] == ["a", "b"]


def test_accounts_are_set_up_over_http_and_forgotten(client: Client) -> None:
    assert client.call("PUT", "/sim/wechat/gh_two", {"name": "Two", "mode": "safe"}).json["mode"] == "safe"
    for wrong in ({"mode": "loud"}, {"name": 5}, {"colour": "red"}):
        assert client.call("PUT", "/sim/wechat/gh_two", wrong).status == 400
    assert client.call("PUT", "/sim/wechat/two", {}).status == 400
    listed = client.call("GET", "/sim/wechat")
    assert [each["name"] for each in listed.json["accounts"]] == ["Bakery", "Two"]
    assert APP_SECRET.encode() not in listed.body and KEY.encode() not in listed.body
    assert client.call("DELETE", "/sim/wechat/gh_two").status == 200
    assert client.call("GET", "/sim/wechat/gh_two").status == 404
    assert client.call("GET", "/sim/health").json["wechat"] == [ACCOUNT]
