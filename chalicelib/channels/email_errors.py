"""What Amazon SES refuses, bounces and rejects: class and sentence of each.

Source: SES API v2 reference (SendEmail, errors); "Contents of event data that Amazon SES publishes".
"""

from collections.abc import Mapping
from typing import Any

from chalicelib.channels import untrusted
from chalicelib.channels.base import HttpResponse, PayloadNotUnderstood, ProviderError
from chalicelib.domain.delivery import FailureClass

# What a daily quota gives back comes little by little.
QUOTA_SECONDS = 3600.0

_CLASSES: Mapping[str, tuple[FailureClass, str]] = {
    "TooManyRequestsException": (FailureClass.RETRY, "Amazon SES takes no more mail just now."),
    "ThrottlingException": (FailureClass.RETRY, "Amazon SES takes no more mail just now."),
    "Throttling": (FailureClass.RETRY, "Amazon SES takes no more mail just now."),
    "ConcurrentModificationException": (FailureClass.RETRY, "Amazon SES is being changed just now."),
    "InternalServiceErrorException": (FailureClass.RETRY, "Amazon SES has a fault."),
    "RequestTimeout": (FailureClass.RETRY, "Amazon SES took too long."),
    "ServiceUnavailable": (FailureClass.RETRY, "Amazon SES has a fault."),
    "AccountSuspendedException": (FailureClass.CONFIG, "Amazon has suspended the account's sending."),
    "SendingPausedException": (FailureClass.CONFIG, "Sending is paused for the account or the configuration set."),
    "MailFromDomainNotVerifiedException": (FailureClass.CONFIG, "The MAIL FROM domain is not verified."),
    "LimitExceededException": (FailureClass.CONFIG, "A limit of the Amazon SES account is reached."),
    "NotFoundException": (FailureClass.CONFIG, "Something that the inbox names (the configuration set) is not there."),
    "ConfigurationSetDoesNotExistException": (FailureClass.CONFIG, "The configuration set is not there."),
    "AccessDeniedException": (FailureClass.CONFIG, "The deployment may not send from this address."),
    "AccessDenied": (FailureClass.CONFIG, "The deployment may not send from this address."),
    "MessageRejected": (FailureClass.CONTENT, "Amazon SES refused the mail."),
    "BadRequestException": (FailureClass.CONTENT, "Amazon SES cannot take the mail as it is."),
    "InvalidParameterValue": (FailureClass.CONTENT, "Amazon SES cannot take the mail as it is."),
}
# Names of errors that mean that the deployment's own credentials do not hold.
_REAUTH = frozenset({"UnrecognizedClientException", "InvalidClientTokenId", "ExpiredTokenException"})

# Bounce subtypes: what they mean for the agent.
_BOUNCES: Mapping[str, str] = {
    "General": "The customer's mail server refused the mail.",
    "NoEmail": "There is no such mailbox.",
    "Suppressed": "Amazon SES no longer sends to this address: mails to it have bounced before.",
    "OnAccountSuppressionList": "The address is on the account's suppression list.",
    "UnsubscribedRecipient": "The address has unsubscribed.",
    "MailboxFull": "The customer's mailbox is full.",
    "MessageTooLarge": "The mail is too large for the customer's mailbox.",
    "ContentRejected": "The customer's mail server refused the contents.",
    "AttachmentRejected": "The customer's mail server refused an attachment.",
    "CustomTimeoutExceeded": "The customer's mail server could not be reached in time.",
}
_BY_CONTENT = frozenset({"MessageTooLarge", "ContentRejected", "AttachmentRejected"})


def refusal(response: HttpResponse) -> ProviderError:
    """Why SendEmail was refused."""
    code = response.headers.get("x-amzn-errortype", "").partition(":")[0].strip()[:80]
    told = _told(response)
    failure, sentence = _class_of(code, response.status, told)
    return ProviderError(code or str(response.status), failure, f"{sentence} {told}".strip()[:300])


def _told(response: HttpResponse) -> str:
    try:
        payload = untrusted.json_object(response.body)
    except PayloadNotUnderstood:
        return ""
    return untrusted.text(payload.get("message")) or untrusted.text(payload.get("Message"))


def _class_of(code: str, status: int, told: str) -> tuple[FailureClass, str]:
    if code == "MessageRejected" and "not verified" in told:
        return FailureClass.CONFIG, "The sender (in the sandbox: the recipient too) is not verified at Amazon SES."
    if code in _REAUTH:
        return FailureClass.REAUTH, "Amazon does not accept the deployment's credentials."
    if code in _CLASSES:
        return _CLASSES[code]
    if status in (408, 429) or status >= 500:
        return FailureClass.RETRY, "Amazon SES cannot take the mail now."
    if status in (401, 403):
        return FailureClass.CONFIG, "The deployment may not send from this address."
    return FailureClass.CONTENT, "Amazon SES refused the mail."


def wait_of(response: HttpResponse) -> float | None:
    """How long to wait: what the answer says, or long where the day's quota is used up."""
    if "quota" in _told(response).lower() and response.status in (400, 429):
        return QUOTA_SECONDS
    return untrusted.retry_after(response.headers)


def bounced(bounce: Mapping[str, Any], recipient: Mapping[str, Any]) -> ProviderError:
    """Why one recipient's mail came back."""
    kind, subtype = untrusted.text(bounce.get("bounceType")), untrusted.text(bounce.get("bounceSubType"))
    sentence = _BOUNCES.get(subtype, _BOUNCES["General"])
    told = untrusted.text(recipient.get("diagnosticCode"))
    failure = FailureClass.RECIPIENT if kind == "Permanent" else FailureClass.RETRY
    if subtype in _BY_CONTENT:
        failure = FailureClass.CONTENT
    code = f"bounce.{kind or 'Undetermined'}.{subtype or 'Undetermined'}"[:80]
    return ProviderError(code, failure, f"{sentence} {told}".strip()[:300])


COMPLAINED = ProviderError("complaint", FailureClass.RECIPIENT, "The customer has marked the mail as spam.")
