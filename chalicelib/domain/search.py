"""Finding contacts: what a contact is found by, and what a question asks for.

An index is rows of texts, sorted: a question reads those that begin with its words. What it proposes is held against
the contact as it is now, so an index that is behind shows nobody it should not.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from chalicelib.domain import search_words
from chalicelib.domain.contact import Contact
from chalicelib.domain.search_words import Spelt

# What has changed by less is not written again: "recently updated" is so to the hour.
FRESH = timedelta(hours=1)
# Rows that a page looks at together, and how often it does.
WINDOW = 100
WINDOWS = 8
MAX_ADDRESSES = 10
# What a contact is found by is written at once: at most 92 items.
MAX_LABELS = 40
MAX_WRITTEN = 100
# Attributes whose values are looked for like names: what other systems call the customer, and whom they work for.
ATTRIBUTES = ("company", "organisation", "organization", "customer_number", "external_id")


class Kind(StrEnum):
    """What a row's text is: words of a name, an e-mail address, a phone number's digits from the last to the first, a
    label's id."""

    NAME = "n"
    EMAIL = "e"
    PHONE = "p"
    LABEL = "l"


@dataclass(frozen=True, slots=True)
class Entry:
    """What a contact is found by, by kind; `at`: when it was changed last, `made`: when it came to be."""

    contact_id: str
    made: datetime
    at: datetime
    texts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def labels(self) -> tuple[str, ...]:
        return self.texts.get(Kind.LABEL.value, ())

    def is_as(self, other: "Entry") -> bool:
        alike = dict(self.texts) == dict(other.texts) and self.made == other.made
        return alike and abs(self.at - other.at) < FRESH

    def fits_after(self, before: "Entry | None") -> bool:
        """Whether one transaction holds this in place of what was: the rows of both, the record and the contact."""
        rows = {(row.kind, row.text, row.made) for entry in (self, before) if entry for row in entry.rows()}
        return len(rows) + 2 <= MAX_WRITTEN

    def rows(self) -> Iterator["Row"]:
        for kind, texts in self.texts.items():
            for text in texts:
                yield Row(Kind(kind), text, self.contact_id, self.made, self.at, texts, self.labels)


@dataclass(frozen=True, slots=True)
class Row:
    """`texts`: all of this kind that the contact has, so that it is shown at one of its rows only. `labels`: where it
    is a row of a name or a label."""

    kind: Kind
    text: str
    contact_id: str
    made: datetime
    at: datetime
    texts: tuple[str, ...]
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Stage:
    """Rows of a kind that begin with `prefix` (of a label: are it), and have all `words` and `labels`."""

    kind: Kind
    prefix: str
    words: tuple[Spelt, ...] = ()
    labels: tuple[str, ...] = ()

    def takes(self, row: Row) -> bool:
        """Whether the row is the contact's first that begins so, and the others have the other words."""
        first = min((text for text in row.texts if self._begins(text)), default=None)
        return first == row.text and self.fits(row.texts) and set(self.labels) <= set(row.labels)

    def reaches(self, texts: Sequence[str], labels: Sequence[str]) -> bool:
        begins = any(self._begins(text) for text in texts)
        return begins and self.fits(texts) and set(self.labels) <= set(labels)

    def fits(self, texts: Sequence[str]) -> bool:
        return all(any(text.startswith(word) for text in texts) for word in self.words)

    def is_exact(self, text: str) -> bool:
        return text == self.prefix or (self.kind is Kind.NAME and text.startswith(f"{self.prefix} "))

    def _begins(self, text: str) -> bool:
        return text == self.prefix if self.kind is Kind.LABEL else text.startswith(self.prefix)


def ranked(stage: Stage, rows: Iterable[Row]) -> list[Row]:
    """Whole words first, then beginnings; of either the recently updated first. Those with a label are in order."""
    if stage.kind is Kind.LABEL:
        return list(rows)
    return sorted(rows, key=lambda row: (not stage.is_exact(row.text), -row.at.timestamp(), row.contact_id))


def entry_of(contact: Contact, emails: Sequence[str], phones: Sequence[str]) -> Entry:
    """`emails` and `phones`: all that the contact has or had, in their one form."""
    addresses = {each for each in (address_text(email) for email in emails) if each}
    digits = {each for each in (digits_of(phone)[::-1] for phone in phones) if each}
    texts: dict[str, tuple[str, ...]] = {
        Kind.NAME.value: search_words.texts(value for _, value in named(contact)),
        Kind.EMAIL.value: tuple(sorted(addresses)[:MAX_ADDRESSES]),
        Kind.PHONE.value: tuple(sorted(digits)[:MAX_ADDRESSES]),
        Kind.LABEL.value: tuple(dict.fromkeys(contact.labels))[:MAX_LABELS],
    }
    return Entry(
        contact.id, contact.created_at, contact.updated_at, {kind: found for kind, found in texts.items() if found}
    )


def named(contact: Contact) -> Iterator[tuple[str, str]]:
    """The fields whose words a contact is found by."""
    for name in ("name", "username"):
        if given := getattr(contact, name):
            yield name, given
    for name in ATTRIBUTES:
        value: Any = contact.attributes.get(name)
        if isinstance(value, str | int) and not isinstance(value, bool) and value != "":
            yield f"attribute.{name}", str(value)


def address_text(email: str) -> str:
    """As it stands in a row, which a line break would end."""
    found = email.casefold()[: search_words.LONGEST_TEXT]
    return found if found.isprintable() and " " not in found else ""


def digits_of(phone: str) -> str:
    return "".join(each for each in phone if each.isdigit() and each.isascii())
