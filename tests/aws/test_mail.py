"""The mail service: one call a mail, and an answer that says what became of it."""

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore import exceptions
from moto import mock_aws

from chalicelib.aws import clients
from chalicelib.aws.mail import MailSender
from chalicelib.channels.base import MailRequest, NotSent, OutcomeUnknown

MAIL = MailRequest(
    sender="support@acme.example",
    recipients=("ana@customer.example", "max@customer.example"),
    raw=b"From: support@acme.example\r\nTo: ana@customer.example\r\nSubject: Hi\r\n\r\nHello\r\n",
    tags={"parley_leg": "leg_1"},
    configuration_set="parley-prod",
)


class Recorder:
    """A client that answers, or raises, what it is told to."""

    def __init__(self, outcome: Any) -> None:
        self.outcome = outcome
        self.calls: list[dict[str, Any]] = []

    def send_email(self, **request: Any) -> Any:
        self.calls.append(request)
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    clients.forget()
    with mock_aws():
        yield boto3.client("sesv2")
    clients.forget()


def test_a_mail_is_sent_as_it_is_to_everybody_of_the_envelope() -> None:
    client = Recorder({"MessageId": "0100-1"})
    answer = MailSender(client).send(MAIL)
    assert (answer.status, json.loads(answer.body)) == (200, {"MessageId": "0100-1"})
    assert client.calls == [
        {
            "FromEmailAddress": "support@acme.example",
            "Destination": {"ToAddresses": ["ana@customer.example", "max@customer.example"]},
            "Content": {"Raw": {"Data": MAIL.raw}},
            "EmailTags": [{"Name": "parley_leg", "Value": "leg_1"}],
            "ConfigurationSetName": "parley-prod",
        }
    ]


def test_ses_takes_what_we_send(aws: Any) -> None:
    aws.create_email_identity(EmailIdentity="support@acme.example")
    answer = MailSender(clients.once_client("sesv2")).send(MAIL)
    assert answer.status == 200 and json.loads(answer.body)["MessageId"]


def test_a_refusal_of_ses_is_an_answer(aws: Any) -> None:
    answer = MailSender(clients.once_client("sesv2")).send(MAIL)
    assert (answer.status, answer.headers["x-amzn-errortype"]) == (400, "MessageRejected")
    assert json.loads(answer.body)["message"]


def test_a_mail_that_cannot_be_asked_for_is_refused(aws: Any) -> None:
    mail = MailRequest(sender="support@acme.example", recipients=(7,), raw=b"x")  # type: ignore[arg-type]
    answer = MailSender(clients.once_client("sesv2")).send(mail)
    assert (answer.status, answer.headers["x-amzn-errortype"]) == (400, "BadRequestException")


@pytest.mark.parametrize(
    "fault",
    [
        exceptions.ConnectTimeoutError(endpoint_url="https://email"),
        exceptions.EndpointConnectionError(endpoint_url="https://email"),
        exceptions.NoCredentialsError(),
        exceptions.NoRegionError(),
    ],
)
def test_what_did_not_reach_ses_may_be_tried_again(fault: Exception) -> None:
    with pytest.raises(NotSent):
        MailSender(Recorder(fault)).send(MAIL)


@pytest.mark.parametrize(
    "fault",
    [
        exceptions.ReadTimeoutError(endpoint_url="https://email"),
        exceptions.ConnectionClosedError(endpoint_url="https://email"),
        exceptions.HTTPClientError(error="reset"),
    ],
)
def test_what_may_have_reached_ses_is_a_doubt(fault: Exception) -> None:
    with pytest.raises(OutcomeUnknown):
        MailSender(Recorder(fault)).send(MAIL)


def test_a_mail_is_never_sent_twice_by_the_sdk(aws: Any) -> None:
    assert clients.once_client("sesv2").meta.config.retries["total_max_attempts"] == 1
