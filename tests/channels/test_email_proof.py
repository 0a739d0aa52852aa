"""E-mail: how notifications are proven, what they may point at, and nothing else."""

import json
from dataclasses import replace

import pytest

from chalicelib.channels import email
from chalicelib.channels.base import (
    AccountNotice,
    Ignored,
    PayloadNotUnderstood,
    Pointer,
    SignatureMismatch,
)
from tests.channels import sns
from tests.channels.kits import mail_request
from tests.channels.mails import INBOX, KIT, told
from tests.channels.test_corpus import CORPUS, needs_corpus

# Proof.


@pytest.mark.parametrize("version", ["1", "2"])
@pytest.mark.parametrize("kind", ["Notification", "SubscriptionConfirmation", "UnsubscribeConfirmation"])
@pytest.mark.parametrize("subject", [None, "Amazon SES Email Receipt Notification"])
def test_a_notification_of_each_kind_and_version_is_accepted(version: str, kind: str, subject: str | None) -> None:
    message = sns.envelope("Hello world! é☕", Type=kind, SignatureVersion=version, Subject=subject)
    email.verify(mail_request(message), {})


@pytest.mark.parametrize(
    "field", ["Message", "MessageId", "Timestamp", "TopicArn", "Type", "Signature", "SignatureVersion"]
)
def test_a_notification_is_refused_when_anything_signed_is_changed(field: str) -> None:
    for value in ("other", "", None, 7):
        message = sns.envelope("text") | {field: value}
        with pytest.raises(SignatureMismatch):
            email.verify(replace(mail_request(sns.envelope("text")), body=sns.body(message)), {})


def test_the_certificate_of_somebody_else_proves_nothing() -> None:
    made = mail_request(sns.envelope("text"))
    with pytest.raises(SignatureMismatch):
        email.verify(replace(made, fetched={"certificate": sns.certificate("somebody")}), {})


def test_the_certificate_is_kept_for_a_day() -> None:
    (pointer,) = email.pointers_to_proof(KIT.fixture("delivery"), INBOX)
    assert pointer == Pointer("certificate", url=sns.CERTIFICATE_URL, limit_bytes=16 * 1024, keep_seconds=86400)


@pytest.mark.parametrize(
    "url",
    [
        "http://sns.eu-west-1.amazonaws.com/a.pem",
        "https://sns.eu-west-1.amazonaws.com.evil.example/a.pem",
        "https://sns.eu-west-1.amazonaws.com@evil.example/a.pem",
        "https://evil.example/sns.eu-west-1.amazonaws.com/a.pem",
        "https://sns.eu-west-1.amazonaws.com:8443/a.pem",
        "https://sns.e.amazonaws.com/a.pem",
        "https://xsns.eu-west-1.amazonaws.com/a.pem",
        "https://sns.eu-west-1.amazonaws.com/a.pem\n",
        "https://sns.eu-west-1.amazonaws.com/a.txt",
        "https://sns.eu-west-1.amazonaws.com/a.pem?x=1",
        "https://sns.eu-west-1.amazonaws.com/a.pem#x",
        "https://sns.eu-west-1.amazonaws.com/../a.pem",
        "https://localhost:4570/a.pem",
        "https://[::1",
        "",
    ],
)
def test_a_certificate_elsewhere_is_refused(url: str) -> None:
    with pytest.raises(SignatureMismatch):
        email.pointers_to_proof(mail_request(sns.envelope("text", SigningCertURL=url)), INBOX)


def test_a_certificate_in_china_is_amazons() -> None:
    url = "https://sns.cn-north-1.amazonaws.com.cn/a.pem"
    assert email.pointers_to_proof(mail_request(sns.envelope("text", SigningCertURL=url)), INBOX)[0].url == url


def test_a_host_that_the_inbox_names_stands_in_for_amazon() -> None:
    local = replace(INBOX, settings={**INBOX.settings, "certificate_hosts": ["127.0.0.1:4570"]})
    made = mail_request(sns.envelope("text", SigningCertURL="http://127.0.0.1:4570/sns/cert.pem"))
    assert email.pointers_to_proof(made, local)[0].url == "http://127.0.0.1:4570/sns/cert.pem"
    with pytest.raises(SignatureMismatch):
        email.pointers_to_proof(made, INBOX)


@pytest.mark.parametrize("topic", ["arn:aws:sns:eu-west-1:111122223333:other", "", None])
def test_a_notification_of_another_topic_is_refused(topic: str | None) -> None:
    made = mail_request(sns.envelope("text"))
    with pytest.raises(SignatureMismatch):
        email.pointers_to_proof(made, replace(INBOX, settings={**INBOX.settings, "topic_arn": topic}))


@needs_corpus
def test_signatures_that_others_made_are_accepted() -> None:
    vectors = json.loads((CORPUS / "signature_vectors.json").read_bytes())["sns"]
    assert len(vectors["cases"]) == 6
    for case in vectors["cases"]:
        fetched = {"certificate": vectors["certificate_pem"].encode()}
        made = replace(mail_request(case["message"]), fetched=fetched)
        email.verify(made, {})
        inbox = replace(INBOX, settings={"topic_arn": case["message"]["TopicArn"]})
        assert email.pointers_to_proof(made, inbox)[0].url == case["message"]["SigningCertURL"]
        changed = {**case["message"], "Message": case["message"]["Message"] + "x"}
        with pytest.raises(SignatureMismatch):
            email.verify(replace(mail_request(changed), fetched=fetched), {})


# Subscriptions.


def test_a_subscription_is_confirmed_at_amazon_only() -> None:
    made = mail_request(sns.envelope("please", Type="SubscriptionConfirmation"))
    assert email.pointers_to_content(made, INBOX) == (Pointer("confirmation", url=sns.CONFIRM_URL),)
    for url in ("https://evil.example/?Action=ConfirmSubscription", sns.CONFIRM_URL.replace("Confirm", "Un"), "", None):
        other = mail_request({**sns.envelope("please", Type="SubscriptionConfirmation"), "SubscribeURL": url})
        with pytest.raises(PayloadNotUnderstood):
            email.pointers_to_content(other, INBOX)


def test_subscriptions_are_told_of() -> None:
    made = mail_request(sns.envelope("please", Type="SubscriptionConfirmation"))
    confirmed = replace(made, fetched={**made.fetched, "confirmation": b"<xml/>"})
    ended = mail_request(sns.envelope("bye", Type="UnsubscribeConfirmation"))
    for request, word in ((made, "unconfirmed"), (confirmed, "confirmed"), (ended, "ended")):
        (item,) = email.normalise(request)
        assert isinstance(item, AccountNotice) and item.kind == f"subscription.{word}"


@pytest.mark.parametrize("service", ["event publishing", "email receiving"])
def test_what_sns_says_of_itself_is_no_mail(service: str) -> None:
    made = mail_request(sns.envelope(f"Successfully validated SNS topic for Amazon SES {service}."))
    assert email.pointers_to_content(made, INBOX) == ()
    assert email.normalise(made) == [Ignored("setup")]


# Where the mail is.


def test_the_mail_is_in_our_bucket() -> None:
    (pointer,) = email.pointers_to_content(KIT.fixture("received__first"), INBOX)
    assert (pointer.object_key, pointer.url, pointer.limit_bytes) == ("inbound/received__first", None, 30 * 1024 * 1024)
    for other in ("received__in_notification", "received__other_recipient", "delivery"):
        assert email.pointers_to_content(KIT.fixture(other), INBOX) == ()


@pytest.mark.parametrize(
    "key",
    [
        "",
        "inbound/",
        "outbound/a",
        "inbound/../attachments/a",
        "inbound//a",
        "inbound/./a",
        "inbound/a b",
        "a",
        "inbound/é",
    ],
)
def test_an_object_elsewhere_is_not_read(key: str) -> None:
    payload = KIT.payload("received__first")
    payload["receipt"]["action"]["objectKey"] = key
    with pytest.raises(PayloadNotUnderstood):
        email.pointers_to_content(mail_request(sns.envelope(json.dumps(payload))), INBOX)
    assert email.media_location(f"{key}#1", INBOX, {}).object_key is None


def test_another_bucket_is_not_ours() -> None:
    ours = replace(INBOX, settings={**INBOX.settings, "mail_bucket": "parley-mail"})
    assert email.pointers_to_content(KIT.fixture("received__first"), ours)
    with pytest.raises(PayloadNotUnderstood):
        email.pointers_to_content(
            KIT.fixture("received__first"), replace(ours, settings={**ours.settings, "mail_bucket": "other"})
        )


def test_the_object_that_ses_sets_up_is_no_mail() -> None:
    key = "inbound/AMAZON_SES_SETUP_NOTIFICATION"
    assert told("received__first", receipt__action__objectKey=key) == Ignored("setup")


def test_a_mail_that_is_not_there_is_kept_for_somebody_to_look_at() -> None:
    made = KIT.fixture("received__first")
    with pytest.raises(PayloadNotUnderstood):
        email.normalise(replace(made, fetched={"certificate": sns.certificate()}))
