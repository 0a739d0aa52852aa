"""Searching contacts by example, over the desk's own store in memory; and what a page costs."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.aws.codec import to_attributes
from chalicelib.aws.codec_contact import identity_item
from chalicelib.aws.codec_timeline import subject_item
from chalicelib.domain import ids
from chalicelib.domain.contact import Contact, ContactIdentity, ContactPoint
from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.job import Job
from chalicelib.domain.search import WINDOW, WINDOWS
from chalicelib.domain.timeline import Subject
from chalicelib.services.indexing import INDEX_CONTACTS
from chalicelib.services.search import KNOWN
from tests.services.searched import DAY, SHOP, T0, Desks


@pytest.fixture
def desk() -> Desks:
    return Desks()


# --- examples ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "questions"),
    [
        ("Ada Lovelace", ["a", "ada", "ADA", "love", "ada love", "lovelace ada", "lo a", "Áda", "ada,lovelace"]),
        ("Seán O'Neill", ["oneill", "O’Neill", "o'neill", "o neill", "neill", "sean o'n", "O`NEILL"]),
        ("Jean-Luc Picard", ["jean", "luc", "jean-luc", "jeanluc", "Jean‑L", "picard jean-luc"]),
        ("Jürgen Strauß", ["jurgen", "jürgen", "JUERGEN", "strauss", "STRAUß", "strausz"[:6]]),
        ("Łukasz Ørsted", ["lukasz", "łukasz", "orsted", "ørsted", "oersted"]),
        ("İlhan Işık", ["ilhan", "ILHAN", "İLHAN", "ışık", "isik", "ISIK"]),
        ("Đặng Thị Hà", ["dang", "đặng", "thi ha", "ha dang"]),
        ("王小明", ["王", "小明", "明", "王小明", "小", "明 王"]),
        ("山田 太郎", ["山田", "太郎", "山田太郎", "太郎 山田", "田"]),
        ("山田太郎", ["山田 太郎", "太郎", "山"]),
        ("ヤマダ タロウ", ["やまだ", "ヤマダ", "ﾔﾏﾀﾞ", "たろう", "やまだたろう"]),
        ("김민준", ["김", "기", "ㄱ", "김민", "민준", "김 민준"]),
        ("김 민준", ["김민준", "민준 김"]),
        ("Γιώργος Παπαδόπουλος", ["γιωργος", "ΓΙΩΡΓΟΣ", "παπαδ", "Παπαδόπουλος"]),
        ("Алёна Йовович", ["алена", "АЛЁНА", "йов", "иов"]),
        ("أحمد علي", ["احمد", "أحمد", "على"]),
        ("राम कुमार", ["राम", "कु"]),
        ("สมชาย ใจดี", ["สมชาย", "ใจ"]),
        ("Nguyễn Văn A", ["nguyen van a", "a", "NGUYỄN"]),
    ],
)
def test_a_name_is_found_when_it_is_typed_otherwise(desk: Desks, name: str, questions: Sequence[str]) -> None:
    desk.add(1, name=name)
    desk.add(2, name="Somebody Quite Different")
    for q in questions:
        assert desk.found(q) == [1], q


@pytest.mark.parametrize(
    ("name", "q"),
    [
        ("Ada Lovelace", "ovel"),
        ("Ada Lovelace", "ada x"),
        ("Ada Lovelace", "adalovelace"),
        ("王小明", "王明"),
        ("राम", "रम"),
        ("がく", "か"),
        ("Ada", "ada@example.com"),
    ],
)
def test_what_is_no_beginning_finds_nobody(desk: Desks, name: str, q: str) -> None:
    desk.add(1, name=name)
    assert desk.found(q) == []


def test_an_address_is_found_whole_and_by_its_beginning(desk: Desks) -> None:
    desk.add(1, name="Ada", email="Ada.L@Example.com")
    desk.add(2, name="Adam", email="ada.lion@example.org")
    (only,) = desk.hits("ada.l@example.COM")
    assert [(each.field, each.how, each.value) for each in only.matches] == [("email", "exact", "ada.l@example.com")]
    assert sorted(desk.found("ada.l")) == [1, 2]
    assert desk.found("ada.l@") == [1]
    assert desk.found("ADA") == [1, 2]
    assert desk.found("ada.lion@ex") == [2]


@pytest.mark.parametrize(
    ("q", "region"),
    [
        ("+491711234567", None),
        ("+49 171 1234567", None),
        ("+49 (0)171/123-4567", None),
        ("0049 171 1234567", None),
        ("0171 1234567", None),
        ("0171 1234567", "DE"),
        ("34567", None),
        ("1234567", "FR"),
    ],
)
def test_a_phone_number_is_found_in_any_notation(desk: Desks, q: str, region: str | None) -> None:
    desk.add(1, phone="+491711234567")
    desk.add(2, phone="+491711234500")
    assert desk.found(q, region=region) == [1]


def test_what_a_contact_had_before_finds_it_too(desk: Desks) -> None:
    old = ContactPoint("phone", "+4930123456", valid_to=T0.date())
    desk.add(1, phone="+491711234567", contact_points=(old, ContactPoint("email", "old@example.com")))
    assert desk.found("030 123456") == desk.found("old@") == [1]


def test_an_address_of_a_channel_and_an_order_are_found_by_their_whole_name(desk: Desks) -> None:
    ada, shopper = desk.add(1, username="ada_l"), desk.add(2, name="Bob")
    telegram = ContactIdentity(ids.identity_id("telegram", "5550001"), "telegram", "5550001", ada.id, T0)
    events = ContactIdentity(ids.identity_id("events", "shop:K-77"), "events", "shop:K-77", shopper.id, T0)
    for identity in (telegram, events):
        item = identity_item(identity)
        desk.table.items[item["pk"], item["sk"]] = to_attributes(item)
    order = Subject(shopper.id, SHOP.id, "events", "order:1001", "order.paid", "Order 1001", T0, "tml_1", {})
    item = subject_item(order)
    desk.table.items[item["pk"], item["sk"]] = to_attributes(item)
    assert desk.found("5550001") == [1]
    assert desk.found("K-77") == [2]
    for q in ("1001", "#1001", "order:1001"):
        (hit,) = desk.hits(q)
        assert (hit.contact.id, hit.matches[0].field, hit.matches[0].value) == (shopper.id, "order", "order:1001")
    assert desk.found("@ada_l") == desk.found("ada_l") == [1]


def test_the_company_and_the_customer_number_find_a_contact(desk: Desks) -> None:
    desk.add(1, name="Ada", attributes={"company": "Acme Tools", "customer_number": "K-1815", "size": "large"})
    assert desk.found("acme") == desk.found("ada tools") == desk.found("K-1815") == [1]
    assert desk.found("large") == []


def test_whole_words_come_first_and_then_the_recently_updated(desk: Desks) -> None:
    desk.add(1, name="Johnny", at=T0 + 9 * DAY)
    desk.add(2, name="John Smith", at=T0)
    desk.add(3, name="John Adams", at=T0 + 2 * DAY)
    desk.add(4, name="Bob Johnson", at=T0 + 3 * DAY)
    desk.add(5, name="John Zed", at=T0 + DAY)
    assert desk.found("john") == [3, 5, 2, 1, 4]
    assert desk.found("john", limit=2) == [3, 5, 2, 1, 4]


def test_words_beside_each_other_come_before_words_apart(desk: Desks) -> None:
    desk.add(1, name="Maria da Silva Santos Costa", at=T0 + DAY)
    desk.add(2, name="Maria Santos")
    assert desk.found("maria santos") == [2, 1]


@pytest.mark.parametrize("q", ["", "   ", "!!!", "👍", "@", "#", "--"])
def test_a_question_of_nothing_is_refused_by_its_field(desk: Desks, q: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        desk.search.find(q, 10, None)
    assert refused.value.field == "q"


# --- what it costs -----------------------------------------------------------------------------------------------


def test_a_page_costs_as_much_with_many_contacts_as_with_few() -> None:
    costs = []
    for many in (10, 1500):
        desk = Desks()
        for number in range(many):
            desk.add(number, name=f"Maria Mustermann{number}", email=f"maria{number}@example.com")
        cost = []
        for q in ("maria", "mustermann7", "maria mustermann7", "maria mustermann777", "maria7@example.com", "maria7@"):
            desk.client.calls.clear()
            desk.search.find(q, 10, None)
            cost.append((q, len(desk.client.calls)))
        costs.append(cost)
    few, lots = dict(costs[0]), dict(costs[1])
    assert lots == {
        "maria": 3,
        "mustermann7": 4,
        "maria mustermann7": 2,
        "maria mustermann777": 4,
        "maria7@example.com": 4,
        "maria7@": 4,
    }
    assert max(few.values()) <= 5


def test_a_page_never_looks_at_more_than_it_may(desk: Desks) -> None:
    for number in range(WINDOW * WINDOWS + 300):
        desk.add(number, name=f"Mario Em{number}")
    desk.add(9999, name="Mario Xavier Superb Yo")
    desk.client.calls.clear()
    page = desk.search.find("mar sup", 10, None)
    assert page.items == []
    assert len(desk.client.calls) == WINDOWS
    assert desk.found("mar sup") == [9999]


def test_the_job_indexes_all_that_are_there_and_writes_nothing_the_second_time(desk: Desks) -> None:
    for number in range(120):
        desk.put(Contact(f"con_{number:04d}", T0 + timedelta(seconds=number), T0, name=f"Ada {number}"))
    job = Job("job_1", INDEX_CONTACTS, "agt_1", T0)
    while not job.is_over:
        job = desk.indexing.step(job, T0)
    assert (job.done, job.result["written"]) == (120, 120)
    assert len(desk.found("ada")) == 120
    again = Job("job_2", INDEX_CONTACTS, "agt_1", T0)
    while not again.is_over:
        again = desk.indexing.step(again, T0)
    assert again.result["written"] == 0


def test_the_job_finds_the_numbers_of_orders_that_are_there(desk: Desks) -> None:
    ada = desk.add(1, name="Ada")
    order = Subject(ada.id, SHOP.id, "events", "order:88", "order.paid", "Order", T0, "tml_1", {"number": "#1001"})
    item = subject_item(order)
    desk.table.items[item["pk"], item["sk"]] = to_attributes(item)
    assert desk.found("#1001") == []
    desk.indexing.step(Job("job_1", INDEX_CONTACTS, "agt_1", T0), T0)
    assert desk.found("#1001") == [1]


def test_many_of_one_address_are_all_found(desk: Desks) -> None:
    for number in range(KNOWN + 15):
        desk.add(number, email="office@example.com", phone="+4930123456")
    assert sorted(desk.found("office@example.com", limit=10)) == list(range(KNOWN + 15))
    assert sorted(desk.found("+49 30 123456", limit=10)) == list(range(KNOWN + 15))


def test_a_contact_that_changed_before_the_index_did_is_not_shown(desk: Desks) -> None:
    desk.add(1, name="Ada")
    desk.change("con_0001", name="Bob")
    assert desk.found("ada") == []
    desk.remove("con_0001")
    assert desk.found("ada") == desk.found("bob") == []


def test_a_contact_that_is_erased_while_it_is_indexed_for_the_first_time_leaves_nothing(desk: Desks) -> None:
    desk.put(Contact("con_0001", T0, T0, name="Ada Lovelace"))

    def erased() -> None:
        desk.remove("con_0001")
        desk.indexing.forget("con_0001")

    desk.client.before[len(desk.client.calls) + 1] = erased
    desk.indexing.settle("con_0001")
    assert not [key for key in desk.table.items if key[0].startswith(("WRD#", "IDX#"))]


def told(contact: Contact, number: Any, kind: str = "order.paid") -> dict[str, Any]:
    return {
        "type": "timeline.event_added",
        "data": {"contact_id": contact.id, "inbox_id": SHOP.id, "kind": kind, "subject": "order:88123456"},
        "snapshot": {"kind": kind, "data": {"number": number}},
    }


def test_an_order_is_found_by_the_number_that_its_customer_knows(desk: Desks) -> None:
    ada, bob = desk.add(1, name="Ada"), desk.add(2, name="Bob")
    for _ in range(2):
        desk.indexing.react(told(ada, "#EU-1001"), T0)
    desk.indexing.react(told(bob, 1002), T0)
    desk.indexing.react(told(bob, "1003", kind="cart.updated"), T0)
    desk.indexing.react(told(bob, {"a": 1}), T0)
    for q in ("#EU-1001", "eu1001", "EU-1001"):
        (hit,) = desk.hits(q)
        assert (hit.contact.id, hit.matches[0].field) == (ada.id, "order")
    assert desk.found("#1002") == [2]
    assert desk.found("1003") == desk.found("100") == []
    assert len(desk.store.keys_of(ada.id)) == 4


def test_an_order_of_an_erased_contact_is_not_found_and_does_not_come_back(desk: Desks) -> None:
    ada = desk.add(1, name="Ada")
    desk.indexing.react(told(ada, "#1001"), T0)
    desk.remove(ada.id)
    desk.indexing.forget(ada.id)
    desk.indexing.react(told(ada, "#1001"), T0)
    desk.indexing.react(told(ada, "#1002"), T0)
    assert not [key for key in desk.table.items if key[0].startswith(("WRD#", "IDX#", "ORD#"))]


@pytest.mark.parametrize("limit", [1, 2, 3, 50])
def test_who_is_found_in_several_ways_is_shown_once(desk: Desks, limit: int) -> None:
    desk.add(1, name="Maria", email="maria@example.com", phone="+4930987654")
    desk.add(2, name="Maria 987654", email="maria.2@example.com", phone="+4930987654")
    desk.add(3, name="Otto", email="maria.3@example.com", username="n987654")
    desk.add(4, username="987654")
    assert desk.found("maria", limit) == [1, 2, 3]
    assert sorted(desk.found("987654", limit)) == [1, 2, 4]
    assert desk.found("maria 98", limit) == [2]
