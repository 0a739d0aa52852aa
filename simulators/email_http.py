"""HTTP fronts of the simulated Amazon SES and SNS, and the control API for people.

The SDK comes here where AWS_ENDPOINT_URL_SESV2 says so. Source: SES API v2 reference, "SendEmail".
"""

import base64
import binascii
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import ClassVar

from werkzeug.wrappers import Request, Response

from simulators import email_sns
from simulators.email import Email
from simulators.email_accounts import Account
from simulators.faults import drop_connection
from simulators.wire import Json, Refused, Route, control_body, json_answer, parse_object, problem

ADDRESS = "/sim/email/<address>"
MAILBOX = f"{ADDRESS}/mailboxes/<mailbox>"
MAX_CALL = 56 * 1024 * 1024
MAX_RAW = 40 * 1024 * 1024
MAX_RECIPIENTS = 50
EARLY_STATUS_WAIT_SECONDS = 2.0


class EmailHttp:
    """Routes of the simulated SES and SNS."""

    def __init__(
        self, email: Email, settle_webhooks: Callable[[float], object], changed: Callable[[], None] = lambda: None
    ) -> None:
        self._email = email
        self._settle_webhooks = settle_webhooks
        self._changed = changed

    def send_email(self, request: Request) -> Response:
        """SendEmail with a raw mail."""
        self._spoil()
        request.max_content_length = MAX_CALL
        asked = parse_object(request.get_data()) or {}
        account, raw = self._checked(asked)
        recipients = [str(one) for one in asked["Destination"]["ToAddresses"]]
        tags = {str(tag["Name"]): str(tag["Value"]) for tag in asked.get("EmailTags", [])}
        with self._email.lock:
            identifier = self._email.take(account, raw, recipients, tags)
        response = json_answer({"MessageId": identifier})
        if self._email.knobs.now.statuses_before_answer:
            self._email.settle(account, identifier, recipients, tags)
            self._settle_webhooks(EARLY_STATUS_WAIT_SECONDS)
        else:
            response.call_on_close(lambda: self._email.settle(account, identifier, recipients, tags))
        if self._email.knobs.spend("drop_answer_next"):
            self._email.knobs.wait(self._email.knobs.now.hang_seconds)
            drop_connection(request)
        return response

    def get_certificate(self, request: Request) -> Response:
        """What notifications are signed with."""
        return Response(email_sns.certificate(), content_type="application/x-pem-file")

    def confirm_subscription(self, request: Request) -> Response:
        """The address of a subscription's confirmation."""
        with _explained():
            self._email.confirm(request.args.get("Token", ""))
        self._changed()
        return Response("<ConfirmSubscriptionResponse/>", content_type="text/xml")

    def list_accounts(self, request: Request) -> Response:
        """The registered addresses."""
        return json_answer({"accounts": self._email.saved()})

    def put_account(self, request: Request, address: str) -> Response:
        """Register an address, or change it, and ask its webhook to confirm."""
        with _explained():
            account = self._email.register(address, **control_body(request))
            self._email.subscribe(address)
        self._changed()
        return json_answer(account.saved())

    def show_account(self, request: Request, address: str) -> Response:
        """One address and the mailboxes that know it."""
        with _explained():
            account = self._email.account(address)
        return json_answer(account.saved() | {"mailboxes": list(account.mailboxes)})

    def delete_account(self, request: Request, address: str) -> Response:
        """Forget an address."""
        with _explained():
            self._email.account(address)
        self._email.accounts.pop(address, None)
        self._changed()
        return json_answer({"deleted": address})

    def post_written(self, request: Request, address: str, mailbox: str) -> Response:
        """A customer writes."""
        with _explained():
            spec = control_body(request)
            spec["files"] = [_file(one) for one in spec.get("files", [])]
            identifier = self._email.write(address, mailbox, **spec)
        return json_answer({"id": identifier}, 201)

    def post_answered(self, request: Request, address: str, mailbox: str, identifier: str) -> Response:
        """A customer answers a mail of the desk's."""
        with _explained():
            answered = self._email.answer(address, mailbox, identifier, **control_body(request))
        return json_answer({"id": answered}, 201)

    def put_behaviour(self, request: Request, address: str, mailbox: str) -> Response:
        """How a mailbox takes mail."""
        with _explained():
            self._email.behave(address, mailbox, str(control_body(request).get("behaviour", "")))
        return json_answer({"mailbox": mailbox})

    def get_mailbox(self, request: Request, address: str, mailbox: str) -> Response:
        """What is in a mailbox."""
        with _explained():
            return json_answer({"messages": self._email.mailbox(address, mailbox)})

    routes: ClassVar[tuple[Route, ...]] = (
        ("POST", "/ses/v2/email/outbound-emails", send_email),
        ("GET", email_sns.CERTIFICATE_PATH, get_certificate),
        ("GET", "/sns/", confirm_subscription),
        ("GET", "/sim/email", list_accounts),
        ("PUT", ADDRESS, put_account),
        ("GET", ADDRESS, show_account),
        ("DELETE", ADDRESS, delete_account),
        ("POST", f"{MAILBOX}/messages", post_written),
        ("POST", f"{MAILBOX}/messages/<identifier>/answers", post_answered),
        ("PUT", f"{MAILBOX}/behaviour", put_behaviour),
        ("GET", f"{MAILBOX}/messages", get_mailbox),
    )

    def _checked(self, asked: Json) -> tuple[Account, bytes]:
        sender = str(asked.get("FromEmailAddress", ""))
        account = self._email.accounts.get(sender)
        if account is None:
            told = f"Email address is not verified. The following identities failed the check: {sender}"
            raise _refusal(400, "MessageRejected", told)
        try:
            raw = base64.b64decode(asked["Content"]["Raw"]["Data"], validate=True)
            count = len(asked["Destination"]["ToAddresses"])
        except (KeyError, TypeError, binascii.Error) as fault:
            raise _refusal(400, "BadRequestException", f"malformed: {fault!r}") from fault
        if not 1 <= count <= MAX_RECIPIENTS or len(raw) > MAX_RAW:
            raise _refusal(400, "BadRequestException", "too large, or the recipients' number is wrong")
        if max(map(len, raw.split(b"\r\n"))) > 998:
            raise _refusal(400, "BadRequestException", "a line is too long")
        return account, raw

    def _spoil(self) -> None:
        knobs, now = self._email.knobs, self._email.knobs.now
        knobs.wait(now.latency_seconds)
        if knobs.spend("rate_limit_next"):
            raise _refusal(429, "TooManyRequestsException", "Maximum sending rate exceeded.")
        if knobs.spend("server_error_next"):
            raise _refusal(now.server_error_status, "InternalServiceErrorException", "set with the knobs")
        if knobs.spend("provider_error_next"):
            raise _refusal(400, "SendingPausedException", "set with the knobs")


def _file(given: Json) -> Json:
    return {**given, "content": base64.b64decode(str(given.get("content", "")))}


def _refusal(status: int, code: str, message: str) -> Refused:
    return Refused(status, {"message": message}, {"x-amzn-errortype": code})


@contextmanager
def _explained() -> Iterator[None]:
    """Turn what the simulator refuses into answers."""
    try:
        yield
    except LookupError as unknown:
        raise problem(404, "not_found", f"there is no {unknown}") from unknown
    except (ValueError, TypeError) as fault:
        raise problem(400, "bad_request", str(fault)) from fault
