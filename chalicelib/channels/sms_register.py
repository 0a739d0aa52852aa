"""Telling Twilio where the webhook of a number, or of a messaging service, is.

Sources: "IncomingPhoneNumber resource" (`SmsUrl`), "Messaging Services: Service resource" (`InboundRequestUrl`).
"""

from urllib.parse import quote, urlencode

from chalicelib.channels import twilio_api, untrusted
from chalicelib.channels.base import (
    Credentials,
    Health,
    HttpRequest,
    HttpResponse,
    ProviderError,
    StepRefused,
    Steps,
)
from chalicelib.channels.sms_errors import ERRORS
from chalicelib.domain.delivery import FailureClass
from chalicelib.domain.inbox import Inbox

SERVICES = "https://messaging.twilio.com"


def build(inbox: Inbox, credentials: Credentials, url: str) -> Steps:
    if inbox.account_id.startswith("MG"):
        service = f"{_services(inbox)}/v1/Services/{quote(inbox.account_id, safe='')}"
        return _form(service, {"InboundRequestUrl": url, "InboundMethod": "POST"}, inbox, credentials)
    if ":" in inbox.account_id:
        detail = "Twilio has no call for senders of this kind: enter the address of the webhook in its console."
        raise StepRefused(ProviderError("not_registrable", FailureClass.CONFIG, detail))
    numbers = f"{twilio_api.account_url(inbox)}/IncomingPhoneNumbers"
    proof = twilio_api.basic(inbox, credentials)
    query = urlencode({"PhoneNumber": inbox.account_id})
    response: HttpResponse = yield HttpRequest("GET", f"{numbers}.json?{query}", secret_headers=proof)
    payload = twilio_api.payload(response)
    if not 200 <= response.status < 300:
        raise StepRefused(ERRORS.refusal(payload, response.status))
    found = next(iter(untrusted.objects(payload.get("incoming_phone_numbers"))), {})
    sid = untrusted.identifier(found.get("sid"))
    if sid is None:
        detail = f"The Twilio account has no number {inbox.account_id}."
        raise StepRefused(ProviderError("no_such_number", FailureClass.CONFIG, detail))
    return _form(f"{numbers}/{quote(sid, safe='')}.json", {"SmsUrl": url, "SmsMethod": "POST"}, inbox, credentials)


def parse(response: HttpResponse) -> Health:
    payload = twilio_api.payload(response)
    if 200 <= response.status < 300 and untrusted.identifier(payload.get("sid")):
        return Health(True, "Twilio sends messages here.")
    error = ERRORS.refusal(payload, response.status)
    return Health(False, error.detail, {"code": error.code, "class": error.failure.value})


def _services(inbox: Inbox) -> str:
    """Messaging services have a host of their own, save where another address is set for all."""
    return (untrusted.text(inbox.settings.get("api_base")) or SERVICES).rstrip("/")


def _form(url: str, fields: dict[str, str], inbox: Inbox, credentials: Credentials) -> HttpRequest:
    return HttpRequest(
        method="POST",
        url=url,
        headers={"content-type": twilio_api.FORM},
        secret_headers=twilio_api.basic(inbox, credentials),
        body=urlencode(fields).encode("ascii"),
    )
