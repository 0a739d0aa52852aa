"""Customers are told how long they wait: once, where it is known, and what they were told is tracked to its end."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.domain.agent import Agent, Role
from chalicelib.domain.envelope import Actor
from chalicelib.domain.presence import Intent
from chalicelib.domain.promise import Promise, PromiseKind, PromiseState, wait_promise_id
from chalicelib.domain.routing_values import FALLBACK
from chalicelib.domain.waits import Ending, Told, Wait
from chalicelib.domain.writes import Written
from chalicelib.services.promises import DUE, add
from chalicelib.services.waits import TELL as TELLS
from chalicelib.wiring import routing, waits
from tests.aws.memory_cloud import Crash
from tests.flow import invariants
from tests.flow import later as later_scene
from tests.flow.chat import Visitor, add_chats, call
from tests.flow.later import Later, later
from tests.flow.scene import ANA, START, stored

AGENT = Agent(ANA.id, ANA.name, "ana@example.com", Role.AGENT, START)
TELL = {"after_seconds": 60}
# 30 waits of four minutes, more or less: told as 4 to 5.
TOLD = "You are number 1 in the queue. An agent will usually be with you in 4 to 5 minutes."
# From the first message: the seconds until it is told, and the high end.
UNTIL_DUE = timedelta(seconds=60 + 300)


def measured(seconds: int = 240, count: int = 30, place: int = 1) -> None:
    """So many waited so long on the day before."""
    store = waits.wait_store()
    for number in range(count):
        at = START - timedelta(days=1, seconds=number)
        wait = Wait(f"cnv_before{number}", 1, FALLBACK, at, at, place)
        store.begin(wait)
        store.end(wait, Ending.GIVEN, at + timedelta(seconds=seconds))


def promises(here: Later) -> list[Promise]:
    return list(waits.promise_store().of(here.conversation.id))


def comes_online(here: Later) -> None:
    routing.presence().choose(AGENT, Intent.ONLINE, "", here.scene.now())
    here.settle()


def test_a_customer_is_told_once_and_it_is_kept_as_a_promise() -> None:
    with later(tell_wait=TELL) as here:
        measured()
        began = here.scene.now()
        here.pass_(seconds=59)
        assert here.screen() == ["Where is my parcel?"]
        here.pass_(seconds=100)
        assert here.screen() == ["Where is my parcel?", TOLD]
        said = here.scene.messages(here.conversation.id)[-1]
        assert (said.author.kind, here.conversation.waiting_since) == ("rule", began)
        (promise,) = promises(here)
        assert (promise.text, promise.due_at, promise.position, promise.channel) == (
            TOLD,
            began + UNTIL_DUE,
            1,
            "whatsapp",
        )
        assert promise.state is PromiseState.OPEN

        comes_online(here)
        (kept,) = promises(here)
        assert (kept.state, kept.settled_at) == (PromiseState.KEPT, here.scene.now())
        here.pass_(seconds=3600)
        assert promises(here) == [kept]
        assert here.screen()[1:] == [TOLD]


def test_it_is_broken_at_the_second_and_the_customer_comes_sooner() -> None:
    with later(tell_wait=TELL) as here:
        measured()
        began = here.scene.now()
        here.pass_(seconds=359)
        (promise,) = promises(here)
        assert promise.state is PromiseState.OPEN
        here.pass_(seconds=1)
        (broken,) = promises(here)
        assert (broken.state, broken.settled_at) == (PromiseState.BROKEN, began + UNTIL_DUE)
        entry = waits.wait_store().entry(here.conversation.id)
        assert entry is not None and entry.points == 30
        here.pass_(seconds=1)
        comes_online(here)
        assert promises(here) == [broken]
        assert here.screen()[1:] == [TOLD]


def test_where_too_little_was_measured_nothing_is_said() -> None:
    with later(tell_wait=TELL) as here:
        measured(count=19)
        here.pass_(seconds=600)
        assert (here.screen(), promises(here)) == (["Where is my parcel?"], [])


def test_where_the_rules_do_not_ask_for_it_nothing_is_said() -> None:
    with later() as here:
        measured()
        here.pass_(seconds=600)
        assert (here.screen(), promises(here)) == (["Where is my parcel?"], [])


def test_outside_the_window_nothing_is_said_and_nothing_promised() -> None:
    with later(tell_wait={"after_seconds": 25 * 3600}) as here:
        measured()
        here.pass_(hours=26)
        assert (here.screen(), promises(here)) == (["Where is my parcel?"], [])


def test_who_has_somebody_by_then_is_told_nothing() -> None:
    with later(tell_wait=TELL) as here:
        measured()
        here.pass_(seconds=30)
        comes_online(here)
        here.pass_(seconds=60)
        assert (here.screen(), promises(here)) == (["Where is my parcel?"], [])


def test_an_administrators_words_are_said_with_the_figures() -> None:
    with later(tell_wait={**TELL, "text": "Place {position}: {wait}, please."}) as here:
        measured()
        here.pass_(seconds=61)
        assert here.screen()[-1] == "Place 1: 4 to 5 minutes, please."


def test_another_queue_is_the_same_wait() -> None:
    """The customer has waited for one answer all the time: they are not told twice."""
    with later(tell_wait=TELL) as here:
        measured()
        here.pass_(seconds=61)
        comes_online(here)
        found = routing.routing().store.conversation(here.conversation.id)
        assert found is not None and found.assignee_id == ANA.id
        routing.routing().give_back(found, "returned", here.scene.now(), declined_by=ANA.id)
        here.settle()
        here.pass_(seconds=600)
        assert here.screen()[1:] == [TOLD]
        assert [promise.state for promise in promises(here)] == [PromiseState.KEPT]


def planned(here: Later, text: str, *, ago: float = 0.0) -> Told:
    """What one call has decided to say and not sent yet."""
    entry = waits.wait_store().entry(here.conversation.id)
    assert entry is not None
    wait = waits.wait_store().get(entry.conversation_id, entry.epoch)
    assert wait is not None
    at = here.scene.now() - timedelta(seconds=ago)
    told = Told(at, at + timedelta(minutes=9), 4, text)
    assert waits.wait_store().tell(wait, told) is Written.DONE
    return told


def test_two_calls_at_once_say_the_same() -> None:
    with later(tell_wait=TELL) as here:
        measured()
        here.pass_(seconds=30)
        told = planned(here, "Decided by the other one.")
        waits.telling().tell(here.conversation.id, 1, here.scene.now())
        here.settle()
        assert here.screen()[1:] == [told.text]
        (promise,) = promises(here)
        assert (promise.text, promise.due_at, promise.position) == (told.text, told.due_at, 4)


def test_what_was_decided_long_ago_and_never_sent_is_decided_anew() -> None:
    with later(tell_wait=TELL) as here:
        measured()
        here.pass_(seconds=30)
        planned(here, "Decided and never sent.", ago=61)
        here.pass_(seconds=31)
        assert here.screen()[1:] == [TOLD]
        assert [promise.text for promise in promises(here)] == [TOLD]


def test_who_was_told_otherwise_is_not_told_again() -> None:
    with later(tell_wait=TELL) as here:
        measured()
        now, of = here.scene.now(), here.conversation
        assert of.waiting_since is not None
        promise = Promise(
            id=wait_promise_id(of.id, of.waiting_since),
            conversation_id=of.id,
            kind=PromiseKind.WAIT,
            text="Shown elsewhere",
            told_at=now,
            due_at=now + timedelta(hours=1),
            made_by=Actor("system", "widget"),
        )
        add(waits.promise_store(), promise)
        here.pass_(seconds=600)
        assert here.screen() == ["Where is my parcel?"]
        assert [each.text for each in promises(here)] == ["Shown elsewhere"]


def test_who_is_taken_up_at_that_moment_is_told_nothing() -> None:
    with later(tell_wait=TELL) as here, pytest.MonkeyPatch.context() as patch:
        patch.setattr(later_scene, "SPOILED", frozenset({TELLS}))
        measured()
        taken: list[str] = []

        def meanwhile(name: str, call: Callable[[], Any]) -> Any:
            if name == "dynamodb.transact_write_items" and not taken:
                taken.append(name)
                tap, here.scene.cloud.tap = here.scene.cloud.tap, lambda _name, run: run()
                routing.presence().choose(AGENT, Intent.ONLINE, "", here.scene.now())
                here.scene.world.pump()
                here.scene.cloud.tap = tap
            return call()

        here.meanwhile = meanwhile
        here.pass_(seconds=90)
        assert taken and here.conversation.assignee_id == ANA.id
        assert (here.screen(), promises(here)) == (["Where is my parcel?"], [])


def test_other_words_for_the_same_promise_send_nothing_more() -> None:
    with later(tell_wait=TELL) as here:
        measured()
        here.pass_(seconds=61)
        (promise,) = promises(here)
        wait = waits.wait_store().get(here.conversation.id, 1)
        assert wait is not None and wait.told is not None
        other = replace(wait.told, text="Other words")
        sent = waits.telling()._send(wait, other, promise.id, here.scene.now())
        here.settle()
        assert sent is not None and sent.text == TOLD
        assert here.screen()[1:] == [TOLD]


class Spoiler:
    """The process is gone before (or after) some of the calls that it makes while a timer's call is carried out."""

    def __init__(self, places: list[int], *, lost: bool) -> None:
        self.places, self.lost, self.count = places, lost, 0

    def __call__(self, name: str, call: Callable[[], Any]) -> Any:
        self.count += 1
        if self.count not in self.places:
            return call()
        if self.lost:
            call()
        raise Crash


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(st.integers(1, 30), max_size=4),
    st.booleans(),
    st.lists(st.sampled_from((0, 0, 5, 90)), min_size=1, max_size=3),
    st.one_of(st.none(), st.integers(50, 400)),
)
def test_whatever_stops_it_is_told_once_and_promised_as_told(
    places: list[int], lost: bool, lateness: list[int], online_after: int | None
) -> None:
    with later(tell_wait=TELL) as here, pytest.MonkeyPatch.context() as patch:
        patch.setattr(later_scene, "SPOILED", frozenset({TELLS, DUE}))
        measured()
        began = here.scene.now()
        here.lateness = lambda: lateness
        here.meanwhile = Spoiler(places, lost=lost)
        if online_after is not None:
            here.pass_(seconds=online_after)
            comes_online(here)
        here.pass_(seconds=3600)

        told = [text for text in here.screen() if text.startswith("You are number")]
        found = promises(here)
        assert [promise.text for promise in found] == told
        assert len(told) <= 1
        for promise in found:
            assert promise.state in (PromiseState.KEPT, PromiseState.BROKEN)
            taken_at = began + timedelta(seconds=online_after or 7200)
            assert (promise.state is PromiseState.KEPT) == (promise.told_at <= taken_at <= promise.due_at)
        if online_after is None:
            assert told
        items = stored(here.scene.world)
        invariants.check_counts(items)
        invariants.check_messages(items)


# The web chat.


def test_a_visitor_sees_their_place_and_the_first_figures_are_a_promise() -> None:
    with later() as here:
        measured(240, 30, 1)
        add_chats(here.scene)
        here.pass_(seconds=5)
        ann = Visitor(here.scene)
        assert ann.sees()["queue"] is None
        ann.says("Hello?")
        here.settle()
        # The customer of WhatsApp waits in front of her; two places are one more class of places, measured together.
        queue = ann.sees()["queue"]
        assert queue == {
            "position": 2,
            "low_seconds": 240,
            "high_seconds": 300,
            "said": TOLD.replace("number 1", "number 2"),
        }
        (mine,) = [each for each in here.scene.conversations() if each.channel == "web_chat"]
        (promise,) = waits.promise_store().of(mine.id)
        assert (promise.text, promise.position, promise.channel) == (queue["said"], 2, "web_chat")
        assert promise.due_at == here.scene.now() + timedelta(seconds=300)

        here.pass_(seconds=120)
        ann.sees()
        assert list(waits.promise_store().of(mine.id))[0].due_at == promise.due_at
        comes_online(here)
        assert ann.sees()["queue"] is None
        (kept,) = waits.promise_store().of(mine.id)
        assert kept.state is PromiseState.KEPT


def test_a_visitor_sees_only_the_place_where_the_wait_is_not_known_in_their_language() -> None:
    with later() as here:
        add_chats(here.scene)
        here.pass_(seconds=5)
        ann = Visitor(here.scene)
        ann.says("Hallo?")
        here.settle()
        answer = sees_in(ann, here, "de-AT,de;q=0.9")
        assert answer == {
            "position": 2,
            "low_seconds": None,
            "high_seconds": None,
            "said": "Sie sind Nummer 2 in der Warteschlange.",
        }
        (mine,) = [each for each in here.scene.conversations() if each.channel == "web_chat"]
        assert list(waits.promise_store().of(mine.id)) == []


def sees_in(ann: Visitor, here: Later, language: str) -> Any:
    headers = {"accept-language": language}
    return call(here.scene, "GET", "messages", token=ann.token, inbox=ann.inbox, headers=headers).body["queue"]


def test_nothing_of_other_customers_is_shown() -> None:
    with later() as here:
        add_chats(here.scene)
        ann = Visitor(here.scene)
        ann.says("Hello?")
        here.settle()
        assert set(ann.sees()["queue"]) == {"position", "low_seconds", "high_seconds", "said"}
