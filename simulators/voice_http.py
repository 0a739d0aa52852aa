"""HTTP fronts of the simulated Twilio Voice: the REST API for the desk, the control API for people."""

from collections.abc import Callable
from typing import Any, ClassVar

from werkzeug.wrappers import Request, Response

from simulators.faults import drop_connection
from simulators.voice import Voice
from simulators.voice_calls import Account
from simulators.wire import Json, Refused, Route, control_body, json_answer, problem

API = "/twilio-voice/2010-04-01/Accounts/<sid>"
ACCOUNT = "/sim/voice/<sid>"
CALL = f"{ACCOUNT}/calls/<call_sid>"
EARLY_STATUS_WAIT_SECONDS = 2.0
DEEDS = ("press", "pick_up", "ring_out", "pass_time", "leave_message", "hear", "hang_up")


class VoiceHttp:
    """Routes of the simulated Twilio Voice."""

    def __init__(
        self, voice: Voice, settle_webhooks: Callable[[float], object], changed: Callable[[], None] = lambda: None
    ) -> None:
        self._voice = voice
        self._settle_webhooks = settle_webhooks
        self._changed = changed

    def post_call(self, request: Request, sid: str) -> Response:
        """Calls.json."""
        account = self._caller(request, sid)
        form = request.form.to_dict()
        self._spoil()
        _check(account, form)
        call = self._voice.place(account, form)
        response = json_answer({"sid": call.sid, "status": "queued", "direction": "outbound-api"}, 201)
        if self._voice.knobs.now.statuses_before_answer:
            self._voice.announce(account, call)
            self._settle_webhooks(EARLY_STATUS_WAIT_SECONDS)
        else:
            response.call_on_close(lambda: self._voice.announce(account, call))
        if self._voice.knobs.spend("drop_answer_next"):
            self._voice.knobs.wait(self._voice.knobs.now.hang_seconds)
            drop_connection(request)
        return response

    def get_account(self, request: Request, sid: str) -> Response:
        """Accounts/{sid}.json."""
        account = self._caller(request, sid)
        return json_answer({"sid": account.sid, "status": "active", "friendly_name": "Simulated", "type": "Full"})

    def get_recording(self, request: Request, sid: str, recording: str) -> Response:
        """What is known of a recording: nothing, for as long as the account says so."""
        account = self._caller(request, sid)
        if account.unready > 0 or recording not in account.recordings:
            account.unready = max(0, account.unready - 1)
            raise _refusal(404, 20404, "not found")
        return json_answer({"sid": recording, "status": "completed", "duration": "8"})

    def get_sound(self, request: Request, sid: str, recording: str) -> Response:
        """The sound of it, for those who may."""
        account = self._caller(request, sid)
        if recording not in account.recordings:
            raise _refusal(404, 20404, "not found")
        return Response(account.recordings[recording], content_type="audio/mpeg")

    def list_accounts(self, request: Request) -> Response:
        """The registered accounts, without their secrets."""
        return json_answer({"accounts": [_shown(account) for account in self._voice.accounts.values()]})

    def put_account(self, request: Request, sid: str) -> Response:
        """Register an account, or change it."""
        account: Account = _explained(lambda: self._voice.register(sid, **control_body(request)))
        self._changed()
        return json_answer(_shown(account))

    def show_account(self, request: Request, sid: str) -> Response:
        """One account and its calls."""
        account: Account = _explained(lambda: self._voice.account(sid))
        return json_answer(_shown(account) | {"calls": [call.shown() for call in account.calls.values()]})

    def delete_account(self, request: Request, sid: str) -> Response:
        """Forget an account."""
        _explained(lambda: self._voice.account(sid))
        self._voice.accounts.pop(sid, None)
        self._changed()
        return json_answer({"deleted": sid})

    def post_ring(self, request: Request, sid: str, phone: str) -> Response:
        """A phone calls."""
        call_sid = _explained(lambda: self._voice.ring(sid, phone, **control_body(request)))
        return json_answer(self._voice.call(sid, call_sid).shown(), 201)

    def show_call(self, request: Request, sid: str, call_sid: str) -> Response:
        """How far a call has come, and what was heard on it."""
        return json_answer(_explained(lambda: self._voice.call(sid, call_sid)).shown())

    def post_deed(self, request: Request, sid: str, call_sid: str, deed: str) -> Response:
        """Somebody on the line does something."""
        if deed not in DEEDS:
            raise problem(404, "not_found", f"there are: {', '.join(DEEDS)}")
        _explained(lambda: getattr(self._voice, deed)(sid, call_sid, **control_body(request)))
        return self.show_call(request, sid, call_sid)

    routes: ClassVar[tuple[Route, ...]] = (
        ("POST", f"{API}/Calls.json", post_call),
        ("GET", f"{API}.json", get_account),
        ("GET", f"{API}/Recordings/<recording>.json", get_recording),
        ("GET", f"{API}/Recordings/<recording>.mp3", get_sound),
        ("GET", "/sim/voice", list_accounts),
        ("PUT", ACCOUNT, put_account),
        ("GET", ACCOUNT, show_account),
        ("DELETE", ACCOUNT, delete_account),
        ("POST", f"{ACCOUNT}/phones/<phone>/call", post_ring),
        ("GET", CALL, show_call),
        ("POST", f"{CALL}/<deed>", post_deed),
    )

    def _caller(self, request: Request, sid: str) -> Account:
        account, given = self._voice.accounts.get(sid), request.authorization
        if account is None or given is None or given.username != sid or given.password != account.auth_token:
            raise _refusal(401, 20003, "Authenticate")
        return account

    def _spoil(self) -> None:
        knobs, now = self._voice.knobs, self._voice.knobs.now
        knobs.wait(now.latency_seconds)
        if knobs.spend("rate_limit_next"):
            waits = {"Retry-After": str(now.retry_after_seconds)}
            raise Refused(429, {"code": 20429, "message": "Too Many Requests", "status": 429}, waits)
        if knobs.spend("server_error_next"):
            raise _refusal(now.server_error_status, 20500, "Internal Server Error")
        if knobs.spend("provider_error_next"):
            raise _refusal(400, now.provider_error_code, "set with the knobs")


def _check(account: Account, form: Json) -> None:
    if form.get("From") != account.number:
        raise _refusal(400, 21210, "'From' phone number not verified")
    if not form.get("To"):
        raise _refusal(400, 21201, "No 'To' number is specified")
    if not form.get("Twiml") and not form.get("Url"):
        raise _refusal(400, 21205, "Url parameter is required")


def _refusal(status: int, code: int, message: str) -> Refused:
    return Refused(status, {"code": code, "message": message, "status": status})


def _shown(account: Account) -> Json:
    return {name: value for name, value in account.saved().items() if name != "auth_token"}


def _explained(deed: Callable[[], Any]) -> Any:
    """Turn what the simulator refuses into answers."""
    try:
        return deed()
    except LookupError as unknown:
        raise problem(404, "not_found", f"there is no {unknown}") from unknown
    except (ValueError, TypeError) as fault:
        raise problem(400, "bad_request", str(fault)) from fault
