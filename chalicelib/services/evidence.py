"""E-mail addresses and phone numbers as evidence of who somebody is: their one form, and what a contact gives."""

import re
from collections.abc import Iterator

from chalicelib.domain.contact import Contact
from chalicelib.domain.evidence import EMAIL, PHONE, VERIFIED, Evidence, strength_of
from chalicelib.domain.profile import words_of

_INTERNATIONAL = re.compile(r"\+[1-9][0-9]{6,14}")
_MAX = 320
_FEWEST_DIGITS = 6


def normal(kind: str, value: str | None, region: str | None = None) -> str:
    """The one form of an e-mail address or a phone number; empty where it is none. `region` is the country (`DE`) a
    national number was written in."""
    given = (value or "").strip()
    if not given or len(given) > _MAX:
        return ""
    return _email(given) if kind == EMAIL else phone_number(given, region)


def _email(given: str) -> str:
    name, at, host = given.casefold().rpartition("@")
    return f"{name}@{host}" if at and name and host else ""


def phone_number(given: str, region: str | None = None) -> str:
    """E.164 where the number tells its country, else its digits: those meet only numbers that are written alike."""
    if _INTERNATIONAL.fullmatch(given):
        return given  # as providers write them: the library is not needed, nor its import paid for
    import phonenumbers  # noqa: PLC0415 - for few numbers only, and never at a cold start

    try:
        parsed = phonenumbers.parse(given[:80], region)
    except phonenumbers.NumberParseException:
        digits = re.sub(r"[^0-9]", "", given)
        return digits if len(digits) >= _FEWEST_DIGITS else ""
    return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))


def evidence_of(contact: Contact) -> tuple[Evidence, ...]:
    """What a contact's fields and contact points are evidence of, as of its last change: of each address what is
    believed most."""
    found: dict[tuple[str, str], Evidence] = {}
    for kind, value, source in _said(contact):
        key, strength = (kind, normal(kind, value)), strength_of(source)
        if key[1] and (key not in found or found[key].strength < strength):
            found[key] = Evidence(*key, contact.id, strength, contact.updated_at, source=source)
    return tuple(found.values())


def _said(contact: Contact) -> Iterator[tuple[str, str, str]]:
    """Kind, value and who said so. Every source's word counts, not only the one that is shown; but not one from before
    the address ended, and what has ended counts no more from that day on."""
    today, ended = contact.updated_at.date(), {}
    for point in contact.contact_points:
        if point.valid_to is not None and point.valid_to <= today:
            ended[point.kind, point.value] = point.valid_to
        elif point.kind in (EMAIL, PHONE) and point.holds_on(today):
            yield point.kind, point.value, VERIFIED if point.verified_at else point.source
    for kind in (EMAIL, PHONE):
        for source, word in words_of(contact, kind).items():
            end = ended.get((kind, word.value))
            if word.value and (end is None or word.at.date() >= end):
                yield kind, word.value, source


def changed(before: Contact, after: Contact) -> tuple[Evidence, ...]:
    """The evidence to write with a change of a contact: what is new, and what holds no longer."""
    was = {(each.kind, each.value): each for each in evidence_of(before)}
    now = {(each.kind, each.value): each for each in evidence_of(after)}
    gone = [
        Evidence(each.kind, each.value, after.id, each.strength, after.updated_at, holds=False)
        for key, each in was.items()
        if key not in now
    ]
    new = [each for key, each in now.items() if key not in was or was[key].strength != each.strength]
    return (*new, *gone)
