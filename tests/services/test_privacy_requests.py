"""Requests of providers: noted once, led to whom they name, carried out by administrators only, never lost."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.aws import keys
from chalicelib.aws.codec import Item
from chalicelib.aws.codec_contact import identity_item
from chalicelib.aws.codec_evidence import evidence_item
from chalicelib.aws.codec_timeline import subject_item
from chalicelib.aws.stores.privacy_requests import PrivacyRequestStore
from chalicelib.aws.transaction import Desk, Put
from chalicelib.channels.base import AccountNotice
from chalicelib.domain import ids
from chalicelib.domain.agent import Principal, Role
from chalicelib.domain.contact import ContactIdentity
from chalicelib.domain.errors import (
    ErasureRefused,
    PrivacyRequestNotFound,
    PrivacyRequestRefused,
    VersionConflict,
)
from chalicelib.domain.evidence import Evidence
from chalicelib.domain.inbox import Inbox
from chalicelib.domain.privacy_request import NOBODY, PrivacyRequest, RequestState, Wish
from chalicelib.domain.timeline import Subject
from chalicelib.services.privacy_requests import CarryingOut, Noting
from infra.parts import PARTS, load
from tests.aws.memory_table import MemoryDynamoDB, tables_from

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
BOSS = Principal("agent", "agt_boss", "Boss", Role.ADMIN)
SHOP = "shoes.myshopify.com"
INBOX = Inbox("ibx_sh0p", "shopify", "Shop", SHOP, "inbox/ibx_sh0p", NOW)
IDENTITY = ids.identity_id("shopify", f"{SHOP}:7")
BOB, EVE = ids.contact_id("shopify", "bob"), ids.contact_id("shopify", "eve")
WISHES = {
    "privacy.data_request": Wish.EXPORT,
    "privacy.customer_redact": Wish.ERASURE,
    "privacy.shop_redact": Wish.SHOP_ERASURE,
}


def notice(kind: str = "privacy.customer_redact", external_id: str = "e1", account: str = SHOP) -> AccountNotice:
    known_as = (("shopify", f"{account}:7"), ("email", "Bob@Example.com "), ("phone", "+85261234567"))
    return AccountNotice(account, kind, NOW, {"shop": account, "request": "99"}, external_id, known_as, ("order:1001",))


class Office:
    """Work that is asked for, and how far it is."""

    def __init__(self) -> None:
        self.raw = MemoryDynamoDB(tables_from(load(PARTS / "tables.yaml")["Resources"], (("desk", "DeskTable"),)))
        self.desk = Desk(self.raw, "desk")
        self.store = PrivacyRequestStore(self.desk)
        self.asked: list[tuple[Wish, str]] = []
        self.states: dict[str, str] = {}
        self.held: set[str] = set()
        self.noting = Noting(self.store)
        self.work = CarryingOut(self.store, self.ask, lambda _wish, work_id: self.states.get(work_id))

    def ask(self, request: PrivacyRequest, principal: Principal, contact_id: str, now: datetime) -> str:
        assert principal is BOSS
        if contact_id in self.held:
            raise ErasureRefused("A hold stands.", because="legal_hold")
        self.asked.append((request.wish, contact_id))
        work_id = f"work_{len(self.asked)}"
        self.states[work_id] = "running"
        return work_id

    def knows(self, contact_id: str, *, by: str, holds: bool = True) -> None:
        if by == "identity":
            self.put(identity_item(ContactIdentity(IDENTITY, "shopify", f"{SHOP}:7", contact_id, NOW)))
        elif by == "order":
            self.put(subject_item(Subject(contact_id, INBOX.id, "shopify", "order:1001", "order.paid", "#1", NOW, "1")))
        else:
            value = "bob@example.com" if by == "email" else "+85261234567"
            self.put(evidence_item(Evidence(by, value, contact_id, 50, NOW, holds=holds)))

    def put(self, item: Item) -> None:
        self.desk.write(Put(item, None))

    def note(self, kind: str = "privacy.customer_redact", **more: str) -> PrivacyRequest:
        made = self.noting.take(INBOX, notice(kind, **more), NOW)
        assert made is not None
        return made

    def all(self) -> list[PrivacyRequest]:
        return list(self.store.list(50, None).items)


@pytest.fixture
def office() -> Office:
    return Office()


@pytest.mark.parametrize("kind", WISHES)
def test_a_notice_is_one_request_when_it_comes_often(office: Office, kind: str) -> None:
    office.knows(BOB, by="identity")
    office.note(kind)
    later = office.noting.take(INBOX, notice(kind), NOW + timedelta(hours=4))
    assert later is not None
    (only,) = office.all()
    assert (only.wish, only.state, only.reference) == (WISHES[kind], RequestState.WAITING, "99")
    assert (only.received_at, only.due_at) == (NOW, NOW + timedelta(days=30))
    assert office.note(kind, external_id="e2").id != only.id


def test_a_repeat_changes_nothing_when_it_is_carried_out_already(office: Office) -> None:
    office.knows(BOB, by="identity")
    request = office.work.carry_out(BOSS, office.note().id, [BOB], NOW)
    office.note()
    assert office.store.get(request.id) == request


def test_other_notices_ask_for_nothing(office: Office) -> None:
    assert office.noting.take(INBOX, notice("account.app_uninstalled"), NOW) is None
    assert office.noting.take(INBOX, notice("privacy.unheard_of"), NOW) is None
    assert office.all() == []


@pytest.mark.parametrize("by", ["identity", "order", "email", "phone"])
def test_it_leads_to_whom_it_names_by_digests_alone(office: Office, by: str) -> None:
    office.knows(BOB, by=by)
    request = office.note()
    assert office.work.owners(request) == {BOB: by in ("identity", "order")}
    stored = str(office.store.get(request.id)).casefold()
    assert not [each for each in ("bob@example", "61234567", "1001", f"{SHOP}:7") if each in stored]


def test_an_address_that_holds_no_more_leads_to_nobody(office: Office) -> None:
    office.knows(BOB, by="email", holds=False)
    request = office.note()
    assert (request.state, request.reason, request.trails) == (RequestState.DONE, NOBODY, ())


def test_orders_of_another_shop_are_not_this_inboxes(office: Office) -> None:
    office.knows(BOB, by="order")
    request = office.note(account="boots.myshopify.com")
    assert (request.state, request.reason) == (RequestState.DONE, NOBODY)


def test_a_whole_shop_waits_for_somebody_though_it_names_nobody(office: Office) -> None:
    made = office.noting.take(INBOX, AccountNotice(SHOP, "privacy.shop_redact", NOW, {}, "e9"), NOW)
    assert made is not None
    assert made.state is RequestState.WAITING
    with pytest.raises(PrivacyRequestRefused) as refused:
        office.work.carry_out(BOSS, made.id, [BOB], NOW)
    assert refused.value.facts["because"] == "shop"
    closed = office.work.close(BOSS, made.id, RequestState.DONE, "All three erased.", NOW)
    assert (closed.state, closed.closed_by, closed.reason) == (RequestState.DONE, "agt_boss", "All three erased.")


@pytest.mark.parametrize(("kind", "wish"), [(k, w) for k, w in WISHES.items() if w is not Wish.SHOP_ERASURE])
def test_it_is_done_when_its_work_is(office: Office, kind: str, wish: Wish) -> None:
    office.knows(BOB, by="identity")
    request_id = office.note(kind).id
    for _ in range(2):
        request = office.work.carry_out(BOSS, request_id, [BOB, BOB], NOW)
        assert (request.state, office.asked) == (RequestState.UNDER_WAY, [(wish, BOB)])
    assert office.work.get(request_id, NOW).state is RequestState.UNDER_WAY
    office.states["work_1"] = "done"
    later = NOW + timedelta(days=1)
    (listed,) = office.work.list(10, None, later).items
    assert (listed.state, listed.closed_at, listed.trails) == (RequestState.DONE, later, ())
    assert [(each.id, each.contact_id) for each in listed.work] == [("work_1", "")]
    with pytest.raises(PrivacyRequestRefused) as refused:
        office.work.carry_out(BOSS, request_id, [BOB], later)
    assert refused.value.facts["because"] == "over"


@pytest.mark.parametrize("state", ["failed", "cancelled", None])
def test_what_failed_is_begun_again(office: Office, state: str | None) -> None:
    office.knows(BOB, by="identity")
    request_id = office.note().id
    office.work.carry_out(BOSS, request_id, [BOB], NOW)
    office.states = {"work_1": state} if state else {}
    assert office.work.get(request_id, NOW).state is RequestState.UNDER_WAY
    again = office.work.carry_out(BOSS, request_id, [BOB], NOW)
    assert [each.id for each in again.work] == ["work_2"]


def test_nothing_is_begun_when_it_leads_to_somebody_else(office: Office) -> None:
    office.knows(BOB, by="identity")
    request = office.note()
    with pytest.raises(PrivacyRequestRefused) as refused:
        office.work.carry_out(BOSS, request.id, [BOB, EVE], NOW)
    assert (refused.value.facts["because"], refused.value.field) == ("contact", "contact_ids")
    assert (office.asked, office.store.get(request.id)) == ([], request)


def test_the_others_are_known_when_one_is_refused(office: Office) -> None:
    office.knows(BOB, by="identity")
    office.knows(EVE, by="email")
    office.held = {EVE}
    request_id = office.note().id
    with pytest.raises(ErasureRefused):
        office.work.carry_out(BOSS, request_id, [BOB, EVE], NOW)
    kept = office.work.get(request_id, NOW)
    assert (kept.state, [each.contact_id for each in kept.work]) == (RequestState.UNDER_WAY, [BOB])
    office.held = set()
    office.work.carry_out(BOSS, request_id, [BOB, EVE], NOW)
    assert office.asked == [(Wish.ERASURE, BOB), (Wish.ERASURE, EVE)]


def test_it_is_closed_when_nobody_is_known_any_more(office: Office) -> None:
    office.knows(BOB, by="identity")
    request_id = office.note().id
    office.raw.tables["desk"].items.pop(keys.identity(IDENTITY))
    closed = office.work.carry_out(BOSS, request_id, [BOB], NOW)
    assert (closed.state, closed.reason, office.asked) == (RequestState.DONE, NOBODY, [])


def test_closing_twice_is_once_and_another_word_is_refused(office: Office) -> None:
    office.knows(BOB, by="identity")
    request_id = office.note().id
    first = office.work.close(BOSS, request_id, RequestState.REFUSED, "Invoices.", NOW)
    assert office.work.close(BOSS, request_id, RequestState.REFUSED, "Invoices.", NOW + timedelta(1)) == first
    with pytest.raises(PrivacyRequestRefused):
        office.work.close(BOSS, request_id, RequestState.DONE, "Invoices.", NOW)
    assert first.trails == ()


def test_a_stale_change_is_refused(office: Office) -> None:
    office.knows(BOB, by="identity")
    request = office.note()
    office.store.put(replace(request, version=2), 1)
    with pytest.raises(VersionConflict):
        office.work._put(request)


@pytest.mark.parametrize("request_id", ["prq_0000", "", "PRQ#1", "era_0000", "prq_" + "u" * 20])
def test_an_unknown_request_is_told(office: Office, request_id: str) -> None:
    with pytest.raises(PrivacyRequestNotFound):
        office.work.get(request_id, NOW)


def test_it_is_overdue_after_thirty_days_while_it_is_open(office: Office) -> None:
    office.knows(BOB, by="identity")
    request = office.note()
    late = NOW + timedelta(days=30, seconds=1)
    assert not request.is_overdue(NOW + timedelta(days=30))
    assert request.is_overdue(late)
    assert not request.closed(RequestState.DONE, "", "", late).is_overdue(late)


@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from(list(WISHES))), max_size=12))
def test_each_notice_is_there_once_in_any_order(told: list[tuple[str, str]]) -> None:
    office = Office()
    office.knows(BOB, by="phone")
    for external_id, kind in told:
        office.note(kind, external_id=external_id)
    assert len(office.all()) == len(set(told))
