"""HTTP fronts of the simulated Twilio: the REST API for the desk, the control API for people.

Source: reference of the Message, Media and Account resources.
"""

from typing import ClassVar

from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from simulators.faults import answered, tell_after
from simulators.fronts import account_routes, looked_at, made, queued
from simulators.sms import Sms
from simulators.sms_accounts import Account
from simulators.twilio import TwilioFront, refusal
from simulators.wire import Json, Route, json_answer

API = "/twilio/2010-04-01/Accounts/<sid>"
ACCOUNT = "/sim/sms/<account_id>"
PHONE = f"{ACCOUNT}/phones/<phone>"
MAX_TEXT, MAX_MEDIA = 1600, 10


class SmsHttp(TwilioFront[Sms, Account]):
    """Routes of the simulated Twilio."""

    def post_message(self, request: Request, sid: str) -> Response:
        """Messages.json."""
        account, knobs = self._caller(request, sid), self._provider.knobs
        form: Json = {**request.form.to_dict(), "MediaUrl": request.form.getlist("MediaUrl")}
        self._spoil(codes=not knobs.now.errors_by_status)
        _check(account, form)
        with self._provider.lock:
            message = self._provider.take(account, form)
        answer = {"sid": message["sid"], "status": "queued", "to": form["To"], "error_code": None}
        response = json_answer(answer, 201)
        tell_after(response, knobs, lambda: self._provider.settle(account, form["To"], message), self._settle_webhooks)
        return answered(request, response, knobs)

    def get_media(self, request: Request, sid: str, message_sid: str, file_sid: str) -> Response:
        """A file that a phone sent: for those who may, at another address."""
        self._caller(request, sid)
        return redirect(f"/twilio/cdn/{sid}/{file_sid}", 307)

    def get_file(self, request: Request, sid: str, file_sid: str) -> Response:
        """Where the file is; whoever comes with credentials has shown them too freely."""
        account = self._provider.accounts.get(sid)
        found = account.files.get(file_sid) if account else None
        if found is None or "Authorization" in request.headers:
            raise refusal(404 if found is None else 400, 20404, "not here")
        return Response(found[0], content_type=found[1])

    def post_said(self, request: Request, account_id: str, phone: str) -> Response:
        """A phone writes."""
        return made(request, "sid", self._provider.say, account_id, phone)

    def post_repeat(self, request: Request, account_id: str, message_sid: str) -> Response:
        """Post a phone's message once more."""
        return queued(self._provider.repeat, account_id, message_sid)

    def get_phone(self, request: Request, account_id: str, phone: str) -> Response:
        """What stands on a phone."""
        return looked_at(self._provider.phone, account_id, phone)

    routes: ClassVar[tuple[Route, ...]] = (
        ("POST", f"{API}/Messages.json", post_message),
        ("GET", f"{API}.json", TwilioFront.read_account),
        ("GET", f"{API}/Messages/<message_sid>/Media/<file_sid>", get_media),
        ("GET", "/twilio/cdn/<sid>/<file_sid>", get_file),
        *account_routes("/sim/sms"),
        ("POST", f"{ACCOUNT}/messages/<message_sid>/repeat", post_repeat),
        ("POST", f"{PHONE}/messages", post_said),
        ("GET", f"{PHONE}/phone", get_phone),
    )

    def _details(self, account: Account) -> Json:
        return {"phones": list(account.phones)}


def _check(account: Account, form: Json) -> None:
    to, body, files = form.get("To", ""), form.get("Body", ""), form["MediaUrl"]
    if form.get("From") != account.number and not str(form.get("MessagingServiceSid", "")).startswith("MG"):
        raise refusal(400, 21606, "The From number is not a number of this account")
    if not to.lstrip("+").isdigit():
        raise refusal(400, 21211, "Invalid 'To' Phone Number")
    if to in account.opted_out:
        raise refusal(400, 21610, "Attempt to send to unsubscribed recipient")
    if not body and not files:
        raise refusal(400, 21602, "Message body is required")
    if len(body) > MAX_TEXT or len(files) > MAX_MEDIA:
        raise refusal(400, 21617 if len(body) > MAX_TEXT else 21623, "too long, or too many")
