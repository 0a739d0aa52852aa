"""Briefs: every line from what is stored and with its source, the same for the same, and a short one that is short."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.domain import ids
from chalicelib.domain.brief import brief, short
from chalicelib.domain.brief_lines import Line, Material, spoken
from chalicelib.domain.contact import Contact
from chalicelib.domain.conversation import Leg, Priority
from chalicelib.domain.envelope import Actor
from chalicelib.domain.hands import Span, spans
from chalicelib.domain.line_ids import line_id
from chalicelib.domain.message import Author, Direction, Message, MessageKind
from chalicelib.domain.note import Note
from chalicelib.domain.promise import Promise, PromiseKind, PromiseState
from chalicelib.domain.queue import QueueEntry
from chalicelib.domain.routing_values import Decision, Outcome
from chalicelib.domain.sla import Clock, ClockKind
from chalicelib.domain.standing import Standing
from chalicelib.domain.timeline import Line as Event
from tests.domain import values
from tests.domain.test_escalation import MINUTE, NOW, conversation


def said(text: str, at: Any, *, ours: bool = False, **more: Any) -> Message:
    author = Author("agent", "agt_ana") if ours else Author("contact")
    return Message(
        ids.message_id(at, text),
        "leg_1",
        "cnv_1",
        Direction.OUTBOUND if ours else Direction.INBOUND,
        more.pop("kind", MessageKind.TEXT),
        at,
        at,
        author,
        text,
        **more,
    )


def line(at: Any, kind: str, **facts: Any) -> Note:
    return Note(ids.note_id(at, kind), "cnv_1", "activity", "agt_ana", "Ana", at, "", {"type": kind, **facts})


def given_to(agent: str | None, at: Any) -> Decision:
    outcome = Outcome.ASSIGNED if agent else Outcome.WAITING
    return Decision("cnv_1", at, outcome, agent, (), (), 0, (), False, "")


def lines(of: Material) -> dict[str, list[Line]]:
    return {name: list(found) for name, found in brief(of).sections.items()}


def everything() -> Material:
    leg = Leg("leg_1", "ibx_1", "web_chat", "visitor-7", "msg_0", "msg_9", NOW)
    found = conversation(
        legs={"leg_1": leg},
        labels=("late", "parcel"),
        priority=Priority.HIGH,
        assignee_id="agt_eve",
        tier=Standing("Orders", "Experts", 1, NOW, 1, ticket=True),
    )
    contact = Contact(
        "con_1",
        NOW - timedelta(days=90),
        NOW,
        name="Bob",
        email="bob@example.com",
        locale="de-DE",
        attributes={"tier": "gold"},
        sources={"email": "visitor"},
    )
    first = said("My parcel is late", NOW)
    template = said("", NOW + 2 * MINUTE, ours=True, kind=MessageKind.TEMPLATE, content={"name": "delay"})
    link = said("See https://shop.example/track?n=1 please", NOW + MINUTE, ours=True)
    breached = Clock(
        ClockKind.FIRST_RESPONSE, "all", 1, NOW, 60, 0.8, warned_at=NOW + MINUTE, breached_at=NOW + 2 * MINUTE
    )
    promise = Promise("prm_1", "cnv_1", PromiseKind.AGENT, "We call by five", NOW, NOW + 9 * MINUTE, Actor("agent"))
    return Material(
        found,
        NOW + 10 * MINUTE,
        contact=contact,
        first=first,
        entries=(
            first,
            link,
            template,
            line(NOW + 3 * MINUTE, "conversation.escalated", reason="Needs the depot", assignee_id=None),
            line(NOW + 4 * MINUTE, "conversation.status_changed", previous="open", status="pending"),
            said("Hello? Anybody?", NOW + 5 * MINUTE),
        ),
        spans=(Span("agt_ana", NOW + MINUTE, NOW + 3 * MINUTE), Span("agt_eve", NOW + 4 * MINUTE, None, "nte_1")),
        names={"agt_ana": "Ana"},
        clocks=(
            ("1-first_response", breached, NOW + MINUTE),
            ("1-resolution", replace(breached, stopped_at=NOW), None),
        ),
        closes=NOW + 60 * MINUTE,
        promises=(promise, replace(promise, id="prm_2", state=PromiseState.KEPT)),
        events=(Event(line_id(NOW, "e"), "con_1", "ibx_2", "shopify", "order.paid", "Order 1001 was paid", NOW, NOW),),
    )


def test_what_is_known_stands_in_its_section_with_its_source() -> None:
    found = lines(everything())
    assert list(found) == ["who", "about", "state", "tried", "promises", "events", "last_words"]
    texts = {name: [(line.code, line.text) for line in of] for name, of in found.items()}
    assert texts["who"] == [
        ("name", "Bob"),
        ("tier", "gold"),
        ("locale", "de-DE"),
        ("email", "bob@example.com (from visitor)"),
        ("since", "Known since then."),
        ("identity", "web_chat visitor-7"),
    ]
    assert texts["about"] == [
        ("first_words", "My parcel is late"),
        ("labels", "late, parcel"),
        ("priority", "high"),
        ("escalation", "Orders: Experts (ticket)"),
    ]
    assert texts["state"] == [
        ("status", "open"),
        ("waiting", "The customer has waited for 10 min."),
        ("clock", "first_response is broken"),
        ("window", "The window for free text closes."),
    ]
    assert texts["tried"] == [
        ("link", "https://shop.example/track?n=1"),
        ("owner", "Ana had it for 2 min."),
        ("template", "delay"),
        ("reason", "Needs the depot"),
        ("owner", "agt_eve has had it for 6 min."),
        ("status", "open to pending"),
    ]
    facts = {line.code: line.facts for name in ("who", "about", "state", "tried") for line in found[name] if line.facts}
    assert facts == {
        "email": {"value": "bob@example.com", "source": "visitor"},
        "identity": {"channel": "web_chat", "value": "visitor-7"},
        "escalation": {"path": "Orders", "tier": "Experts", "ticket": True},
        "waiting": {"seconds": 600},
        "clock": {"clock": "first_response", "broken": True},
        "window": {"open": True},
        "owner": {"name": "agt_eve", "has": True, "seconds": 360},
        "status": {"previous": "open", "status": "pending"},
    }
    assert texts["promises"] == [("open", "We call by five")]
    assert texts["events"] == [("order.paid", "Order 1001 was paid")]
    assert texts["last_words"] == [("customer", "My parcel is late"), ("customer", "Hello? Anybody?")]


def test_what_colleagues_wrote_themselves_is_left_to_them() -> None:
    of = everything()
    whisper = Note(
        "nte_9", "cnv_1", "note", "agt_sue", "Sue", NOW + 5 * MINUTE, "SECRET", {"reason": "SECRET"}, ("agt_eve",)
    )
    assert "SECRET" not in repr(brief(replace(of, entries=(*of.entries, whisper))))


def test_what_was_before_the_episode_was_not_tried_in_it() -> None:
    of = everything()
    later = replace(of, conversation=replace(of.conversation, opened_at=NOW + 4 * MINUTE))
    assert [line.code for line in lines(later)["tried"]] == ["owner", "status"]


def test_whose_it_was_follows_from_decisions_and_lines() -> None:
    entry = QueueEntry("cnv_1", "team_1", "web_chat", NOW + 6 * MINUTE, NOW, epoch=2)
    decisions = [given_to("ana", NOW + MINUTE), given_to(None, NOW), given_to("eve", NOW + 8 * MINUTE)]
    taken = line(NOW + 3 * MINUTE, "conversation.taken_over", assignee_id="sue", previous_assignee_id="ana")
    found = spans(NOW, "eve", decisions, [taken], entry)
    assert [(span.agent_id, span.since, span.until) for span in found] == [
        ("ana", NOW + MINUTE, NOW + 3 * MINUTE),
        ("sue", NOW + 3 * MINUTE, NOW + 6 * MINUTE),
        ("eve", NOW + 8 * MINUTE, None),
    ]
    assert [span.source for span in found] == ["", taken.id, ""]
    assert spans(NOW + 7 * MINUTE, "eve", decisions, [taken], entry) == found[2:]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-5, "0 s"),
        (59, "59 s"),
        (60, "1 min"),
        (719, "11 min"),
        (3600, "1 h"),
        (11_100, "3 h 5 min"),
        (90_000, "1 d 1 h"),
        (172_800, "2 d"),
    ],
)
def test_lengths_are_told_as_people_do(seconds: int, words: str) -> None:
    assert spoken(timedelta(seconds=seconds)) == words


def test_a_short_brief_keeps_what_matters_most() -> None:
    found = short(brief(everything()))
    assert [line["code"] for line in found][:4] == ["waiting", "clock", "window", "customer"]
    assert found[3]["text"] == "Hello? Anybody?"
    assert all(len(line["source"]) == 1 for line in found)


wild = st.text(st.characters(exclude_categories=["Cs"]), max_size=700)


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    found=values.conversations(),
    contact=values.contacts,
    entries=st.lists(values.messages() | values.notes, max_size=8),
    words=st.lists(wild, min_size=3, max_size=3),
)
def test_whatever_there_is_a_brief_is_made_and_the_short_one_is_short(
    found: Any, contact: Contact, entries: list[Message | Note], words: list[str]
) -> None:
    first = said(words[0], NOW)
    promise = Promise("prm_1", found.id, PromiseKind.AGENT, words[1], NOW, NOW, Actor("agent"))
    event = Event(line_id(NOW, "e"), "con_1", "ibx_2", "shopify", "order.paid", words[2], NOW, NOW)
    of = Material(
        replace(found, waiting_since=NOW),
        NOW + MINUTE,
        contact=contact,
        first=first,
        entries=[first, *entries],
        promises=[promise] * 9,
        events=[event] * 5,
        spans=[Span("agt_ana", NOW, None)] * 30,
    )
    whole = brief(of)
    assert whole == brief(of)
    assert all(line.source[0] and line.source[1] for of_section in whole.sections.values() for line in of_section)
    kept = short(whole)
    assert kept[0]["code"] == "waiting"
    assert len(json.dumps(kept, ensure_ascii=False).encode()) <= 1800
