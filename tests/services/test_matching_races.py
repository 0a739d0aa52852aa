"""What people say, and contacts that go, in the moment between matching's look and its word."""

from collections.abc import Callable
from typing import Any

from chalicelib.aws import keys
from chalicelib.domain.suggestion import PairState, pair_id
from tests.services.circle import Circle, check

PHONE = "+85261234567"


class Hooked:
    """A client before whose next transaction something happens, once."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self.before: Callable[[], object] | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def transact_write_items(self, **request: Any) -> Any:
        act, self.before = self.before, None
        if act is not None:
            act()
        return self._client.transact_write_items(**request)


def test_a_pair_is_not_linked_when_somebody_dismisses_it_in_that_moment() -> None:
    here = Circle(wrap=Hooked)
    one, other = here.comes("whatsapp", "1", phone=PHONE), here.comes("telegram", "2")
    here.is_told(other, "visitor", phone=PHONE)
    here.settle()
    here.is_told(other, "verified", phone=PHONE)
    here.client.before = lambda: here.linking().dismiss(pair_id(one, other), "Two flatmates")
    here.settle()
    assert here.client.before is None
    assert here.contact(one).person is None
    assert [strength for *_, strength in here.suggested()] == [89], "proven since: somebody is asked"
    check(here)


def test_a_pair_is_not_linked_when_somebody_takes_it_apart_in_that_moment() -> None:
    here = Circle(wrap=Hooked)
    one, other = here.comes("whatsapp", "1", phone=PHONE), here.comes("sms", "2", phone=PHONE)

    def changes_their_mind() -> None:
        here.linking().link(one, other, "They are one")
        here.linking().unlink(one, other, "They are not")

    here.client.before = changes_their_mind
    here.settle()
    assert here.client.before is None
    assert here.contact(one).person is None
    assert here.suggested() == []
    pair = here.pairs.pair(*sorted((one, other)))
    assert pair is not None and pair.state is PairState.APART
    check(here)


def test_the_second_of_two_that_suggest_at_once_looks_again() -> None:
    here = Circle(wrap=Hooked)
    one, other = here.comes("whatsapp", "1", phone=PHONE), here.comes("telegram", "2")
    here.is_told(other, "agent", phone=PHONE)
    here.client.before = lambda: here.matching.match(other, here.now)
    here.matching.match(one, here.now)
    assert here.client.before is None
    assert here.suggested() == [(*sorted((one, other)), 60)]
    pair = here.pairs.pair(*sorted((one, other)))
    assert pair is not None and pair.version == 1, "said once"
    check(here)


def test_nobody_is_linked_with_a_contact_that_is_gone() -> None:
    here = Circle(wrap=Hooked)
    one, other = here.comes("whatsapp", "1", phone=PHONE), here.comes("sms", "2", phone=PHONE)
    here.client.before = lambda: here.table.items.pop(keys.contact(other))
    here.matching.match(one, here.now)
    assert here.client.before is None
    here.matching.match(one, here.now)
    assert here.contact(one).person is None
    assert not any(pk.startswith(("PRS#", "PAR#")) for pk, _ in here.table.items)


def test_a_link_taken_back_before_its_news_arrives_settles_nothing() -> None:
    here = Circle()
    one, other = here.comes("whatsapp", "1", phone=PHONE), here.comes("telegram", "2")
    third = here.comes("email", "3")
    for contact in (other, third):
        here.is_told(contact, "agent", phone=PHONE)
    here.settle()
    assert len(here.suggested()) == 3
    here.linking().link(one, other, "")
    here.linking().unlink(one, other, "")
    here.settle()
    left = {frozenset((a, b)) for a, b, _ in here.suggested()}
    assert left == {frozenset((one, third)), frozenset((other, third))}
    check(here)


def test_suggestions_within_a_person_are_done_when_it_becomes_one_in_another_way() -> None:
    here = Circle()
    one, other = here.comes("whatsapp", "1", phone=PHONE), here.comes("telegram", "2")
    third = here.comes("email", "3")
    here.is_told(other, "agent", phone=PHONE)
    here.settle()
    assert len(here.suggested()) == 1
    here.linking().link(one, third, "")
    here.linking().link(third, other, "")
    assert here.linking().page(10, None).items == [], "not shown any more, even before the news"
    here.settle()
    assert here.suggested() == []
    pair = here.pairs.pair(*sorted((one, other)))
    assert pair is not None and pair.state is PairState.LINKED
    check(here)
