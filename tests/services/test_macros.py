"""Macros over the real store and the real ways of replying, noting and assigning: whatever call fails, whoever repeats,
nothing is done twice; what is refused changes nothing; what is undone is what nobody has changed since."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.aws.codec import from_attributes
from chalicelib.aws.stores.canned_responses import CannedResponseStore
from chalicelib.aws.stores.desk import DeskStore
from chalicelib.aws.stores.macros import MacroRunStore, MacroStore
from chalicelib.aws.stores.replies import ReplyStore
from chalicelib.aws.transaction import Desk
from chalicelib.domain.agent import Principal, Role
from chalicelib.domain.canned_response import CannedResponse
from chalicelib.domain.conversation import Conversation, Priority, Status
from chalicelib.domain.errors import ClientIdReused, InvalidInput, NotPermitted, StoreUnavailable
from chalicelib.domain.errors_texts import MacroNotFound, MacroRefused, MacroRunNotFound, UndoRefused
from chalicelib.domain.labels import Label, Vocabulary
from chalicelib.domain.macro import Macro
from chalicelib.domain.macro_run import UNDO_FOR, MacroRun, RunState, StepState
from chalicelib.domain.message import Attachment, Direction, MessageKind
from chalicelib.domain.presence import Intent
from chalicelib.domain.text_scope import EVERYBODYS, Reader
from chalicelib.domain.writes import Written
from chalicelib.services import desk as desk_service
from chalicelib.services.canned_responses import CannedResponses
from chalicelib.services.composing import Composing
from chalicelib.services.contact_words import ContactWords
from chalicelib.services.macro_documents import actions_from
from chalicelib.services.macro_plan import Outcome, Planning
from chalicelib.services.macro_state_writes import StateWrites
from chalicelib.services.macros import Macros
from tests.services.moves import Meanwhile, Moves
from tests.services.room import Brittle, Crash, who
from tests.services.test_routing import People

SUE = Principal("agent", "sue", "Sue", Role.SUPERVISOR)
HELLO = {"do": "reply", "text": "Hello {{contact.first_name|there}}, {{agent.first_name}} here."}
NOTE = {"do": "note", "text": "Told them."}
MINE = {"do": "assign", "assignee_id": "me"}
RESOLVED = {"do": "status", "status": "resolved"}
ASIDE = {"do": "status", "status": "snoozed", "snooze_seconds": 3600}
URGENT = {"do": "priority", "priority": "urgent"}
REFUND = {"do": "labels", "add": ["refund"]}
TASK = {"do": "task", "title": "Ask again"}


class Made:
    """Tasks as a store of them keeps them: once for each seed."""

    def __init__(self) -> None:
        self.seeds: dict[str, str] = {}

    def check(self, conversation: Conversation, values: Mapping[str, Any], principal: Principal) -> None:
        if values["title"] == "Forbidden":
            raise InvalidInput("No.", field="title")

    def make(
        self, run: MacroRun, values: Mapping[str, Any], principal: Principal, client_id: str, now: datetime
    ) -> str:
        return self.seeds.setdefault(client_id, f"tsk_{len(self.seeds)}")


class Hall(Moves):
    """A floor on which macros are used; any call of theirs may fail."""

    def __init__(self) -> None:
        super().__init__()
        self.settle()
        self.shaky = Brittle(self.client)
        self.between = Meanwhile(self.shaky)
        self.made = Made()
        self.macros, self.other = self._over(Desk(self.between, "desk")), self._over(self.raw)
        self.responses = self.macros.planning.responses

    def _over(self, table: Desk) -> Macros:
        store, replies = DeskStore(table), ReplyStore(table)
        words = ContactWords(People(), tuple, lambda: None)  # type: ignore[arg-type, return-value]
        planning = Planning(
            store,
            CannedResponses(CannedResponseStore(table), words, People(), lambda: None, None),  # type: ignore[arg-type, return-value]
            lambda: Vocabulary({"refund": Label("refund", "Refund")}),
            lambda _agent, _team: None,
            lambda principal, where, now: Composing(replies, self.inboxes, principal, where, now),
            self.made,
        )
        return Macros(
            MacroStore(table),
            MacroRunStore(table),
            store,
            replies,
            self.inboxes,
            planning,
            StateWrites(store, self.offers),
            self.made,
        )

    def macro(self, *actions: Mapping[str, Any], name: str = "Macro") -> str:
        macro = Macro(f"mac_{len(name)}{len(actions)}", EVERYBODYS, name, actions_from(list(actions)), self.now, "sue")
        return self.macros.library.add(Reader(SUE), macro).id

    def apply(self, macro_id: str, where: str, client_id: str = "c1", name: str = "ana") -> MacroRun:
        return self.macros.apply(Reader(who(name)), macro_id, where, client_id, self.now)

    def said(self, where: str) -> list[str]:
        ours = [each for each in self.messages() if each.direction is Direction.OUTBOUND]
        return [each.text for each in ours if each.conversation_id == where]

    def noted(self, where: str) -> Sequence[Mapping[str, Any]]:
        items = [from_attributes(item) for key, item in self.table.items.items() if key[1].startswith("N#")]
        return [each for each in items if each["pk"] == f"CNV#{where}"]

    def state(self, where: str) -> tuple[Status, str | None, Priority, tuple[str, ...]]:
        found = self.found(where)
        return found.status, found.assignee_id, found.priority, found.labels


@pytest.fixture
def hall() -> Hall:
    return Hall()


def quiet(hall: Hall) -> str:
    """A conversation that is nobody's."""
    return hall.says("bob", "sms", settled=False)


def test_everything_is_done_once_when_it_is_asked_for_twice(hall: Hall) -> None:
    where = quiet(hall)
    macro_id = hall.macro(HELLO, MINE, URGENT, REFUND, NOTE, TASK, RESOLVED)

    run = hall.apply(macro_id, where)
    hall.now += timedelta(minutes=1)
    again = hall.apply(macro_id, where)

    assert run.state is RunState.DONE
    assert again == run
    assert hall.said(where) == ["Hello Bob, Ana here."]
    assert hall.state(where) == (Status.RESOLVED, "ana", Priority.URGENT, ("refund",))
    assert len(hall.made.seeds) == 1
    kinds = sorted(each["kind"] for each in hall.noted(where))
    assert kinds == ["activity", "activity", "note"]
    with pytest.raises(ClientIdReused):
        hall.apply(hall.macro(NOTE, name="Other"), where)
    # By another hand, under the same word, it is another run.
    assert hall.apply(macro_id, where, name="ben").id != run.id


def test_neighbouring_changes_are_one_version_with_all_their_events(hall: Hall) -> None:
    where = quiet(hall)
    before = hall.found(where).version
    hall.read = len(hall.table.stream)
    hall.apply(hall.macro(MINE, URGENT, REFUND, RESOLVED), where)
    assert hall.found(where).version == before + 1
    hall.told.clear()
    hall.settle()
    told = [each["type"] for each in hall.told if each["aggregate"]["version"] == before + 1]
    assert told == [
        "conversation.assigned",
        "conversation.status_changed",
        "conversation.priority_changed",
        "conversation.labelled",
        "conversation.macro_applied",
    ]


def test_units_are_held_by_whom_it_was_given_to_and_given_back_when_it_is_undone(hall: Hall) -> None:
    where = quiet(hall)
    run = hall.apply(hall.macro(MINE), where)
    held = hall.workload("ana").used
    hall.macros.undo(who("ana"), where, run.id, hall.now)
    assert (held, hall.workload("ana").used) == (2, 0)


def test_what_was_put_aside_is_its_owners_again_when_it_is_undone_there_or_not(hall: Hall) -> None:
    where = hall.says("bob", "sms")
    owner = str(hall.found(where).assignee_id)
    held, (other,) = hall.found(where).weight, {"ana", "ben"} - {owner}
    hall.choose(owner, Intent.OFFLINE)
    run = hall.apply(hall.macro(ASIDE), where, name=owner)
    hall.settle()
    assert hall.workload(owner).used == 0

    assert "status" in hall.macros.undo(who(owner), where, run.id, hall.now).restored
    hall.settle()

    assert (hall.found(where).assignee_id, hall.found(where).weight) == (owner, held)
    assert (hall.workload(owner).used, hall.workload(other).used) == (held, 0)


def test_what_its_owner_has_no_room_for_any_more_stays_aside(hall: Hall) -> None:
    where = hall.says("bob", "sms")
    owner = str(hall.found(where).assignee_id)
    run = hall.apply(hall.macro(ASIDE, URGENT), where, name=owner)
    hall.settle()
    full = hall.workload(owner)
    small = replace(full, capacity=replace(full.capacity, units=1), version=full.version + 1)
    assert hall.store.put_workload(small, full.version, None) is Written.DONE

    undone = hall.macros.undo(who(owner), where, run.id, hall.now)

    assert (undone.restored, set(undone.kept)) == (("priority",), {"status"})
    assert (hall.found(where).status, hall.found(where).assignee_id) == (Status.SNOOZED, owner)


def test_nothing_is_done_where_one_action_would_be_refused(hall: Hall) -> None:
    where = quiet(hall)
    before, items = hall.state(where), len(hall.table.items)
    bad: list[Mapping[str, Any]] = [{"do": "reply", "text": "{{contact.phone}}"}, {"do": "labels", "add": ["nothing"]}]
    macro_id = hall.macro(NOTE, URGENT, *bad, {"do": "task", "title": "Forbidden"})
    kept = len(hall.table.items) - items

    seen = hall.macros.preview(Reader(who("ana")), macro_id, where, hall.now)
    with pytest.raises(MacroRefused) as refused:
        hall.apply(macro_id, where)

    outcomes = [Outcome.DONE, Outcome.DONE, Outcome.REFUSED, Outcome.REFUSED, Outcome.REFUSED]
    assert [each.outcome for each in seen] == outcomes
    assert [each["outcome"] for each in refused.value.facts["actions"]] == [each.value for each in outcomes]
    assert hall.state(where) == before
    assert len(hall.table.items) == items + kept
    assert hall.said(where) == []


def test_who_has_no_room_refuses_the_assignment(hall: Hall) -> None:
    where = quiet(hall)
    hall.agent("full", 1, ("team_1",), {})
    macro_id = hall.macro({"do": "assign", "assignee_id": None}, {"do": "assign", "assignee_id": "agt_0"}, URGENT)
    macro = hall.macros.store.get(macro_id)
    assert macro is not None
    given_to = replace(macro.actions[1], values={"assignee_id": "full"})
    tight = replace(macro, id="mac_9", name="Tight", actions=(macro.actions[0], given_to, macro.actions[2]))
    hall.macros.library.add(Reader(SUE), tight)

    with pytest.raises(MacroRefused) as refused:
        hall.apply("mac_9", where)

    assert [each["outcome"] for each in refused.value.facts["actions"]] == ["nothing", "refused", "done"]
    assert refused.value.facts["actions"][1]["refusal"]["code"] == "capacity_exceeded"


def test_what_fails_in_the_middle_is_told_with_what_was_done(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    where = quiet(hall)
    macro_id = hall.macro(URGENT, TASK, NOTE)

    def gone(*_: object) -> str:
        raise InvalidInput("There are too many.", field="title")

    monkeypatch.setattr(hall.made, "make", gone)
    run = hall.apply(macro_id, where)

    assert run.state is RunState.PARTIAL
    assert [step.state for step in run.steps] == [StepState.DONE, StepState.FAILED, StepState.SKIPPED]
    assert run.steps[1].refusal == {"code": "invalid_input", "detail": "There are too many.", "field": "title"}
    assert hall.apply(macro_id, where) == run
    assert hall.macros.undo(who("ana"), where, run.id, hall.now).restored == ("priority",)


def test_a_canned_response_with_files_is_sent_by_hand(hall: Hall) -> None:
    where = quiet(hall)
    file = Attachment("image/png", "label.png", 10, object_key="attachments/upl_1")
    text = CannedResponse("can_1", EVERYBODYS, "label", "Label", "Here", hall.now, "sue", files=(file,))
    hall.responses.add(Reader(SUE), text)
    (seen,) = hall.macros.preview(
        Reader(who("ana")), hall.macro({"do": "reply", "canned_response_id": "can_1"}), where, hall.now
    )
    assert seen.refusal is not None
    assert seen.refusal.code == "text_unsuited"


def test_a_template_is_sent_with_what_is_known_of_the_customer(hall: Hall) -> None:
    where = hall.says("bob", "whatsapp", settled=False)
    part = {"type": "body", "parameters": [{"type": "text", "text": "{{contact.first_name|you}}"}]}
    macro_id = hall.macro({"do": "template", "name": "order_update", "language": "en", "components": [part]})

    run = hall.apply(macro_id, where)

    (sent,) = [each for each in hall.messages() if each.direction is Direction.OUTBOUND]
    assert (sent.kind, sent.content["name"]) == (MessageKind.TEMPLATE, "order_update")
    assert sent.content["components"][0]["parameters"][0]["text"] == "Bob"
    assert run.steps[0].reference == sent.id


def test_undoing_leaves_what_others_changed_since(hall: Hall) -> None:
    where = quiet(hall)
    run = hall.apply(hall.macro(MINE, URGENT, REFUND, RESOLVED, NOTE), where)
    desk_service.set_priority(hall.desk, who("ben"), where, Priority.LOW, hall.now)

    undone = hall.macros.undo(who("ana"), where, run.id, hall.now)
    again = hall.macros.undo(who("ana"), where, run.id, hall.now)

    assert undone.state is RunState.UNDONE
    assert set(undone.restored) == {"status", "assignee_id", "labels"}
    assert set(undone.kept) == {"priority"}
    assert again == undone
    assert hall.state(where) == (Status.OPEN, None, Priority.LOW, ())
    with pytest.raises(UndoRefused):
        hall.macros.undo(SUE, where, run.id, hall.now)


def test_who_may_undo_and_until_when(hall: Hall) -> None:
    where = quiet(hall)
    run = hall.apply(hall.macro(URGENT), where)
    only_said = hall.apply(hall.macro(NOTE, name="Said"), where, "c2")
    with pytest.raises(NotPermitted):
        hall.macros.undo(who("ben"), where, run.id, hall.now)
    with pytest.raises(UndoRefused):
        hall.macros.undo(who("ana"), where, only_said.id, hall.now)
    with pytest.raises(UndoRefused):
        hall.macros.undo(who("ana"), where, run.id, hall.now + UNDO_FOR + timedelta(seconds=1))
    with pytest.raises(MacroRunNotFound):
        hall.macros.undo(who("ana"), where, "mrn_0", hall.now)
    with pytest.raises(MacroNotFound):
        hall.apply("mac_0", where, "c3")
    assert hall.macros.undo(SUE, where, run.id, hall.now + UNDO_FOR).state is RunState.UNDONE


@settings(max_examples=25)
@given(
    st.lists(st.sampled_from([HELLO, NOTE, MINE, RESOLVED, URGENT, REFUND, TASK]), min_size=1, max_size=4),
    st.lists(st.tuples(st.integers(0, 25), st.booleans()), max_size=4),
)
def test_whatever_call_fails_a_repeat_completes_it_and_does_nothing_twice(
    actions: list[dict[str, Any]], faults: list[tuple[int, bool]]
) -> None:
    hall = Hall()
    where = quiet(hall)
    macro_id = hall.macro(*actions)
    for place, after in faults:
        hall.shaky.fails_at, hall.shaky.after = place, after
        with suppress(Crash, StoreUnavailable):
            hall.apply(macro_id, where)
        hall.now += timedelta(seconds=30)
    hall.shaky.fails_at = None
    run = hall.apply(macro_id, where)

    assert run.state is RunState.DONE
    assert len(hall.said(where)) == actions.count(HELLO)
    assert len(hall.made.seeds) == actions.count(TASK)
    notes = [each["kind"] for each in hall.noted(where)]
    assert notes.count("note") == actions.count(NOTE)
    status, owner, priority, labels = hall.state(where)
    assert status is (Status.RESOLVED if RESOLVED in actions else Status.OPEN)
    assert owner == ("ana" if MINE in actions else None)
    assert priority is (Priority.URGENT if URGENT in actions else Priority.NORMAL)
    assert labels == (("refund",) if REFUND in actions else ())
    changed = {"status": RESOLVED, "assignee_id": MINE, "priority": URGENT, "labels": REFUND}
    assert {each.field for each in run.made} == {name for name, action in changed.items() if action in actions}
    if run.made:
        hall.shaky.fails_at, hall.shaky.after = (faults or [(0, True)])[0]
        with suppress(Crash, StoreUnavailable):
            hall.macros.undo(who("ana"), where, run.id, hall.now)
        hall.shaky.fails_at = None
        assert hall.macros.undo(who("ana"), where, run.id, hall.now).state is RunState.UNDONE
        assert hall.state(where) == (Status.OPEN, None, Priority.NORMAL, ())


@settings(max_examples=25)
@given(
    st.lists(st.sampled_from([HELLO, NOTE, MINE, RESOLVED, URGENT, REFUND, TASK]), min_size=1, max_size=4),
    st.integers(0, 30),
)
def test_two_who_ask_for_the_same_at_once_do_it_once(actions: list[dict[str, Any]], at: int) -> None:
    hall = Hall()
    where = quiet(hall)
    macro_id = hall.macro(*actions)
    reader = Reader(who("ana"))
    hall.between.at, hall.between.act = at, lambda: hall.other.apply(reader, macro_id, where, "c1", hall.now)

    run = hall.apply(macro_id, where)

    assert run == hall.other.apply(reader, macro_id, where, "c1", hall.now)
    assert run.state is RunState.DONE
    assert (len(hall.said(where)), len(hall.made.seeds)) == (actions.count(HELLO), actions.count(TASK))
    assert [each["kind"] for each in hall.noted(where)].count("note") == actions.count(NOTE)
    changed = {"status": RESOLVED, "assignee_id": MINE, "priority": URGENT, "labels": REFUND}
    assert {each.field for each in run.made} == {name for name, action in changed.items() if action in actions}
    assert hall.workload("ana").used == (2 if MINE in actions and RESOLVED not in actions else 0)
