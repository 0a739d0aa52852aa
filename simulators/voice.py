"""The simulated Twilio Voice: phones that ring, and callers who hear what the desk's TwiML says.

Source: Twilio's reference, "TwiML for Programmable Voice", "Call resource", "Recording status callbacks".
"""

from base64 import b64decode
from collections.abc import Callable
from email.utils import format_datetime
from threading import RLock
from typing import Any
from xml.etree.ElementTree import Element, ParseError

import urllib3

from simulators.clock import Clock
from simulators.knobs import KnobBoard
from simulators.sms import FORM, signature
from simulators.voice_calls import ANSWER, KEYS, MESSAGE, PHONES, QUEUE, TALK, Account, Call
from simulators.voice_script import Script, encoded, parsed
from simulators.webhooks import WebhookPoster
from simulators.wire import Json

PROVIDER = "voice"
SETTINGS = frozenset({"auth_token", "number", "voice_url", "status_url", "unready"})
OUTBOUND_EVENTS = ("initiated", "ringing")


class UnknownAccount(LookupError):
    """No such account is registered."""


class Voice:
    """The provider, in memory. What the desk is asked for is asked at once; what it is only told goes by the post."""

    def __init__(self, clock: Clock, knobs: KnobBoard, poster: WebhookPoster, *, base_url: Callable[[], str]) -> None:
        self.clock = clock
        self.knobs = knobs
        self.accounts: dict[str, Account] = {}
        self.lock = RLock()
        self._poster = poster
        self._base_url = base_url
        self._pool = urllib3.PoolManager(retries=False, timeout=urllib3.Timeout(total=15))
        self._script = Script(self)

    def register(self, sid: str, **settings: Any) -> Account:
        """Create or change an account; ValueError says what is wrong with the settings."""
        if not sid.startswith("AC") or not settings.keys() <= SETTINGS:
            raise ValueError(f"an account's sid begins with AC, its settings are {', '.join(sorted(SETTINGS))}")
        if not all(isinstance(value, int if name == "unready" else str) for name, value in settings.items()):
            raise ValueError("settings must be strings, unready a number")
        with self.lock:
            account = self.accounts.setdefault(sid, Account(sid))
            for name, value in settings.items():
                setattr(account, name, value)
        return account

    def account(self, sid: str) -> Account:
        """A registered account."""
        try:
            return self.accounts[sid]
        except KeyError:
            raise UnknownAccount(sid) from None

    def call(self, sid: str, call_sid: str) -> Call:
        """A call of an account."""
        try:
            return self.account(sid).calls[call_sid]
        except KeyError:
            raise LookupError(f"call {call_sid}") from None

    # What people do.

    def ring(self, sid: str, phone: str, *, url: str = "", **fields: str) -> str:
        """A phone calls the account's number; gives the call's sid once the desk's answer has run out of verbs."""
        account = self.account(sid)
        call = Call(account.next_sid("CA"), phone, "inbound", url or account.voice_url)
        account.calls[call.sid] = call
        self._script.fetch(account, call, call.url, **fields)
        return call.sid

    def press(self, sid: str, call_sid: str, *, digits: str = "", speech: str = "") -> None:
        """Answer a menu; with neither, say nothing."""
        account, call = self._waiting(sid, call_sid, KEYS)
        given = {"Digits": digits} if digits else {"SpeechResult": speech, "Confidence": "0.9"} if speech else {}
        if given:
            self._script.fetch(account, call, call.attribute("action"), **given)
        else:
            self._script.go_on(account, call)

    def pick_up(self, sid: str, call_sid: str, *, number: str = "") -> None:
        """A phone that rings is answered: the one of an agent we were asked to call, or one that is dialled."""
        account, call = self._of(sid, call_sid)
        if call.waiting == ANSWER:
            self.progress(account, call, "in-progress")
            self._script.follow(account, call)
            return
        self._waiting(sid, call_sid, PHONES)
        phones = list(call.verb) if call.verb is not None else []
        call.picked_up = next((phone for phone in phones if number in ("", phone.text)), None)
        if call.picked_up is None:
            raise LookupError(f"phone {number}")
        call.waiting, call.child = TALK, account.next_sid("CA")
        self._tell_of_child(account, call, "in-progress", "2")

    def ring_out(self, sid: str, call_sid: str, *, status: str = "no-answer") -> None:
        """Nobody answers."""
        account, call = self._of(sid, call_sid)
        if call.waiting == ANSWER:
            self._end(account, call, status)
            return
        self._waiting(sid, call_sid, PHONES)
        told = {"DialCallStatus": status, "DialCallSid": account.next_sid("CA")}
        self._script.fetch(account, call, call.attribute("action"), **told)

    def pass_time(self, sid: str, call_sid: str, *, seconds: int) -> None:
        """Somebody waits on in the queue."""
        account, call = self._waiting(sid, call_sid, QUEUE)
        call.waited += seconds
        self._script.wait(account, call)

    def leave_message(
        self, sid: str, call_sid: str, *, content: str = "", seconds: int = 8, transcript: str = ""
    ) -> str:
        """Speak after the tone and hang up; gives the recording's sid."""
        account, call = self._waiting(sid, call_sid, MESSAGE)
        record, recording = call.verb if call.verb is not None else Element("Record"), account.next_sid("RE")
        account.recordings[recording] = b64decode(content)
        url = f"{self._base_url()}/twilio-voice/2010-04-01/Accounts/{sid}/Recordings/{recording}"
        call.status = "completed"
        told = {"RecordingUrl": url, "RecordingDuration": str(seconds), "Digits": "hangup"}
        self._script.fetch(account, call, record.get("action", ""), **told)
        self._tell_of_recording(
            account, call, recording, record.get("recordingStatusCallback", ""), "RecordVerb", seconds
        )
        if record.get("transcribe") == "true" and transcript:
            words = {"TranscriptionSid": account.next_sid("TR"), "TranscriptionStatus": "completed"}
            words |= {"TranscriptionText": transcript, "RecordingSid": recording, "RecordingUrl": url}
            self.tell(account, call, record.get("transcribeCallback", ""), **words)
        self._end(account, call, "completed")
        return recording

    def hear(self, sid: str, call_sid: str, *, text: str, track: str = "inbound_track") -> None:
        """Something is said while the call is written down: first in part, then finally."""
        account, call = self._of(sid, call_sid)
        if not call.live_url:
            raise LookupError("transcription")
        for final, said in (("false", text[: len(text) // 2]), ("true", text)):
            call.lines += 1
            told = {"TranscriptionEvent": "transcription-content", "TranscriptionSid": f"GT{call.sid[2:]}"}
            told |= {"Track": track, "Final": final, "SequenceId": str(call.lines)}
            told |= {"TranscriptionData": encoded({"transcript": said, "confidence": 0.9})}
            told["Timestamp"] = self.clock.now().isoformat().replace("+00:00", "Z")
            self.tell(account, call, call.live_url, **told)

    def hang_up(self, sid: str, call_sid: str) -> None:
        """The call is over, whoever ends it; everybody concerned is told."""
        account, call = self._of(sid, call_sid)
        waited, call.status = call.waiting, "completed"
        if waited == TALK and call.partner:
            self._script.fetch(
                account, call, call.attribute("action"), QueueResult="bridged", QueueTime=str(call.waited)
            )
        elif waited == TALK:
            self._end_talk(account, call)
        elif waited == PHONES:
            self._script.fetch(account, call, call.attribute("action"), DialCallStatus="canceled")
        elif waited == QUEUE:
            told = {"QueueResult": "hangup", "QueueTime": str(call.waited)}
            self._script.fetch(account, call, call.attribute("action"), **told)
        self._end(account, call, "completed")

    # What the desk asks for.

    def place(self, account: Account, form: dict[str, str]) -> Call:
        """A call the desk has asked for: the phone rings."""
        call = Call(
            account.next_sid("CA"), form["To"], "outbound-api", form.get("Url", ""), form.get("StatusCallback", "")
        )
        call.waiting = ANSWER
        call.verbs = parsed(form["Twiml"]) if form.get("Twiml") else []
        account.calls[call.sid] = call
        return call

    def announce(self, account: Account, call: Call) -> None:
        """After the answer: that it rings."""
        for event in self.knobs.in_order(list(OUTBOUND_EVENTS)):
            self.progress(account, call, event)

    def progress(self, account: Account, call: Call, status: str, **more: str) -> None:
        """How far a call has come, in a form that has its place and its time."""
        place = {"initiated": 0, "ringing": 1, "in-progress": 2}.get(status, 3)
        call.status = status
        told = {"CallbackSource": "call-progress-events", "SequenceNumber": str(place), **more}
        told["Timestamp"] = format_datetime(self.clock.now())
        self.tell(account, call, call.callback or account.status_url, **told)

    # How it is told.

    def form(self, account: Account, call: Call, **more: str) -> dict[str, str]:
        """What every request about a call tells."""
        ends = (call.other, account.number) if call.direction == "inbound" else (account.number, call.other)
        base = {
            "AccountSid": account.sid,
            "ApiVersion": "2010-04-01",
            "CallSid": call.sid,
            "From": ends[0],
            "To": ends[1],
        }
        base |= {"Caller": ends[0], "Called": ends[1], "Direction": call.direction, "CallStatus": call.status}
        return base | more

    def ask(self, account: Account, url: str, form: dict[str, str]) -> list[Element] | None:
        """The verbs of the desk's answer; None where there is none that could be read."""
        body = encoded(form, form=True).encode()
        headers = {"Content-Type": FORM, "X-Twilio-Signature": signature(self._token(account), url, body)}
        try:
            answer = self._pool.request("POST", url, body=body, headers=headers, redirect=False)
            return parsed(answer.data.decode()) if answer.status == 200 else None
        except (urllib3.exceptions.HTTPError, ParseError, ValueError):
            return None

    def tell(self, account: Account, call: Call, url: str, **more: str) -> None:
        """Post what nobody waits for."""
        body = encoded(self.form(account, call, **more), form=True).encode()
        signed = {"Content-Type": FORM, "X-Twilio-Signature": signature(self._token(account), url, body)}
        self._poster.post(PROVIDER, account.sid, url, body, lambda raw: signed, self.knobs.now.duplicates)

    def _token(self, account: Account) -> str:
        wrong = self.knobs.spend("bad_signature_next")
        return account.auth_token[::-1] + "x" if wrong else account.auth_token

    def _of(self, sid: str, call_sid: str) -> tuple[Account, Call]:
        return self.account(sid), self.call(sid, call_sid)

    def _waiting(self, sid: str, call_sid: str, what: str) -> tuple[Account, Call]:
        account, call = self._of(sid, call_sid)
        if call.waiting != what:
            raise ValueError(f"the call waits for {call.waiting or 'nothing'}, not for {what}")
        return account, call

    def _tell_of_child(self, account: Account, call: Call, status: str, place: str) -> None:
        phone = call.picked_up
        if phone is None or not phone.get("statusCallback"):
            return
        told = {"CallSid": call.child, "ParentCallSid": call.sid, "To": phone.text or "", "CallStatus": status}
        told |= {"Direction": "outbound-dial", "CallbackSource": "call-progress-events", "SequenceNumber": place}
        told["Timestamp"] = format_datetime(self.clock.now())
        self.tell(account, call, phone.get("statusCallback", ""), **told)

    def _end_talk(self, account: Account, call: Call) -> None:
        dial = call.verb if call.verb is not None else Element("Dial")
        self._tell_of_child(account, call, "completed", "3")
        told = {
            "DialCallStatus": "completed",
            "DialCallSid": call.child,
            "DialCallDuration": "40",
            "DialBridged": "true",
        }
        self._script.fetch(account, call, dial.get("action", ""), **told)
        if dial.get("record"):
            recording = account.next_sid("RE")
            account.recordings[recording] = b"ID3-talk"
            self._tell_of_recording(account, call, recording, dial.get("recordingStatusCallback", ""), "DialVerb", 40)

    def _tell_of_recording(
        self, account: Account, call: Call, recording: str, url: str, source: str, seconds: int
    ) -> None:
        place = f"{self._base_url()}/twilio-voice/2010-04-01/Accounts/{account.sid}/Recordings/{recording}"
        form = {"AccountSid": account.sid, "CallSid": call.sid, "RecordingSid": recording, "RecordingUrl": place}
        form |= {"RecordingStatus": "completed", "RecordingDuration": str(seconds), "RecordingSource": source}
        body = encoded(form, form=True).encode()
        signed = {"Content-Type": FORM, "X-Twilio-Signature": signature(account.auth_token, url, body)}
        self._poster.post(PROVIDER, account.sid, url, body, lambda raw: signed, self.knobs.now.duplicates)

    def _end(self, account: Account, call: Call, status: str) -> None:
        call.waiting = ""
        if call.events == 0:
            call.events = 1
            self.progress(account, call, status, CallDuration="49" if status == "completed" else "0")

    def end(self, account: Account, call: Call) -> None:
        """The desk's TwiML has hung up."""
        self._end(account, call, "completed")

    def reset(self, *, accounts: bool = False) -> None:
        """Forget calls and recordings; the accounts too if wanted."""
        with self.lock:
            if accounts:
                self.accounts.clear()
            for account in self.accounts.values():
                account.calls.clear()
                account.recordings.clear()

    def saved(self) -> list[Json]:
        """What survives a restart."""
        with self.lock:
            return [account.saved() for account in self.accounts.values()]
