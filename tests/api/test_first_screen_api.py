"""The first screen over HTTP: all of it in one answer, and what it costs."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore import xform_name

from chalicelib.aws.codec_message import note_item
from chalicelib.aws.codec_routing import decision_item, entry_item
from chalicelib.aws.codec_timeline import line_item
from chalicelib.aws.transaction import Put
from chalicelib.domain import ids
from chalicelib.domain.envelope import SYSTEM
from chalicelib.domain.line_ids import line_id
from chalicelib.domain.note import Note
from chalicelib.domain.queue import QueueEntry
from chalicelib.domain.routing_values import Decision, Outcome
from chalicelib.domain.timeline import Line
from chalicelib.services import people
from chalicelib.wiring import people as wired
from chalicelib.wiring import shared
from tests.api.desk import Desk

T0 = datetime(2026, 3, 2, 9, tzinfo=UTC)
LINES = 40


@pytest.fixture(scope="module")
def case(desk: Desk) -> str:
    """A conversation that waits, of a customer with a long timeline."""
    conversation = desk.customer_says("Where is my refund?", "screened")
    contact = desk.call("GET", f"/conversations/{conversation}").json["contact_id"]
    for place in range(LINES):
        at = T0 + timedelta(minutes=place)
        line = Line(line_id(at, str(place)), contact, "ibx_1", "events", "page_view", f"Page {place}", at, T0)
        shared.desk().write(Put(line_item(line)))
    shared.desk().write(Put(entry_item(QueueEntry(conversation, "fallback", "custom", T0, T0))))
    for minute, sentence in ((0, "Nobody is there."), (1, "Ana is full.")):
        at = T0 + timedelta(minutes=minute)
        decision = Decision(conversation, at, Outcome.WAITING, None, (), (), 0, (), False, sentence)
        shared.desk().write(Put(decision_item(decision)))
    return conversation


def reads(desk: Desk, path: str, answers: list[tuple[str, Any]], **more: Any) -> tuple[Any, list[str]]:
    """The answer, and the reads behind it, without the authorizer's."""
    desk.call("GET", "/channels")
    answers.clear()
    desk.call("GET", "/channels")
    own = len(answers)
    answers.clear()
    answer = desk.call("GET", path, **more)
    assert answer.status == 200, answer.json
    return answer.json, sorted(xform_name(name) for name, _ in answers[own:])


def test_all_of_it_is_one_answer_of_four_reads(desk: Desk, case: str, answers: list[tuple[str, Any]]) -> None:
    reads(desk, f"/conversations/{case}/screen", answers)
    screen, made = reads(desk, f"/conversations/{case}/screen", answers)
    assert made == ["get_item", "query", "query", "query"]
    assert screen["contact"]["display_name"] == "Screened"
    assert (screen["person_id"], screen["person"]) == (None, [])
    assert [entry["text"] for entry in screen["thread"]["items"]] == ["Where is my refund?"]
    assert screen["thread"]["conversation"]["id"] == case
    assert [line["title"] for line in screen["timeline"]["items"]] == [
        f"Page {LINES - 1 - place}" for place in range(15)
    ]
    assert screen["routing"]["entry"]["queued_at"] == "2026-03-02T09:00:00Z"
    assert screen["routing"]["decision"]["sentence"] == "Ana is full."
    assert screen["routing"]["assignee_id"] is None


def test_each_part_goes_on_where_the_screen_ends(desk: Desk, case: str) -> None:
    screen = desk.call("GET", f"/conversations/{case}/screen?lines=10").json
    contact, cursor = screen["contact"]["id"], screen["timeline"]["next_cursor"]
    rest = desk.call("GET", f"/contacts/{contact}/timeline?limit=100&cursor={cursor}").json
    titles = [line["title"] for line in screen["timeline"]["items"] + rest["items"]]
    assert titles == [f"Page {LINES - 1 - place}" for place in range(LINES)]
    whole = desk.call("GET", f"/conversations/{case}/messages").json
    assert screen["thread"]["items"] == whole["items"]


def test_a_long_thread_of_notes_costs_one_read_more_and_hides_nothing(
    desk: Desk, answers: list[tuple[str, Any]]
) -> None:
    case = desk.customer_says("Hello", "noted")
    shared.desk().write(Put(entry_item(QueueEntry(case, "fallback", "custom", T0, T0))))
    for place in range(80):
        at = datetime.now(UTC) + timedelta(seconds=place)
        note = Note(ids.note_id(at, str(place)), case, "note", "agt_0agent", "Agent", at, f"Note {place}")
        shared.desk().write(Put(note_item(note)))
    screen, made = reads(desk, f"/conversations/{case}/screen", answers)
    assert made == ["get_item", "query", "query", "query", "query"]
    assert [entry["text"] for entry in screen["thread"]["items"]] == [f"Note {place}" for place in range(30, 80)]
    assert screen["thread"]["before"] is not None
    assert screen["routing"]["entry"]["conversation_id"] == case


def test_a_whisper_is_shown_to_whom_it_is_for(desk: Desk) -> None:
    case = desk.customer_says("Hello", "whispered")
    body = {"client_id": "w", "text": "Offer him ten percent", "audience": ["agt_0adm"]}
    assert desk.call("POST", f"/conversations/{case}/notes", body, role="supervisor").status == 201

    def texts(role: str) -> list[str]:
        return [
            each["text"]
            for each in desk.call("GET", f"/conversations/{case}/screen", role=role).json["thread"]["items"]
        ]

    assert texts("agent") == ["Hello"]
    assert texts("supervisor") == ["Hello", "Offer him ten percent"]


def test_a_linked_person_is_shown_whole(desk: Desk, answers: list[tuple[str, Any]]) -> None:
    one, other = (desk.customer_says(f"I am {name}", name) for name in ("linked1", "linked2"))
    ids_of = [desk.call("GET", f"/conversations/{each}").json["contact_id"] for each in (one, other)]
    people.link(wired.people(), *ids_of, strength=95, evidence=("email",), actor=SYSTEM, now=datetime.now(UTC))
    for contact, title in zip(ids_of, ("first", "second"), strict=True):
        line = Line(line_id(T0, title), contact, "ibx_1", "events", "order.paid", title, T0, T0)
        shared.desk().write(Put(line_item(line)))
    screen, made = reads(desk, f"/conversations/{one}/screen", answers)
    assert screen["person_id"] == min(ids_of)
    assert [each["id"] for each in screen["person"]] == [ids_of[1]]
    assert {line["title"]: line["contact_id"] for line in screen["timeline"]["items"]} == dict(
        zip(("first", "second"), ids_of, strict=True)
    )
    names = next(field for field in screen["profile"]["fields"] if field["name"] == "name")
    assert {names["shown"]["value"], *(said["value"] for said in names["others"])} == {"Linked1", "Linked2"}
    assert len(made) == 7


def test_there_is_no_screen_of_what_is_not_there(desk: Desk) -> None:
    answer = desk.call("GET", "/conversations/cnv_0000/screen")
    assert (answer.status, answer.json["code"]) == (404, "conversation_not_found")
    for query in ("entries=0", "lines=51", "colour=red"):
        assert desk.call("GET", f"/conversations/cnv_0000/screen?{query}").status == 400
