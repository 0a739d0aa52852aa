"""Snippets: whatever is known of a customer, nothing of it is left; and what is nobody's stays as it is."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from chalicelib.domain.placeholders import filled
from chalicelib.domain.snippet import (
    PLACEHOLDERS,
    digits_of,
    is_telling,
    known_address,
    known_email,
    known_names,
    known_order,
    known_phone,
    known_reference,
    snippet,
)

BOB = [
    *known_names("Chan, Bob", "Bob"),
    *known_email("bob.chan@example.com"),
    *known_phone("+852 6123 4567"),
    *known_order("#1001"),
    *known_address("@bobby"),
    *known_reference("K-1815-22"),
]


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("Hello Bob, all is well.", "Hello {{contact.first_name|there}}, all is well."),
        ("Dear Mr CHAN,", "Dear Mr {{contact.name|there}},"),
        ("I wrote to Bob.Chan@Example.com.", "I wrote to {{contact.email|your e-mail address}}."),
        ("We called 6123-4567 twice.", "We called {{contact.phone|your number}} twice."),
        ("Order #1001 and 1001 are one.", "Order {{order.number|your order}} and {{order.number|your order}} are one."),
        ("Hi @bobby", "Hi {{contact.address|your address}}"),
        ("Customer K-1815-22", "Customer {{contact.reference|your reference}}"),
        ("Bobsled, 10015 and channels stay.", "Bobsled, 10015 and channels stay."),
        ("Call us: +49 30 901820", "Call us: +49 30 901820"),
    ],
)
def test_what_is_known_gives_way_when_it_stands_in_a_reply(said: str, kept: str) -> None:
    assert snippet(said, BOB).text == kept


def test_how_often_each_was_put_in_is_told() -> None:
    made = snippet("Bob, Bob and bobby", BOB)
    assert made.replaced == (("{{contact.first_name|there}}", 2), ("{{contact.address|your address}}", 1))


def test_a_name_without_blanks_around_it_is_found_in_scripts_that_have_none() -> None:
    assert snippet("王小明您好", known_names("王小明")).text == "{{contact.name|there}}您好"


def test_what_was_sent_as_it_stood_is_no_placeholder() -> None:
    made = snippet("Write {{contact.email}} there", BOB)
    assert filled(made.text, {"contact.email": "eve@example.com"}).value == made.text


def test_every_placeholder_has_words_for_whom_it_is_not_known() -> None:
    for each in PLACEHOLDERS:
        assert filled(each, {}).missing == ()


WORDS = st.text("abcdeéBñ李明", min_size=2, max_size=7)
NAMES = st.lists(WORDS, min_size=1, max_size=3).map(" ".join)
NUMBERS = st.text("0123456789", min_size=8, max_size=13)
USERS = st.text("abcxyz0123456789._-", min_size=3, max_size=10).filter(lambda each: each.strip("._-") == each)
FILLERS = st.text("aAbeé ,.!?@#+-()12 \n{}", max_size=30)


@settings(max_examples=60)
@given(NAMES, USERS, NUMBERS, USERS, st.data())
@example("ab cd", "abc", "12345678", "abcabc", None)
def test_no_identifier_of_the_contact_survives(
    name: str, user: str, number: str, order: str, data: st.DataObject | None
) -> None:
    email = f"{user}@{order}.example"
    known = [*known_names(name), *known_email(email), *known_phone(number), *known_order(order), *known_address(user)]
    pieces = [name, name.upper(), *name.split(), email, email.upper(), number, f"+{number}", " ".join(number)]
    pieces += [order, f"#{order}", user, f"@{user}"]
    said = pieces if data is None else data.draw(st.lists(st.sampled_from(pieces) | FILLERS, max_size=12))

    text = " ".join(said)
    left = snippet(text, known).text
    for each in PLACEHOLDERS:
        left = left.replace(each, " ")

    lowered = " ".join(left.lower().split())
    for each in (name, email, order, user, *(word for word in name.split() if is_telling(word))):
        whole = re.escape(" ".join(each.lower().split()))
        assert not re.search(rf"(?<![^\W_]){whole}(?![^\W_])", lowered), (each, text)
    runs = re.split(r"[^\d\s()+.\-/]", left)
    assert not any(digits_of(run) == number for run in runs if not run.strip().count("\n")), (number, text)
