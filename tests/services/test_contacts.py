"""Contacts over the real store: edits, words of several sources, proofs, consent, and what is refused."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.aws.changes import announcements
from chalicelib.aws.codec import to_attributes
from chalicelib.aws.codec_contact import contact_item
from chalicelib.aws.stores.contacts import ContactStore
from chalicelib.aws.stores.timeline import TimelineStore
from chalicelib.aws.transaction import Desk, Put
from chalicelib.domain.agent import Principal, Role
from chalicelib.domain.attributes import Attribute, AttributeType, Definitions
from chalicelib.domain.consent import ConsentState, Purpose, is_granted
from chalicelib.domain.contact import Contact
from chalicelib.domain.errors import ClientIdReused, ContactNotFound, InvalidInput, VersionConflict
from chalicelib.domain.profile import source_of
from chalicelib.services import contact_wishes, contacts
from chalicelib.services.contact_wishes import Said
from tests.aws.memory_table import MemoryDynamoDB, MemoryTable

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = AT + timedelta(hours=1)
ANA = Principal("agent", "agt_ana", "Ana", Role.AGENT)
BOB = Contact("con_1", AT, AT, name="Bob", email="bob@shop.example", sources={"name": "provider", "email": "store"})
SIZE = Definitions({"size": Attribute("size", "Size", AttributeType.NUMBER)}, allow_others=False)


@pytest.fixture
def desk() -> Desk:
    made = Desk(MemoryDynamoDB({"desk": MemoryTable({})}), "desk")
    made.write(Put(contact_item(BOB)))
    return made


@pytest.fixture
def store(desk: Desk) -> ContactStore:
    return ContactStore(desk)


def edited(store: ContactStore, version: int = 1, definitions: Definitions | None = None, **changes: Any) -> Contact:
    after = contacts.edit(store, ANA, BOB.id, version, changes, LATER, definitions or Definitions())
    assert store.get(BOB.id) == after
    return after


def test_a_contact_of_before_is_read_and_edited(desk: Desk, store: ContactStore) -> None:
    """As the first versions of the desk wrote it; what a first message makes today is no larger."""
    row = {"name": "Eve", "email": "eve@shop.example", "created": AT, "updated": AT}
    old = {
        "pk": "CON#con_2",
        "sk": "~",
        "version": 4,
        "row": row,
        "notes": "Kind",
        "attributes": {"tier": "gold", "orders": 3},
        "sources": {"name": "provider", "email": "agent", "attributes": "agent", "notes": "agent"},
        "identities": ["idn_1"],
        "kind_key": "contact",
        "kind_sort": "1kjpwd6vt",
    }
    desk.write(Put(old))
    after = contacts.edit(store, ANA, "con_2", 4, {"name": "Eva", "attributes": {"tier": "gold"}}, LATER)

    assert (after.name, after.email, after.notes) == ("Eva", "eve@shop.example", "Kind")
    assert (after.attributes, source_of(after, "attribute.tier")) == ({"tier": "gold"}, "agent")
    assert contacts.edit(store, ANA, "con_2", 5, {"name": None}, LATER).name == "Eve"
    assert set(to_attributes(contact_item(BOB))) <= set(old)


def test_every_field_is_kept_in_its_one_form(store: ContactStore) -> None:
    after = edited(
        store,
        phone=" +49 (0)30 1234567",
        email="Bob.B@Shop.Example",
        language="PT-br",
        dialect="zh-hant-HK",
        time_zone="Europe/Berlin",
        tier=" gold ",
        customer_since=date(2020, 1, 2),
        preferred_channel="email",
        contact_hours={"0": [["09:00", "12:00"], ["14:00", "15:30"]], "6": []},
        interests=["Shoes", " Hats ", "Shoes"],
        goals=["A refund"],
        notes="Speaks fast",
        attributes={"size": 41, "vip": True},
    )

    assert (after.phone, after.email) == ("+49301234567", "Bob.B@shop.example")
    assert (after.language, after.dialect, after.time_zone) == ("pt-BR", "zh-Hant-HK", "Europe/Berlin")
    assert (after.tier, after.customer_since, after.preferred_channel) == ("gold", date(2020, 1, 2), "email")
    assert after.contact_hours == {0: ((540, 720), (840, 930))}
    assert (after.interests, after.goals, after.notes) == (("Shoes", "Hats"), ("A refund",), "Speaks fast")
    assert after.attributes == {"size": 41, "vip": True}
    assert after.sources["email"] == after.sources["attribute.vip"] == after.sources["notes"] == "agent"
    assert after.sources["name"] == "provider"


@pytest.mark.parametrize("name", ["می‌خواهم", "👩‍💻 Ada", "Zoë O’Neill", "李小龍"])
def test_a_name_is_kept_as_it_is_written(store: ContactStore, name: str) -> None:
    assert edited(store, name=name).name == name


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"phone": "030 1234567"}, "phone"),
        ({"phone": "+49"}, "phone"),
        ({"phone": "+49 30 " + "1" * 40}, "phone"),
        ({"name": "a\u2028b"}, "name"),
        ({"email": "nobody"}, "email"),
        ({"email": "a b@shop.example"}, "email"),
        ({"email": "a@shop"}, "email"),
        ({"language": "german, please"}, "language"),
        ({"dialect": "x"}, "dialect"),
        ({"time_zone": "Mars/Base"}, "time_zone"),
        ({"time_zone": "../../etc/passwd"}, "time_zone"),
        ({"time_zone": ""}, "time_zone"),
        ({"customer_since": date(2026, 3, 2)}, "customer_since"),
        ({"customer_since": "soon"}, "customer_since"),
        ({"preferred_channel": "pigeon"}, "preferred_channel"),
        ({"contact_hours": {"7": [["09:00", "10:00"]]}}, "contact_hours.7"),
        ({"contact_hours": {"0": [["10:00", "09:00"]]}}, "contact_hours.0[0]"),
        ({"interests": ["a"] * 21}, "interests"),
        ({"goals": ["ok", " "]}, "goals[1]"),
        ({"attributes": {"a": 1.5}}, "attributes.a"),
        ({"attributes": {"a": ["b"]}}, "attributes.a"),
    ],
)
def test_a_value_that_breaks_a_rule_changes_nothing(store: ContactStore, changes: dict, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        edited(store, **{"goals": ["A refund"], **changes})

    assert refused.value.field == field
    assert store.get(BOB.id) == BOB


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda parts: st.lists(parts, max_size=3) | st.dictionaries(st.text(max_size=5), parts, max_size=3),
    max_leaves=6,
)


@given(st.sampled_from(sorted(contacts.SPOKEN | {"attributes"})), JSON)
def test_a_hostile_value_is_taken_or_refused_and_nothing_else(name: str, value: Any) -> None:
    table = Desk(MemoryDynamoDB({"desk": MemoryTable({})}), "desk")
    table.write(Put(contact_item(BOB)))
    store = ContactStore(table)
    if name == "attributes" and value is None:
        return
    try:
        after = contacts.edit(store, ANA, BOB.id, 1, {name: value}, LATER)
    except InvalidInput as refused:
        assert (refused.field or "").startswith(name)
        assert store.get(BOB.id) == BOB
    else:
        assert store.get(BOB.id) == after


def test_an_edit_is_refused_when_somebody_else_was_faster(store: ContactStore) -> None:
    edited(store, name="Robert")

    with pytest.raises(VersionConflict):
        edited(store, name="Rob")
    with pytest.raises(ContactNotFound):
        contacts.edit(store, ANA, "con_9", 1, {"name": "Rob"}, LATER)


def test_what_an_agent_said_goes_and_what_the_provider_said_shows_again(store: ContactStore) -> None:
    edited(store, name="Robert")

    after = edited(store, version=2, name=None)

    assert (after.name, after.sources["name"]) == ("Bob", "provider")


def test_a_number_that_an_agent_replaces_stays_with_its_last_day(store: ContactStore) -> None:
    edited(store, phone="+49 30 1234567")

    after = edited(store, version=2, phone="+49 30 7654321")

    assert after.phone == "+49307654321"
    assert [(point.value, point.valid_to) for point in after.contact_points] == [("+49301234567", date(2026, 3, 1))]


def test_attributes_are_checked_and_those_of_before_are_left_alone(store: ContactStore) -> None:
    old = edited(store, attributes={"legacy": "x"})

    after = edited(store, old.version, SIZE, attributes={"legacy": "x", "size": 41.5})

    assert after.attributes == {"legacy": "x", "size": 41.5}
    for wrong in ({"legacy": "y"}, {"size": "big"}, {"colour": "red"}):
        with pytest.raises(InvalidInput) as refused:
            edited(store, after.version, SIZE, attributes=wrong)
        assert refused.value.field == f"attributes.{next(iter(wrong))}"


def test_an_attribute_that_is_left_out_is_gone(store: ContactStore) -> None:
    edited(store, attributes={"size": 41, "vip": True})

    after = edited(store, version=2, attributes={"vip": True})

    assert after.attributes == {"vip": True}
    assert "attribute.size" not in after.sources


def made(store: ContactStore, client_id: str = "one", **given: Any) -> Contact:
    return contacts.create(store, ANA, client_id, {"name": "Ada", **given}, AT)


def test_a_contact_is_made_once_when_its_making_is_repeated(desk: Desk, store: ContactStore) -> None:
    first = made(store, email="ada@shop.example", attributes={"size": 41})

    assert made(store, email="ada@shop.example", attributes={"size": 41}) == first
    assert store.get(first.id) == first
    assert first.sources == {"name": "agent", "email": "agent", "attribute.size": "agent"}
    with pytest.raises(ClientIdReused):
        made(store, email="other@shop.example")
    with pytest.raises(InvalidInput):
        contacts.create(store, ANA, "two", {"tier": "gold"}, AT)


def test_others_with_the_same_address_are_told_of(desk: Desk, store: ContactStore) -> None:
    first = made(store, email="Ada@Shop.example", phone="+49 30 1234567")
    second = made(store, "two", email="ada@shop.example", phone="+49301234567")
    third = made(store, "three", phone="+49301234567")

    found = contacts.duplicates(TimelineStore(desk), second)

    assert {each.contact_id: each.shared for each in found} == {first.id: ("email", "phone"), third.id: ("phone",)}
    assert found[0].contact_id == first.id
    assert contacts.duplicates(TimelineStore(desk), made(store, "four")) == []


def test_a_number_beside_the_contacts_own_has_its_dates(store: ContactStore) -> None:
    given = {"kind": "phone", "value": "+49 30 1234567", "label": "work", "valid_to": date(2026, 6, 30)}
    after = contact_wishes.put_point(store, ANA, BOB.id, 1, given, LATER)
    changed = contact_wishes.put_point(store, ANA, BOB.id, 2, {"kind": "phone", "value": "+49301234567"}, LATER)

    assert [(point.value, point.label, point.valid_to) for point in after.contact_points] == [
        ("+49301234567", "work", date(2026, 6, 30))
    ]
    assert changed == after  # nothing new was said
    with pytest.raises(InvalidInput) as refused:
        contact_wishes.put_point(store, ANA, BOB.id, 2, {**given, "valid_from": date(2026, 7, 1)}, LATER)
    assert refused.value.field == "valid_to"
    gone = contact_wishes.remove_point(store, ANA, BOB.id, 2, "phone", "+49 30 1234567", LATER)
    assert gone.contact_points == ()


def test_consent_is_recorded_and_a_repeat_changes_nothing(store: ContactStore) -> None:
    said = Said("email", Purpose.MARKETING, ConsentState.GRANTED, "web_form", at=AT)
    contact_wishes.record_consent(store, ANA, BOB.id, said, LATER)

    after = contact_wishes.record_consent(store, ANA, BOB.id, said, LATER + timedelta(hours=1))

    assert is_granted(after.consents, "email", Purpose.MARKETING)
    assert (len(after.consents), after.version) == (1, 2)
    wrong: list[tuple[Said, str]] = [
        (replace(said, channel="pigeon"), "channel"),
        (replace(said, source="\n"), "source"),
        (replace(said, at=LATER + timedelta(days=1)), "at"),
    ]
    for each, field in wrong:
        with pytest.raises(InvalidInput) as refused:
            contact_wishes.record_consent(store, ANA, BOB.id, each, LATER)
        assert refused.value.field == field


def test_what_holds_is_told_when_it_changes() -> None:
    table = MemoryTable({})
    desk = Desk(MemoryDynamoDB({"desk": table}), "desk")
    desk.write(Put(contact_item(BOB)))
    for hours, channel, state in ((1, "any", "withdrawn"), (0, "email", "granted"), (2, "email", "granted")):
        at = AT + timedelta(hours=hours)
        said = Said(channel, Purpose.SURVEY, ConsentState(state), "call", at=at)
        contact_wishes.record_consent(ContactStore(desk), ANA, BOB.id, said, AT + timedelta(hours=3))

    events = [event for record in table.stream for event in announcements(record) if event["type"] == "consent.changed"]
    told = [(event["data"]["channel"], event["data"]["previous"], event["data"]["state"]) for event in events]
    assert told == [("any", None, "withdrawn"), ("email", None, "withdrawn"), ("email", "withdrawn", "granted")]


def test_silence_keeps_who_said_why_and_is_lifted_again(store: ContactStore) -> None:
    silent = contact_wishes.set_silence(store, ANA, BOB.id, 1, "Asked not to be called", LATER)
    heard = contact_wishes.set_silence(store, ANA, BOB.id, 2, None, LATER)

    assert silent.do_not_contact is not None
    assert (silent.do_not_contact.reason, silent.do_not_contact.by) == ("Asked not to be called", ANA.id)
    assert heard.do_not_contact is None


def test_consent_is_not_lost_when_somebody_else_writes_meanwhile(desk: Desk) -> None:
    store = Interrupted(desk)
    store.meanwhile = lambda: edited(ContactStore(desk), name="Robert")

    after = contact_wishes.record_consent(
        store, ANA, BOB.id, Said("any", Purpose.SURVEY, ConsentState.WITHDRAWN, "call"), LATER
    )

    assert (after.name, after.version, len(after.consents)) == ("Robert", 3, 1)


class Interrupted(ContactStore):
    """Once, somebody writes between the read and the write."""

    meanwhile: Callable[[], object] | None = None

    def get(self, contact_id: str) -> Contact | None:
        found = super().get(contact_id)
        run, self.meanwhile = self.meanwhile, None
        if run:
            run()
        return found
