"""A customer is erased from a desk that is at work: nothing of them stays, nothing of anybody else is touched."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.aws.codec import from_attributes
from chalicelib.aws.stores.people import PeopleStore
from chalicelib.domain.agent import Principal, Role
from chalicelib.domain.conversation import Status
from chalicelib.domain.envelope import SYSTEM
from chalicelib.domain.erasure import Erasure, ErasureState
from chalicelib.domain.errors import ContactNotFound, ErasureRefused, StoreUnavailable
from chalicelib.services import desk as desk_service
from chalicelib.services import people as persons
from chalicelib.services.certificates import is_genuine, subject
from chalicelib.services.erasure import Erasing
from chalicelib.wiring import jobs, privacy, shared
from tests.aws.memory_cloud import Crash, refused, straight
from tests.flow.scene import ANA, BOB, PHONE, Scene
from tests.flow.shops import SHOP_INBOX, order, people, shop, shop_scene

BOSS = Principal("agent", "agt_boss", "Boss", Role.ADMIN)
ALICE = "85290000001"
# Whatever of Bob may stand anywhere, in any notation.
TRACES = ("bob chan", "bob@example", BOB, "6123 4567", "wrong size", "blue shoes", "#1001", "bobs-receipt")


@pytest.fixture
def here() -> Iterator[Scene]:
    with seeded() as scene:
        yield scene


class seeded:  # noqa: N801 - used as a function
    """Bob by WhatsApp and from a shop, one person, with two cases, notes and files; Alice beside him."""

    def __enter__(self) -> Scene:
        self._scene = shop_scene()
        here: Scene = self._scene.__enter__()
        here.cloud.raw["secretsmanager"].texts["parley/test/certificates"] = "seed of this stack"
        here.says("The blue shoes are the wrong size.")
        here.settle()
        case = here.conversation
        here.replies(case.id, "Sorry, Bob Chan! We change them.", "one")
        desk_service.add_note(here.desk, ANA, case.id, "n1", "Bob Chan calls from +852 6123 4567", here.now())
        here.settle()
        desk_service.set_status(here.desk, ANA, case.id, Status.RESOLVED, here.now())
        here.now.pass_(days=30)
        here.says("It is me again, bob@example.com.")
        here.provider.whatsapp.say(PHONE, ALICE, text="Where are my boots?", name="Alice Wu")
        assert shop("orders/create", order(email="bob@example.com", note="blue shoes"), "e1") == 200
        assert shop("orders/create", order(1002, email="alice@example.com"), "e2") == 200
        shop("customers/redact", {"shop_id": 1, "customer": {"id": 7, "email": "bob@example.com"}})
        here.settle()
        by_phone, by_mail = bobs()
        persons.link(
            PeopleStore(shared.desk()),
            by_phone,
            by_mail,
            strength=95,
            evidence=["said_so"],
            actor=SYSTEM,
            now=here.now(),
            reason="Bob Chan said so",
        )
        here.settle()
        return here

    def __exit__(self, *error: Any) -> Any:
        return self._scene.__exit__(*error)


def bobs() -> tuple[str, str]:
    found = people()
    by_phone = next(each.id for each in found if each.name == "Bob Chan")
    return by_phone, next(each.id for each in found if each.email == "bob@example.com")


def erasing(here: Scene) -> Erasing:
    """The desk goes on working while the erasure waits."""
    privacy.erasing.cache_clear()
    return replace(privacy.erasing(), pause=lambda _seconds: here.settle())


def carried_out(here: Scene, erasure_id: str, portions: int = 200) -> Erasure:
    for _ in range(portions):
        after = erasing(here).advance(erasure_id, here.now())
        if after.state is not ErasureState.RUNNING:
            return after
    raise AssertionError("it does not end")


def asked(here: Scene, contact_id: str) -> Erasure:
    made, _job = erasing(here).ask(jobs.jobs(), BOSS, contact_id, contact_id, "asked by mail", here.now())
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
    assert {trace for _, trace in traces(here)} >= {"bob chan", "bob@example", BOB, "wrong size", "blue shoes", "#1001"}
    preview = erasing(here).preview(by_mail)
    done = carried_out(here, asked(here, by_phone).id)
    here.settle()
    assert done.state is ErasureState.DONE, done.findings
    left = traces(here)
    assert not left, "\n".join(map(str, left))
    assert {place: text for place, text in everything(here).items() if place in before} == before
    assert [each.id for each in people()] == [place for place in (each.id for each in people()) if place not in (by_phone, by_mail)]
    body, counts = done.certificate, {row["store"]: row["count"] for row in done.certificate["stores"]}
    assert is_genuine(body, done.signature, privacy.signer().public_key)
    assert body["contacts"] == sorted(subject(body["salt"], each) for each in (by_phone, by_mail)) or {*body["contacts"]} == {
        subject(body["salt"], each) for each in (by_phone, by_mail)
    }
    assert counts["messages"] >= 3
    assert preview.counts["messages"] == counts["messages"]
    assert preview.counts["timeline"] == counts["timeline"]
