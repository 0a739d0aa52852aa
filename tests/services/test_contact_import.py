"""Imports of contacts: whatever the file and whatever breaks, each row makes or changes one contact, once."""

import csv
import io
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.aws.codec_contact import contact_item
from chalicelib.aws.stores.imports import ImportStore
from chalicelib.aws.transaction import Put
from chalicelib.domain.contact import Contact
from chalicelib.domain.errors import StoreUnavailable
from chalicelib.domain.ids import contact_id
from chalicelib.domain.job import JobState
from chalicelib.services.contact_import import MAX_BYTES, ContactImport, faults_key
from tests.aws.memory_table import MemoryDynamoDB
from tests.services.import_office import NOW, UPLOAD, Faulty, Office, asked, counts, portions

FILE = """external_id,name,email,phone,tier,customer_since,attributes.size,whatever
K-1,Ada Lovelace,Ada@Example.com,030 123456,gold,2021-03-31,42,x
K-2,Bob,bob@example.com,,,,,
"""


def test_new_contacts_are_made_with_all_that_a_row_says() -> None:
    office = Office()

    job = office.run(FILE)

    assert (job.state, counts(job), job.result["rows"]) == (JobState.DONE, {"created": 2}, 2)
    assert job.result["ignored_columns"] == ["whatever"]
    assert job.done == job.total == len(FILE)
    ada = next(each for each in office.contacts() if each.name == "Ada Lovelace")
    assert (ada.email, ada.phone, ada.tier) == ("Ada@example.com", "+4930123456", "gold")
    assert (str(ada.customer_since), dict(ada.attributes)) == ("2021-03-31", {"size": "42"})
    assert set(ada.sources.values()) == {"import"}
    known = ImportStore(office.desk)
    assert [each.contact_id for each in known.candidates("email", "ada@example.com")] == [ada.id]
    assert known.known([], ada.identities)[1][ada.identities[0]].address == "crm:K-1"


def test_a_second_import_of_the_same_file_changes_nothing() -> None:
    office = Office()
    office.run(FILE)
    before = dict(office.tables["desk"].items)

    job = office.run(FILE, "job_2", NOW + timedelta(days=1))

    assert counts(job) == {"unchanged": 2}
    assert office.tables["desk"].items == before


def test_a_newer_file_changes_what_it_says_and_keeps_the_rest() -> None:
    office = Office()
    office.run(FILE)

    job = office.run("external_id,tier\nK-1,platinum\nK-2,\n", "job_2", NOW + timedelta(days=1))

    assert counts(job) == {"updated": 1, "unchanged": 1}
    ada = next(each for each in office.contacts() if each.name == "Ada Lovelace")
    assert (ada.tier, ada.email, ada.version) == ("platinum", "Ada@example.com", 2)


def test_what_an_agent_wrote_stays_shown() -> None:
    office = Office()
    known = office.add(name="Ada", email="ada@example.com", sources={"name": "agent", "email": "agent"})

    job = office.run("name,email\nADA L.,ada@example.com\n")
    again = office.run("name,email\nADA L.,ada@example.com\n", "job_2", NOW + timedelta(days=1))

    ada = office.contacts()[0]
    assert (ada.id, ada.name, ada.sources["name"]) == (known.id, "Ada", "agent")
    assert ada.words["name"]["import"].value == "ADA L."
    assert (counts(job), counts(again)) == ({"updated": 1}, {"unchanged": 1})


@pytest.mark.parametrize(
    ("row", "match_by", "is_found"),
    [
        ("email\nADA@example.com", ["email"], True),
        ("phone\n0170 1234567", ["phone"], True),
        ("phone\n+49 (170) 12 34 567", ["phone"], True),
        ("email\nada@example.com", ["phone", "external_id"], False),
        ("id,name\ncon_0ada,Ada", ["id"], True),
        ("id,email\ncon_0b0b,new@example.com", ["id", "email"], False),
    ],
)
def test_contacts_are_found_by_what_was_asked_for(row: str, match_by: list[str], is_found: bool) -> None:
    office = Office()
    sources = {"email": "agent", "phone": "agent"}
    office.add(id="con_0ada", name="Ada", email="ada@example.com", phone="+491701234567", sources=sources)

    office.run(row, match_by=match_by)

    assert len(office.contacts()) == (1 if is_found else 2)


def test_what_a_visitor_typed_of_himself_matches_nobody() -> None:
    office = Office()
    office.add(name="Impostor", email="ada@example.com", sources={"email": "visitor"})

    office.run("name,email,tier\nAda,ada@example.com,gold\n")

    assert sorted((each.name, each.tier) for each in office.contacts()) == [("Ada", "gold"), ("Impostor", None)]


def test_two_customers_of_one_system_who_share_an_address_stay_two() -> None:
    office = Office()

    job = office.run("external_id,name,email\nK-1,Ada,family@example.com\nK-2,Bob,family@example.com\n")

    assert counts(job) == {"created": 2}
    assert sorted(each.name or "" for each in office.contacts()) == ["Ada", "Bob"]


def test_found_contacts_are_left_alone_when_told_to_skip() -> None:
    office = Office()
    office.run(FILE)

    job = office.run(FILE.replace("gold", "silver") + "K-3,Cy,,,,,,\n", "job_2", on_match="skip")

    assert counts(job) == {"created": 1, "skipped": 2}
    assert "silver" not in {each.tier for each in office.contacts()}


BROKEN = """external_id,email,phone,tier,time_zone,customer_since
K-1,a@x.io,,gold,Europe/Berlin,2020-01-01
K-2,not an address,,,,
K-3,,no number,,,
K-4,,,,Europe/Atlantis,
K-5,,,,,31.12.2020
,,,gold,,
K-7,a@x.io,,,,,too many
"K-8" x,,,,,
K-9,b@x.io,,,,
"""


def test_every_fault_names_its_row_and_field_and_costs_no_other_row() -> None:
    office = Office()

    job = office.run(BROKEN)

    assert counts(job) == {"created": 2, "failed": 7}
    told = [(each["row"], each["field"]) for each in job.problems]
    assert told == [
        (3, "email"),
        (4, "phone"),
        (5, "time_zone"),
        (6, "customer_since"),
        (7, "external_id"),
        (8, ""),
        (9, ""),
    ]
    kept = [json.loads(line) for line in office.files[faults_key("job_1")].splitlines()]
    assert kept == [dict(each) for each in job.problems]
    assert all(each["error"].endswith(".") for each in kept)


def test_a_dry_run_says_the_same_and_writes_nothing() -> None:
    file = FILE + "K-1,Ada L.,,,,,,\nK-1,Ada L.,,,,,,\n,Nobody,,,,,,\n,Bobby,BOB@example.com,,,,,\n"
    office, other = Office(), Office()
    before = dict(office.tables["desk"].items)

    rehearsed = office.run(file, dry_run=True)
    done = other.run(file)

    assert office.tables["desk"].items == before
    assert counts(rehearsed) == counts(done) == {"created": 2, "updated": 2, "unchanged": 1, "failed": 1}
    assert rehearsed.problems == done.problems


@pytest.mark.parametrize("lost", [False, True])
def test_a_run_that_breaks_anywhere_and_is_repeated_ends_the_same(lost: bool) -> None:
    file = FILE + "K-1,Ada L.,,,,,,\n,Bobby,BOB@example.com,,,,,\nK-9,Wrong,nowhere,,,,,\n"
    whole = Office()
    wanted = whole.run(file)
    calls = Office()
    calls.use(counted := Faulty(MemoryDynamoDB(calls.tables)))
    calls.run(file)

    for at in range(1, counted.calls + 1):
        office = Office()
        office.use(Faulty(MemoryDynamoDB(office.tables), at, lost=lost))
        office.files[UPLOAD] = file.encode()
        job, broke_off = asked(), 0
        while not job.is_over:
            try:
                job = next(portions(office.step, job))
            except StoreUnavailable:
                broke_off += 1
        assert broke_off == 1
        assert office.contacts() == whole.contacts(), at
        assert len(office.tables["desk"].items) == len(whole.tables["desk"].items)
        assert job.result["rows"] == wanted.result["rows"]
        assert office.files[faults_key("job_1")] == whole.files[faults_key("job_1")]


def test_an_agent_who_writes_in_between_is_not_written_over() -> None:
    office = Office()
    known = office.add(name="Ada", email="ada@example.com", sources={"email": "agent"})

    class Slow(ImportStore):
        def replace(self, before: Contact, *rest: Any) -> Any:
            if before.version == known.version:
                changed = replace(known, name="Ada King", sources={"name": "agent", "email": "agent"}, version=2)
                office.desk.write(Put(contact_item(changed), condition=None))
            return super().replace(before, *rest)

    office.step = ContactImport(Slow(office.desk), office.files)

    office.run("name,email,tier\nADA,ada@example.com,gold\n")

    ada = office.contacts()[0]
    assert (ada.name, ada.tier, ada.version) == ("Ada King", "gold", 3)


def test_an_external_id_of_another_contact_is_a_fault_when_nobody_matches_by_it() -> None:
    office = Office()
    office.run("external_id,email\nK-1,ada@example.com\n")
    office.add(name="Bob", email="bob@example.com", sources={"email": "agent"})

    job = office.run("external_id,email\nK-1,bob@example.com\n", "job_2", match_by=["email"])

    assert counts(job) == {"failed": 1}
    assert job.problems[0]["field"] == "external_id"


@pytest.mark.parametrize(
    ("data", "params", "said"),
    [
        (b"", {}, "empty"),
        (b"nothing\nknown\n", {}, "mapping"),
        (b"email,email\na@x.io,b@x.io\n", {}, "twice"),
        (b"email\na@x.io\n", {"mapping": {"mail": "email"}}, "mail"),
        (b"\xff\xfe\x00\xd8", {}, "characters"),
    ],
)
def test_a_file_that_cannot_be_read_at_all_fails_with_the_reason(data: bytes, params: Any, said: str) -> None:
    job = Office().run(data, **params)

    assert job.state is JobState.FAILED
    assert said in job.detail


def test_a_file_that_is_gone_or_too_large_fails_with_the_reason() -> None:
    office = Office()
    gone = list(portions(office.step, asked()))[-1]
    office.files.size = lambda key: MAX_BYTES + 1 if key == UPLOAD else None  # type: ignore[method-assign]
    large = office.run(b"x")

    assert (gone.state, large.state) == (JobState.FAILED, JobState.FAILED)
    assert "Upload it again" in gone.detail
    assert "split" in large.detail


def test_json_rows_keep_their_types() -> None:
    office = Office()
    items = [
        {"external_id": 7, "name": "Ada", "attributes": {"vip": True, "n": 3, "size": "3"}, "interests": ["a;b", "c"]}
    ]

    job = office.run(json.dumps(items), format="json")
    again = office.run(json.dumps(items[0]), "job_2", format="jsonl")

    ada = office.contacts()[0]
    assert (dict(ada.attributes), ada.interests) == ({"vip": True, "n": 3, "size": "3"}, ("a;b", "c"))
    assert (counts(job), counts(again)) == ({"created": 1}, {"unchanged": 1})


@pytest.mark.parametrize("value", [1.5, [1], {"a": {"b": 1}}, True, "x" * 201, "a\u0000b", "\ud800"])
def test_values_of_a_wrong_type_are_faults(value: Any) -> None:
    office = Office()

    job = office.run(json.dumps([{"external_id": "K-1", "name": value}]), format="json")

    assert counts(job) in ({"failed": 1}, {"created": 1})
    assert job.result["failed"] == (0 if isinstance(value, dict) else 1)


def test_many_rows_take_many_portions_and_each_row_counts_once() -> None:
    office = Office()
    rows = [("external_id", "name"), *((f"K-{number}", f"Name {number}") for number in range(731))]
    text = io.StringIO()
    csv.writer(text).writerows(rows)

    job = office.run(text.getvalue())

    assert counts(job) == {"created": 731}
    assert len(office.contacts()) == 731
    assert job.version > 14


soup = st.text(alphabet='ab@.,;"\n\r=+-{}[]:0é\0', max_size=120)


@settings(max_examples=60, deadline=None)
@given(soup, st.sampled_from(["csv", "json", "jsonl"]), st.booleans())
def test_no_file_breaks_an_import(body: str, file_format: str, dry: bool) -> None:
    office = Office()
    head = {"csv": "external_id,name,email\n", "json": '[{"external_id": "1"},', "jsonl": '{"external_id": "1"}\n'}

    job = office.run(head[file_format] + body, format=file_format, dry_run=dry)

    assert job.is_over
    assert job.result["rows"] == sum(counts(job).values())
    assert len(office.contacts()) == (0 if dry else job.result["created"])


def test_newcomers_are_those_that_events_make() -> None:
    """An event of a connected system that names the same address first makes the same contact."""
    office = Office()

    office.run("email\nada@example.com\n")
    office.run("external_id\nK-1\n", "job_2", source="ibx_0shop")

    made = {each.id for each in office.contacts()}
    assert made == {contact_id("known_by_email", "ada@example.com"), contact_id("events", "ibx_0shop:K-1")}
