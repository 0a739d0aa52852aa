"""Many link, unlink and match at once, and calls to the store fail, before they take effect or with the answer lost:
at the end a person is what was told, and no contact is half of one."""

import random
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from threading import Lock, Thread

import pytest

from chalicelib.domain.envelope import Actor
from chalicelib.domain.errors import LinkNotFound, LinkRefused
from chalicelib.services import people
from tests.services.circle import ANA, Circle, check
from tests.services.test_routing_concurrency import FAULTS, Faulty, busy_threads, until_done

THREADS, CONTACTS, ACTS = 6, 14, 160
AGENT = Actor("agent", ANA.id)


def crowd(seed: int) -> Circle:
    """Customers of whom some have numbers in common."""
    here, chance = Circle(wrap=lambda raw: Faulty(raw, seed)), random.Random(seed)
    for number in range(CONTACTS):
        phone = f"+8526123456{chance.randrange(4)}"
        here.comes(("whatsapp", "sms", "voice")[number % 3], str(number), phone=phone)
    return here


def acts_of(here: Circle, contacts: list[str], seed: int) -> list[Callable[[], object]]:
    chance = random.Random(seed * 7919)
    acts: list[Callable[[], object]] = []
    for _ in range(ACTS):
        one, other = chance.sample(contacts, 2)
        acts.append(partial(chance.choice((_link, _link, _unlink, _match)), here, one, other))
    return acts


def _link(here: Circle, one: str, other: str) -> None:
    people.link(here.people, one, other, strength=60, evidence=("said_so",), actor=AGENT, now=here.now)


def _unlink(here: Circle, one: str, other: str) -> None:
    with suppress(LinkNotFound):
        people.unlink(here.people, one, other, actor=AGENT, now=here.now)


def _match(here: Circle, one: str, _other: str) -> None:
    here.matching.match(one, here.now)


def work(acts: list[Callable[[], object]]) -> None:
    left, lock = acts[::-1], Lock()
    faults: list[BaseException] = []

    def take() -> None:
        while not faults:
            with lock:
                if not left:
                    return
                act = left.pop()
            try:
                with suppress(LinkRefused):
                    until_done(act)
            except BaseException as fault:
                faults.append(fault)

    threads = [Thread(target=take) for _ in range(THREADS)]
    with busy_threads():
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    if faults:
        raise faults[0]


@pytest.mark.parametrize("faults", [0.0, FAULTS])
@pytest.mark.parametrize("seed", range(3))
def test_a_person_is_what_was_told_when_many_link_and_unlink_at_once(seed: int, faults: float) -> None:
    here = crowd(seed)
    contacts = [event["aggregate"]["id"] for event in here.told() if event["type"] == "contact.created"]
    assert len(contacts) == CONTACTS
    here.client.share = faults
    work(acts_of(here, contacts, seed))
    here.client.share = 0.0
    check(here)
    assert (here.client.spoiled > 10) == (faults > 0)
    told = [event["type"] for event in here.heard]
    lines = [key for key in here.table.items if key[1].startswith("H#")]
    assert told.count("contact.linked") > 30 and told.count("contact.unlinked") > 2
    assert len(lines) == 2 * (told.count("contact.linked") + told.count("contact.unlinked")), "nothing twice"
    here.settle()
    check(here)
