"""Persons: whatever is linked, written and taken back in whatever order, nothing of a contact is moved, a person is
what the links say, and without its links everything is as if there had never been one."""

from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from chalicelib.aws import keys, keys_contact
from chalicelib.aws.codec import to_attributes
from chalicelib.domain import ids
from chalicelib.domain.envelope import Actor
from chalicelib.domain.errors import ContactNotFound, LinkNotFound, LinkRefused
from chalicelib.domain.events import ContactUpdated
from chalicelib.domain.person import MAX_MEMBERS
from chalicelib.domain.person_profile import Held, Tally, profile_of
from chalicelib.domain.writes import Recorded, Written
from chalicelib.services import people
from tests.services.circle import ANA, Circle, brittle, check, insist

AGENT = Actor("agent", ANA.id)
CUSTOMERS = [(channel, str(number)) for channel in ("whatsapp", "sms", "email") for number in range(3)]
who = st.sampled_from(CUSTOMERS)


def linked(here: Circle, one: str, other: str, reason: str = "") -> None:
    people.link(here.people, one, other, strength=60, evidence=("said_so",), actor=AGENT, now=here.now, reason=reason)


def unlinked(here: Circle, one: str, other: str, reason: str = "") -> None:
    people.unlink(here.people, one, other, actor=AGENT, now=here.now, reason=reason)


def bare(here: Circle) -> dict[tuple[str, str], Any]:
    """Every item but those of persons and pairs, and without the mark of the person."""
    found = {}
    for key, item in here.table.items.items():
        if not key[0].startswith(("PRS#", "PAR#")):
            found[key] = {name: value for name, value in item.items() if name != "person"}
    return found


class Persons(RuleBasedStateMachine):
    """`plain` is the same world in which nobody is ever linked."""

    @initialize(matches=st.booleans())
    def start(self, matches: bool) -> None:
        self.matches = matches
        self.here, self.plain = Circle(), Circle()
        self.legs: dict[tuple[str, str], str] = {}

    @rule(customer=who, phone=st.sampled_from((None, "+85261234567", "+85261234568")))
    def writes(self, customer: tuple[str, str], phone: str | None) -> None:
        profile = {"phone": phone} if phone else {}
        found = [world.writes(*customer, **profile) for world in (self.here, self.plain)]
        assert found[0] == found[1], "its leg and conversation are those of its own address"
        assert found[0].leg_id == self.legs.setdefault(customer, found[0].leg_id)
        if self.matches:
            self.here.settle()

    @rule(one=who, other=who)
    def links(self, one: tuple[str, str], other: tuple[str, str]) -> None:
        first, second = (ids.contact_id(*each) for each in (one, other))
        if first == second:
            with pytest.raises(LinkRefused):
                linked(self.here, first, second)
            return
        if one not in self.legs or other not in self.legs:
            with pytest.raises(ContactNotFound):
                linked(self.here, first, second)
            return
        linked(self.here, first, second)
        if self.matches:
            self.here.settle()

    @rule(one=who, other=who)
    def unlinks(self, one: tuple[str, str], other: tuple[str, str]) -> None:
        with suppress(LinkNotFound, ContactNotFound):
            unlinked(self.here, ids.contact_id(*one), ids.contact_id(*other))

    @invariant()
    def nothing_is_moved_and_a_person_is_what_was_told(self) -> None:
        assert bare(self.here) == bare(self.plain)
        check(self.here)

    def teardown(self) -> None:
        contacts = sorted(ids.contact_id(*customer) for customer in getattr(self, "legs", ()))
        for contact in contacts:
            for link in self.here.person(contact).links:
                unlinked(self.here, *link.ends)
        for contact in contacts:
            key = (f"CON#{contact}", "~")
            assert self.here.table.items[key] == self.plain.table.items[key], "byte for byte"
            assert profile_of([self.here.contact(contact)]) == profile_of([self.plain.contact(contact)])
            assert self.here.members(contact) == {contact}


TestPersons = Persons.TestCase
TestPersons.settings = settings(
    max_examples=30, stateful_step_count=25, deadline=None, phases=(Phase.explicit, Phase.generate, Phase.shrink)
)


def three(here: Circle) -> tuple[str, str, str]:
    return here.comes("whatsapp", "1"), here.comes("sms", "2"), here.comes("email", "3")


def test_a_cycle_is_harmless_and_only_the_last_path_taken_back_parts_them() -> None:
    here = Circle()
    one, two, three_ = three(here)
    for pair in ((one, two), (two, three_), (three_, one)):
        linked(here, *pair)
    assert here.members(one) == {one, two, three_}
    unlinked(here, one, two)
    assert here.members(one) == {one, two, three_}
    unlinked(here, one, three_)
    assert here.members(one) == {one} and here.members(two) == {two, three_}
    check(here)


def test_a_second_time_changes_nothing() -> None:
    here = Circle()
    one, two, _ = three(here)
    linked(here, one, two, "They said so")
    before = dict(here.table.items)
    linked(here, two, one, "They said so")
    assert here.table.items == before
    unlinked(here, one, two, "They did not")
    before = dict(here.table.items)
    unlinked(here, two, one, "They did not")
    assert here.table.items == before
    with pytest.raises(LinkNotFound):
        unlinked(here, one, _)
    check(here)


def test_the_history_keeps_every_link_and_every_word_taken_back() -> None:
    here = Circle()
    one, two, _ = three(here)
    for turn in range(3):
        linked(here, one, two, f"yes {turn}")
        here.now += timedelta(seconds=1)
        unlinked(here, one, two, f"no {turn}")
        here.now += timedelta(seconds=1)
    lines = here.pairs.history(two, 100, None).items
    assert [line.reason for line in lines] == ["no 2", "yes 2", "no 1", "yes 1", "no 0", "yes 0"]
    assert [line.what for line in lines[:2]] == ["unlinked", "linked"]
    assert lines == here.pairs.history(one, 100, None).items
    first = here.pairs.history(one, 4, None)
    assert [*first.items, *here.pairs.history(one, 4, first.next).items] == lines


def test_more_than_a_person_can_be_is_refused_and_changes_nothing() -> None:
    here = Circle()
    contacts = [here.comes("sms", str(number)) for number in range(MAX_MEMBERS + 1)]
    for other in contacts[1:MAX_MEMBERS]:
        linked(here, contacts[0], other)
    before = dict(here.table.items)
    with pytest.raises(LinkRefused) as refused:
        linked(here, contacts[0], contacts[-1])
    assert refused.value.facts == {"because": "size"}
    assert here.table.items == before
    check(here)
    unlinked(here, contacts[0], contacts[1])
    check(here)


def test_an_edit_does_not_write_over_a_link_that_was_made_meanwhile() -> None:
    here = Circle()
    one, two, _ = three(here)
    read = here.contact(one)
    linked(here, one, two)
    recorded = Recorded((ContactUpdated(fields=("name",)),), AGENT, here.now)
    assert here.contacts.replace(read, read.version, recorded) is Written.CONFLICT
    check(here)


@pytest.mark.parametrize("after", [False, True])
def test_a_stop_between_any_two_calls_leaves_it_right(after: bool) -> None:
    """Linking three, taking one back, dismissing, by people and by matching: each call fails once, before it takes
    effect or with its answer lost, and everything is asked again."""
    phone = "+85261234567"

    def play(here: Circle) -> None:
        one, two = here.comes("whatsapp", "1", phone=phone), here.comes("sms", "2", phone=phone)
        other = here.comes("email", "3")
        here.is_told(here.comes("telegram", "4"), "agent", phone=phone)
        here.client.armed = True
        for event in here.told():
            insist(lambda event=event: here.matching.react(event, here.now))  # type: ignore[misc]
        insist(lambda: linked(here, two, other))
        insist(lambda: unlinked(here, one, two))
        here.client.armed = False
        here.settle()

    quiet = Circle(wrap=Numbered)
    play(quiet)
    check(quiet)
    final, calls = ended(quiet), quiet.client.calls
    assert calls > 40
    for number in range(calls):
        here = Circle(wrap=lambda raw, number=number: Numbered(raw, number, after))  # type: ignore[misc]
        play(here)
        check(here)
        assert here.client.failed
        assert ended(here) == final


def ended(here: Circle) -> Any:
    """Who is one person, what is suggested, and how many lines tell of it."""
    persons = {key: here.item(key).get("members") for key in here.table.items if key[0].startswith("PRS#")}
    lines = [key for key in here.table.items if key[1].startswith("H#")]
    roots = [item.get("person") for _, item in sorted(here.table.items.items())]
    return persons, here.suggested(), roots, len(lines)


class Numbered:
    """A client of which the call with this number fails once, counted while it is `armed`."""

    def __init__(self, client: Any, fails_at: int | None = None, after: bool = False) -> None:
        self._brittle = brittle(client)
        self._fails_at, self._brittle.after = fails_at, after
        self.armed = self.failed = False
        self.calls = 0

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._brittle, name)

        def counted(**request: Any) -> Any:
            if self.armed:
                if self.calls == self._fails_at:
                    self._brittle.fails_at, self.failed = 0, True
                self.calls += 1
            return call(**request)

        return counted


def _row(here: Circle, key: keys.Key) -> None:
    here.table.items[key] = to_attributes({"pk": key[0], "sk": key[1]})


def test_a_rehearsal_tells_how_much_each_side_has_and_keeps() -> None:
    here = Circle()
    one, other = here.comes("whatsapp", "1"), here.comes("email", "2")
    for number in range(3):
        _row(here, keys_contact.opened(other, here.now + timedelta(days=number), f"cnv_{number}"))
    for number in range(150):
        _row(here, (keys.contact_timeline(other)[0], f"{number:04d}#note#n"))
    before = dict(here.table.items)
    shown = here.linking().rehearse(one, other)
    assert shown.my_own == Held(Tally(0), Tally(0))
    assert shown.their_own == Held(Tally(3), Tally(100, is_more=True))
    assert here.linking().preview(one, other).their_own is None
    assert here.table.items == before
    here.linking().link(one, other, "")
    assert here.linking().rehearse(other, one).my_own == Held(Tally(3), Tally(100, is_more=True))
