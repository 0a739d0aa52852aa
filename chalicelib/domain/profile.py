"""Who says what of a contact: each source's latest word on each field is kept, and the strongest source's is shown.

The order in which words arrive does not matter. A word with no value takes back what its source said; then the next
strongest source's word shows. Custom attributes are fields too: `attribute.<key>`.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from chalicelib.domain.contact import Contact, Word

# Whose word is shown: an agent has spoken with the contact; the company's own sign-in and what was proven come next,
# then the channel's provider, lists that were brought in, connected systems, and what visitors type of themselves.
# (How far an e-mail address proves who somebody is, is another matter: see `evidence`.)
AUTHORITY: Mapping[str, int] = {
    "agent": 60,
    "verified": 55,
    "site": 50,
    "provider": 40,
    "import": 35,
    "store": 30,
    "visitor": 20,
}
UNKNOWN = "unknown"
TICK = timedelta(milliseconds=1)  # as times are stored
ATTRIBUTE = "attribute."
FIELDS = (
    "name",
    "username",
    "phone",
    "email",
    "locale",
    "avatar_url",
    "language",
    "dialect",
    "time_zone",
    "tier",
    "customer_since",
    "preferred_channel",
    "contact_hours",
    "interests",
    "goals",
)
# What a field is that nobody says anything of.
_EMPTY: Mapping[str, Any] = {"contact_hours": {}, "interests": (), "goals": ()}


@dataclass(frozen=True, slots=True)
class Told:
    """What a source says of a field, and whether that is what is shown."""

    field: str
    source: str
    value: Any
    at: datetime
    by: str
    is_shown: bool


def told(contact: Contact, source: str, said: Mapping[str, Any], at: datetime, by: str = "") -> Contact:
    """The contact after a source's word on some fields (`name`, `attribute.size`); an empty value takes its word back.
    The same contact where that is known already. Versions are the caller's business."""
    words = dict(contact.words)
    for name, value in said.items():
        of = words_of(contact, name)
        word = Word(None if _is_empty(value) else value, at, by)
        words[name] = {**of, source: max(word, of[source], key=_order) if source in of else word}
    return _shown(replace(contact, words=words), said)


def withdrawn(contact: Contact, name: str, at: datetime, by: str = "") -> Contact:
    """Take away the word that is shown, whoever said it: the next strongest shows, if there is any."""
    source = source_of(contact, name)
    return told(contact, source, {name: None}, at, by) if source is not None else contact


def moment_after(contact: Contact, names: Iterable[str], at: datetime) -> datetime:
    """`at`, or just after the last word on these fields: what is said by whoever has read that comes after it, whatever
    the clocks say."""
    spoken = [word.at for name in names for word in words_of(contact, name).values()]
    return max([at, *(each + TICK for each in spoken)])


def words_of(contact: Contact, name: str) -> Mapping[str, Word]:
    """What each source says of a field. Contacts that were made before words were kept, or by a first message, have
    one of the source that `sources` names, as of their creation."""
    known = contact.words.get(name)
    if known is not None:
        return dict(known)
    value = value_of(contact, name)
    if _is_empty(value):
        return {}
    whole = contact.sources.get("attributes") if name.startswith(ATTRIBUTE) else None
    return {contact.sources.get(name) or whole or UNKNOWN: Word(value, contact.created_at)}


def value_of(contact: Contact, name: str) -> Any:
    """What is shown of a field."""
    if name.startswith(ATTRIBUTE):
        return contact.attributes.get(name.removeprefix(ATTRIBUTE))
    return getattr(contact, name)


def source_of(contact: Contact, name: str) -> str | None:
    """Whose word is shown; None where nothing is."""
    return _strongest(words_of(contact, name))


def told_fields(contact: Contact) -> Iterator[Told]:
    """Every word that says something, by field, the strongest source's first: that one is shown."""
    attributes = sorted({*(f"{ATTRIBUTE}{key}" for key in contact.attributes), *_told_attributes(contact)})
    for name in (*FIELDS, *attributes):
        of = {source: word for source, word in words_of(contact, name).items() if word.value is not None}
        for place, source in enumerate(sorted(of, key=authority, reverse=True)):
            word = of[source]
            yield Told(name, source, word.value, word.at, word.by, place == 0)


def authority(source: str) -> tuple[int, str]:
    """Sources in their order; of two that count the same, always the same one."""
    return AUTHORITY.get(source, 0), source


def _told_attributes(contact: Contact) -> Iterator[str]:
    return (name for name in contact.words if name.startswith(ATTRIBUTE))


def _strongest(words: Mapping[str, Word]) -> str | None:
    return max((source for source, word in words.items() if word.value is not None), key=authority, default=None)


def _shown(contact: Contact, names: Mapping[str, Any]) -> Contact:
    """The contact with what its words say of these fields."""
    fields: dict[str, Any] = {}
    attributes, sources = dict(contact.attributes), dict(contact.sources)
    for name in names:
        source = _strongest(contact.words[name])
        value = contact.words[name][source].value if source is not None else None
        sources.pop(name, None)
        if source is not None:
            sources[name] = source
        if not name.startswith(ATTRIBUTE):
            fields[name] = _EMPTY.get(name) if value is None else value
        elif value is None:
            attributes.pop(name.removeprefix(ATTRIBUTE), None)
        else:
            attributes[name.removeprefix(ATTRIBUTE)] = value
    return replace(contact, **fields, attributes=attributes, sources=sources)


def _is_empty(value: Any) -> bool:
    return value is None or (isinstance(value, str | tuple | list | Mapping) and not value)


def _order(word: Word) -> tuple[datetime, bool, str, str]:
    """The later word counts; of two at one time the one that takes back, else always the same one."""
    return word.at, word.value is None, json.dumps(word.value, sort_keys=True, default=_text), word.by


def _text(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else dict(value)
