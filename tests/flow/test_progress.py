"""The milestones of a case from its first word to its end, with who and when."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

import pytest

from chalicelib.domain.agent import Agent, Role
from chalicelib.domain.conversation import Status
from chalicelib.domain.errors import ConversationNotFound
from chalicelib.domain.presence import Intent
from chalicelib.domain.progress import Material, milestones, steps
from chalicelib.domain.sla_ledger import Ledger, Turn
from chalicelib.services import promises
from chalicelib.services.progress import Progress, progress
from chalicelib.wiring import customer, routing, waits
from tests.flow.later import Later, later
from tests.flow.scene import ANA, START, Scene, scene
from tests.flow.test_merging import cases, rearranging, writes

AGENT = Agent(ANA.id, ANA.name, "ana@example.com", Role.AGENT, START)


@pytest.fixture
def here() -> Iterator[Later]:
    with later() as made:
        yield made


def of(conversation_id: str) -> Progress:
    return progress(customer.progress_store(), conversation_id)


def told(conversation_id: str) -> list[tuple[str, str | None]]:
    return [(line.code, line.who.name if line.who else None) for line in of(conversation_id).milestones]


def done(conversation_id: str) -> list[str]:
    return [step.name for step in of(conversation_id).steps if step.done]


def test_a_case_is_followed_from_its_first_word_to_its_second_beginning(here: Later) -> None:
    case = here.conversation.id
    assert told(case) == [("began", None), ("queued", None)]
    assert done(case) == ["received", "queued"]
    here.pass_(seconds=30)
    routing.presence().choose(AGENT, Intent.ONLINE, "", here.scene.now())
    here.settle()
    assert told(case)[2:] == [("assigned", "Ana")]
    here.answers("We are looking", "c1")
    here.snoozes(hours=1)
    here.says("Thanks")
    kept = ("answered", "snoozed", "opened", "resolved", "reopened")
    later_on = [each for each in told(case)[3:] if each[0] in kept]
    assert later_on == [("answered", "Ana"), ("snoozed", "Ana"), ("opened", None)]
    here.becomes(Status.RESOLVED)
    assert told(case)[-1] == ("resolved", "Ana")
    assert done(case) == ["received", "queued", "assigned", "answered", "resolved"]
    here.says("It is not there yet")
    found = of(case)
    assert "reopened" in [line.code for line in found.milestones]
    assert "resolved" not in done(case) and "answered" not in done(case)
    times = [line.at for line in found.milestones]
    assert times == sorted(times)
    assert all(line.source[1] and line.text for line in found.milestones)


def test_a_promise_is_a_milestone_and_so_is_what_became_of_it(here: Later) -> None:
    case = here.conversation.id
    now = here.scene.now()
    promises.promise(waits.promise_store(), ANA, case, "I call you", now + timedelta(minutes=5), now)
    here.settle()
    assert ("promised", "") in told(case) or ("promised", "Ana") in told(case)
    here.pass_(minutes=6)
    (broken,) = [line for line in of(case).milestones if line.code == "promise_broken"]
    assert (broken.text, broken.at) == ("I call you: broken.", now + timedelta(minutes=5))


def test_a_merge_is_a_milestone_and_so_is_the_leg_it_brought() -> None:
    with scene() as made:
        target, source = cases(made)
        rearranging(made).merge(target.id, source.id)
        assert writes(made, 2, "and more")() == 200
        found = {line.code: line for line in of(target.id).milestones}
        assert found["merged"].who is not None and found["merged"].who.name == "Ana"
        assert found["leg"].text == "Went on over WhatsApp."
        assert ("merged", "Ana") in told(source.id)


@pytest.mark.parametrize("seed", range(5))
def test_the_same_facts_in_any_order_give_the_same_milestones(here: Later, seed: int) -> None:
    for status in (Status.PENDING, Status.OPEN, Status.RESOLVED, Status.OPEN):
        here.becomes(status)
    found = customer.progress_store().material(here.conversation.id)
    assert isinstance(found, Material)
    random = Random(seed)
    parts = ("notes", "decisions", "waits", "promises")
    mixed: dict[str, Any] = {
        name: random.sample(list(getattr(found, name)), len(getattr(found, name))) for name in parts
    }
    again = replace(found, **mixed)
    assert milestones(again) == milestones(found)
    assert steps(again) == steps(found)
    assert [line.code for line in milestones(found)] == [
        *("began", "queued", "pending", "opened"),
        *("queued", "resolved", "reopened", "queued"),
    ]


def test_with_a_ledger_every_change_is_known_whoever_made_it(here: Later) -> None:
    case = here.conversation
    at = [case.opened_at + timedelta(minutes=minute) for minute in range(6)]
    states = [(Status.OPEN, 1), (Status.SNOOZED, 1), (Status.OPEN, 1), (Status.RESOLVED, 1), (Status.OPEN, 2)]
    turns = [
        Turn(2 * place + 1, at[place], status, episode, at[0 if episode == 1 else 4])
        for place, (status, episode) in enumerate(states)
    ]
    ledger = Ledger(case.id, tuple(turns), said=((at[0], False), (at[1], True), (at[4], False)))
    now = replace(case, episode=2, opened_at=at[4], status_changed_at=at[4])
    found = [(line.code, line.at) for line in milestones(Material(now, ledger=ledger))]
    assert found == [
        ("began", at[0]),
        ("answered", at[1]),
        ("snoozed", at[1]),
        ("opened", at[2]),
        ("resolved", at[3]),
        ("reopened", at[4]),
    ]


def test_there_is_none_of_what_is_not_there(here: Scene) -> None:
    for name in ("cnv_0099", "nonsense"):
        with pytest.raises(ConversationNotFound):
            of(name)
