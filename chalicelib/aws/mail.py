"""Amazon SES: one mail out, its answer as an HTTP answer. SendEmail has no idempotency key, so it is asked once."""

import json
from typing import Any

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    NoRegionError,
    ParamValidationError,
    PartialCredentialsError,
    ProxyConnectionError,
    SSLError,
)

from chalicelib.channels.base import HttpResponse, MailRequest, NotSent, OutcomeUnknown

# Before the request was complete, or before there was a connection.
CERTAINLY_NOT_SENT = (
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    NoRegionError,
    PartialCredentialsError,
    ProxyConnectionError,
    SSLError,
)


class MailSender:
    def __init__(self, client: Any) -> None:
        self._client = client

    def send(self, mail: MailRequest) -> HttpResponse:
        """Raises NotSent, OutcomeUnknown."""
        try:
            answer = self._client.send_email(**_request(mail))
        except ClientError as error:
            return _refusal(error)
        except ParamValidationError as error:
            return HttpResponse(400, {"x-amzn-errortype": "BadRequestException"}, _body(message=str(error)[:300]))
        except CERTAINLY_NOT_SENT as error:
            raise NotSent(type(error).__name__) from error
        except BotoCoreError as error:
            raise OutcomeUnknown(type(error).__name__) from error
        return HttpResponse(200, {}, _body(MessageId=answer.get("MessageId", "")))


def _request(mail: MailRequest) -> dict[str, Any]:
    """The envelope; From, To and Cc are in the mail itself."""
    request: dict[str, Any] = {
        "FromEmailAddress": mail.sender,
        "Destination": {"ToAddresses": list(mail.recipients)},
        "Content": {"Raw": {"Data": mail.raw}},
    }
    if mail.tags:
        request["EmailTags"] = [{"Name": name, "Value": value} for name, value in mail.tags.items()]
    if mail.configuration_set:
        request["ConfigurationSetName"] = mail.configuration_set
    return request


def _refusal(error: ClientError) -> HttpResponse:
    told, meta = error.response.get("Error", {}), error.response.get("ResponseMetadata", {})
    headers = {name.lower(): str(value) for name, value in meta.get("HTTPHeaders", {}).items()}
    status = meta.get("HTTPStatusCode", 500)
    body = _body(message=str(told.get("Message", "")))
    return HttpResponse(status, {**headers, "x-amzn-errortype": str(told.get("Code", ""))}, body)


def _body(**values: str) -> bytes:
    return json.dumps(values).encode()
