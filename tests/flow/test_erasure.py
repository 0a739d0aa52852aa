"""A customer is erased from a desk that is at work: nothing of them stays, nothing of anybody else is touched."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.aws.codec import from_attributes
from chalicelib.aws.stores.people import PeopleStore
from chalicelib.aws.stores.personal_data import PersonalData
from chalicelib.domain.document import Document
from chalicelib.domain.envelope import SYSTEM
from chalicelib.domain.erasure import Erasure, ErasureState, Step, Survey
from chalicelib.domain.errors import ContactNotFound, ErasureRefused, StoreUnavailable
from chalicelib.services import people as persons
from chalicelib.services.certificates import is_genuine, subject
from chalicelib.services.jobs import Jobs
from chalicelib.services.merging import Rearranging
from chalicelib.wiring import erasure as wired
from chalicelib.wiring import jobs, privacy, shared
from chalicelib.wiring import work as wired_work
from tests.aws.memory_cloud import Crash, refused, straight
from tests.flow.bob import BOSS, TRACES, bobs, carried_out, erasing, seeded, sown
from tests.flow.scene import ANA, BOB, PHONE, Scene
from tests.flow.shops import order, people, shop


@pytest.fixture
def here() -> Iterator[Scene]:
    with seeded() as scene:
        yield scene


class Quiet:
    """The tests carry out the work themselves."""

    def put(self, job_id: str) -> None: ...


def work() -> Jobs:
    return replace(jobs.jobs(), queue=Quiet())


def asked(here: Scene, contact_id: str) -> Erasure:
    made, _job = privacy.asking().erase(work(), BOSS, contact_id, contact_id, "asked by mail", here.now())
    return made


def everything(here: Scene) -> dict[Any, str]:
    """All that is stored anywhere, as text in lower case."""
    found: dict[Any, str] = {}
    for name, table in here.cloud.tables.items():
        for key, item in table.items.items():
            found[name, *key] = json.dumps(from_attributes(item), default=str).casefold()
    for place, (body, *_rest) in here.cloud.s3.objects.items():
        found[place] = body.decode("utf-8", "replace").casefold()
    return found


def traces(here: Scene) -> list[Any]:
    return [(place, trace) for place, text in everything(here).items() for trace in TRACES if trace in text]


def of_alice(here: Scene) -> dict[Any, str]:
    """Her items, byte for byte; counters and the desk's own are everybody's."""
    hers = {each.id for each in people()} - {*bobs()}
    texts = everything(here)
    return {place: text for place, text in texts.items() if any(each in text or each in str(place) for each in hers)}


def test_nothing_is_left_and_the_certificate_says_so(here: Scene) -> None:
    before, (by_phone, by_mail) = of_alice(here), bobs()
    stores = sown(here)
    assert {trace for _, trace in traces(here)} >= {"bob chan", "bob@example", BOB, "wrong size", "blue shoes", "#1001"}
    preview = erasing(here).preview(privacy.asking().preview(work(), BOSS, by_mail, here.now()), here.now())
    done = carried_out(here, asked(here, by_phone).id)
    here.settle()
    assert done.state is ErasureState.DONE, done.findings
    left = traces(here)
    assert not left, "\n".join(map(str, left))
    assert {place: text for place, text in everything(here).items() if place in before} == before
    assert not {each.id for each in people()} & {by_phone, by_mail}
    body, counts = done.certificate, {row["store"]: row["count"] for row in done.certificate["stores"]}
    assert is_genuine(body, done.signature, wired.signer().public_key)
    assert {*body["contacts"]} == {subject(body["salt"], each) for each in (by_phone, by_mail)}
    assert counts["messages"] >= 3
    assert stores == {*counts}
    assert preview.result["counts"]["messages"] == counts["messages"]
    assert preview.result["counts"]["timeline"] == counts["timeline"]


class Interrupted:
    """Ends the process at one call after the other: before it takes effect, or with its answer lost."""

    def __init__(self, *, after: bool) -> None:
        self.after, self.at, self.seen = after, 0, 0

    def __call__(self, name: str, call: Callable[[], Any]) -> Any:
        self.seen += 1
        if self.seen != self.at:
            return call()
        if self.after:
            call()
        raise Crash(name)


def interrupted(here: Scene, erasure_id: str, *, after: bool) -> tuple[Erasure, int]:
    """Every call of every portion is the last one once."""
    tap, crashes, done = Interrupted(after=after), 0, None
    while done is None or done.state is ErasureState.RUNNING:
        tap.at = tap.at + 1
        tap.seen = 0
        here.cloud.tap = tap
        try:
            done = replace(wired.erasing(), pause=lambda _seconds: None).advance(erasure_id, here.now())
            tap.at = 0
        except Crash:
            crashes += 1
        except StoreUnavailable:
            tap.at = 0
        finally:
            here.cloud.tap = straight
    return done, crashes


@pytest.mark.parametrize("after", [False, True])
def test_interrupted_at_every_call_it_ends_the_same(*, after: bool) -> None:
    with seeded() as clean:
        expected = carried_out(clean, asked(clean, bobs()[0]).id)
        clean.settle()
        left = everything(clean)
    with seeded() as here:
        done, crashes = interrupted(here, asked(here, bobs()[0]).id, after=after)
        here.settle()
        assert crashes > 100
        assert done.state is ErasureState.DONE, done.findings
        assert traces(here) == []
        assert done.removed == expected.removed
        assert is_genuine(done.certificate, done.signature, wired.signer().public_key)
        found = everything(here)
        assert {key for key in found if "ERA#" not in str(key)} == {key for key in left if "ERA#" not in str(key)}


def test_whoever_writes_while_it_goes_on_is_somebody_new_and_nothing_old_comes_back(here: Scene) -> None:
    by_phone, _ = bobs()
    erasure = asked(here, by_phone)
    said = iter(f"I am new here ({number})." for number in range(1000))
    done = erasure
    for _ in range(200):
        here.now.pass_(seconds=1)
        here.provider.whatsapp.say(PHONE, BOB, text=next(said), name="Robert")
        here.settle()
        done = erasing(here).advance(erasure.id, here.now())
        if done.state is not ErasureState.RUNNING:
            break
    here.now.pass_(seconds=1)
    here.provider.whatsapp.say(PHONE, BOB, text="The last word.", name="Robert")
    for _ in range(3):
        here.world.wake("spill.fifo")
        here.settle()
    assert done.state is ErasureState.DONE, done.findings
    (new,) = [each for each in people() if each.name == "Robert"]
    assert new.id not in done.case.contact_ids
    (case,) = [each for each in here.conversations() if each.contact_id == new.id]
    texts = [message.text for message in here.messages(case.id)]
    assert texts[-1] == "The last word."
    assert len(texts) > 5
    assert texts == sorted(texts[:-1], key=lambda text: int(text.split("(")[1][:-2])) + texts[-1:]
    left = [trace for trace in traces(here) if trace[1] != BOB]
    assert not left


def test_what_was_said_before_does_not_come_back_when_it_is_delivered_again(here: Scene) -> None:
    calls = [here.provider.whatsapp.say(PHONE, BOB, text="Once more, from Bob Chan.", name="Bob Chan")]
    post = here.provider.post
    kept: list[Any] = list(post._jobs)
    here.settle()
    assert calls
    assert kept
    here.now.pass_(seconds=5)
    carried_out(here, asked(here, bobs()[0]).id)
    post._jobs.extend(kept)
    here.settle()
    assert traces(here) == []
    assert shop("orders/create", order(email="bob@example.com", note="blue shoes"), "e1") == 200
    here.settle()
    assert traces(here) == []


def test_the_numbers_stay_honest(here: Scene) -> None:
    def counts() -> dict[str, int]:
        return dict(here.desk.counts([("desk", "")])["desk", ""])

    before = counts()
    carried_out(here, asked(here, bobs()[0]).id)
    here.settle()
    assert (before["open"], before["resolved"]) == (3, 0) or before["open"] > counts()["open"]
    shown = {status: len(here.conversations(status)) for status in ("open", "pending", "snoozed", "resolved")}
    assert {status: counts()[status] for status in shown} == shown


def test_a_changed_certificate_does_not_pass(here: Scene) -> None:
    done = carried_out(here, asked(here, bobs()[0]).id)
    known = privacy.signing_keys()
    assert known.judge(done.certificate, done.signature) is None
    for changed in (
        {**done.certificate, "asked_by": "agt_other"},
        {**done.certificate, "stores": done.certificate["stores"][1:]},
        {**done.certificate, "rescan": {**done.certificate["rescan"], "found": 1}},
        {**done.certificate, "more": ""},
    ):
        assert known.judge(changed, done.signature) == "signature"
    assert known.judge({**done.certificate, "key_id": "key_0"}, done.signature) == "unknown_key"
    for signature in ("", "x", "AAAA", done.signature[:-4] + "AAA="):
        assert known.judge(done.certificate, signature) == "signature"


def test_it_is_refused_without_the_typed_id_and_while_a_hold_stands(here: Scene) -> None:
    by_phone, by_mail = bobs()
    before = everything(here)
    with pytest.raises(ErasureRefused) as refused_:
        privacy.asking().erase(work(), BOSS, by_phone, by_mail, "", here.now())
    assert refused_.value.facts["because"] == "confirmation"
    privacy.holds().put(Document(by_mail, {"reason": "A court asked for it.", "stands": True}), 0)
    with pytest.raises(ErasureRefused, match="court"):
        asked(here, by_phone)
    with pytest.raises(ContactNotFound):
        asked(here, "con_nobody")
    after = everything(here)
    assert {place for place in after if place not in before} == {("desk", "DOC#legal_hold", by_mail)}


class Blind:
    """The stores, but for timelines, which the rounds do not see."""

    def __init__(self, data: PersonalData) -> None:
        self._data = data

    def __getattr__(self, name: str) -> Any:
        return getattr(self._data, name)

    def places(self, step: Step, survey: Survey) -> Any:
        return () if step is Step.TIMELINES else self._data.places(step, survey)


def test_what_is_left_fails_it_and_names_where(here: Scene) -> None:
    erasure, blind = asked(here, bobs()[0]), erasing(here)
    blind, done = replace(blind, data=Blind(wired.personal_data())), erasure
    while done.state is ErasureState.RUNNING:
        done = blind.advance(erasure.id, here.now())
    assert done.state is ErasureState.FAILED
    assert {finding.split()[0] for finding in done.findings} == {"timeline", "event_marks", "subjects"}
    assert not done.certificate
    again = carried_out(here, asked(here, bobs()[0]).id)
    assert again.state is ErasureState.DONE
    assert traces(here) == []


def test_a_store_that_fails_now_and_then_only_delays_it(here: Scene) -> None:
    erasure = asked(here, bobs()[0])
    done, number = erasure, iter(range(10_000))

    def flaky(name: str, call: Callable[[], Any]) -> Any:
        if next(number) % 61 == 60:
            raise refused("ProvisionedThroughputExceededException")
        return call()

    for _ in range(600):
        here.cloud.tap = flaky
        try:
            done = replace(wired.erasing(), pause=lambda _seconds: None).advance(erasure.id, here.now())
        except StoreUnavailable:
            continue
        finally:
            here.cloud.tap = straight
        if done.state is not ErasureState.RUNNING:
            break
    assert done.state is ErasureState.DONE
    assert traces(here) == []


def test_a_case_that_others_have_a_part_in_is_taken_apart_by_people_first(here: Scene) -> None:
    by_phone, _ = bobs()
    alice = next(each.id for each in people() if each.name == "Alice Wu")
    mine, hers = (
        next(each for each in here.conversations() if each.contact_id == contact) for contact in (by_phone, alice)
    )
    store, now = PeopleStore(shared.desk()), here.now()
    persons.link(store, by_phone, alice, strength=90, evidence=["said_so"], actor=SYSTEM, now=now)
    merging = Rearranging(wired_work.merging(), ANA, now)
    merging.merge(mine.id, hers.id)
    persons.unlink(store, by_phone, alice, actor=SYSTEM, now=now)
    before = everything(here)
    with pytest.raises(ErasureRefused) as told:
        asked(here, by_phone)
    assert told.value.facts == {"because": "shared", "conversation_ids": [mine.id]}
    assert everything(here) == before
    merging.unmerge(mine.id, hers.id)
    done = carried_out(here, asked(here, by_phone).id)
    assert done.state is ErasureState.DONE
    assert [message.text for message in here.messages(hers.id)] == ["Where are my boots?"]
