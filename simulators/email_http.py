"""HTTP fronts of the simulated Amazon SES and SNS, and the control API for people.

The SDK comes here where AWS_ENDPOINT_URL_SESV2 says so. Source: SES API v2 reference, "SendEmail".
"""

import base64
import binascii
from functools import partial
from typing import Any, ClassVar

from werkzeug.wrappers import Request, Response

from simulators import email_sns
from simulators.email import Email
from simulators.email_accounts import Account
from simulators.faults import answered, spoil, tell_after
from simulators.fronts import AccountsFront, account_routes, explained, looked_at, made
from simulators.wire import Json, Refused, Route, control_body, json_answer, parse_object

ADDRESS = "/sim/email/<account_id>"
MAILBOX = f"{ADDRESS}/mailboxes/<mailbox>"
MAX_CALL = 56 * 1024 * 1024
MAX_RAW = 40 * 1024 * 1024
MAX_RECIPIENTS = 50


class EmailHttp(AccountsFront[Email, Account]):
    """Routes of the simulated SES and SNS."""

    def send_email(self, request: Request) -> Response:
        """SendEmail with a raw mail."""
        self._spoil()
        request.max_content_length = MAX_CALL
        asked = parse_object(request.get_data()) or {}
        account, raw = self._checked(asked)
        recipients = [str(one) for one in asked["Destination"]["ToAddresses"]]
        tags = {str(tag["Name"]): str(tag["Value"]) for tag in asked.get("EmailTags", [])}
        with self._provider.lock:
            identifier = self._provider.take(account, raw, recipients, tags)
        response = json_answer({"MessageId": identifier})
        knobs = self._provider.knobs
        settle = partial(self._provider.settle, account, identifier, recipients, tags)
        tell_after(response, knobs, settle, self._settle_webhooks)
        return answered(request, response, knobs)

    def get_certificate(self, request: Request) -> Response:
        """What notifications are signed with."""
        return Response(email_sns.certificate(), content_type="application/x-pem-file")

    def confirm_subscription(self, request: Request) -> Response:
        """The address of a subscription's confirmation."""
        with explained():
            self._provider.confirm(request.args.get("Token", ""))
        self._changed()
        return Response("<ConfirmSubscriptionResponse/>", content_type="text/xml")

    def post_written(self, request: Request, account_id: str, mailbox: str) -> Response:
        """A customer writes."""
        return made(request, "id", self._write, account_id, mailbox)

    def post_answered(self, request: Request, account_id: str, mailbox: str, identifier: str) -> Response:
        """A customer answers a mail of the desk's."""
        return made(request, "id", self._answer, account_id, mailbox, identifier)

    def put_behaviour(self, request: Request, account_id: str, mailbox: str) -> Response:
        """How a mailbox takes mail."""
        with explained():
            self._provider.behave(account_id, mailbox, str(control_body(request).get("behaviour", "")))
        return json_answer({"mailbox": mailbox})

    def get_mailbox(self, request: Request, account_id: str, mailbox: str) -> Response:
        """What is in a mailbox."""
        return looked_at(lambda: {"messages": self._provider.mailbox(account_id, mailbox)})

    routes: ClassVar[tuple[Route, ...]] = (
        ("POST", "/ses/v2/email/outbound-emails", send_email),
        ("GET", email_sns.CERTIFICATE_PATH, get_certificate),
        ("GET", "/sns/", confirm_subscription),
        *account_routes("/sim/email"),
        ("POST", f"{MAILBOX}/messages", post_written),
        ("POST", f"{MAILBOX}/messages/<identifier>/answers", post_answered),
        ("PUT", f"{MAILBOX}/behaviour", put_behaviour),
        ("GET", f"{MAILBOX}/messages", get_mailbox),
    )

    def _checked(self, asked: Json) -> tuple[Account, bytes]:
        sender = str(asked.get("FromEmailAddress", ""))
        account = self._provider.accounts.get(sender)
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
        spoil(
            self._provider.knobs,
            limited=lambda now: _refusal(429, "TooManyRequestsException", "Maximum sending rate exceeded."),
            broken=lambda now: _refusal(now.server_error_status, "InternalServiceErrorException", "set with the knobs"),
            refused=lambda now: _refusal(400, "SendingPausedException", "set with the knobs"),
        )

    def _accounts(self) -> dict[str, Account]:
        return self._provider.accounts

    def _register(self, account_id: str, settings: Json) -> Account:
        account = super()._register(account_id, settings)
        self._provider.subscribe(account_id)
        return account

    def _details(self, account: Account) -> Json:
        return {"mailboxes": list(account.mailboxes)}

    def _write(self, account_id: str, mailbox: str, /, **spec: Any) -> str:
        files = [_file(one) for one in spec.pop("files", [])]
        return self._provider.write(account_id, mailbox, files=files, **spec)

    def _answer(self, account_id: str, mailbox: str, identifier: str, /, **spec: Any) -> str:
        files = [_file(one) for one in spec.pop("files", [])]
        return self._provider.answer(account_id, mailbox, identifier, files=files, **spec)


def _file(given: Json) -> Json:
    return {**given, "content": base64.b64decode(str(given.get("content", "")))}


def _refusal(status: int, code: str, message: str) -> Refused:
    return Refused(status, {"message": message}, {"x-amzn-errortype": code})
