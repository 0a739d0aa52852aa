"""Amazon SNS as the tests play it: a throw-away certificate, and notifications signed with it."""

import base64
import json
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

TOPIC = "arn:aws:sns:eu-west-1:111122223333:parley-mail"
CERTIFICATE_URL = "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem"
CONFIRM_URL = "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn=arn&Token=t0ken"
ORDER = {
    "Notification": ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    "SubscriptionConfirmation": ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
    "UnsubscribeConfirmation": ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
}


@cache
def _key(owner: str) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@cache
def certificate(owner: str = "amazon") -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.test")])
    start = datetime(2026, 1, 1, tzinfo=UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(_key(owner).public_key())
    dated = builder.serial_number(1).not_valid_before(start).not_valid_after(start + timedelta(days=3650))
    return dated.sign(_key(owner), hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def signature(message: dict[str, Any], owner: str = "amazon") -> str:
    signed = "".join(
        f"{name}\n{message[name]}\n" for name in ORDER[message["Type"]] if message.get(name) is not None
    ).encode("utf-8", "surrogatepass")
    digest = hashes.SHA1() if message["SignatureVersion"] == "1" else hashes.SHA256()
    return base64.b64encode(_key(owner).sign(signed, padding.PKCS1v15(), digest)).decode()


def envelope(text: str, *, owner: str = "amazon", **more: Any) -> dict[str, Any]:
    """A whole notification; `more` changes fields before it is signed."""
    message = {
        "Type": "Notification",
        "MessageId": "6f1d3a52-0000-4000-8000-000000000001",
        "TopicArn": TOPIC,
        "Message": text,
        "Timestamp": "2026-08-01T09:59:59.000Z",
        "SignatureVersion": "2",
        "SigningCertURL": CERTIFICATE_URL,
    } | more
    if message["Type"] != "Notification":
        message = {"Token": "t0ken", "SubscribeURL": CONFIRM_URL} | message
    return message | {"Signature": signature(message, owner)}


def headers(message: dict[str, Any]) -> dict[str, str]:
    return {
        "x-amz-sns-message-type": message["Type"],
        "x-amz-sns-message-id": message["MessageId"],
        "x-amz-sns-topic-arn": message["TopicArn"],
    }


def body(message: dict[str, Any]) -> bytes:
    return json.dumps(message).encode()
