"""By what a person is looked for once everything should be gone: names, addresses, numbers in every usual notation."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from chalicelib.domain.contact import Contact
from chalicelib.domain.evidence import EMAIL, PHONE
from chalicelib.services.evidence import normal

# Shorter ones stand by chance in other texts.
SHORTEST = 4


def named(contacts: Iterable[Contact], addresses: Sequence[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """The identifiers as pairs: `email`, `phone` or a channel, and the value in its one form."""
    found = [pair for contact in contacts for pair in _evidence(contact)]
    return tuple(dict.fromkeys([*found, *addresses]))


def _evidence(contact: Contact) -> Iterator[tuple[str, str]]:
    given = [(EMAIL, contact.email), (PHONE, contact.phone)]
    given += [(point.kind, point.value) for point in contact.contact_points]
    for words in (contact.words.get(EMAIL, {}), contact.words.get(PHONE, {})):
        kind = EMAIL if words is contact.words.get(EMAIL) else PHONE
        given += [(kind, str(word.value)) for word in words.values() if word.value]
    for kind, value in given:
        one = normal(kind, value)
        if one:
            yield kind, one


def needles(contacts: Iterable[Contact], pairs: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """Texts, in lower case, of which none may stand anywhere any more."""
    texts: list[str] = []
    for contact in contacts:
        texts += [contact.name or "", contact.username or "", contact.avatar_url or "", contact.email or ""]
        texts += notations(contact.phone or "")
        texts += [str(value) for value in contact.attributes.values() if _is_telling(value)]
    for kind, value in pairs:
        texts += notations(value) if kind == PHONE or value.lstrip("+").isdigit() else [value]
    return tuple(sorted({text.strip().casefold() for text in texts if len(text.strip()) >= SHORTEST}))


def _is_telling(value: Any) -> bool:
    """Long and mixed enough to be somebody's number at somebody else's: `gold` or `yes` stand everywhere."""
    return isinstance(value, str) and len(value) >= 2 * SHORTEST and any(letter.isdigit() for letter in value)


def notations(number: str) -> list[str]:
    """A phone number as it may have been written: E.164, with spaces, as at home."""
    if not number:
        return []
    import phonenumbers  # noqa: PLC0415 - rarely needed, and slow to import

    digits = re.sub(r"[^0-9]", "", number)
    found = [number, digits]
    try:
        parsed = phonenumbers.parse(f"+{digits}", None)
    except phonenumbers.NumberParseException:
        return found
    forms = phonenumbers.PhoneNumberFormat
    for form in (forms.E164, forms.INTERNATIONAL, forms.NATIONAL, forms.RFC3966):
        found.append(str(phonenumbers.format_number(parsed, form)))
    return [one for one in dict.fromkeys(found) if len(re.sub(r"[^0-9]", "", one)) >= 6]


def mentions(value: Any, wanted: Sequence[str]) -> list[str]:
    """Which of the needles stand in a stored value, at any depth."""
    text = "\n".join(_texts(value)).casefold()
    return [needle for needle in wanted if needle in text]


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for name, part in value.items():
            yield str(name)
            yield from _texts(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _texts(part)
    elif value is not None:
        yield str(value)
