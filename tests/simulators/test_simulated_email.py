"""The simulated Amazon SES: takes raw mail, signs what it tells, and plays mailboxes that answer in their own ways."""

import base64
import json
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from simulators import Simulators, email_sns
from tests.simulators.desk import Answer, Client, Receiver, settled

DESK, ANA = "support@acme.example", "ana@customer.example"
TOPIC = "arn:aws:sns:eu-west-1:111122223333:mail"
RAW = (
    b"From: Acme <support@acme.example>\r\nReply-To: support+t0ken@acme.example\r\nTo: ana@customer.example\r\n"
    b"Subject: Re: My order\r\nReferences: <m1@customer.example>\r\n\r\nIt leaves today.\r\n"
)


@pytest.fixture
def bucket(sim: Simulators, receiver: Receiver) -> dict[str, bytes]:
    """What was put, by key; the desk has confirmed."""
    put: dict[str, bytes] = {}
    sim.email._put = lambda bucket, key, body: put.update({f"{bucket}/{key}": body})
    sim.email.register(DESK, webhook_url=f"{receiver.base_url}/mail", topic_arn=TOPIC, bucket="mails", confirmed=True)
    return put


def send(client: Client, raw: bytes = RAW, sender: str = DESK, to: tuple[str, ...] = (ANA,)) -> Answer:
    body = {
        "FromEmailAddress": sender,
        "Destination": {"ToAddresses": list(to)},
        "Content": {"Raw": {"Data": base64.b64encode(raw).decode()}},
        "EmailTags": [{"Name": "parley_leg", "Value": "leg_1"}],
    }
    return client.call("POST", "/ses/v2/email/outbound-emails", body)


def told(receiver: Receiver) -> list[dict[str, Any]]:
    return [json.loads(json.loads(request.body)["Message"]) for request in receiver.received]


def test_a_mail_lies_in_the_bucket_and_is_told_of_signed(
    sim: Simulators, client: Client, receiver: Receiver, bucket: dict[str, bytes]
) -> None:
    sim.email.write(DESK, ANA, text="Where is it?", subject="My order", cc=["max@customer.example"])
    settled(sim)
    (request,) = receiver.received
    message = json.loads(request.body)
    assert request.headers["x-amz-sns-topic-arn"] == message["TopicArn"] == TOPIC
    pem = client.raw("GET", email_sns.CERTIFICATE_PATH, b"").body
    key = x509.load_pem_x509_certificate(pem).public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    names = ("Message", "MessageId", "Timestamp", "TopicArn", "Type")
    signed = "".join(f"{name}\n{message[name]}\n" for name in names).encode()
    key.verify(base64.b64decode(message["Signature"]), signed, padding.PKCS1v15(), hashes.SHA256())
    (found,) = told(receiver)
    action = found["receipt"]["action"]
    assert b"Where is it?" in bucket[f"{action['bucketName']}/{action['objectKey']}"]


def test_nothing_is_told_before_the_subscription_is_confirmed(
    sim: Simulators, client: Client, receiver: Receiver, bucket: dict[str, bytes]
) -> None:
    sim.email.account(DESK).confirmed = False
    sim.email.write(DESK, ANA, text="Hello")
    client.call("PUT", f"/sim/email/{DESK}", {"bucket": "mails"})
    settled(sim)
    (request,) = receiver.received
    message = json.loads(request.body)
    assert message["Type"] == "SubscriptionConfirmation"
    client.call("GET", message["SubscribeURL"].removeprefix(sim.base_url))
    assert sim.email.account(DESK).confirmed


@pytest.mark.usefixtures("bucket")
def test_a_mail_of_the_desk_is_in_the_mailbox_and_delivered(
    sim: Simulators, client: Client, receiver: Receiver
) -> None:
    answer = send(client)
    settled(sim)
    (mail,) = client.call("GET", f"/sim/email/{DESK}/mailboxes/{ANA}/messages").json["messages"]
    assert (mail["id"], mail["text"]) == (answer.json["MessageId"], "It leaves today.\n")
    (event,) = told(receiver)
    assert (event["eventType"], event["mail"]["tags"]) == ("Delivery", {"parley_leg": ["leg_1"]})
    assert event["mail"]["messageId"] == answer.json["MessageId"]


@pytest.mark.usefixtures("bucket")
@pytest.mark.parametrize(
    ("behaviour", "kinds"),
    [
        ("missing", ["Bounce"]),
        ("full", ["Bounce"]),
        ("complains", ["Complaint", "Delivery"]),
        ("away", ["", "Delivery"]),
    ],
)
def test_a_mailbox_does_what_it_is_told_to(
    sim: Simulators, client: Client, receiver: Receiver, behaviour: str, kinds: list[str]
) -> None:
    assert client.call("PUT", f"/sim/email/{DESK}/mailboxes/{ANA}/behaviour", {"behaviour": behaviour}).status == 200
    send(client)
    settled(sim)
    assert sorted(event.get("eventType", "") for event in told(receiver)) == kinds


@pytest.mark.parametrize(
    ("drop", "to", "has"),
    [
        ([], "support+t0ken@acme.example", (True, True)),
        (["token"], DESK, (True, True)),
        (["references"], "support+t0ken@acme.example", (True, False)),
        (["in_reply_to"], "support+t0ken@acme.example", (False, True)),
    ],
)
def test_mail_programs_lose_what_they_are_told_to(
    sim: Simulators, client: Client, bucket: dict[str, bytes], drop: list[str], to: str, has: tuple[bool, bool]
) -> None:
    identifier = send(client).json["MessageId"]
    path = f"/sim/email/{DESK}/mailboxes/{ANA}/messages/{identifier}/answers"
    client.call("POST", path, {"text": "Thanks", "drop": drop})
    settled(sim)
    (raw,) = bucket.values()
    head, _, body = raw.decode().partition("\n\n")
    assert f"To: {to}" in head.replace("Acme <", "").replace(">\n", "\n") and "> It leaves today." in body
    assert ("In-Reply-To:" in head, "References:" in head) == has


@pytest.mark.usefixtures("bucket")
def test_ses_refuses_what_it_would_refuse(sim: Simulators, client: Client) -> None:
    assert send(client, sender="other@acme.example").json["message"].startswith("Email address is not verified")
    assert send(client, to=()).status == 400
    assert send(client, raw=b"Subject: " + b"x" * 999 + b"\r\n\r\n").status == 400
    sim.knobs["email"].turn(rate_limit_next=1, server_error_next=1)
    assert [send(client).status for _ in range(3)] == [429, 500, 200]


def test_what_is_registered_survives_a_restart(sim: Simulators, bucket: dict[str, bytes]) -> None:
    (saved,) = sim.email.saved()
    assert saved == {
        "address": DESK,
        "webhook_url": saved["webhook_url"],
        "topic_arn": TOPIC,
        "bucket": "mails",
        "confirmed": True,
    }
    sim.reset()
    assert sim.email.account(DESK).confirmed
    with pytest.raises(ValueError, match="a mailbox"):
        sim.email.behave(DESK, ANA, "sings")
    with pytest.raises(ValueError, match="an address"):
        sim.email.register("nobody")
