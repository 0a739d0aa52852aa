"""The simulated Apple: the desk's calls, the customers' acts, and what both may not do."""

import base64
import gzip
import json
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

import jwt
import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from simulators import Simulators, running
from tests.simulators.desk import Answer, Client, Receiver

BIZ, ANA = "urn:biz:b07", "urn:mbid:ana="
MSP, KEY = "msp-1", b"apple-secret-0123456789abcdef-0123456"
SIM, PHONE = f"/sim/apple/{BIZ}", f"/sim/apple/{BIZ}/customers/{ANA}"
BID = "com.apple.messages.MSMessageExtensionBalloonPlugin:0000000000:com.apple.icloud.apps.messages.business.extension"
ITEMS = [{"identifier": "y", "title": "Yes"}, {"identifier": "n", "title": "No"}]


@pytest.fixture(autouse=True)
def business(sim: Simulators, receiver: Receiver) -> None:
    secret = base64.b64encode(KEY).decode()
    sim.apple.register(BIZ, msp_id=MSP, secret=secret, webhook_url=receiver.base_url + "/apple")


@pytest.fixture
def written(sim: Simulators, receiver: Receiver) -> None:
    """Ana wrote a moment ago."""
    sim.apple.say(BIZ, ANA, "Hi")
    assert sim.settle()
    receiver.received.clear()


def bearer(key: bytes = KEY, **claims: Any) -> str:
    return f"Bearer {jwt.encode({'iss': MSP, 'iat': int(time.time()), **claims}, key, 'HS256')}"


def send(client: Client, type: str = "text", authorization: str | None = None, to: str = ANA, **parts: Any) -> Answer:
    body = {"id": str(uuid4()), "v": 1, "type": type, "sourceId": BIZ, "destinationId": to, **parts}
    headers = {"id": body["id"], "source-id": BIZ, "destination-id": to}
    return client.call("POST", "/apple/v1/message", body, Authorization=authorization or bearer(), **headers)


def picker(kind: str = "quick-reply", **part: Any) -> dict[str, Any]:
    data = {"version": "1.0", "requestIdentifier": "r1", kind: {"summaryText": "?", "items": ITEMS, **part}}
    return {"interactiveData": {"bid": BID, "data": data, "receivedMessage": {"title": "?"}}}


def came(sim: Simulators, receiver: Receiver) -> list[dict[str, Any]]:
    assert sim.settle()
    return [json.loads(gzip.decompress(request.body)) for request in receiver.received]


def screen(client: Client) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.call("GET", f"{PHONE}/phone").json["messages"]
    return found


def test_what_a_customer_writes_is_posted_with_a_token(sim: Simulators, receiver: Receiver) -> None:
    message_id = sim.apple.say(BIZ, ANA, "Olá 🙂", intent="question", group="sales", capabilities="QUICK")
    (body,) = came(sim, receiver)
    (request,) = receiver.received
    assert (request.path, request.headers["content-encoding"]) == ("/apple/message", "gzip")
    claims = jwt.decode(request.headers["authorization"].removeprefix("Bearer "), KEY, ["HS256"], audience=MSP)
    assert abs(claims["iat"] - time.time()) < 60
    assert body == {
        "id": message_id,
        "v": 1,
        "sourceId": ANA,
        "destinationId": BIZ,
        "locale": "en_US",
        "type": "text",
        "body": "Olá 🙂",
        "intent": "question",
        "group": "sales",
    }
    assert {name: request.headers[name] for name in ("id", "source-id", "destination-id", "capability-list")} == {
        "id": message_id,
        "source-id": ANA,
        "destination-id": BIZ,
        "capability-list": "QUICK",
    }


def test_a_body_is_plain_when_it_is_wanted_so(sim: Simulators, receiver: Receiver) -> None:
    sim.apple.register(BIZ, gzip=False)
    sim.apple.say(BIZ, ANA, "Hi")
    assert sim.settle()
    assert receiver.received[0].json["body"] == "Hi"


@pytest.mark.parametrize(
    "authorization",
    [
        "",
        "Bearer x",
        "Bearer a.b.c",
        bearer(b"wrong" * 8),
        bearer(base64.b64encode(KEY)),
        bearer(iss="msp-2"),
        bearer(iat=int(time.time()) - 7200),
    ],
)
@pytest.mark.usefixtures("written")
def test_nobody_else_may_send(client: Client, authorization: str) -> None:
    assert send(client, authorization=authorization or "Basic x", body="Hi").status == 401
    headers = {"source-id": BIZ, "size": "1", "Authorization": authorization or "Basic x"}
    assert client.call("GET", "/apple/v1/preUpload", **headers).status == 401


@pytest.mark.usefixtures("written")
def test_a_message_is_on_the_screen(client: Client) -> None:
    assert send(client, body="Hello").status == 200
    assert [(message["author"], message["text"]) for message in screen(client)] == [
        ("customer", "Hi"),
        ("business", "Hello"),
    ]


@pytest.mark.parametrize(
    ("type", "parts", "status"),
    [
        ("text", {"body": ""}, 400),
        ("text", {}, 400),
        ("text", {"body": "\ufffc"}, 400),
        ("text", {"body": "x", "v": 2}, 400),
        ("text", {"body": "x", "sourceId": "urn:biz:other"}, 400),
        ("text", {"body": "\ufffc", "attachments": [{"name": "x", "mimeType": "y", "url": "z"}]}, 400),
        ("text", {"body": "\ufffc", "attachments": ["x"]}, 400),
        ("richLink", {"richLinkData": {"url": "https://a.example", "title": "a", "assets": {}}}, 200),
        ("richLink", {"richLinkData": {"url": "a.example", "title": "a"}}, 400),
        ("richLink", {"richLinkData": {"url": "https://a.example"}}, 400),
        ("interactive", picker(), 200),
        ("interactive", picker("listPicker", sections=[{"items": ITEMS}]), 200),
        ("interactive", picker("event", timeslots=[{"identifier": "1"}]), 200),
        ("interactive", picker(items=[]), 400),
        ("interactive", picker(items=[{"title": "Yes"}]), 400),
        ("interactive", {"interactiveData": {**picker()["interactiveData"], "bid": "other"}}, 400),
        ("interactive", {}, 400),
        ("typing_start", {}, 200),
        ("close", {}, 400),
        ("telepathy", {}, 400),
    ],
)
@pytest.mark.usefixtures("written")
def test_a_message_is_judged_when_it_comes(client: Client, type: str, parts: dict[str, Any], status: int) -> None:
    assert send(client, type, **parts).status == status


def test_a_device_is_not_sent_what_it_does_not_show(client: Client, sim: Simulators) -> None:
    sim.apple.say(BIZ, ANA, "Hi", capabilities="LIST")
    assert send(client, "interactive", **picker()).status == 400
    assert send(client, "interactive", **picker("listPicker", sections=[{"items": ITEMS}])).status == 200


def test_nobody_is_reached_who_never_wrote_or_has_closed(client: Client, sim: Simulators, written: None) -> None:
    assert send(client, to="urn:mbid:bob", body="Hi").status == 404
    assert client.call("POST", f"{PHONE}/actions", {"type": "close"}).status == 202
    assert send(client, body="Hi").status == 403
    assert send(client, "typing_start").status == 403
    phone = client.call("GET", f"{PHONE}/phone").json
    assert (phone["closed"], phone["refused"], len(phone["messages"])) == (True, ["text", "typing_start"], 1)
    sim.apple.say(BIZ, ANA, "Are you there?")
    assert send(client, body="Yes").status == 200


def test_typing_is_told_both_ways(client: Client, sim: Simulators, receiver: Receiver, written: None) -> None:
    for type in ("typing_start", "typing_end"):
        sim.apple.act(BIZ, ANA, type)
    assert [body["type"] for body in came(sim, receiver)] == ["typing_start", "typing_end"]
    send(client, "typing_start")
    assert client.call("GET", f"{PHONE}/phone").json["typing"] is True
    send(client, body="Here")
    assert client.call("GET", f"{PHONE}/phone").json["typing"] is False


# Files.


def crypted(raw: bytes, key: bytes) -> bytes:
    cipher = Cipher(algorithms.AES(key), modes.CTR(bytes(16))).encryptor()
    return cipher.update(raw) + cipher.finalize()


def uploaded(client: Client, plain: bytes, key: bytes) -> dict[str, Any]:
    place = client.call("GET", "/apple/v1/preUpload", **{"source-id": BIZ, "size": str(len(plain))} | auth()).json
    stored = client.raw("POST", place["upload-url"], crypted(plain, key)).json
    return {
        "name": "a.pdf",
        "mimeType": "application/pdf",
        "size": str(len(plain)),
        "url": place["mmcs-url"],
        "owner": place["mmcs-owner"],
        "key": "00" + key.hex(),
        "signature-base64": stored["singleFile"]["fileChecksum"],
    }


def auth() -> dict[str, str]:
    return {"Authorization": bearer()}


@pytest.mark.usefixtures("written")
def test_a_file_of_the_desks_is_decrypted_on_the_screen(client: Client) -> None:
    part = uploaded(client, b"%PDF-1.4", b"k" * 32)
    assert send(client, body="\ufffcSee", attachments=[part]).status == 200
    message = screen(client)[-1]
    assert message["text"] == "See"
    (file,) = message["files"]
    assert (file["name"], file["size"]) == ("a.pdf", 8)
    for wrong in ({"key": "01" + "00" * 32}, {"signature-base64": "AA=="}, {"size": "9"}, {"owner": "M1.x"}):
        assert send(client, body="\ufffc", attachments=[{**part, **wrong}]).status == 400


@pytest.mark.usefixtures("written")
def test_a_place_takes_what_was_announced_and_no_token(client: Client) -> None:
    place = client.call("GET", "/apple/v1/preUpload", **{"source-id": BIZ, "mmcs-size": "3"} | auth()).json
    assert client.raw("POST", place["upload-url"], b"abc", **auth()).status == 400
    assert client.raw("POST", place["upload-url"], b"abcd").status == 400
    assert client.raw("POST", place["upload-url"] + "x", b"abc").status == 404
    assert client.raw("POST", place["upload-url"], b"abc").status == 200
    for size in ("", "0", "x", str(10**9)):
        assert client.call("GET", "/apple/v1/preUpload", **{"source-id": BIZ, "size": size} | auth()).status == 400


def test_a_file_of_a_customers_is_had_with_what_the_message_says(
    client: Client, sim: Simulators, receiver: Receiver
) -> None:
    given = {"name": "photo.heic", "mime": "image/heic", "content_base64": base64.b64encode(b"a picture").decode()}
    assert client.call("POST", f"{PHONE}/messages", {"text": "Look", "files": [given]}).status == 201
    (body,) = came(sim, receiver)
    assert body["body"] == "\ufffcLook"
    (part,) = body["attachments"]
    signature = base64.b64encode(bytes.fromhex(part["signature"])).decode()
    headers = {"source-id": BIZ, "url": part["url"], "owner": part["owner"], "signature": signature} | auth()
    place = client.call("GET", "/apple/v1/preDownload", **headers).json["download-url"]
    hidden = client.call("GET", place).body
    assert hidden != b"a picture" and crypted(hidden, bytes.fromhex(part["key"][2:])) == b"a picture"
    assert client.call("GET", "/apple/v1/preDownload", **headers | {"owner": "M1.x"}).status == 404
    assert client.call("GET", place, **auth()).status == 400


# Choices.


@pytest.mark.parametrize(
    ("kind", "part", "answer"),
    [
        ("quick-reply", {}, {"summaryText": "?", "items": ITEMS, "selectedIdentifier": "n"}),
        (
            "listPicker",
            {"sections": [{"items": ITEMS}]},
            {"sections": [{"title": "", "multipleSelection": False, "items": [ITEMS[1]]}]},
        ),
    ],
)
def test_a_customer_picks_what_was_offered(
    client: Client, sim: Simulators, receiver: Receiver, written: None, kind: str, part: Any, answer: Any
) -> None:
    send(client, "interactive", **picker(kind, **part))
    asked = screen(client)[-1]["id"]
    for choices, status in ((["n"], 202), (["maybe"], 404), ([], 404)):
        picked = client.call("POST", f"{PHONE}/actions", {"type": "pick", "message_id": asked, "choices": choices})
        assert picked.status == status
    (body,) = came(sim, receiver)
    data = body["interactiveData"]["data"]
    assert (body["type"], data["requestIdentifier"], data[kind]) == ("interactive", "r1", answer)


def test_a_large_answer_is_only_pointed_at(client: Client, sim: Simulators, receiver: Receiver, written: None) -> None:
    send(client, "interactive", **picker())
    sim.apple.act(BIZ, ANA, "pick", message_id=screen(client)[-1]["id"], choices=["y"], large=True)
    (body,) = came(sim, receiver)
    assert body["interactiveDataRef"]["bid"] == BID and "interactiveData" not in body


# Faults, and the register.


@pytest.mark.usefixtures("written")
def test_apple_misbehaves_when_its_knobs_are_turned(client: Client, sim: Simulators, receiver: Receiver) -> None:
    client.call("PUT", "/sim/apple/knobs", {"rate_limit_next": 1, "server_error_next": 1, "retry_after_seconds": 9})
    answers = [send(client, body="x") for _ in range(3)]
    assert [answer.status for answer in answers] == [429, 500, 200]
    assert answers[0].headers["Retry-After"] == "9"
    client.call("PUT", "/sim/apple/knobs", {"provider_error_next": 1, "provider_error_code": 410})
    assert send(client, body="x").status == 410
    sim.knobs["apple"].turn(duplicates=2)
    sim.apple.say(BIZ, ANA, "one")
    first, again = came(sim, receiver)
    assert first == again
    receiver.received.clear()
    sim.knobs["apple"].turn(duplicates=1, bad_signature_next=1)
    sim.apple.say(BIZ, ANA, "two")
    assert sim.settle()
    token = receiver.received[0].headers["authorization"].removeprefix("Bearer ")
    with pytest.raises(jwt.InvalidSignatureError):
        jwt.decode(token, KEY, ["HS256"], audience=MSP)


def test_a_body_is_posted_as_it_is_when_it_is_given_whole(sim: Simulators, client: Client, receiver: Receiver) -> None:
    client.call("POST", f"{SIM}/events", {"type": "from.the.future"})
    assert came(sim, receiver) == [{"type": "from.the.future"}]


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        (f"{PHONE}/actions", {"type": "wave"}, 400),
        (f"{PHONE}/actions", {"type": "pick", "message_id": "1", "choices": ["y"]}, 404),
        (f"{SIM}/customers/bob/messages", {"text": "x"}, 400),
        ("/sim/apple/urn:biz:none/customers/urn:mbid:x/messages", {"text": "x"}, 404),
        (f"{PHONE}/messages", {"files": [{"content_base64": "é"}]}, 400),
    ],
)
def test_an_act_is_refused_when_it_makes_no_sense(client: Client, path: str, body: Any, status: int) -> None:
    assert client.call("POST", path, body).status == status


def test_businesses_are_set_up_over_http_and_forgotten(client: Client) -> None:
    other = "/sim/apple/urn:biz:2"
    shown = client.call("PUT", other, {"msp_id": "m2", "secret": "c2VjcmV0"})
    assert shown.json["msp_id"] == "m2" and b"c2VjcmV0" not in shown.body
    for wrong in ({"secret": "no base64!"}, {"gzip": "yes"}, {"colour": "red"}):
        assert client.call("PUT", other, wrong).status == 400
    assert client.call("PUT", "/sim/apple/bakery", {}).status == 400
    assert len(client.call("GET", "/sim/apple").json["businesses"]) == 2
    assert client.call("GET", SIM).json["id"] == BIZ
    assert client.call("DELETE", other).status == 200
    assert client.call("GET", other).status == 404
    assert client.call("GET", "/sim/health").json["apple"] == [BIZ]


def test_businesses_are_there_again_after_a_restart(tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    with running(state=state) as sim:
        Client(sim.base_url).call("PUT", SIM, {"msp_id": "m1", "secret": "c2VjcmV0", "gzip": False})
    with running(state=state) as sim:
        assert (sim.apple.business(BIZ).secret, sim.apple.business(BIZ).gzip) == ("c2VjcmV0", False)
