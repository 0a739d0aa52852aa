"""HTTP fronts of the simulated Twilio: the REST API for the desk, the control API for people.

Source: reference of the Message, Media and Account resources.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import ClassVar

from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from simulators.faults import drop_connection
from simulators.sms import Sms
from simulators.sms_accounts import Account
from simulators.wire import Json, Refused, Route, control_body, json_answer, problem

API = "/twilio/2010-04-01/Accounts/<sid>"
ACCOUNT = "/sim/sms/<sid>"
PHONE = f"{ACCOUNT}/phones/<phone>"
MAX_TEXT, MAX_MEDIA = 1600, 10
EARLY_STATUS_WAIT_SECONDS = 2.0


class SmsHttp:
    """Routes of the simulated Twilio."""

    def __init__(
        self, sms: Sms, settle_webhooks: Callable[[float], object], changed: Callable[[], None] = lambda: None
    ) -> None:
        self._sms = sms
        self._settle_webhooks = settle_webhooks
        self._changed = changed

    def post_message(self, request: Request, sid: str) -> Response:
        """Messages.json."""
        account = self._caller(request, sid)
        form: Json = {**request.form.to_dict(), "MediaUrl": request.form.getlist("MediaUrl")}
        self._spoil()
        _check(account, form)
        with self._sms.lock:
            message = self._sms.take(account, form)
        answer = {"sid": message["sid"], "status": "queued", "to": form["To"], "error_code": None}
        response = json_answer(answer, 201)
        if self._sms.knobs.now.statuses_before_answer:
            self._sms.settle(account, form["To"], message)
            self._settle_webhooks(EARLY_STATUS_WAIT_SECONDS)
        else:
            response.call_on_close(lambda: self._sms.settle(account, form["To"], message))
        if self._sms.knobs.spend("drop_answer_next"):
            self._sms.knobs.wait(self._sms.knobs.now.hang_seconds)
            drop_connection(request)
        return response

    def get_account(self, request: Request, sid: str) -> Response:
        """Accounts/{sid}.json."""
        account = self._caller(request, sid)
        return json_answer({"sid": account.sid, "status": "active", "friendly_name": "Simulated", "type": "Full"})

    def get_media(self, request: Request, sid: str, message_sid: str, file_sid: str) -> Response:
        """A file that a phone sent: for those who may, at another address."""
        self._caller(request, sid)
        return redirect(f"/twilio/cdn/{sid}/{file_sid}", 307)

    def get_file(self, request: Request, sid: str, file_sid: str) -> Response:
        """Where the file is; whoever comes with credentials has shown them too freely."""
        account = self._sms.accounts.get(sid)
        found = account.files.get(file_sid) if account else None
        if found is None or "Authorization" in request.headers:
            raise _refusal(404 if found is None else 400, 20404, "not here")
        return Response(found[0], content_type=found[1])

    def list_accounts(self, request: Request) -> Response:
        """The registered accounts, without their secrets."""
        return json_answer({"accounts": [_shown(account) for account in self._sms.accounts.values()]})

    def put_account(self, request: Request, sid: str) -> Response:
        """Register an account, or change it."""
        with _explained():
            account = self._sms.register(sid, **control_body(request))
        self._changed()
        return json_answer(_shown(account))

    def show_account(self, request: Request, sid: str) -> Response:
        """One account and the phones that know it."""
        with _explained():
            account = self._sms.account(sid)
        return json_answer(_shown(account) | {"phones": list(account.phones)})

    def delete_account(self, request: Request, sid: str) -> Response:
        """Forget an account."""
        with _explained():
            self._sms.account(sid)
        self._sms.accounts.pop(sid, None)
        self._changed()
        return json_answer({"deleted": sid})

    def post_said(self, request: Request, sid: str, phone: str) -> Response:
        """A phone writes."""
        with _explained():
            message_sid = self._sms.say(sid, phone, **control_body(request))
        return json_answer({"sid": message_sid}, 201)

    def post_repeat(self, request: Request, sid: str, message_sid: str) -> Response:
        """Post a phone's message once more."""
        with _explained():
            self._sms.repeat(sid, message_sid)
        return json_answer({"queued": True}, 202)

    def get_phone(self, request: Request, sid: str, phone: str) -> Response:
        """What stands on a phone."""
        with _explained():
            return json_answer(self._sms.phone(sid, phone))

    routes: ClassVar[tuple[Route, ...]] = (
        ("POST", f"{API}/Messages.json", post_message),
        ("GET", f"{API}.json", get_account),
        ("GET", f"{API}/Messages/<message_sid>/Media/<file_sid>", get_media),
        ("GET", "/twilio/cdn/<sid>/<file_sid>", get_file),
        ("GET", "/sim/sms", list_accounts),
        ("PUT", ACCOUNT, put_account),
        ("GET", ACCOUNT, show_account),
        ("DELETE", ACCOUNT, delete_account),
        ("POST", f"{ACCOUNT}/messages/<message_sid>/repeat", post_repeat),
        ("POST", f"{PHONE}/messages", post_said),
        ("GET", f"{PHONE}/phone", get_phone),
    )

    def _caller(self, request: Request, sid: str) -> Account:
        account, given = self._sms.accounts.get(sid), request.authorization
        if account is None or given is None or given.username != sid or given.password != account.auth_token:
            raise _refusal(401, 20003, "Authenticate")
        return account

    def _spoil(self) -> None:
        knobs, now = self._sms.knobs, self._sms.knobs.now
        knobs.wait(now.latency_seconds)
        if knobs.spend("rate_limit_next"):
            waits = {"Retry-After": str(now.retry_after_seconds)}
            raise Refused(429, {"code": 20429, "message": "Too Many Requests", "status": 429}, waits)
        if knobs.spend("server_error_next"):
            raise _refusal(now.server_error_status, 20500, "Internal Server Error")
        if not now.errors_by_status and knobs.spend("provider_error_next"):
            raise _refusal(400, now.provider_error_code, "set with the knobs")


def _check(account: Account, form: Json) -> None:
    to, body, files = form.get("To", ""), form.get("Body", ""), form["MediaUrl"]
    if form.get("From") != account.number and not str(form.get("MessagingServiceSid", "")).startswith("MG"):
        raise _refusal(400, 21606, "The From number is not a number of this account")
    if not to.lstrip("+").isdigit():
        raise _refusal(400, 21211, "Invalid 'To' Phone Number")
    if to in account.opted_out:
        raise _refusal(400, 21610, "Attempt to send to unsubscribed recipient")
    if not body and not files:
        raise _refusal(400, 21602, "Message body is required")
    if len(body) > MAX_TEXT or len(files) > MAX_MEDIA:
        raise _refusal(400, 21617 if len(body) > MAX_TEXT else 21623, "too long, or too many")


def _refusal(status: int, code: int, message: str) -> Refused:
    return Refused(status, {"code": code, "message": message, "status": status})


def _shown(account: Account) -> Json:
    return {name: value for name, value in account.saved().items() if name != "auth_token"}


@contextmanager
def _explained() -> Iterator[None]:
    """Turn what the simulator refuses into answers."""
    try:
        yield
    except LookupError as unknown:
        raise problem(404, "not_found", f"there is no {unknown}") from unknown
    except (ValueError, TypeError) as fault:
        raise problem(400, "bad_request", str(fault)) from fault
