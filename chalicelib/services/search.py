"""Finding contacts by what an agent has at hand: a name or its beginning, an address, a number, an order.

What is known by its whole key is read first; then the index, window by window. Every contact is read before it is
shown: one that is gone, or does not answer the question any more, is left out. A page costs a bounded number of calls,
however many contacts there are; it may hold few, or none, before the last one.
"""

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from chalicelib.channels.registry import CHANNELS
from chalicelib.domain import ids, search_words
from chalicelib.domain.contact import Contact
from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.evidence import EMAIL, PHONE
from chalicelib.domain.inbox import Inbox
from chalicelib.domain.reads import Page
from chalicelib.domain.search import WINDOW, WINDOWS, Kind, Row, Stage, entry_of, ranked
from chalicelib.domain.search_asked import MAX_WORDS, Asked
from chalicelib.domain.search_labels import LabelName, reading_from, readings
from chalicelib.domain.search_match import How, Match, asked_digits, matches
from chalicelib.services.evidence import normal
from chalicelib.services.indexing import reached_at
from chalicelib.services.timeline_push import API

# Their addresses and subjects are those of one account: two shops may each have a customer 42.
ACCOUNTS = frozenset({"shopify", "events", "custom"})
MAX_INBOXES = 50
# More have the same address or number than are shown first: the index has the others, too.
KNOWN = 20
_MARK = 4


class SearchIndex(Protocol):
    def window(self, kind: Kind, prefix: str, after: str | None, limit: int) -> tuple[Sequence[Row], str | None]: ...

    def with_evidence(self, kind: str, value: str) -> Sequence[str]: ...

    def with_number(self, number: str) -> Sequence[str]: ...

    def owners(self, identities: Sequence[str], subjects: Sequence[tuple[str, str]]) -> Mapping[str, str]: ...

    def contacts(self, contact_ids: Sequence[str]) -> Mapping[str, Contact]: ...


@dataclass(frozen=True, slots=True)
class Hit:
    """A contact, and why it was found."""

    contact: Contact
    matches: tuple[Match, ...]


@dataclass(slots=True)
class _Place:
    """Where a page goes on: `stage` counts the ways to look, `after` is the row before the window, `shown` marks the
    contacts of this window that have been given out, `found` those that were known by a whole key, `labels` the labels
    that the question was taken for."""

    stage: int = 0
    after: str | None = None
    shown: set[bytes] = field(default_factory=set)
    found: set[bytes] = field(default_factory=set)
    labels: list[Any] = field(default_factory=list)

    def given(self) -> Mapping[str, Any]:
        marks = {"w": _packed(self.shown), "f": _packed(self.found)}
        return {"s": self.stage, "a": self.after, **marks, "l": self.labels}


def _place(start: Mapping[str, Any] | None) -> _Place:
    if start is None:
        return _Place()
    return _Place(start["s"], start["a"], _unpacked(start["w"]), _unpacked(start["f"]), list(start.get("l", ())))


@dataclass(frozen=True, slots=True)
class Search:
    """`inboxes`: all there are; `labels`: how they are called, by key. Both are remembered by whoever gives them, for
    they change rarely."""

    index: SearchIndex
    inboxes: Callable[[], Sequence[Inbox]]
    labels: Callable[[], Mapping[str, LabelName]]

    def find(self, q: str, limit: int, start: Mapping[str, Any] | None, region: str | None = None) -> Page[Hit]:
        """`region` (`DE`): whose national phone numbers are meant. Raises InvalidInput."""
        place = _place(start)
        asked = self._asked(question(q, region), place, start is None)
        known = self._known(asked, limit) if start is None else {}
        place.found |= {_mark(contact_id) for contact_id in known}
        rows, after = self._rows(asked, place, max(limit - len(known), 0))
        contacts = self.index.contacts([*known, *rows])
        hits = [
            *(self._hit(asked, contacts[each], match) for each, match in known.items() if each in contacts),
            *(self._hit(asked, contacts[each], None, stage) for each, stage in rows.items() if each in contacts),
        ]
        return Page([hit for hit in hits if hit is not None], after.given() if after else None)

    def _asked(self, asked: Asked, place: _Place, is_first: bool) -> Asked:
        """With the labels it may be of; on later pages those of the first, whatever they are called by now."""
        if is_first:
            place.labels = (
                [each.given() for each in readings(asked.words, self.labels().values())] if asked.words else []
            )
        return replace(asked, readings=tuple(reading_from(each) for each in place.labels))

    def _hit(self, asked: Asked, contact: Contact, known: Match | None, stage: int = 0) -> Hit | None:
        """None where the contact answers the question no more, or was shown already: at an earlier way to look."""
        reached = reached_at(contact)
        found = matches(asked, contact, *reached, self.labels() if asked.readings else {})
        if stage:
            entry = entry_of(contact, *reached)
            ways = asked.stages[:stage]
            if any(each.reaches(entry.texts.get(each.kind.value, ()), entry.labels) for each in ways):
                return None
        if known is not None and known.field not in {each.field for each in found}:
            found = (known, *found)
        return Hit(contact, found) if found else None

    def _known(self, asked: Asked, limit: int) -> dict[str, Match]:
        """Contacts whose whole key was typed, with what it is."""
        found: dict[str, Match] = {}
        if asked.names:
            inboxes = [each for each in self.inboxes() if each.channel in ACCOUNTS][:MAX_INBOXES]
            owners = self.index.owners(_identities(asked.names, inboxes), _subjects(asked.names, inboxes))
            for contact_id, what in owners.items():
                of = ("address", asked.text) if what == "identity" else ("order", what)
                found.setdefault(contact_id, Match(of[0], How.EXACT, of[1]))
        if asked.number:
            for contact_id in self.index.with_number(asked.number):
                found.setdefault(contact_id, Match("order", How.EXACT, asked.text))
        for kind, values in ((EMAIL, asked.emails), (PHONE, asked.phones)):
            for value in values:
                for contact_id in self.index.with_evidence(kind, value):
                    found.setdefault(contact_id, Match(kind, How.EXACT, value))
        return dict(list(found.items())[: min(limit, KNOWN)])

    def _rows(self, asked: Asked, place: _Place, wanted: int) -> tuple[dict[str, int], _Place | None]:
        """Contacts that the index proposes, with the stage, and where to go on."""
        found: dict[str, int] = {}
        stages = asked.stages
        for _ in range(WINDOWS):
            if place.stage >= len(stages):
                return found, None
            if len(found) >= wanted:
                break
            stage = stages[place.stage]
            rows, last = self.index.window(stage.kind, stage.prefix, place.after, WINDOW)
            rest = [row for row in ranked(stage, rows) if self._is_new(row, stages, place)]
            took = rest[: wanted - len(found)]
            found |= {row.contact_id: place.stage for row in took if row.contact_id not in found}
            place.shown |= {_mark(row.contact_id) for row in took}
            if len(took) < len(rest):
                break
            place.after, place.shown = last, set()
            place.stage += last is None
        return found, place if place.stage < len(stages) else None

    def _is_new(self, row: Row, stages: Sequence[Stage], place: _Place) -> bool:
        """Not shown yet, here or at an earlier way to look."""
        mark = _mark(row.contact_id)
        if mark in place.shown or mark in place.found or not stages[place.stage].takes(row):
            return False
        earlier = stages[: place.stage]
        return not any(stage.kind is row.kind and stage.reaches(row.texts, row.labels) for stage in earlier)


def question(q: str, region: str | None = None) -> Asked:
    """What was typed, taken for everything that it may be. Raises InvalidInput where it is nothing."""
    text = q.strip()
    phone = normal(PHONE, text, region) if asked_digits(text, text) else ""
    digits = asked_digits(text, phone)
    email = normal(EMAIL, text) if "@" in text[1:] and " " not in text else ""
    is_one = not any(each.isspace() for each in text)
    words = () if email or (text.startswith("+") and digits) else search_words.spelt_words(text)[:MAX_WORDS]
    asked = Asked(
        text,
        tuple(dict.fromkeys(words)),
        (email,) if email else (),
        (phone,) if digits and phone else (),
        digits,
        _names(text, phone) if is_one or digits else (),
        search_words.code(text) if is_one and "@" not in text and any(each.isdigit() for each in text) else "",
    )
    if asked.is_empty or not any(each.isalnum() for each in text):
        raise InvalidInput("Give a letter or a digit at least.", field="q")
    return asked


def _names(text: str, phone: str) -> tuple[str, ...]:
    """How an address may be kept: as it was typed, in small letters, without the sign before it, a number with and
    without its plus."""
    bare = text.lstrip("@#")
    forms = [text, bare, bare.casefold(), phone, phone.lstrip("+")]
    return tuple(dict.fromkeys(form for form in forms if form and len(form) <= 320))


def _identities(names: Sequence[str], inboxes: Sequence[Inbox]) -> list[str]:
    everywhere = [(channel, name) for channel in (*CHANNELS, EMAIL, PHONE) for name in names]
    of_accounts = [(inbox.channel, f"{inbox.account_id}:{name}") for inbox in inboxes for name in names[:2]]
    return list(dict.fromkeys(ids.identity_id(channel, name) for channel, name in [*everywhere, *of_accounts]))


def _subjects(names: Sequence[str], inboxes: Sequence[Inbox]) -> list[tuple[str, str]]:
    """An order is asked for by its number, or by its whole name (`order:1001`)."""
    orders = [name if ":" in name else f"order:{name}" for name in names[:2]]
    return list(
        dict.fromkeys((inbox_id, order) for inbox_id in (API, *(each.id for each in inboxes)) for order in orders)
    )


def _mark(contact_id: str) -> bytes:
    """Short, for a cursor holds a hundred: two of one window that share theirs are one in ten million."""
    return ids.digest(contact_id).encode()[-2 * _MARK :]


def _packed(marks: set[bytes]) -> str:
    """Eight digits of 32 are five bytes."""
    raw = b"".join(ids.decode(mark.decode()).to_bytes(5) for mark in sorted(marks))
    return base64.b85encode(raw).decode()


def _unpacked(text: str) -> set[bytes]:
    raw = base64.b85decode(text)
    return {ids.encode(int.from_bytes(raw[at : at + 5]), 8).encode() for at in range(0, len(raw), 5)}
