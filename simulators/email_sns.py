"""The simulated Amazon SNS: notifications signed with a certificate of its own, made when the simulators start.

Source: "Verifying the signatures of Amazon SNS messages".
"""

import base64
import json
from datetime import UTC, datetime, timedelta
from functools import cache
from uuid import uuid4

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

from simulators.wire import Json

CERTIFICATE_PATH = "/sns/SimpleNotificationService-simulated.pem"
CONTENT_TYPE = "text/plain; charset=UTF-8"
SIGNED = {
    "Notification": ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    "SubscriptionConfirmation": ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
}


@cache
def _key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@cache
def certificate() -> bytes:
    """What the receiver checks signatures with."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.simulated")])
    start = datetime(2020, 1, 1, tzinfo=UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(_key().public_key())
    dated = builder.serial_number(1).not_valid_before(start).not_valid_after(start + timedelta(days=36500))
    return dated.sign(_key(), hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def notification(topic_arn: str, text: str, at: datetime, base_url: str, **more: str) -> Json:
    """A signed message; `more` is what a subscription's confirmation has besides."""
    message: Json = {
        "Type": "SubscriptionConfirmation" if more else "Notification",
        "MessageId": str(uuid4()),
        "TopicArn": topic_arn,
        "Message": text,
        "Timestamp": at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z",
        "SignatureVersion": "2",
        "SigningCertURL": f"{base_url}{CERTIFICATE_PATH}",
        **more,
    }
    signed = "".join(f"{name}\n{message[name]}\n" for name in SIGNED[message["Type"]] if name in message)
    raw = _key().sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256())
    return {**message, "Signature": base64.b64encode(raw).decode()}


def headers(message: Json) -> dict[str, str]:
    """Those that repeat what is signed."""
    return {
        "Content-Type": CONTENT_TYPE,
        "x-amz-sns-message-type": message["Type"],
        "x-amz-sns-message-id": message["MessageId"],
        "x-amz-sns-topic-arn": message["TopicArn"],
    }


def spoiled(message: Json) -> Json:
    """The same, changed after it was signed."""
    return {**message, "Message": message["Message"] + " "}


def body(message: Json) -> bytes:
    """As it goes over the wire."""
    return json.dumps(message).encode()
