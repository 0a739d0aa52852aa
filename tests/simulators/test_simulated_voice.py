"""The simulated Twilio Voice: callers who follow TwiML, the calls the desk asks for, and recordings."""

import threading
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from simulators import Simulators
from simulators.sms import signature
from tests.simulators.desk import Answer, Client, Silent, settled

SID, TOKEN, PHONE, NUMBER, AGENT = "AC1", "twilio-token", "+5511987650001", "+15550100002", "+15550100010"
API = f"/twilio-voice/2010-04-01/Accounts/{SID}"
DIAL = (
    '<Dial action="/hook?step=dial"><Number statusCallback="{url}?step=leg">+15550100010</Number>'
    "<Number>+15550100011</Number></Dial><Say>Nobody.</Say>"
)


@dataclass
class DeskOnThePhone:
    """Our side: answers each step with its TwiML, and keeps what it was asked."""

    base_url: str = ""
    twiml: dict[str, str] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def __call__(self, environ: Any, start_response: Any) -> Any:
        request = Request(environ)
        step = request.args.get("step", "")
        form = {name: values[0] for name, values in parse_qs(request.get_data().decode()).items()}
        self.asked.append({"step": step, **form})
        if request.headers["X-Twilio-Signature"] != signature(TOKEN, request.url, request.get_data()):
            self.wrong.append(step)
        body = self.twiml.get(step, "").replace("{url}", f"{self.base_url}/hook")
        answer = Response(f"<Response>{body}</Response>" if body != "500" else "", 500 if body == "500" else 200)
        return answer(environ, start_response)

    def of(self, step: str) -> list[dict[str, str]]:
        return [form for form in self.asked if form["step"] == step]


@pytest.fixture
def desk(sim: Simulators) -> Iterator[DeskOnThePhone]:
    app = DeskOnThePhone()
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Silent)
    app.base_url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    hook = f"{app.base_url}/hook"
    sim.voice.register(SID, auth_token=TOKEN, number=NUMBER, voice_url=hook, status_url=f"{hook}?step=status")
    yield app
    server.shutdown()
    thread.join()
    server.server_close()


def ring(client: Client) -> Any:
    return client.call("POST", f"/sim/voice/{SID}/phones/{PHONE}/call", {}).json


def do(client: Client, call: str, deed: str, **more: Any) -> Answer:
    return client.call("POST", f"/sim/voice/{SID}/calls/{call}/{deed}", more)


def proof(token: str = TOKEN) -> dict[str, str]:
    return {"Authorization": "Basic " + b64encode(f"{SID}:{token}".encode()).decode()}


def place(client: Client, token: str = TOKEN, **fields: Any) -> Answer:
    form = {"To": AGENT, "From": NUMBER, "Twiml": "<Response><Say>Hi</Say></Response>", **fields}
    headers = {"Content-Type": "application/x-www-form-urlencoded", **proof(token)}
    return client.raw("POST", f"{API}/Calls.json", urlencode(form).encode(), **headers)


def test_a_caller_hears_what_the_desk_says_when_it_answers(
    client: Client, sim: Simulators, desk: DeskOnThePhone
) -> None:
    desk.twiml[""] = "<Say>Hello.</Say><Pause/><Play>https://x.example/m.mp3</Play>"
    call = ring(client)
    settled(sim)
    assert (call["heard"], call["status"]) == (["Hello.", "https://x.example/m.mp3"], "completed")
    first, last = desk.asked
    assert (first["From"], first["To"], first["CallStatus"], first["Direction"]) == (
        PHONE,
        NUMBER,
        "ringing",
        "inbound",
    )
    assert (last["CallStatus"], last["CallbackSource"], last["CallDuration"]) == (
        "completed",
        "call-progress-events",
        "49",
    )
    assert desk.wrong == []


def test_a_caller_hears_an_apology_when_the_desk_fails(client: Client, desk: DeskOnThePhone) -> None:
    desk.twiml[""] = "500"
    assert "application error" in ring(client)["heard"][0]


def test_a_dialled_phone_is_answered_when_somebody_picks_it_up(
    client: Client, sim: Simulators, desk: DeskOnThePhone
) -> None:
    desk.twiml[""] = DIAL
    call = ring(client)["sid"]
    assert do(client, call, "pick_up", number="+1999").status == 404
    assert do(client, call, "pick_up", number=AGENT).json["waiting"] == "talk"
    do(client, call, "hang_up")
    settled(sim)
    answered, done = desk.of("leg")
    assert (answered["CallStatus"], answered["ParentCallSid"], answered["To"]) == ("in-progress", call, AGENT)
    assert done["CallStatus"] == "completed"
    (dialled,) = desk.of("dial")
    assert (dialled["DialCallStatus"], dialled["CallStatus"]) == ("completed", "completed")


def test_the_next_verb_is_followed_when_nobody_answers(client: Client, desk: DeskOnThePhone) -> None:
    desk.twiml |= {"": DIAL, "dial": "<Say>Later.</Say><Hangup/><Say>Never.</Say>"}
    call = ring(client)["sid"]
    assert do(client, call, "ring_out").json["heard"] == ["Later."]
    assert desk.of("dial")[0]["DialCallStatus"] == "no-answer"


def test_who_waits_is_asked_for_again_when_time_passes(client: Client, desk: DeskOnThePhone) -> None:
    desk.twiml |= {
        "": '<Enqueue waitUrl="/hook?step=wait" action="/hook?step=queue">q</Enqueue>',
        "wait": "<Say>Wait.</Say>",
    }
    call = ring(client)["sid"]
    assert do(client, call, "pass_time", seconds=30).json["heard"] == ["Wait.", "Wait."]
    assert [(form["QueuePosition"], form["QueueTime"]) for form in desk.of("wait")] == [("1", "0"), ("1", "30")]
    desk.twiml |= {"wait": "<Leave/>", "queue": "<Say>Bye.</Say>"}
    assert do(client, call, "pass_time", seconds=30).json["heard"][-1] == "Bye."
    assert desk.of("queue")[0]["QueueResult"] == "leave"


def test_a_message_is_recorded_and_written_down_when_it_is_left(
    client: Client, sim: Simulators, desk: DeskOnThePhone
) -> None:
    desk.twiml[""] = (
        '<Record action="/hook?step=done" recordingStatusCallback="{url}?step=recorded"'
        ' transcribe="true" transcribeCallback="{url}?step=words"/>'
    )
    call = ring(client)["sid"]
    sim.voice.register(SID, unready=1)
    assert do(client, call, "leave_message", content="aGk=", transcript="Hi there").status == 200
    settled(sim)
    (recorded,), (words,) = desk.of("recorded"), desk.of("words")
    assert (recorded["RecordingStatus"], words["TranscriptionText"]) == ("completed", "Hi there")
    path = urlsplit(recorded["RecordingUrl"]).path
    assert client.call("GET", f"{path}.mp3").status == 401
    assert [client.call("GET", f"{path}.json", **proof()).status for _ in "ab"] == [404, 200]
    assert client.call("GET", f"{path}.mp3", **proof()).body == b"hi"
    assert client.call("GET", f"{API}/Recordings/RE0.mp3", **proof()).status == 404


def test_a_menu_goes_on_when_nothing_is_pressed(client: Client, desk: DeskOnThePhone) -> None:
    desk.twiml |= {"": '<Gather action="/hook?step=menu"><Say>Press.</Say></Gather><Say>Nothing.</Say>'}
    assert do(client, ring(client)["sid"], "press").json["heard"] == ["Press.", "Nothing."]
    do(client, ring(client)["sid"], "press", digits="2")
    assert desk.of("menu")[0]["Digits"] == "2"


def test_what_is_said_is_told_when_it_is_to_be_written_down(
    client: Client, sim: Simulators, desk: DeskOnThePhone
) -> None:
    desk.twiml[""] = f'<Start><Transcription statusCallbackUrl="{{url}}?step=live"/></Start>{DIAL}'
    call = ring(client)["sid"]
    assert do(client, call, "hear", text="Hello there").status == 200
    settled(sim)
    assert [form["Final"] for form in desk.of("live")] == ["false", "true"]


def test_a_call_the_desk_asks_for_is_told_of_when_it_rings(
    client: Client, sim: Simulators, desk: DeskOnThePhone
) -> None:
    sid = place(client, StatusCallback=f"{desk.base_url}/hook?step=mine").json["sid"]
    settled(sim)
    assert do(client, sid, "pick_up").json["heard"] == ["Hi"]
    settled(sim)
    told = [form["CallStatus"] for form in desk.of("mine")]
    assert told == ["initiated", "ringing", "in-progress", "completed"]


@pytest.mark.usefixtures("desk")
@pytest.mark.parametrize(("given", "code"), [({"From": "+1999"}, 21210), ({"To": ""}, 21201), ({"Twiml": ""}, 21205)])
def test_a_call_is_refused_when_it_is_wrong(client: Client, given: dict[str, Any], code: int) -> None:
    answer = place(client, **given)
    assert (answer.status, answer.json["code"]) == (400, code)
    assert place(client, token="no").json["code"] == 20003


@pytest.mark.usefixtures("desk")
@pytest.mark.parametrize(
    ("knob", "status", "code"),
    [("rate_limit_next", 429, 20429), ("server_error_next", 500, 20500), ("provider_error_next", 400, 21215)],
)
def test_a_call_fails_when_the_knobs_say_so(client: Client, knob: str, status: int, code: int) -> None:
    client.call("PUT", "/sim/voice/knobs", {knob: 1, "provider_error_code": 21215})
    answer = place(client)
    assert (answer.status, answer.json["code"]) == (status, code)
    assert place(client).status == 201


def test_a_request_is_signed_wrongly_when_the_knobs_say_so(sim: Simulators, desk: DeskOnThePhone) -> None:
    sim.knobs["voice"].turn(bad_signature_next=1)
    sim.voice.ring(SID, PHONE)
    assert desk.wrong == [""]


@pytest.mark.usefixtures("desk")
def test_a_deed_is_refused_when_the_call_waits_for_something_else(client: Client) -> None:
    call = ring(client)["sid"]
    assert do(client, call, "press").status == 400
    assert do(client, call, "dance").status == do(client, "CA0", "press").status == 404


@pytest.mark.usefixtures("desk")
def test_secrets_stay_inside_when_accounts_are_listed(client: Client, sim: Simulators) -> None:
    for path in ("/sim/voice", f"/sim/voice/{SID}"):
        shown = client.call("GET", path).body.decode()
        assert SID in shown and TOKEN not in shown
    assert client.call("GET", f"{API}.json", **proof()).json["status"] == "active"
    assert client.call("PUT", "/sim/voice/X1", {}).status == 400
    assert client.call("PUT", f"/sim/voice/{SID}", {"unready": "no"}).status == 400
    assert client.call("DELETE", f"/sim/voice/{SID}").status == 200
    assert client.call("GET", f"/sim/voice/{SID}").status == 404
    sim.reset(accounts=True)
    assert not sim.voice.accounts
