"""Searching contacts over the desk's own store in memory: what is found is what a look at every contact would find."""

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.aws import keys
from chalicelib.aws.codec import to_attributes
from chalicelib.aws.codec_contact import contact_item, identity_item
from chalicelib.aws.codec_evidence import evidence_item
from chalicelib.aws.codec_timeline import subject_item
from chalicelib.aws.stores.search import SearchStore
from chalicelib.aws.transaction import Desk
from chalicelib.domain import ids
from chalicelib.domain.contact import Contact, ContactIdentity, ContactPoint
from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.inbox import Inbox
from chalicelib.domain.job import Job
from chalicelib.domain.search import WINDOW, WINDOWS
from chalicelib.domain.timeline import Subject
from chalicelib.services.evidence import evidence_of
from chalicelib.services.indexing import INDEX_CONTACTS, Indexing
from chalicelib.services.search import KNOWN, Hit, Search, question
from tests.aws.memory_table import MemoryDynamoDB, MemoryTable

T0 = datetime(2026, 3, 2, 9, tzinfo=UTC)
DAY = timedelta(days=1)
SHOP = Inbox("ibx_sh0p", "events", "Shop", "shop", "inbox/ibx_sh0p", T0)
INDEXES = {"by_kind": {"keys": ("kind_key", "kind_sort"), "shown": ["row", "version"]}}


class Counted:
    """A client that counts its calls, and lets something happen before one of them."""

    def __init__(self, client: MemoryDynamoDB) -> None:
        self._client = client
        self.calls: list[str] = []
        self.before: dict[int, Callable[[], None]] = {}

    def __getattr__(self, name: str) -> Callable[..., Any]:
        made = getattr(self._client, name)

        def call(**request: Any) -> Any:
            happens = self.before.pop(len(self.calls), None)
            self.calls.append(name)
            if happens is not None:
                happens()
            return made(**request)

        return call


class Desks:
    """A desk with contacts, and what is indexed of them."""

    def __init__(self) -> None:
        self.table = MemoryTable(INDEXES)
        self.client = Counted(MemoryDynamoDB({"desk": self.table}))
        self.store = SearchStore(Desk(self.client, "desk"))
        self.indexing = Indexing(self.store)
        self.search = Search(self.store, lambda: [SHOP])
        self.contacts: dict[str, Contact] = {}

    def put(self, contact: Contact) -> None:
        pk, sk = keys.contact(contact.id)
        self.table.items[pk, sk] = to_attributes(contact_item(contact))
        for evidence in evidence_of(contact):
            item = evidence_item(evidence)
            self.table.items[item["pk"], item["sk"]] = to_attributes(item)
        self.contacts[contact.id] = contact

    def add(self, number: int, **fields: Any) -> Contact:
        """A contact, indexed."""
        at = fields.pop("at", T0)
        contact = Contact(f"con_{number:04d}", T0 + number * timedelta(seconds=1), at, **fields)
        self.put(contact)
        self.indexing.settle(contact.id)
        return contact

    def change(self, contact_id: str, **fields: Any) -> None:
        now = self.contacts[contact_id]
        self.put(replace(now, version=now.version + 1, **fields))

    def remove(self, contact_id: str) -> None:
        del self.table.items[keys.contact(contact_id)]
        del self.contacts[contact_id]

    def hits(self, q: str, limit: int = 25, region: str | None = None) -> list[Hit]:
        """All pages."""
        found: list[Hit] = []
        start = None
        while True:
            page = self.search.find(q, limit, start, region)
            assert len(page.items) <= limit
            found += page.items
            start = page.next
            if start is None:
                return found

    def found(self, q: str, limit: int = 25, region: str | None = None) -> list[int]:
        return [int(hit.contact.id.removeprefix("con_")) for hit in self.hits(q, limit, region)]


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


# --- against brute force -----------------------------------------------------------------------------------------

SCRIPTS = ("abcßéñč", "αβάω", "абйё", "王小明李山", "김민준이")
NAMES = st.lists(
    st.sampled_from(SCRIPTS).flatmap(lambda letters: st.text(letters, min_size=1, max_size=4)), min_size=1, max_size=3
).map(" ".join)
CJK = frozenset("王小明李山")


def plain(text: str) -> str:
    """Another way to fold: no table of ours."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(each for each in apart if unicodedata.combining(each) < 200)


def answers(q: str, name: str) -> bool:
    return all(any(has(each, word) for each in cut(name)) for word in plain(q).split())


def cut(name: str) -> list[str]:
    """Its words; of neighbours in a script without spaces also what they make together."""
    found = plain(name).split()
    runs = [word for word in found if not _is_spaceless(word)]
    together = ""
    for word in [*found, "a"]:
        if _is_spaceless(word) and (not together or _script(together) == _script(word)):
            together += word
            continue
        runs += [together] if together else []
        together = word if _is_spaceless(word) else ""
    return runs


def has(word: str, wanted: str) -> bool:
    if _script(wanted) == "hangul":
        return any(word[at:].startswith(wanted) for at in range(len(word)) if "ᄀ" <= word[at] <= "ᅟ")
    return wanted in word if _is_spaceless(wanted) else word.startswith(wanted)


def _is_spaceless(word: str) -> bool:
    return _script(word) in ("han", "hangul")


def _script(word: str) -> str:
    if word[0] in CJK:
        return "han"
    return "hangul" if "ᄀ" <= word[0] <= "ᇿ" else "other"


def expected(desk: Desks, q: str) -> set[int]:
    return {int(each.id[4:]) for each in desk.contacts.values() if each.name and answers(q, each.name)}


@settings(deadline=None)
@given(st.lists(NAMES, min_size=1, max_size=12), st.data())
def test_every_beginning_finds_exactly_whom_a_look_at_all_finds(names: list[str], data: st.DataObject) -> None:
    desk = Desks()
    for number, name in enumerate(names):
        desk.add(number, name=name, at=T0 + number * DAY)
    for _ in range(5):
        name = data.draw(st.sampled_from(names))
        some = data.draw(st.lists(st.sampled_from(name.split()), min_size=1, max_size=2, unique=True))
        q = " ".join(word[: data.draw(st.integers(1, len(word)))] for word in some)
        found = desk.found(q, limit=data.draw(st.integers(1, 5)))
        assert len(found) == len(set(found))
        assert set(found) == expected(desk, q), (q, names)


@st.composite
def stories(draw: st.DrawFn) -> list[tuple[str, int, str]]:
    step = st.tuples(st.sampled_from(["name", "settle", "erase", "race"]), st.integers(0, 3), NAMES)
    return draw(st.lists(step, max_size=25))


@settings(deadline=None)
@given(stories(), st.integers(0, 3))
def test_the_index_says_what_contacts_say_after_any_order_of_events(story: list[tuple[str, int, str]], at: int) -> None:
    """Changes, late and double events, erasures, and settling that something else comes between."""
    desk = Desks()
    for number in range(4):
        desk.add(number, name=f"First {number}")
    for what, number, name in story:
        contact_id = f"con_{number:04d}"
        _happens(desk, what, contact_id, name, at)
    for number in range(4):
        desk.indexing.settle(f"con_{number:04d}")
    texts = {each.name for each in desk.contacts.values() if each.name} | {"First"}
    for text in texts:
        for q in {text, text.split()[0][:1]}:
            assert set(desk.found(q)) == expected(desk, q)
    rows = [key for key in desk.table.items if key[0].startswith("WRD#")]
    held = [key for number in range(4) for key in desk.store.keys_of(f"con_{number:04d}") if key[0].startswith("WRD#")]
    assert sorted(rows) == sorted(held)
    gone = {f"con_{number:04d}" for number in range(4)} - set(desk.contacts)
    assert not [key for key in rows if key[1].rpartition("#")[2] in gone]


def _happens(desk: Desks, what: str, contact_id: str, name: str, at: int) -> None:
    if what == "name" and contact_id in desk.contacts:
        desk.change(contact_id, name=name)
    elif what == "erase" and contact_id in desk.contacts:
        desk.indexing.forget(contact_id)
        desk.remove(contact_id)
        desk.indexing.forget(contact_id)
    elif what == "settle":
        desk.indexing.settle(contact_id)
    elif what == "race":
        later = len(desk.client.calls) + at
        desk.client.before[later] = lambda: _meanwhile(desk, contact_id, name)
        desk.indexing.settle(contact_id)
        desk.client.before.pop(later, None)


def _meanwhile(desk: Desks, contact_id: str, name: str) -> None:
    if name < "b":
        return _happens(desk, "erase", contact_id, name, 0)
    _happens(desk, "name", contact_id, name, 0)
    return _happens(desk, "settle", contact_id, name, 0)


@settings(deadline=None)
@given(st.lists(NAMES, min_size=1, max_size=30), st.integers(1, 7), st.data())
def test_pages_lose_nobody_and_repeat_nobody_while_others_are_indexed(
    names: list[str], limit: int, data: st.DataObject
) -> None:
    desk = Desks()
    for number, name in enumerate(names):
        desk.add(number, name=f"Zoe {name}", at=T0 + number * DAY)
    seen: list[str] = []
    start = None
    while True:
        page = desk.search.find("zoe", limit, start)
        seen += [hit.contact.id for hit in page.items]
        start = page.next
        if start is None:
            break
        number = data.draw(st.integers(0, len(names) - 1))
        desk.change(f"con_{number:04d}", updated_at=T0 + 99 * DAY)
        desk.indexing.settle(f"con_{number:04d}")
    assert len(seen) == len(set(seen))
    assert set(seen) == set(desk.contacts)


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


@settings(deadline=None)
@given(st.text(max_size=400), st.text(max_size=400))
def test_nothing_that_is_typed_breaks_anything(name: str, q: str) -> None:
    desk = Desks()
    name = name.encode("utf-8", "replace").decode()
    desk.add(1, name=name, username=name[:50], email=f"{name}@example.com", phone=name)
    for typed in (q, name):
        try:
            question(typed)
        except InvalidInput:
            continue
        desk.found(typed)
    assert all(len(sk.encode()) <= 1024 and len(pk.encode()) <= 2048 for pk, sk in desk.table.items)


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
