"""Why a contact answers a question: what was typed, held against what the contact says now."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from chalicelib.domain import search_words
from chalicelib.domain.contact import Contact
from chalicelib.domain.search import Kind, Stage, address_text, digits_of, named
from chalicelib.domain.search_asked import FEWEST_DIGITS, Asked
from chalicelib.domain.search_labels import LabelName
from chalicelib.domain.search_words import Spelt


class How(StrEnum):
    EXACT = "exact"
    PREFIX = "prefix"
    ENDING = "ending"


@dataclass(frozen=True, slots=True)
class Match:
    """Why a contact was found: in which field, how, and what stands there."""

    field: str
    how: How
    value: str


def matches(
    asked: Asked,
    contact: Contact,
    emails: Sequence[str],
    phones: Sequence[str],
    labels: Mapping[str, LabelName],
) -> tuple[Match, ...]:
    """Why this contact answers the question, as it is now; nothing where it does not. `labels`: as they are called."""
    addresses, numbers = _email_matches(asked, emails), _phone_matches(asked, phones)
    words = [*_name_matches(asked.words, contact), *_label_matches(asked, contact, labels)]
    names = dict.fromkeys(words)
    return (*addresses, *numbers, *names) if "@" in asked.address else (*numbers, *names, *addresses)


def _email_matches(asked: Asked, emails: Sequence[str]) -> Iterator[Match]:
    wanted = asked.address
    for email in emails:
        if email in asked.emails or (wanted and address_text(email).startswith(wanted)):
            yield Match("email", How.EXACT if email in asked.emails else How.PREFIX, email)


def _phone_matches(asked: Asked, phones: Sequence[str]) -> Iterator[Match]:
    for phone in phones:
        if phone in asked.phones:
            yield Match("phone", How.EXACT, phone)
        elif asked.digits and digits_of(phone).endswith(asked.digits):
            yield Match("phone", How.ENDING, phone)


def _name_matches(words: tuple[Spelt, ...], contact: Contact) -> Iterator[Match]:
    fields = [(name, value, search_words.texts([value])) for name, value in named(contact)]
    together = search_words.texts(value for _, value, _ in fields)
    if not words or not Stage(Kind.NAME, "", words).fits(together):
        return
    for name, value, texts in fields:
        found = [word for word in words if any(text.startswith(word) for text in texts)]
        whole = [word for word in found if any(search_words.head(text) in word for text in texts)]
        if found:
            yield Match(name, How.EXACT if len(whole) == len(words) else How.PREFIX, value)


def _label_matches(asked: Asked, contact: Contact, labels: Mapping[str, LabelName]) -> Iterator[Match]:
    """The labels that a part of the question names, where the rest of it is the contact's, too."""
    for reading in asked.readings:
        names = list(_name_matches(reading.words, contact))
        if set(reading.labels) <= set(contact.labels) and (names or not reading.words):
            for key in reading.labels:
                name = labels[key].name if key in labels else key
                yield Match("label", How.EXACT if reading.is_whole else How.PREFIX, name)
            yield from names


def asked_digits(given: str, whole: str) -> str:
    """The digits a number has to end with, where what was typed may be a number: `whole` is its one form if it tells
    its country. The zeros before a national number are not part of it abroad."""
    typed = given.strip()
    if not typed or any(not (each.isdigit() or each in "+-()./ \u00a0\u2011\u2013") for each in typed):
        return ""
    digits = digits_of(whole if typed.startswith("+") else typed)
    bare = digits.lstrip("0")
    found = bare if len(bare) >= FEWEST_DIGITS else digits
    return found if FEWEST_DIGITS <= len(found) <= 20 else ""
