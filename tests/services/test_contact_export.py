"""Exports of contacts: every contact once, whatever breaks; what was exported changes nothing when it comes back."""

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.aws.stores.imports import ImportStore
from chalicelib.domain.attributes import Attribute, AttributeType, Definitions
from chalicelib.domain.contact import Contact
from chalicelib.domain.errors import StoreUnavailable
from chalicelib.domain.job import Job
from chalicelib.domain.profile import told
from chalicelib.services import contact_export
from chalicelib.services.contact_export import EXPORT, IMPORTED, ContactExport, field_is_known, file_key
from chalicelib.services.contact_import import ContactImport
from tests.aws.memory_table import MemoryDynamoDB
from tests.services.import_office import NOW, Faulty, Files, Office, counts

DEFAULT = [*IMPORTED, "attributes"]


class Parts(Files):
    """A bucket that takes files in parts."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: dict[str, dict[int, bytes]] = {}

    def begin(self, key: str, mime: str) -> str:
        self.parts[name := f"{key}/{len(self.parts)}"] = {}
        return name

    def part(self, key: str, upload_id: str, number: int, body: bytes) -> str:
        assert body
        self.parts[upload_id][number] = body
        return f"{number}:{hash(body)}"

    def finish(self, key: str, upload_id: str, tags: Sequence[str]) -> None:
        parts = self.parts[upload_id]
        assert list(tags) == [f"{number}:{hash(parts[number])}" for number in range(1, len(tags) + 1)]
        self[key] = b"".join(parts[number] for number in range(1, len(tags) + 1))


def export(office: Office, files: Parts, **params: Any) -> tuple[Job, bytes]:
    given = {"format": "csv", "fields": DEFAULT, "filter": None, "segment_id": None, "source": "crm"} | params
    store = ImportStore(office.desk)
    facts = lambda contact, now: {"contact.tier": contact.tier}  # noqa: E731
    step = ContactExport(store, files, lambda segment_id: store.page, facts)
    job = Job("job_x", EXPORT, "agt_1", NOW, given)
    while not job.is_over:
        try:
            job = step(job, NOW)
        except StoreUnavailable:
            continue
        job = replace(job, cursor=json.loads(json.dumps(job.cursor)))
    return job, files[file_key("job_x", given["format"])]


def rows(body: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline="")))


def test_every_contact_is_in_the_file_newest_first() -> None:
    office = Office()
    office.run("external_id,name,email\nK-1,Ada,ada@example.com\nK-2,=HYPERLINK(),b@x.io\n")

    job, body = export(office, Parts(), fields=["external_id", "name", "phone"])

    assert (job.result, job.done) == ({"rows": 2, "file": "jobs/job_x/contacts.csv"}, 2)
    assert sorted(map(tuple, (row.values() for row in rows(body)))) == [
        ("K-1", "Ada", ""),
        ("K-2", "'=HYPERLINK()", ""),
    ]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "'", "'="])
def test_no_cell_begins_like_a_formula(start: str) -> None:
    office = Office()
    office.add(id="con_0ada", name=f"{start}1+1", attributes={"x": f"{start}x"})

    _, body = export(office, Parts(), fields=["id", "name", "attributes.x"])

    cells = [cell for row in rows(body) for cell in row.values()]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert cells == ["con_0ada", f"'{start}1+1", f"'{start}x"]


def test_a_filter_leaves_out_whom_it_does_not_hold_of() -> None:
    office = Office()
    office.run("external_id,tier\nK-1,gold\nK-2,silver\nK-3,gold\n")

    job, body = export(
        office, Parts(), format="jsonl", filter={"field": "contact.tier", "is": "gold"}, fields=["external_id"]
    )

    assert job.result["rows"] == 2
    assert {json.loads(line)["external_id"] for line in body.splitlines()} == {"K-1", "K-3"}


def test_external_ids_are_those_of_the_system_that_was_asked_for() -> None:
    office = Office()
    office.run("external_id,email\nK-1,ada@example.com\n")
    office.run("external_id,email\n77,ada@example.com\n", "job_2", source="shop")

    told_ = [rows(export(office, Parts(), fields=["external_id"], source=name)[1]) for name in ("crm", "shop", None)]

    assert [[row["external_id"] for row in found] for found in told_] == [["K-1"], ["77"], [""]]


@pytest.mark.parametrize("file_format", ["csv", "json", "jsonl"])
@pytest.mark.parametrize("lost", [False, True])
def test_a_large_export_that_breaks_off_everywhere_is_the_same_file(
    file_format: str, lost: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contact_export, "PAGE", 3)
    monkeypatch.setattr(contact_export, "PAGES", 2)
    monkeypatch.setattr(contact_export, "PART_BYTES", 900)
    office = Office()
    for number in range(60):
        office.add(id=f"con_{number:03d}", name=f"Name {number}", attributes={"n": number})
    whole = Parts()
    _, wanted = export(office, whole, format=file_format)
    assert len(whole.parts) == 1
    office.use(counted := Faulty(MemoryDynamoDB(office.tables)))
    export(office, Parts(), format=file_format)

    for at in range(1, counted.calls + 1, 3):
        office.use(Faulty(MemoryDynamoDB(office.tables), at, lost=lost))
        job, body = export(office, Parts(), format=file_format)
        assert body == wanted
        assert job.result["rows"] == 60
    if file_format == "json":
        assert len({each["id"] for each in json.loads(wanted)}) == 60


@pytest.mark.parametrize("file_format", ["csv", "json", "jsonl"])
def test_an_empty_desk_gives_an_empty_file(file_format: str) -> None:
    _, body = export(Office(), Parts(), format=file_format, fields=["id", "name"])

    assert body == {"csv": b"\xef\xbb\xbfid,name\r\n", "json": b"[\n]\n", "jsonl": b""}[file_format]


def test_contacts_made_meanwhile_are_not_in_it_and_none_is_there_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contact_export, "PAGE", 2)
    monkeypatch.setattr(contact_export, "PAGES", 1)
    office = Office()
    for number in range(9):
        office.add(id=f"con_{number}", name=f"Name {number}")

    class Busy(ImportStore):
        def known(self, *ids: Any) -> Any:
            count = len(office.tables["desk"].items)
            late = Contact(f"con_9{count:03d}", NOW, NOW, name="Late")
            office.desk.write(contact_put(late))
            return super().known(*ids)

    store = Busy(office.desk)
    files = Parts()
    step = ContactExport(store, files, lambda segment_id: store.page, lambda contact, now: {})
    job = Job("job_x", EXPORT, "agt_1", NOW, {"format": "csv", "fields": ["id"], "filter": None} | NO_SEGMENT)
    while not job.is_over:
        job = step(job, NOW)

    assert sorted(row["id"] for row in rows(files[file_key("job_x", "csv")])) == [f"con_{each}" for each in range(9)]


NO_SEGMENT = {"segment_id": None, "source": None}


def contact_put(contact: Contact) -> Any:
    from chalicelib.aws.codec_contact import contact_item
    from chalicelib.aws.transaction import Put

    return Put(contact_item(contact))


def test_fields_are_those_there_are() -> None:
    assert field_is_known("name")
    assert field_is_known("attributes.size")
    assert not field_is_known("attributes.")
    assert not field_is_known("__class__")
    assert not field_is_known("words")


# --- there and back ----------------------------------------------------------------------------------------------

letters = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12)
line = letters.filter(str.strip) | st.sampled_from(["=1", "'", "'+x", "a;b", '"', "[x", " a ", "+49 30 123", "K\u0301"])
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
attributes = st.dictionaries(
    letters.filter(str.isprintable),
    st.booleans() | st.integers(-(2**53), 2**53) | texts | st.lists(line, min_size=1, max_size=3),
    max_size=3,
)
profiles = st.fixed_dictionaries(
    {},
    optional={
        "name": line,
        "username": line,
        "email": st.sampled_from(["Ada@Example.com", "ada@example.com", "x y"]),
        "phone": st.sampled_from(["+49 30 123456", "+4930123456", "030 123456", "call me"]),
        "locale": st.sampled_from(["de", "de_DE"]),
        "language": st.sampled_from(["de", "pt-BR"]),
        "time_zone": st.sampled_from(["Europe/Berlin", "UTC"]),
        "tier": line,
        "customer_since": st.dates(date(1900, 1, 1), date(2026, 1, 1)),
        "interests": st.lists(line, max_size=3).map(tuple),
        "goals": st.lists(line, max_size=3).map(tuple),
    },
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(profiles, attributes, texts, st.sampled_from(["agent", "provider", "visitor"])), max_size=5),
    st.sampled_from(["csv", "json", "jsonl"]),
)
def test_what_was_exported_changes_nothing_when_it_is_imported(contacts: Any, file_format: str) -> None:
    office = Office()
    office.run("external_id,name\nK-1,Ada\n")
    for number, (said, more, notes, source) in enumerate(contacts):
        bare = Contact(f"con_{number}", NOW, NOW, notes=notes.strip())
        words = {**said, **{f"attribute.{key}": value for key, value in more.items()}}
        office.desk.write(contact_put(told(bare, source, words, NOW)))
    before = dict(office.tables["desk"].items)
    job, body = export(office, Parts(), format=file_format)

    back = office.run(body, "job_2", NOW + timedelta(days=1), format=file_format)

    assert job.result["rows"] == len(contacts) + 1
    assert office.tables["desk"].items == before
    assert counts(back) == {"unchanged": len(contacts) + 1}, back.problems


def test_attributes_come_in_the_type_that_was_defined() -> None:
    defined = [
        Attribute("orders", "Orders", AttributeType.INTEGER, is_required=True),
        Attribute("vip", "VIP", AttributeType.BOOLEAN),
        Attribute("sizes", "Sizes", AttributeType.MULTI_CHOICE, choices=("s", "m", "l")),
    ]
    office = Office()
    definitions = Definitions({each.key: each for each in defined}, allow_others=False)
    office.step = ContactImport(ImportStore(office.desk), office.files, lambda: definitions)
    head = "external_id,attributes.orders,attributes.vip,attributes.sizes,attributes.other\n"

    job = office.run(head + "1,7,TRUE,l;s,\n2,many,,,\n3,,true,,\n4,1,,,x\n5,1,,xl,\n", mapping={})

    assert [(each["row"], each["field"]) for each in job.problems] == [
        (3, "attributes.orders"),
        (4, "attributes.orders"),
        (5, "attributes.other"),
        (6, "attributes.sizes"),
    ]
    assert [dict(each.attributes) for each in office.contacts()] == [{"orders": 7, "vip": True, "sizes": ["s", "l"]}]


def test_times_are_those_of_the_world() -> None:
    office = Office()
    office.add(id="con_0ada", name="Ada")

    _, body = export(office, Parts(), format="jsonl", fields=["id", "created_at", "do_not_contact", "labels"])

    assert json.loads(body) == {
        "id": "con_0ada",
        "created_at": datetime(2026, 10, 24, 9, tzinfo=UTC).isoformat(),
        "do_not_contact": False,
    }
