"""Who is linked by itself, who is suggested, and who is left alone."""

from typing import Any

import pytest

from chalicelib.domain.errors import LinkRefused, NotPermitted, SuggestionNotFound, SuggestionOver
from chalicelib.domain.job import Job, JobState
from chalicelib.domain.matching_values import CROWD, SHARED
from chalicelib.domain.suggestion import PairState, ends_of, pair_id
from chalicelib.services.matching import MATCH_CONTACTS, PORTION
from tests.services.circle import ANA, SUE, Circle, check

PHONE = "+85261234567"
MAIL = "bob@example.com"


@pytest.fixture
def here() -> Circle:
    return Circle()


def test_two_contacts_become_one_person_when_their_channels_attest_the_same_number(here: Circle) -> None:
    one = here.comes("whatsapp", "85261234567", name="Bob Chan", phone=PHONE)
    here.settle()
    assert here.contact(one).person is None
    other = here.comes("sms", PHONE, phone=PHONE)
    here.settle()
    assert here.members(one) == {one, other}
    (link,) = here.person(one).links
    assert (link.strength, link.evidence, link.by) == (90, ("phone",), ("system", None))
    assert link.reason == "Both have the same phone number (attested by the channel)."
    assert here.suggested() == []
    check(here)


def test_a_typed_address_is_suggested_and_links_once_somebody_accepts(here: Circle) -> None:
    one = here.comes("email", MAIL, name="Bob Chan", email=MAIL)
    other = here.comes("telegram", "77", name="Bob Chan")
    here.settle()
    here.is_told(other, "agent", email="BOB@example.com ")
    here.settle()
    assert here.suggested() == [(*sorted((one, other)), 64)]
    assert here.contact(one).person is None
    name = pair_id(one, other)
    pair, whole = here.linking().accept(name, "They told me")
    assert (pair.state, pair.by, pair.why) == (PairState.LINKED, ("agent", ANA.id), "They told me")
    assert set(whole.person.members) == {one, other}
    assert whole.person.links[0].evidence == ("email", "name", "said_so")
    here.settle()
    assert here.suggested() == []
    version = here.person(one).version
    assert here.linking().accept(name, "They told me")[0].state is PairState.LINKED
    assert here.person(one).version == version, "a second time changes nothing"
    with pytest.raises(SuggestionOver):
        here.linking().dismiss(name, "")
    check(here)


def test_what_was_typed_is_linked_once_it_is_proven(here: Circle) -> None:
    one = here.comes("email", MAIL, email=MAIL)
    other = here.comes("telegram", "77")
    here.is_told(other, "visitor", email=MAIL)
    here.settle()
    assert [strength for *_, strength in here.suggested()] == [40]
    here.is_told(other, "verified", email=MAIL)
    here.settle()
    assert here.members(one) == {one, other}
    assert here.suggested() == []
    check(here)


def test_a_suggestion_is_withdrawn_when_its_ground_is_gone(here: Circle) -> None:
    here.comes("email", MAIL, email=MAIL)
    other = here.comes("telegram", "77")
    here.is_told(other, "agent", email=MAIL)
    here.settle()
    assert len(here.suggested()) == 1
    here.is_told(other, "agent", email="someone@else.example")
    here.settle()
    assert here.suggested() == []
    check(here)


def test_a_dismissed_pair_is_suggested_again_by_new_evidence_only(here: Circle) -> None:
    one = here.comes("email", MAIL, email=MAIL)
    other = here.comes("telegram", "77")
    here.is_told(other, "agent", email=MAIL)
    here.settle()
    name = pair_id(one, other)
    assert here.linking().dismiss(name, "Father and son").state is PairState.DISMISSED
    assert here.linking().dismiss(name, "Father and son").version == 2
    with pytest.raises(SuggestionOver, match="dismissed"):
        here.linking().accept(name, "")
    here.is_told(other, "agent", name="Bob")
    here.settle()
    assert here.suggested() == []
    here.is_told(one, "agent", phone=PHONE)
    here.is_told(other, "agent", phone=PHONE)
    here.settle()
    assert [strength for *_, strength in here.suggested()] == [60], "for the number, which nobody has judged"
    here.linking().dismiss(name, "Still not")
    here.is_told(other, "verified", email=MAIL)
    here.settle()
    assert here.contact(one).person is None, "people have said no: it never links by itself again"
    assert [strength for *_, strength in here.suggested()] == [89]
    whats = [line.what for line in here.pairs.history(other, 10, None).items]
    assert whats == ["dismissed", "dismissed"]
    check(here)


def test_what_people_took_apart_stays_apart_through_others_too(here: Circle) -> None:
    one = here.comes("whatsapp", "1", phone=PHONE)
    other = here.comes("sms", "2", phone=PHONE)
    here.settle()
    here.linking().unlink(one, other, "Two flatmates")
    here.is_told(one, "agent", name="Bob")
    here.is_told(other, "agent", name="Ann")
    here.settle()
    assert here.contact(one).person is None
    third = here.comes("voice", "3", phone=PHONE)
    here.settle()
    whole = here.members(third)
    assert len(whole) == 2, "whoever is found first; the other one would bring both together again"
    assert not {one, other} <= whole
    assert here.suggested() == []
    check(here)


def test_two_customer_ids_are_suggested_with_what_speaks_against_it_and_need_a_supervisor(here: Circle) -> None:
    one = here.comes("web_chat", "user:1", phone=PHONE)
    other = here.comes("web_chat", "user:2", phone=PHONE)
    here.settle()
    assert [strength for *_, strength in here.suggested()] == [89]
    name = pair_id(one, other)
    with pytest.raises(NotPermitted, match="two different customer ids in web_chat"):
        here.linking().accept(name, "")
    assert here.contact(one).person is None
    here.linking(SUE).accept(name, "Two accounts, one customer")
    assert here.members(one) == {one, other}
    third = here.comes("sms", "2", phone=PHONE)
    here.settle()
    assert here.members(one) == {one, other, third}
    check(here)


def test_a_person_is_judged_whole_when_only_one_member_shares_an_address(here: Circle) -> None:
    """The third has a customer id that contradicts one of the first two, and shares a number with the other."""
    one = here.comes("web_chat", "user:1", email=MAIL)
    other = here.comes("email", MAIL, email=MAIL)
    here.settle()
    assert here.members(one) == {one, other}
    here.is_told(other, "provider", phone=PHONE)
    third = here.comes("web_chat", "user:2", phone=PHONE)
    here.settle()
    assert here.contact(third).person is None
    assert here.suggested() == [(*sorted((other, third)), 89)]
    check(here)


def test_an_address_of_many_links_nobody_and_that_of_a_crowd_is_not_even_suggested(here: Circle) -> None:
    for number in range(SHARED):
        contact = here.comes("telegram", f"{number}")
        here.is_told(contact, "store", phone=PHONE)
    one, other = here.comes("whatsapp", "1", phone=PHONE), here.comes("sms", "2", phone=PHONE)
    here.settle()
    assert here.contact(one).person is None
    name = pair_id(one, other)
    assert f"{SHARED + 2} contacts have it" in here.linking()._pair(name).reason
    for number in range(SHARED, CROWD):
        contact = here.comes("telegram", f"{number}")
        here.is_told(contact, "store", phone=PHONE)
    here.settle()
    here.is_told(one, "provider", name="Desk")
    here.settle()
    assert one not in {end for a, b, _ in here.suggested() for end in (a, b)}, "withdrawn: it says nothing any more"
    check(here)


def test_a_link_an_agent_made_becomes_sure_when_the_evidence_comes(here: Circle) -> None:
    one, other = here.comes("email", MAIL, email=MAIL), here.comes("telegram", "77")
    here.linking().link(one, other, "Said so on the phone")
    assert here.person(one).links[0].strength == 60
    here.is_told(other, "verified", email=MAIL)
    here.settle()
    (link,) = here.person(one).links
    assert (link.strength, link.evidence) == (90, ("email",))
    assert [line.what for line in here.pairs.history(one, 10, None).items] == ["linked", "linked"]
    check(here)


def test_nobody_is_linked_with_themselves(here: Circle) -> None:
    one = here.comes("email", MAIL, email=MAIL)
    for act in (here.linking().link, lambda a, b, _: here.linking().preview(a, b)):
        with pytest.raises(LinkRefused) as refused:
            act(one, one, "")
        assert refused.value.facts == {"because": "itself"}
    here.matching.match(one, here.now)
    here.matching.match("con_nobody", here.now)
    check(here)


def test_news_out_of_order_and_of_contacts_that_are_gone_end_in_the_same_state() -> None:
    def ended(order: int) -> tuple[set[str], list[tuple[str, str, int]]]:
        here = Circle()
        one = here.comes("whatsapp", "1", phone=PHONE)
        here.comes("sms", "2", phone=PHONE)
        here.is_told(here.comes("telegram", "3"), "agent", phone=PHONE)
        events = [event for event in here.told() if event["type"].startswith("contact.")]
        gone = {**events[0], "aggregate": {**events[0]["aggregate"], "id": "con_0g0ne"}}
        for event in (gone, *events[::order]):
            here.matching.react(event, here.now)
        here.settle()
        check(here)
        return here.members(one), [(a, b, s) for a, b, s in sorted(here.suggested())]

    assert ended(1)[0] == ended(-1)[0]
    assert ended(1)[1], "with whom depends on the order, that somebody asks does not"


@pytest.mark.parametrize(
    "text", ["", "sug_", "sug_00", "sug_zz0", "con_1", "sug_01a", "sug_01ba", "sug_01aa", "sug_0!"]
)
def test_an_id_that_names_no_pair_finds_nothing(here: Circle, text: str) -> None:
    with pytest.raises(ValueError, match="no suggestion id"):
        ends_of(text)
    with pytest.raises(SuggestionNotFound):
        here.linking().dismiss(text, "")


class Counted:
    """A client that notes which calls are made."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self.calls: list[str] = []

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._client, name)

        def counted(**request: Any) -> Any:
            self.calls.append(name)
            return call(**request)

        return counted


def test_a_new_contact_costs_little_when_nobody_shares_its_address() -> None:
    here = Circle(wrap=Counted)
    alone = here.comes("whatsapp", "1", phone=PHONE)
    for number in range(30):
        here.comes("telegram", f"{number}", name="Bob")
    nobody = here.comes("line", "7", name="Bob")

    def calls(contact: str) -> list[str]:
        here.client.calls.clear()
        here.matching.match(contact, here.now)
        return list(here.client.calls)

    assert calls(alone) == ["batch_get_item", "query"]
    assert calls(nobody) == ["batch_get_item"]
    here.comes("sms", "2", phone=PHONE)
    assert len(calls(alone)) == 17, "two looks and a link"
    assert len(calls(alone)) == 7, "a look at who is one person already"


def test_news_that_says_nothing_of_who_somebody_is_costs_nothing() -> None:
    here = Circle(wrap=Counted)
    contact = here.comes("whatsapp", "1", phone=PHONE)
    here.told()
    here.is_told(contact, "agent", tier="gold", **{"attribute.size": "42"})
    (event,) = here.told()
    here.client.calls.clear()
    here.matching.react(event, here.now)
    assert here.client.calls == []
    here.is_told(contact, "agent", tier="silver", name="Bob")
    here.matching.react(here.told()[0], here.now)
    assert "query" in here.client.calls


def test_contacts_that_were_there_before_are_matched_portion_by_portion_whatever_is_repeated() -> None:
    here = Circle()
    numbers = [f"+8526123{number:04d}" for number in range(2 * PORTION)]
    ones = [here.comes("whatsapp", number, phone=number) for number in numbers]
    others = [here.comes("sms", number, phone=number) for number in numbers]
    job, portions = Job("job_1", MATCH_CONTACTS, "agt_1", here.now), 0
    while not job.is_over:
        repeated = here.matching.step(job, here.now)
        job = here.matching.step(job, here.now)
        assert repeated == job
        portions += 1
    assert portions == 2 * len(numbers) // PORTION + 1
    assert (job.state, job.result) == (JobState.DONE, {"contacts": 2 * len(numbers)})
    assert [here.members(one) for one in ones] == [{*pair} for pair in zip(ones, others, strict=True)]
    version = here.person(ones[0]).version
    here.matching.step(Job("job_2", MATCH_CONTACTS, "agt_1", here.now), here.now)
    assert here.person(ones[0]).version == version
    check(here)
