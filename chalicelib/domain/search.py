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

# What has changed by less is not written again: "recently updated" is so to the hour.
FRESH = timedelta(hours=1)
# Rows that a page looks at together, and how often it does.
WINDOW = 100
WINDOWS = 8
FEWEST_DIGITS = 5
MAX_WORDS = 6
MAX_ADDRESSES = 10
# Attributes whose values are looked for like names: what other systems call the customer, and whom they work for.
ATTRIBUTES = ("company", "organisation", "organization", "customer_number", "external_id")


class Kind(StrEnum):
    """What a row's text is: words of a name, an e-mail address, a phone number's digits from the last to the first."""

    NAME = "n"
    EMAIL = "e"
    PHONE = "p"


@dataclass(frozen=True, slots=True)
class Entry:
    """What a contact is found by, by kind; `at`: when it was changed last."""

    contact_id: str
    at: datetime
    texts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def is_as(self, other: "Entry") -> bool:
        return dict(self.texts) == dict(other.texts) and abs(self.at - other.at) < FRESH

    def rows(self) -> Iterator["Row"]:
        for kind, texts in self.texts.items():
            for text in texts:
                yield Row(Kind(kind), text, self.contact_id, self.at, texts)


@dataclass(frozen=True, slots=True)
class Row:
    """`texts`: all of this kind that the contact has, so that it is shown at one of its rows only."""

    kind: Kind
    text: str
    contact_id: str
    at: datetime
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stage:
    """Rows of a kind that begin with `prefix` and have all `words`."""

    kind: Kind
    prefix: str
    words: tuple[str, ...] = ()

    def takes(self, row: Row) -> bool:
        """Whether the row is the contact's first that begins so, and the others have the other words."""
        first = min((text for text in row.texts if text.startswith(self.prefix)), default=None)
        return first == row.text and self.fits(row.texts)

    def reaches(self, texts: Sequence[str]) -> bool:
        return any(text.startswith(self.prefix) for text in texts) and self.fits(texts)

    def fits(self, texts: Sequence[str]) -> bool:
        return all(any(text.startswith(word) for text in texts) for word in self.words)

    def is_exact(self, text: str) -> bool:
        return text == self.prefix or (self.kind is Kind.NAME and text.startswith(f"{self.prefix} "))


@dataclass(frozen=True, slots=True)
class Asked:
    """A question. `emails` and `phones` are in their one form; `names` what may be an address, a user name or an
    order's own name as it was typed; `number` an order's number by its letters and digits."""

    text: str
    words: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    digits: str = ""
    names: tuple[str, ...] = ()
    number: str = ""

    @property
    def is_empty(self) -> bool:
        return not (self.words or self.emails or self.phones or self.digits or self.names)

    @property
    def stages(self) -> tuple[Stage, ...]:
        """Where to look, one after the other: the likeliest first."""
        address = [Stage(Kind.EMAIL, self.address)] if self.address else []
        number = [Stage(Kind.PHONE, self.digits[::-1])] if self.digits else []
        names = list(_name_stages(self.words))
        return (*address, *number, *names) if "@" in self.address else (*number, *names, *address)

    @property
    def address(self) -> str:
        """What an e-mail address may begin with; nothing where it cannot."""
        found = address_text(self.text)
        return found if found.isascii() and len(found) > 1 and found[0] not in "@#+" else ""


def _name_stages(words: tuple[str, ...]) -> Iterator[Stage]:
    """Words that stand beside each other in this order, whichever comes first; then any that have them all."""
    if not words:
        return
    if len(words) > 1:
        for turn in range(len(words)):
            phrase = " ".join([*words[turn:], *words[:turn]])[: search_words.LONGEST_TEXT].rstrip()
            yield Stage(Kind.NAME, phrase, words)
    yield Stage(Kind.NAME, max(words, key=len), words)


def ranked(stage: Stage, rows: Iterable[Row]) -> list[Row]:
    """Whole words first, then beginnings; of either the recently updated first."""
    return sorted(rows, key=lambda row: (not stage.is_exact(row.text), -row.at.timestamp(), row.contact_id))


def entry_of(contact: Contact, emails: Sequence[str], phones: Sequence[str]) -> Entry:
    """`emails` and `phones`: all that the contact has or had, in their one form."""
    addresses = {each for each in (address_text(email) for email in emails) if each}
    digits = {each for each in (digits_of(phone)[::-1] for phone in phones) if each}
    texts: dict[str, tuple[str, ...]] = {
        Kind.NAME.value: search_words.texts(value for _, value in named(contact)),
        Kind.EMAIL.value: tuple(sorted(addresses)[:MAX_ADDRESSES]),
        Kind.PHONE.value: tuple(sorted(digits)[:MAX_ADDRESSES]),
    }
    return Entry(contact.id, contact.updated_at, {kind: found for kind, found in texts.items() if found})


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
