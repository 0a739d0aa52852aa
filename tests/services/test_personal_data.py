"""The register of what is kept of persons: every kind of item stands in it; identifiers are found in any notation."""

import inspect
from collections import Counter
from datetime import UTC, datetime

import pytest

from chalicelib.aws import keys, keys_contact, keys_live, keys_numbers, keys_work
from chalicelib.domain.contact import Contact
from chalicelib.services.personal_data import IMPERSONAL, STORES
from chalicelib.services.rescan import mentions, named, needles, notations

# They read keys.
PARSERS = {"found_text"}
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def builders() -> set[str]:
    """Whatever gives the key of an item."""
    return {
        name
        for module in (keys, keys_contact, keys_live, keys_numbers, keys_work)
        for name, made in inspect.getmembers(module, inspect.isfunction)
        if name not in PARSERS
        and made.__module__ == module.__name__
        and inspect.signature(made).return_annotation in (keys.Key, "Key")
    }


def test_every_kind_of_item_is_in_the_register_once() -> None:
    listed = Counter([name for store in STORES for name in store.keys] + list(IMPERSONAL))
    missing = builders() - {*listed}
    assert not missing, f"say in services/personal_data.py what these hold of a person: {sorted(missing)}"
    assert [name for name, count in listed.items() if count > 1] == []


def test_the_register_names_nothing_that_is_not_there() -> None:
    known = builders() | {"template_name"}
    assert {name for store in STORES for name in store.keys} | {*IMPERSONAL} <= known


@pytest.mark.parametrize(
    "written",
    ["+49 30 901820", "+4930901820", "030 901820", "004930901820", "Call 030 901820 now", "tel:+49-30-901820"],
)
def test_a_number_is_found_however_it_was_written(written: str) -> None:
    assert mentions({"text": written}, notations("+4930901820"))


def test_who_is_looked_for_by_what() -> None:
    bob = Contact(
        "con_1", NOW, NOW, name="Bob Chan", username="bobby", phone="+85261234567", email="Bob@Example.com",
        attributes={"tier": "gold", "card": "K-1815-22"},
    )  # fmt: skip
    pairs = named([bob], [("whatsapp", "85261234567")])
    assert ("email", "bob@example.com") in pairs
    assert ("phone", "+85261234567") in pairs
    found = needles([bob], pairs)
    assert {"bob chan", "bobby", "bob@example.com", "+85261234567", "85261234567", "k-1815-22"} <= {*found}
    assert "gold" not in found
    assert mentions({"a": [{"b": "for BOB CHAN."}]}, found) == ["bob chan"]
    assert not mentions({"a": "for Alice"}, found)
