"""What the caller hears next: one answer in TwiML for each step of a call.

    greeting -> menu? -> the agents' phones ring -> queue -> voicemail -> goodbye

Each step is an address of ours with its name in the query, which Twilio's signature covers. The steps know each other
by these addresses alone: nothing is kept between them, so a call goes on whatever has become of our store.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from chalicelib.channels.base import WebhookRequest
from chalicelib.channels.twilio_api import callback_url
from chalicelib.channels.untrusted import known, text, whole
from chalicelib.channels.voice_form import BY, CALL, PEER, QUEUE, STEP, TRACKER, VOICEMAIL, Form
from chalicelib.channels.voice_inbound import BRIDGED, TAKEN
from chalicelib.channels.voice_settings import MAX_CHOICES, Options, Phone
from chalicelib.channels.voice_twiml import document, escaped, verb
from chalicelib.domain.inbox import Inbox

HANG_UP = verb("Hangup")
MUSIC_SECONDS = 20
MENU_SECONDS = 6
NOUNS = {"client": "Client", "sip": "Sip"}


@dataclass(frozen=True, slots=True)
class Script:
    """One step of one call. `base` is the address of the inbox's webhook."""

    form: Form
    options: Options
    base: str

    def at(self, step: str, **more: str | None) -> str:
        """The address of a step, with what ties it to the call: not all that Twilio posts names it."""
        peer = self.form.peer
        tied = {
            STEP: step,
            CALL: self.form.call_id,
            PEER: peer.primary if peer else None,
            TRACKER: self.form.tracker,
            QUEUE: self.form.query.get(QUEUE),
        }
        return f"{self.base}?{urlencode(known(**{**tied, **more}), errors='replace')}"

    def say(self, said: str) -> str:
        return verb("Say", escaped(said), language=self.options.language, voice=self.options.voice) if said else ""

    def speak(self, name: str) -> str:
        """One of the inbox's sentences."""
        return self.say(self.options.say(name))

    @property
    def queue_name(self) -> str:
        """Each choice of the menu has a queue of its own."""
        chosen = self.form.query.get(QUEUE, "")
        return f"{self.options.queue}-{chosen}" if chosen in self.options.choices else self.options.queue

    def recording(self) -> dict[str, str | None]:
        """What makes Twilio record the talk, both sides apart."""
        wanted = self.options.wants("record")
        return {
            "record": "record-from-answer-dual" if wanted else None,
            "recordingStatusCallback": self.at("recorded") if wanted else None,
        }

    def dialled(self, address: str, by: str | None) -> str:
        """A phone to ring, which tells when it is answered."""
        noun = NOUNS.get(address.partition(":")[0], "Number")
        shown = address.removeprefix("client:")
        told = self.at("leg", **{BY: by})
        return verb(noun, escaped(shown), statusCallback=told, statusCallbackEvent="answered completed")


def greeting(script: Script) -> str:
    if not script.options.inbox.enabled:
        return document(script.speak("closed_text"), HANG_UP)
    return document(_listening(script), script.speak("greeting"), _menu(script), *_ring(script))


def _listening(script: Script) -> str:
    """What is said is written down while it is said."""
    if not script.options.wants("live_transcript"):
        return ""
    told = {"statusCallbackUrl": script.at("live"), "languageCode": script.options.language}
    return verb("Start", verb("Transcription", track="both_tracks", partialResults=False, **told))


def _menu(script: Script) -> str:
    """Nothing pressed: the call goes on with what follows."""
    choices, said = script.options.choices, script.options.say("menu_text")
    if not choices or not said:
        return ""
    labels = {f"l{digit}": label for digit, label in list(choices.items())[:MAX_CHOICES]}
    spoken = "dtmf speech" if script.options.wants("menu_speech") else "dtmf"
    told = {"action": script.at("menu", **labels), "language": script.options.language}
    return verb("Gather", script.say(said), input=spoken, numDigits=1, timeout=MENU_SECONDS, **told)


def _ring(script: Script) -> list[str]:
    """The agents' phones, all at once; where there are none, the queue."""
    phones = script.options.phones
    if not phones:
        return _enqueue(script)
    numbers = [script.dialled(phone.address, phone.owner) for phone in phones]
    return [_dial(script, numbers)]


def _dial(script: Script, numbers: list[str], caller_id: str | None = None) -> str:
    return verb(
        "Dial",
        *numbers,
        action=script.at("dial"),
        timeout=script.options.ring_seconds,
        answerOnBridge=True,
        callerId=caller_id,
        **script.recording(),
    )


def _enqueue(script: Script) -> list[str]:
    if script.options.queue_seconds == 0:
        return _voicemail(script)
    told = {"waitUrl": script.at("wait"), "action": script.at("queue")}
    return [verb("Enqueue", escaped(script.queue_name), **told)]


def _voicemail(script: Script) -> list[str]:
    """A message; where nothing is said Twilio goes on with what follows."""
    options = script.options
    if not options.wants("voicemail", otherwise=True):
        return [script.speak("missed_text"), HANG_UP]
    transcribes = options.wants("transcribe", otherwise=True)
    record = verb(
        "Record",
        maxLength=options.voicemail_seconds,
        playBeep=True,
        action=script.at("voicemail"),
        recordingStatusCallback=script.at("recorded", **{VOICEMAIL: "1"}),
        transcribe=True if transcribes else None,
        transcribeCallback=script.at("transcribed") if transcribes else None,
    )
    return [script.speak("voicemail_text"), record, script.speak("missed_text"), HANG_UP]


def menu(script: Script) -> str:
    digit = script.form.word("Digits")
    query = {**script.form.query, QUEUE: digit if digit in script.options.choices else ""}
    form = Form(script.form.account_id, script.form.fields, query, script.form.received_at)
    return document(*_ring(Script(form, script.options, script.base)))


def dial(script: Script) -> str:
    """Talked: done. Nobody: the customer waits; of a call we placed, the agent hears that there was nobody."""
    if script.form.word("DialCallStatus").lower() in TAKEN:
        return document(HANG_UP)
    if script.form.tracker is not None:
        return document(script.speak("unreached_text"), HANG_UP)
    return document(*_enqueue(script))


def wait(script: Script) -> str:
    """Told again and again while somebody waits; Twilio knows the place in the queue."""
    options, fields = script.options, script.form.fields
    if (whole(fields.get("QueueTime")) or 0) >= options.queue_seconds:
        return document(verb("Leave"))
    position = whole(fields.get("QueuePosition"))
    place = options.say("position_text").replace("{position}", str(position)) if position else ""
    music = verb("Play", escaped(options.music)) if options.music else verb("Pause", length=MUSIC_SECONDS)
    return document(script.say(place), script.speak("wait_text"), music, verb("Redirect", escaped(script.at("wait"))))


def queue(script: Script) -> str:
    done = script.form.word("QueueResult").lower() in {*BRIDGED, "hangup"}
    return document(HANG_UP) if done else document(*_voicemail(script))


def voicemail(script: Script) -> str:
    return document(script.speak("goodbye_text"), HANG_UP)


def take(script: Script) -> str:
    """An agent calls in for the next who waits: from a phone that is known, or not at all."""
    known_phones = {phone.address: phone for phone in script.options.phones}
    phone: Phone | None = known_phones.get(script.form.caller)
    if phone is None:
        return document(verb("Reject"))
    told = f"{script.base}?{urlencode({STEP: 'connected', BY: phone.owner})}"
    return document(verb("Dial", verb("Queue", escaped(script.queue_name), url=told), **script.recording()))


def placed(inbox: Inbox, query: Mapping[str, str], whisper: str) -> str:
    """What an agent hears who has picked up a call we placed: what it is about, and then the customer. The call has no
    id yet, so what becomes of it is told with our tracker."""
    script = Script(Form(inbox.id, {}, query, inbox.created_at), Options(inbox), callback_url(inbox) or "")
    customer = script.dialled(query[PEER], None)
    return document(script.say(whisper), _dial(script, [customer], inbox.account_id))


STEPS: Mapping[str, Callable[[Script], str]] = {
    "incoming": greeting,
    "menu": menu,
    "dial": dial,
    "wait": wait,
    "queue": queue,
    "voicemail": voicemail,
    "take": take,
}


def heard(form: Form, request: WebhookRequest, inbox: Inbox) -> str:
    """The answer to a webhook; what nobody hears is answered with nothing."""
    step = STEPS.get(form.kind)
    if step is None:
        return document()
    base = callback_url(inbox) or text(request.url).partition("?")[0] or request.path
    return step(Script(form, Options(inbox), base))
