"""Retention rules over a desk with old and new cases: what is old enough goes, nothing else, and a hold keeps it."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

import functions.jobs.handler
from chalicelib.aws.codec import from_attributes
from chalicelib.aws.stores.documents import DocumentStore
from chalicelib.domain.agent import Principal, Role
from chalicelib.domain.conversation import Status
from chalicelib.domain.document import Document
from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.job import Job, JobState
from chalicelib.domain.retention import rules_from
from chalicelib.services import desk as desk_service
from chalicelib.services import retention
from chalicelib.wiring import erasure as wired
from chalicelib.wiring import jobs, privacy, shared
from tests.aws.memory_cloud import Crash, straight
from tests.flow.scene import ANA, PHONE, Scene
from tests.flow.shops import order, people, shop, shop_scene

BOSS = Principal("agent", "agt_boss", "Boss", Role.ADMIN)
EVE, ALICE = "85290000002", "85290000001"


@pytest.fixture
def here() -> Iterator[Scene]:
    """Eve's case of long ago is over, Alice's is not; Eve's order is as old."""
    with shop_scene() as made:
        made.cloud.raw["secretsmanager"].texts["parley/test/certificates"] = "seed of this stack"
        made.provider.whatsapp.say(PHONE, EVE, text="Old words of Eve.", name="Eve Old")
        made.provider.whatsapp.say(PHONE, ALICE, text="Old words of Alice.", name="Alice Wu")
        assert shop("orders/create", order(email="eve@example.com"), "e1") == 200
        made.settle()
        eve = next(each for each in made.conversations() if each.contact_name == "Eve Old")
        made.replies(eve.id, "Bye, Eve.", "one")
        made.settle()
        desk_service.set_status(made.desk, ANA, eve.id, Status.RESOLVED, made.now())
        made.now.pass_(days=400)
        made.provider.whatsapp.say(PHONE, "85290000003", text="New words of Zoe.", name="Zoe New")
        made.settle()
        for thing in (wired.retaining, wired.erasing, wired.personal_data, wired.files, privacy.asking):
            thing.cache_clear()
        yield made


def everything(here: Scene) -> str:
    return json.dumps([from_attributes(item) for item in here.cloud.tables["desk"].items.values()], default=str)


def run(here: Scene, rules: dict[str, Any], *, dry_run: bool = False) -> Job:
    job = retention.ask(jobs.jobs(), BOSS, rules, here.now.pass_(seconds=1), dry_run=dry_run)
    for _ in range(100):
        job = wired.retaining().step(job, here.now())
        if job.is_over:
            return job
    raise AssertionError("it does not end")


def counts(here: Scene) -> dict[str, int]:
    return dict(here.desk.counts([("desk", "")])["desk", ""])


def test_old_cases_go_with_all_that_was_said_and_the_counters_follow(here: Scene) -> None:
    before = counts(here)
    told = run(here, {"conversations": 365}, dry_run=True)
    assert told.result["conversations"]["count"] == 1
    assert "Old words of Eve" in everything(here)
    done = run(here, {"conversations": 365})
    here.settle()
    assert (done.state, done.result["conversations"]) == (JobState.DONE, told.result["conversations"])
    left = [item for item in here.cloud.tables["desk"].items.items() if "Old words of Eve" in str(item)]
    assert not left
    assert "Bye, Eve" not in everything(here)
    assert {"Old words of Alice", "New words of Zoe"} <= {
        text for text in ("Old words of Alice", "New words of Zoe") if text in everything(here)
    }
    assert counts(here) == {**before, "resolved": before["resolved"] - 1}
    assert run(here, {"conversations": 365}).result["conversations"]["count"] == 0
    # Whoever writes again is known, and begins anew.
    here.provider.whatsapp.say(PHONE, EVE, text="Me again.", name="Eve Old")
    here.settle()
    assert [
        each.contact_name for each in here.conversations() if each.last_message and "again" in each.last_message.preview
    ] == ["Eve Old"]


def test_a_hold_keeps_it(here: Scene) -> None:
    eve = next(each for each in people() if each.name == "Eve Old")
    privacy.holds().put(Document(eve.id, {"reason": "A court asked for it.", "stands": True}), 0)
    done = run(here, {"conversations": 365, "contacts": 365})
    assert (done.result["conversations"]["count"], done.result["conversations"]["held"]) == (0, 1)
    assert "Old words of Eve" in everything(here)


def test_lines_and_contacts_of_whom_nothing_was_heard_go(here: Scene) -> None:
    assert "eve@example.com" in everything(here)
    assert run(here, {"timeline": 365}).result["timeline"]["count"] >= 1
    asked = run(here, {"contacts": 365})
    # Eve by phone and by mail; Alice waits for an answer, Zoe is new.
    assert asked.result["contacts"]["count"] == 2
    waiting = [job for job in jobs.jobs().store.list(20, None).items if job.kind == "privacy.erase"]
    for each in waiting:
        done = each
        while not done.is_over:
            done = wired.erasing().step(done, here.now())
        assert done.state is JobState.DONE
    assert {each.name for each in people()} == {"Alice Wu", "Zoe New"}


def test_it_goes_on_wherever_it_was_interrupted(here: Scene) -> None:
    job = retention.ask(jobs.jobs(), BOSS, {"conversations": 365}, here.now(), dry_run=False)
    for at in range(1, 200):
        seen = iter(range(1, 10_000))

        def tap(name: str, call: Any, at: int = at, seen: Any = seen) -> Any:
            answer = call()
            if next(seen) == at:
                raise Crash(name)
            return answer

        here.cloud.tap = tap
        try:
            job = wired.retaining().step(job, here.now())
        except Crash:
            continue
        finally:
            here.cloud.tap = straight
        if job.is_over:
            break
    here.settle()
    assert job.is_over
    assert "Old words of Eve" not in everything(here)
    assert counts(here)["resolved"] == 0


def nightly(here: Scene, time: str) -> None:
    """What the schedule puts into the queue of long work, as EventBridge writes it."""
    body = {"version": "0", "detail-type": "Scheduled Event", "source": "aws.events", "time": time, "detail": {}}
    record = {"messageId": "1", "body": json.dumps(body), "attributes": {}}
    assert functions.jobs.handler.handler({"Records": [record]}, None) == {"batchItemFailures": []}


def runs() -> list[Job]:
    return [job for job in jobs.jobs().store.list(20, None).items if job.kind == "retention.run"]


def test_the_schedule_carries_the_rules_out_once_a_day(here: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(functions.jobs.handler, "now", here.now)
    nightly(here, "2027-04-06T02:17:00Z")
    documents = DocumentStore(shared.desk(), retention.DOCUMENT)
    documents.put(Document(retention.RULES, {"conversations": None, "timeline": None}, 1), 0)
    nightly(here, "2027-04-06T02:17:00Z")
    assert runs() == []  # nothing in force
    documents.put(Document(retention.RULES, {"conversations": 365, "timeline": None}, 2), 1)
    for _ in range(2):
        nightly(here, "2027-04-06T02:17:00Z")
    (job,) = runs()
    assert (job.asked_by, job.params) == (
        "retention",
        {"rules": {"conversations": 365, "timeline": None}, "dry_run": False},
    )
    here.world.keeps_customers = True
    here.settle()
    assert jobs.jobs().get(job.id).result["conversations"]["count"] == 1
    assert "Old words of Eve" not in everything(here)
    nightly(here, "2027-04-06T02:17:00Z")
    here.now.pass_(days=1)
    nightly(here, "2027-04-07T02:17:00Z")
    assert len(runs()) == 2


@pytest.mark.parametrize("days", [0, -1, 36_501, "30", True, 1.5])
def test_days_are_whole_and_within_limits(days: Any) -> None:
    with pytest.raises(InvalidInput) as refused:
        rules_from({"timeline": days})
    assert refused.value.field == "timeline"
