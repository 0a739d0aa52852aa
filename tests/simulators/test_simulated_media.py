"""Media of the simulated WhatsApp: description, download, upload, and links it fetches itself."""

import base64
import hashlib
import json

import pytest
import urllib3

from simulators import Simulators
from simulators.whatsapp_media import SAMPLES
from tests.simulators.desk import CUSTOMER, PNID, Answer, Client, Receiver, settled


def upload(client: Client, content: bytes, mime_type: str, **extra: str) -> Answer:
    fields: dict[str, str | tuple[str, bytes, str]] = {
        "messaging_product": "whatsapp",
        "type": mime_type,
        "file": ("a.bin", content, mime_type),
        **extra,
    }
    answer = urllib3.request(
        "POST",
        f"{client.base_url}/graph/v25.0/{PNID}/media",
        fields=fields,
        headers={"Authorization": "Bearer token-1"},
        retries=False,
    )
    return Answer(answer.status, answer.headers, answer.data)


@pytest.fixture
def image_id(sim: Simulators, receiver: Receiver) -> str:
    sim.whatsapp.say(PNID, CUSTOMER, "image")
    assert sim.settle()
    image = receiver.messages()[0]["image"]
    content, _ = SAMPLES["image"]
    assert image["sha256"] == base64.b64encode(hashlib.sha256(content).digest()).decode()
    receiver.received.clear()
    return str(image["id"])


def test_the_file_is_described_and_given_when_the_token_fits(client: Client, image_id: str) -> None:
    described = client.graph("GET", f"/{image_id}").json
    fetched = client.call("GET", described["url"], Authorization="Bearer token-1")

    content, mime_type = SAMPLES["image"]
    assert described.keys() == {
        "messaging_product",
        "url",
        "mime_type",
        "sha256",
        "file_size",
        "id",
    }
    assert described["url"].startswith(client.base_url)
    assert described["sha256"] == hashlib.sha256(content).hexdigest()
    assert described["file_size"] == len(content)
    assert (fetched.status, fetched.body) == (200, content)
    assert fetched.headers["Content-Type"] == mime_type


def test_nothing_is_given_when_the_token_is_missing(client: Client, image_id: str) -> None:
    url = client.graph("GET", f"/{image_id}").json["url"]

    assert client.call("GET", url).status == 401
    assert client.call("GET", url, Authorization="Bearer other").status == 401
    assert client.graph("GET", f"/{image_id}", token="other").status == 401


def test_the_url_dies_but_the_id_lives_when_five_minutes_pass(sim: Simulators, client: Client, image_id: str) -> None:
    url = client.graph("GET", f"/{image_id}").json["url"]

    sim.clock.advance(301)

    assert client.call("GET", url, Authorization="Bearer token-1").status == 404
    assert client.graph("GET", f"/{image_id}").status == 200


def test_the_id_is_unknown_when_a_week_has_passed(sim: Simulators, client: Client, image_id: str) -> None:
    sim.clock.advance(7 * 24 * 3600)

    answer = client.graph("GET", f"/{image_id}")

    assert (answer.status, answer.json["error"]["error_subcode"]) == (400, 33)


def test_an_upload_can_be_sent_when_it_was_accepted(
    sim: Simulators, client: Client, receiver: Receiver, open_window: str
) -> None:
    content, mime_type = SAMPLES["image"]
    media_id = upload(client, content, mime_type).json["id"]

    answer = client.send("image", image={"id": media_id, "caption": "Yours"})
    settled(sim)

    assert answer.status == 200
    assert [s["status"] for s in receiver.statuses()] == ["sent", "delivered", "read"]
    assert client.graph("DELETE", f"/{media_id}").json == {"success": True}
    assert client.send("image", image={"id": media_id}).json["error"]["code"] == 100


def test_an_upload_is_refused_when_it_is_too_large_or_empty(client: Client) -> None:
    large = upload(client, bytes(5 * 1024 * 1024 + 1), "image/png")

    assert large.json["error"]["code"] == 131053
    assert upload(client, b"", "image/png").json["error"]["code"] == 131053
    assert upload(client, b"x", "image/png", messaging_product="sms").status == 400


def test_media_of_another_kind_is_refused_when_it_is_sent(client: Client, open_window: str) -> None:
    media_id = upload(client, b"%PDF-1.4", "application/pdf").json["id"]

    assert client.send("image", image={"id": media_id}).json["error"]["code"] == 131053


def test_the_link_is_fetched_and_shown_when_it_works(
    sim: Simulators, client: Client, receiver: Receiver, open_window: str
) -> None:
    receiver.files["/files/a.png"] = SAMPLES["image"]

    client.send("image", image={"link": receiver.base_url + "/files/a.png"})
    settled(sim)

    assert [s["status"] for s in receiver.statuses()] == ["sent", "delivered", "read"]
    shown = sim.whatsapp.phone(PNID, CUSTOMER)["messages"][-1]
    fetched = client.call("GET", f"/sim/whatsapp/media/{shown['body']['fetched']['id']}")
    assert fetched.body == SAMPLES["image"][0]


@pytest.mark.parametrize(
    ("path", "code"),
    [("/files/missing.png", 131052), ("/files/wrong.png", 131053), ("/files/empty.png", 131053)],
)
def test_the_message_fails_later_when_its_link_is_no_good(
    sim: Simulators,
    client: Client,
    receiver: Receiver,
    open_window: str,
    path: str,
    code: int,
) -> None:
    receiver.files["/files/wrong.png"] = (b"<html>", "text/html")
    receiver.files["/files/empty.png"] = (b"", "image/png")

    answer = client.send("image", image={"link": receiver.base_url + path})
    settled(sim)

    assert answer.status == 200
    (status,) = receiver.statuses()
    assert (status["status"], status["errors"][0]["code"]) == ("failed", code)
    assert sim.whatsapp.phone(PNID, CUSTOMER)["messages"][-1]["state"] == "failed"


def test_the_message_fails_when_nobody_answers_at_its_link(
    sim: Simulators, client: Client, receiver: Receiver, open_window: str
) -> None:
    client.send("document", document={"link": "http://127.0.0.1:9/a.pdf"})
    settled(sim)

    assert json.loads(receiver.received[0].body)["entry"]
    assert receiver.statuses()[0]["errors"][0]["code"] == 131052
