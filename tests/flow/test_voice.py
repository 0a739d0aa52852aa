"""Calls, the whole way: the simulated phones, our TwiML, the card in the conversation."""

from base64 import b64encode
from dataclasses import dataclass, replace
from typing import Any
from xml.etree import ElementTree

import pytest

from chalicelib.api.call_views import call_view
from chalicelib.aws.stores.deliveries import DeliveryStore
from chalicelib.aws.stores.replies import ReplyStore
from chalicelib.domain.call import Call, CallOutcome, CallState, card
from chalicelib.domain.conversation import Conversation
from chalicelib.domain.delivery import DeliveryState
from chalicelib.domain.errors import ClientIdReused, InvalidInput, StoreUnavailable
from chalicelib.domain.message import AttachmentState, Direction, Message, MessageKind
from chalicelib.services import calling
from chalicelib.services.intake import Intake
from chalicelib.services.reply import retry
from chalicelib.wiring import intake as wired
from chalicelib.wiring import shared
from functions.webhook_intake.handler import handler as take
from simulators.sms import signature
from tests.flow import world
from tests.flow.conftest import ANA, Stage
from tests.flow.http import http_event

INBOX, ACCOUNT, NUMBER, BOB, DESK_PHONE = "ibx_vx", "AC1", "+15550100002", "+5511987650001", "+15550100010"
SOUND = b"ID3" + b"\0" * 64


@dataclass
class Line:
    """The stage with a phone."""

    stage: Stage

    @property
    def twilio(self) -> Any:
        return self.stage.sim.voice

    def settings(self, **changes: Any) -> None:
        """Other settings of the inbox; seen at once."""
        inbox = shared.inboxes().get(INBOX)
        assert inbox is not None
        after = replace(inbox, settings={**inbox.settings, **changes}, version=inbox.version + 1)
        shared.inboxes().replace(after, inbox.version)
        for cached in (shared, wired):
            for thing in vars(cached).values():
                if hasattr(thing, "cache_clear"):
                    thing.cache_clear()

    def do(self, deed: str, call: str, **more: Any) -> Any:
        done = getattr(self.twilio, deed)(ACCOUNT, call, **more)
        self.stage.settle()
        return done

    def rings(self, phone: str = BOB, **more: Any) -> str:
        call: str = self.twilio.ring(ACCOUNT, phone, **more)
        self.stage.settle()
        return call

    def heard(self, call: str) -> list[str]:
        said: list[str] = self.twilio.call(ACCOUNT, call).heard
        return said

    @property
    def conversation(self) -> Conversation:
        (only,) = self.stage.conversations()
        return only

    @property
    def entries(self) -> list[Message]:
        return self.stage.entries(self.conversation.id)

    @property
    def card(self) -> Call:
        entries = self.entries
        (call,) = (entry for entry in entries if entry.kind is MessageKind.CALL)
        return card(call, entries)


@pytest.fixture
def line(stage: Stage) -> Line:
    base, hook = stage.sim.base_url, f"{stage.base_url}/webhooks/voice/{INBOX}"
    settings = {
        "account_sid": ACCOUNT,
        "api_base": f"{base}/twilio-voice",
        "media_hosts": [base.removeprefix("http://")],
        "public_url": stage.base_url,
        "agent_phones": [f"agt_ana={DESK_PHONE}"],
        "messages_per_second": 1000,  # nobody waits for the real clock
        "greeting": "Welcome to Tom & Jerry's.",
    }
    credentials = {"auth_token": ["t0ken"], "webhook_url": [hook]}
    stage.world.add_inbox(INBOX, "voice", NUMBER, credentials, settings=settings)
    stage.sim.voice.register(
        ACCOUNT, auth_token="t0ken", number=NUMBER, voice_url=hook, status_url=f"{hook}?step=status"
    )
    return Line(stage)


def test_a_call_is_answered_and_its_card_says_by_whom_and_how_long(line: Line) -> None:
    call = line.rings()
    assert line.heard(call) == ["Welcome to Tom & Jerry's."]
    assert (line.card.state, line.conversation.unread) == (CallState.RINGING, 1)
    assert line.conversation.waiting_since is not None
    line.do("pick_up", call, number=DESK_PHONE)
    assert (line.card.state, line.card.answered_by) == (CallState.ANSWERED, "agt_ana")
    # Whoever takes a call has answered the customer.
    after = line.conversation
    assert after.unread == 0 and after.waiting_since is None
    line.do("hang_up", call)
    shown = line.card
    assert (shown.state, shown.outcome, shown.duration_seconds, shown.talk_seconds) == (
        CallState.ENDED,
        CallOutcome.ANSWERED,
        49,
        40,
    )
    assert not shown.callback_requested
    assert set(line.stage.gateway.statuses) == {200}
    visible = [entry for entry in line.entries if entry.kind is not MessageKind.CALL_UPDATE]
    assert [(entry.kind, entry.external_id) for entry in visible] == [(MessageKind.CALL, call)]


def test_a_talk_is_recorded_where_that_is_wanted(line: Line) -> None:
    line.settings(record=True)
    call = line.rings()
    line.do("pick_up", call)
    line.do("hang_up", call)
    (recording,) = line.card.recordings
    assert (recording.duration_seconds, recording.voicemail) == (40, False)
    (entry,) = (entry for entry in line.entries if entry.attachments)
    assert (entry.kind, entry.attachments[0].state) == (MessageKind.CALL_UPDATE, AttachmentState.STORED)


def test_a_missed_call_waits_for_a_callback(line: Line) -> None:
    line.settings(queue_seconds=0, voicemail=False)
    call = line.rings()
    line.do("ring_out", call)
    assert line.heard(call)[-1].startswith("Nobody can take your call")
    shown = line.card
    assert (shown.outcome, shown.callback_requested, shown.reason) == (CallOutcome.MISSED, True, "no_answer")
    assert (line.conversation.unread, line.conversation.status.value) == (1, "open")
    assert line.conversation.waiting_since is not None


def test_a_caller_who_hangs_up_before_anybody_answers_is_missed(line: Line) -> None:
    call = line.rings()
    line.do("hang_up", call)
    assert (line.card.outcome, line.card.callback_requested) == (CallOutcome.MISSED, True)


def test_who_waits_hears_the_place_and_hangs_up(line: Line) -> None:
    line.settings(agent_phones=[])
    other, call = line.rings("+5511987650009"), line.rings()
    assert "You are number 2 in the queue." in line.heard(call)
    line.do("hang_up", other)
    line.do("pass_time", call, seconds=30)
    assert line.heard(call)[-2] == "You are number 1 in the queue."
    line.do("hang_up", call)
    threads = [line.stage.entries(found.id) for found in line.stage.conversations()]
    mine, entries = next((entry, entries) for entries in threads for entry in entries if entry.external_id == call)
    shown = card(mine, entries)
    assert (shown.outcome, shown.reason, shown.queue_position) == (CallOutcome.MISSED, "hung_up", 2)


def test_after_the_queue_a_message_is_left_with_its_words(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    # What could not be fetched comes back at once.
    monkeypatch.setattr(world, "DEAD", 0)
    line.settings(agent_phones=[], queue_seconds=60)
    line.twilio.register(ACCOUNT, unready=2)
    call = line.rings()
    line.do("pass_time", call, seconds=60)
    content = b64encode(SOUND).decode()
    recording = line.do("leave_message", call, content=content, transcript="Call me back about order 1042.")
    line.stage.settle()
    shown = line.card
    assert (shown.state, shown.outcome, shown.callback_requested) == (CallState.ENDED, CallOutcome.VOICEMAIL, True)
    assert [(part.id, part.voicemail, part.transcript) for part in shown.recordings] == [
        (recording, True, "Call me back about order 1042.")
    ]
    (left,) = (entry for entry in line.entries if entry.kind is MessageKind.AUDIO)
    (file,) = left.attachments
    assert (left.direction, left.external_id, file.voice) == (Direction.INBOUND, recording, True)
    assert (file.state, file.size_bytes) == (AttachmentState.STORED, len(SOUND))
    assert line.conversation.unread == 2


def test_an_agent_calls_in_for_the_one_who_waits(line: Line) -> None:
    line.settings(queue="support")
    call = line.rings()
    line.do("ring_out", call)
    assert line.card.state is CallState.QUEUED
    hook = f"{line.stage.base_url}/webhooks/voice/{INBOX}?step=take"
    line.rings(DESK_PHONE, url=hook)
    assert (line.card.state, line.card.answered_by) == (CallState.ANSWERED, "agt_ana")
    line.do("hang_up", call)
    # The agent's own call is nobody's card.
    assert line.card.outcome is CallOutcome.ANSWERED and len(line.stage.conversations()) == 1


def test_a_choice_of_the_menu_is_on_the_card(line: Line) -> None:
    line.settings(menu_text="Press 1 or 2.", menu_choices=["1=Orders", "2=Refunds"])
    call = line.rings()
    line.do("press", call, digits="2")
    assert line.card.choice == "Refunds"
    silent = line.rings("+5511987650009")
    line.do("press", silent)
    assert line.twilio.call(ACCOUNT, silent).waiting == "phones"


def test_what_is_said_stands_on_the_card_in_order(line: Line) -> None:
    line.settings(live_transcript=True)
    call = line.rings()
    line.do("pick_up", call)
    line.do("hear", call, text="Where is my refund?")
    line.do("hear", call, text="One moment.", track="outbound_track")
    assert [(said.speaker, said.text) for said in line.card.lines] == [
        ("customer", "Where is my refund?"),
        ("agent", "One moment."),
    ]


def test_callbacks_that_come_twice_and_in_any_order_make_the_same_card(line: Line) -> None:
    line.stage.sim.knobs["voice"].turn(duplicates=3, status_order="reversed")
    call = line.rings()
    line.do("pick_up", call)
    line.do("hang_up", call)
    assert (line.card.outcome, line.card.duration_seconds) == (CallOutcome.ANSWERED, 49)
    names = [entry.external_id for entry in line.entries]
    assert len(names) == len(set(names))


# Calls of ours.


def place(line: Line, client_id: str = "c1", **more: Any) -> Message:
    request = calling.CallRequest(client_id, **more)
    store, inboxes = ReplyStore(shared.desk()), shared.inbox_directory()
    message = calling.place(store, inboxes, ANA, line.conversation.id, request, shared.now())
    line.stage.settle()
    return message


def placed(line: Line) -> tuple[Message, Call]:
    entries = line.entries
    (message,) = (e for e in entries if e.kind is MessageKind.CALL and e.direction is Direction.OUTBOUND)
    return message, card(message, entries)


@pytest.fixture
def missed(line: Line) -> Line:
    line.settings(queue_seconds=0, voicemail=False)
    line.do("ring_out", line.rings())
    return line


def test_a_customer_is_called_back_from_the_desk(missed: Line) -> None:
    stored = place(missed, about="It is about order 1042.")
    message, shown = placed(missed)
    call = message.external_id or ""
    assert (message.id, message.state, shown.state) == (stored.id, DeliveryState.SENT, CallState.RINGING)
    assert missed.conversation.waiting_since is None
    missed.do("pick_up", call)
    assert placed(missed)[1].state is CallState.CONNECTING
    assert missed.heard(call) == ["It is about order 1042."]
    assert [phone.text for phone in missed.twilio.call(ACCOUNT, call).verb] == [BOB]
    missed.do("pick_up", call)
    missed.do("hang_up", call)
    message, shown = placed(missed)
    assert (message.state, shown.state, shown.outcome) == (
        DeliveryState.DELIVERED,
        CallState.ENDED,
        CallOutcome.ANSWERED,
    )
    assert (shown.duration_seconds, shown.talk_seconds, message.author.id) == (49, 40, "agt_ana")
    view = call_view(message, missed.entries)
    assert view and (view.outcome, view.callback_requested) == (CallOutcome.ANSWERED, False)
    assert len(missed.stage.conversations()) == 1


def test_a_customer_who_does_not_answer_is_told_to_the_agent(missed: Line) -> None:
    place(missed)
    call = placed(missed)[0].external_id or ""
    missed.do("pick_up", call)
    missed.do("ring_out", call, status="busy")
    assert missed.heard(call)[-1] == "The customer could not be reached."
    assert placed(missed)[1].outcome is CallOutcome.BUSY


def test_an_agents_phone_that_is_not_answered_is_a_failure_that_can_be_repeated(missed: Line) -> None:
    place(missed)
    first = placed(missed)[0].external_id or ""
    missed.do("ring_out", first)
    message, shown = placed(missed)
    assert (message.state, shown.outcome) == (DeliveryState.FAILED, CallOutcome.AGENT_UNREACHABLE)
    assert message.failure and message.failure.code == "agent_no_answer"
    retry(DeliveryStore(shared.desk()), ANA, message.leg_id, message.id, shared.now())
    missed.stage.settle()
    again, shown = placed(missed)
    assert (again.attempt, again.state, shown.state) == (2, DeliveryState.SENT, CallState.RINGING)
    calls = [call for call in missed.twilio.account(ACCOUNT).calls.values() if call.direction == "outbound-api"]
    assert len(calls) == 2


def test_nobody_is_called_twice_for_one_click(missed: Line) -> None:
    first, second = place(missed), place(missed)
    assert first.id == second.id
    calls = [call for call in missed.twilio.account(ACCOUNT).calls.values() if call.direction == "outbound-api"]
    assert len(calls) == 1
    with pytest.raises(ClientIdReused):
        place(missed, about="Something else.")


def test_a_call_whose_answer_was_lost_is_settled_by_its_status(missed: Line) -> None:
    missed.stage.sim.knobs["voice"].turn(drop_answer_next=1, statuses_before_answer=True, status_order="reversed")
    place(missed)
    message, shown = placed(missed)
    assert (message.state, shown.state) == (DeliveryState.SENT, CallState.RINGING)
    missed.do("pick_up", message.external_id or "")
    assert placed(missed)[1].state is CallState.CONNECTING


@pytest.mark.parametrize(
    ("more", "field"), [({"agent_phone": "+15550109999"}, "agent_phone"), ({"leg_id": "leg_0"}, "leg_id")]
)
def test_what_is_none_of_the_inboxs_is_not_called(missed: Line, more: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        place(missed, **more)
    assert refusal.value.field == field


def test_who_has_no_phone_here_has_to_name_one(missed: Line) -> None:
    missed.settings(agent_phones=[DESK_PHONE])
    with pytest.raises(InvalidInput, match="no phone of yours"):
        place(missed)
    assert place(missed, agent_phone=DESK_PHONE).content["agent_phone"] == DESK_PHONE


def test_who_has_withheld_the_number_is_not_called_back(line: Line) -> None:
    line.rings("anonymous")
    with pytest.raises(InvalidInput, match="withheld"):
        place(line)


def test_on_other_channels_nobody_is_called(stage: Stage) -> None:
    stage.customer_says("Hello")
    with pytest.raises(InvalidInput, match="not been on the phone"):
        place(Line(stage))


# Where our store fails.


def test_a_call_goes_on_when_nothing_can_be_kept_and_its_card_comes_later(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: Any, **__: Any) -> Any:
        raise StoreUnavailable("down")

    with monkeypatch.context() as down:
        down.setattr(Intake, "take_item", fails)
        call = line.twilio.ring(ACCOUNT, BOB)
        assert line.heard(call) == ["Welcome to Tom & Jerry's."]
        assert line.twilio.call(ACCOUNT, call).waiting == "phones"
    assert line.stage.conversations() == []
    line.do("hang_up", call)
    assert (line.card.outcome, line.conversation.unread) == (CallOutcome.MISSED, 1)


def test_a_caller_waits_when_not_even_the_inbox_can_be_read(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: Any, **__: Any) -> Any:
        raise StoreUnavailable("down")

    monkeypatch.setattr(Intake, "take", fails)
    event = http_event("POST", f"/webhooks/voice/{INBOX}", b"CallSid=CA1&From=%2B15550100001&CallStatus=ringing")
    answer = take(event, None)
    assert answer["statusCode"] == 200
    assert [verb.tag for verb in ElementTree.fromstring(answer["body"])] == ["Pause", "Redirect"]
    told = http_event("POST", f"/webhooks/voice/{INBOX}", b"CallSid=CA1&CallStatus=completed", query="step=status")
    assert take(told, None)["statusCode"] == 503
    assert take(http_event("POST", "/webhooks/sms/ibx_1", b"a=b"), None)["statusCode"] == 503


def test_a_caller_hears_something_when_what_was_posted_makes_no_sense(line: Line) -> None:
    body, path = b"nonsense", f"/webhooks/voice/{INBOX}"
    proof = signature("t0ken", line.stage.base_url + path, body)
    answer = take(http_event("POST", path, body, {"X-Twilio-Signature": proof}), None)
    assert (answer["statusCode"], answer["headers"]["content-type"]) == (200, "text/xml")
    assert len(ElementTree.fromstring(answer["body"]))


def test_nobody_else_can_move_a_call_on(line: Line) -> None:
    line.stage.sim.knobs["voice"].turn(bad_signature_next=1)
    call = line.twilio.ring(ACCOUNT, BOB)
    assert line.heard(call) == ["We are sorry, an application error has occurred."]
    assert 401 in line.stage.gateway.statuses
