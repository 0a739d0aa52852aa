"""What a caller hears: each step's TwiML, as Twilio's own library would write it."""

import json
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.channels import voice
from chalicelib.channels.base import Reply, WebhookRequest
from chalicelib.channels.voice_settings import SENTENCES, Options
from chalicelib.channels.voice_twiml import document, escaped, verb
from chalicelib.domain.inbox import Inbox
from chalicelib.domain.message import MessageKind
from tests.channels.cases import outgoing
from tests.channels.kits import KITS
from tests.channels.test_voice import ADA, ANA, CALL, TRACKER

KIT = KITS["voice"]
HOOK = "https://desk.example/webhooks/voice/inb_1"


def inbox(**settings: Any) -> Inbox:
    return replace(KIT.inbox, settings={**KIT.inbox.settings, **settings})


def answered(fixture: str, box: Inbox | None = None, /, **fields: Any) -> ElementTree.Element:
    """The answer to a fixture, read by somebody else's reader."""
    request = KIT.signed(_changed(fixture, fields))
    reply = voice.answer(request, box or KIT.inbox, voice.normalise(request))
    assert reply is not None and (reply.status, reply.content_type) == (200, "text/xml")
    root = ElementTree.fromstring(reply.body)
    assert root.tag == "Response"
    return root


def _changed(fixture: str, fields: dict[str, Any]) -> bytes:

    return json.dumps({**KIT.payload(fixture), **fields}).encode()


def verbs(root: ElementTree.Element) -> list[str]:
    return [part.tag for part in root]


def step(url: str | None) -> dict[str, str]:
    """The query of one of our addresses."""
    parts = urlsplit(url or "")
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == HOOK
    return {name: values[0] for name, values in parse_qs(parts.query, strict_parsing=True).items()}


TIED = {"call": CALL, "peer": ANA}


def test_the_greeting_rings_every_phone_of_the_inbox() -> None:
    root = answered("incoming", inbox(greeting="Bom dia!", language="pt-BR", voice="Polly.Camila", ring_seconds=15))
    assert verbs(root) == ["Say", "Dial"]
    say, dial = root
    assert (say.text, say.attrib) == ("Bom dia!", {"language": "pt-BR", "voice": "Polly.Camila"})
    assert (dial.get("timeout"), dial.get("answerOnBridge"), dial.get("record")) == ("15", "true", None)
    assert step(dial.get("action")) == {"step": "dial", **TIED}
    assert [number.text for number in dial] == [ADA, "+15550100011"]
    assert step(dial[0].get("statusCallback")) == {"step": "leg", "by": "agt_ada", **TIED}
    assert dial[0].get("statusCallbackEvent") == "answered completed"


def test_without_phones_the_caller_waits_in_the_queue() -> None:
    root = answered("incoming", inbox(agent_phones=[], queue="support"))
    assert verbs(root) == ["Say", "Enqueue"]
    assert root[1].text == "support"
    assert step(root[1].get("waitUrl")) == {"step": "wait", **TIED}
    assert step(root[1].get("action")) == {"step": "queue", **TIED}


def test_without_phones_and_queue_there_is_the_voicemail() -> None:
    root = answered("incoming", inbox(agent_phones=[], queue_seconds=0, voicemail_seconds=60))
    assert verbs(root) == ["Say", "Say", "Record", "Say", "Hangup"]
    record = root[2]
    assert (record.get("maxLength"), record.get("playBeep"), record.get("transcribe")) == ("60", "true", "true")
    assert step(record.get("action")) == {"step": "voicemail", **TIED}
    assert step(record.get("recordingStatusCallback")) == {"step": "recorded", "voicemail": "1", **TIED}
    assert step(record.get("transcribeCallback")) == {"step": "transcribed", **TIED}
    silent = answered("incoming", inbox(agent_phones=[], queue_seconds=0, transcribe=False))
    assert silent[2].get("transcribe") is silent[2].get("transcribeCallback") is None


def test_without_anything_the_caller_is_told_so() -> None:
    root = answered("incoming", inbox(agent_phones=[], queue_seconds=0, voicemail=False))
    assert verbs(root) == ["Say", "Say", "Hangup"]
    assert root[1].text == SENTENCES["missed_text"]


def test_a_disabled_inbox_takes_no_call() -> None:
    assert verbs(answered("incoming", replace(inbox(), enabled=False))) == ["Say", "Hangup"]


def test_a_menu_is_offered_before_the_phones_ring() -> None:
    menu = inbox(menu_text="Press 1 for orders.", menu_choices=["1=Orders", "2 = Refunds", "x=No"], menu_speech=True)
    root = answered("incoming", menu)
    assert verbs(root) == ["Say", "Gather", "Dial"]
    gather = root[1]
    assert (gather.get("input"), gather.get("numDigits"), gather[0].text) == ("dtmf speech", "1", "Press 1 for orders.")
    assert step(gather.get("action")) == {"step": "menu", "l1": "Orders", "l2": "Refunds", **TIED}
    chosen = answered("menu", menu)
    assert step(chosen[0].get("action"))["queue"] == "2"
    assert "queue" not in step(answered("menu", menu, Digits="7")[0].get("action"))


def test_a_choice_has_a_queue_of_its_own() -> None:
    box = inbox(menu_choices=["2=Refunds"], queue="q")
    there = {**KIT.payload("dial__no_answer")["_query"], "queue": "2"}
    assert answered("dial__no_answer", box, _query=there)[0].text == "q-2"
    assert answered("dial__no_answer", box, _query={**there, "queue": "../9"})[0].text == "q"


def test_what_is_recorded_is_recorded_from_the_answer_on() -> None:
    dial = answered("incoming", inbox(record=True))[1]
    assert dial.get("record") == "record-from-answer-dual"
    assert step(dial.get("recordingStatusCallback")) == {"step": "recorded", **TIED}


def test_what_is_said_may_be_written_down_as_it_goes() -> None:
    start = answered("incoming", inbox(live_transcript=True))[0]
    assert (start.tag, start[0].tag, start[0].get("track")) == ("Start", "Transcription", "both_tracks")
    assert step(start[0].get("statusCallbackUrl")) == {"step": "live", **TIED}


def test_after_dialling_the_call_ends_or_goes_on() -> None:
    assert verbs(answered("dial")) == ["Hangup"]
    assert verbs(answered("dial__no_answer")) == ["Enqueue"]
    # An agent who called is told that there was nobody.
    assert verbs(answered("dial__placed")) == ["Say", "Hangup"]


def test_who_waits_is_told_the_place() -> None:
    box = inbox(position_text="Sie sind Nummer {position}.", hold_music="https://music.example/a?b=1&c=2")
    root = answered("wait", box)
    assert verbs(root) == ["Say", "Say", "Play", "Redirect"]
    assert (root[0].text, root[2].text) == ("Sie sind Nummer 3.", "https://music.example/a?b=1&c=2")
    assert step(root[3].text) == {"step": "wait", **TIED}
    assert verbs(answered("wait")) == ["Say", "Say", "Pause", "Redirect"]
    # Nothing is made up where Twilio does not tell the place.
    assert verbs(answered("wait", QueuePosition="")) == ["Say", "Pause", "Redirect"]


@pytest.mark.parametrize(("waited", "leaves"), [("119", False), ("120", True), ("9999", True), ("", False)])
def test_who_has_waited_long_enough_leaves_the_queue(waited: str, leaves: bool) -> None:
    assert (verbs(answered("wait", QueueTime=waited)) == ["Leave"]) is leaves


def test_after_the_queue_there_is_the_voicemail_unless_the_call_is_over() -> None:
    assert verbs(answered("queue")) == ["Say", "Record", "Say", "Hangup"]
    for result in ("error", "system-error", "queue-full"):
        assert "Record" in verbs(answered("queue", QueueResult=result))
    assert verbs(answered("queue__hang_up")) == verbs(answered("queue__bridged")) == ["Hangup"]
    assert verbs(answered("voicemail")) == ["Say", "Hangup"]


def test_an_agent_takes_the_next_caller_from_a_phone_that_is_known() -> None:
    root = answered("take", inbox(queue="support", record=True))
    (dial,) = root
    assert (dial.tag, dial[0].tag, dial[0].text) == ("Dial", "Queue", "support")
    assert step(dial[0].get("url")) == {"step": "connected", "by": "agt_ada"}
    assert verbs(answered("take", From=ANA)) == ["Reject"]


@pytest.mark.parametrize("fixture", ["status", "leg", "connected", "recorded", "transcribed", "live", "unknown__step"])
def test_what_nobody_hears_is_answered_with_nothing(fixture: str) -> None:
    assert verbs(answered(fixture)) == []


def test_without_a_public_address_the_one_that_was_called_counts() -> None:
    root = answered("incoming", inbox(public_url="", agent_phones=[]))
    assert step(root[1].get("waitUrl")) == {"step": "wait", **TIED}
    request = replace(KIT.fixture("incoming"), url="")
    reply = voice.answer(request, inbox(public_url="", agent_phones=[]), ())
    assert reply and 'waitUrl="/webhooks/voice/inb_1?step=wait' in reply.body


def test_the_same_twiml_is_written_by_twilios_own_library() -> None:
    twiml = pytest.importorskip("twilio.twiml.voice_response")
    theirs = twiml.VoiceResponse()
    theirs.say("Tom & Jerry <3", language="en-US")
    dial = theirs.dial(action=f"{HOOK}?step=dial&call=1", timeout=20, answer_on_bridge=True)
    dial.number("+15550100010", status_callback=f"{HOOK}?a=1&b=2", status_callback_event="answered completed")
    theirs.enqueue("support", wait_url="https://x.example/?a=1&b=2")
    theirs.record(max_length=60, play_beep=True, transcribe=True)
    theirs.hangup()
    ours = document(
        verb("Say", escaped("Tom & Jerry <3"), language="en-US"),
        verb(
            "Dial",
            verb("Number", "+15550100010", statusCallback=f"{HOOK}?a=1&b=2", statusCallbackEvent="answered completed"),
            action=f"{HOOK}?step=dial&call=1",
            timeout=20,
            answerOnBridge=True,
        ),
        verb("Enqueue", "support", waitUrl="https://x.example/?a=1&b=2"),
        verb("Record", maxLength=60, playBeep=True, transcribe=True),
        verb("Hangup"),
    )
    assert ElementTree.canonicalize(ours) == ElementTree.canonicalize(str(theirs))


@given(said=st.text(max_size=60))
def test_any_text_is_read_back_as_it_is(said: str) -> None:
    root = ElementTree.fromstring(document(verb("Say", escaped(said), voice=said)))
    spoken = "".join(letter for letter in said if _is_xml(letter))
    plain = "".join(" " if letter in "\t\n\r" else letter for letter in spoken)
    assert (root[0].text or "", root[0].get("voice")) == (plain, plain)


def _is_xml(letter: str) -> bool:
    code = ord(letter)
    return letter in "\t\n\r" or 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or code >= 0x10000


STRANGE = st.none() | st.booleans() | st.integers() | st.text(max_size=30) | st.lists(st.text(max_size=30), max_size=3)
NAMES = st.sampled_from([*SENTENCES, "language", "voice", "queue", "queue_seconds", "agent_phones", "menu_choices"])


@given(
    settings=st.dictionaries(NAMES, STRANGE),
    fixture=st.sampled_from(["incoming", "menu", "dial__no_answer", "wait", "queue", "voicemail", "take"]),
)
def test_no_setting_leaves_a_caller_without_an_answer(settings: dict[str, Any], fixture: str) -> None:
    assert len(answered(fixture, inbox(**settings)))


def test_phones_and_choices_are_read_with_care() -> None:
    options = Options(inbox(agent_phones=["agt_a=+15550100010", "sip:b@c.example", "12", "agt_x=", "client:ada"]))
    assert [(phone.owner, phone.address) for phone in options.phones] == [
        ("agt_a", "+15550100010"),
        ("sip:b@c.example", "sip:b@c.example"),
        ("client:ada", "client:ada"),
    ]
    dial = answered("incoming", inbox(agent_phones=["sip:b@c.example", "client:ada"]))[1]
    assert [(noun.tag, noun.text) for noun in dial] == [("Sip", "sip:b@c.example"), ("Client", "ada")]
    assert len(Options(inbox(agent_phones=[f"+1555010{n:04d}" for n in range(40)])).phones) == 10


# Where nothing can be kept.


def heard(request: WebhookRequest, box: Inbox | None) -> Reply | None:
    reply = voice.spoken(request, box)
    assert reply is None or ElementTree.fromstring(reply.body).tag == "Response"
    return reply


def test_a_call_goes_on_where_nothing_can_be_kept() -> None:
    request = KIT.fixture("incoming")
    assert heard(request, KIT.inbox) == voice.answer(request, KIT.inbox, voice.normalise(request))
    # What nobody hears is refused, so that it comes again.
    assert heard(KIT.fixture("status"), KIT.inbox) is heard(KIT.fixture("recorded"), None) is None


def test_a_caller_waits_where_not_even_the_inbox_can_be_read() -> None:
    request = KIT.fixture("wait")
    for tries in range(3):
        reply = heard(request, None)
        assert reply
        pause, redirect = ElementTree.fromstring(reply.body)
        assert pause.tag == "Pause"
        query = step(redirect.text)
        assert query == {"step": "wait", **TIED, "try": str(tries + 1)}
        request = replace(request, query=query)
    reply = heard(request, None)
    assert reply and [part.tag for part in ElementTree.fromstring(reply.body)] == ["Say", "Hangup"]


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[]"])
def test_a_caller_hears_something_whatever_was_posted(body: bytes) -> None:
    request = replace(KIT.fixture("incoming"), body=body)
    assert heard(request, KIT.inbox) and heard(request, None)


def test_the_trackers_of_calls_we_placed_go_along() -> None:

    body = voice.build_send(
        outgoing(MessageKind.CALL, to=ANA, tracker=TRACKER, text="It is Ana & co.", content={"agent_phone": ADA}),
        KIT.inbox,
        KIT.credentials,
    )
    assert body
    fields = parse_qs(body.body.decode(), strict_parsing=True)
    say, dial = ElementTree.fromstring(fields["Twiml"][0])
    assert (say.text, dial.get("callerId"), dial[0].text) == ("It is Ana & co.", "+15550100002", ANA)
    assert step(dial.get("action")) == {"step": "dial", "tracker": TRACKER, "peer": ANA}
    assert step(dial[0].get("statusCallback")) == {"step": "leg", "tracker": TRACKER, "peer": ANA}
