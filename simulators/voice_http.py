"""HTTP fronts of the simulated Twilio Voice: the REST API for the desk, the control API for people."""

from typing import ClassVar

from werkzeug.wrappers import Request, Response

from simulators.faults import answered, tell_after
from simulators.fronts import account_routes, explained
from simulators.twilio import TwilioFront, refusal
from simulators.voice import Voice
from simulators.voice_calls import Account
from simulators.wire import Json, Route, control_body, json_answer, problem

API = "/twilio-voice/2010-04-01/Accounts/<sid>"
ACCOUNT = "/sim/voice/<account_id>"
CALL = f"{ACCOUNT}/calls/<call_sid>"
DEEDS = ("press", "pick_up", "ring_out", "pass_time", "leave_message", "hear", "hang_up")


class VoiceHttp(TwilioFront[Voice, Account]):
    """Routes of the simulated Twilio Voice."""

    def post_call(self, request: Request, sid: str) -> Response:
        """Calls.json."""
        account = self._caller(request, sid)
        form = request.form.to_dict()
        self._spoil()
        _check(account, form)
        call = self._provider.place(account, form)
        response = json_answer({"sid": call.sid, "status": "queued", "direction": "outbound-api"}, 201)
        knobs = self._provider.knobs
        tell_after(response, knobs, lambda: self._provider.announce(account, call), self._settle_webhooks)
        return answered(request, response, knobs)

    def get_recording(self, request: Request, sid: str, recording: str) -> Response:
        """What is known of a recording: nothing, for as long as the account says so."""
        account = self._caller(request, sid)
        if account.unready > 0 or recording not in account.recordings:
            account.unready = max(0, account.unready - 1)
            raise refusal(404, 20404, "not found")
        return json_answer({"sid": recording, "status": "completed", "duration": "8"})

    def get_sound(self, request: Request, sid: str, recording: str) -> Response:
        """The sound of it, for those who may."""
        account = self._caller(request, sid)
        if recording not in account.recordings:
            raise refusal(404, 20404, "not found")
        return Response(account.recordings[recording], content_type="audio/mpeg")

    def post_ring(self, request: Request, account_id: str, phone: str) -> Response:
        """A phone calls."""
        with explained():
            call_sid = self._provider.ring(account_id, phone, **control_body(request))
        return json_answer(self._provider.call(account_id, call_sid).shown(), 201)

    def show_call(self, request: Request, account_id: str, call_sid: str) -> Response:
        """How far a call has come, and what was heard on it."""
        with explained():
            return json_answer(self._provider.call(account_id, call_sid).shown())

    def post_deed(self, request: Request, account_id: str, call_sid: str, deed: str) -> Response:
        """Somebody on the line does something."""
        if deed not in DEEDS:
            raise problem(404, "not_found", f"there are: {', '.join(DEEDS)}")
        with explained():
            getattr(self._provider, deed)(account_id, call_sid, **control_body(request))
        return self.show_call(request, account_id, call_sid)

    routes: ClassVar[tuple[Route, ...]] = (
        ("POST", f"{API}/Calls.json", post_call),
        ("GET", f"{API}.json", TwilioFront.read_account),
        ("GET", f"{API}/Recordings/<recording>.json", get_recording),
        ("GET", f"{API}/Recordings/<recording>.mp3", get_sound),
        *account_routes("/sim/voice"),
        ("POST", f"{ACCOUNT}/phones/<phone>/call", post_ring),
        ("GET", CALL, show_call),
        ("POST", f"{CALL}/<deed>", post_deed),
    )

    def _details(self, account: Account) -> Json:
        return {"calls": [call.shown() for call in account.calls.values()]}


def _check(account: Account, form: Json) -> None:
    if form.get("From") != account.number:
        raise refusal(400, 21210, "'From' phone number not verified")
    if not form.get("To"):
        raise refusal(400, 21201, "No 'To' number is specified")
    if not form.get("Twiml") and not form.get("Url"):
        raise refusal(400, 21205, "Url parameter is required")
