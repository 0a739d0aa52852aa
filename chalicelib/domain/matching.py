"""Whether two contacts are one person, judged by what is known of both: a pure rule with its reason.

The strength of a ground is what its weaker side has: an address that one side proved and the other typed is typed.
Several kinds of grounds raise the strength, but never to what links by itself: for that one of them must be strong
enough alone, and nothing known for certain may speak against it. docs/people.md has the table.
"""

import unicodedata
from collections.abc import Iterable, Mapping

from chalicelib.domain.evidence import EMAIL, PHONE, Evidence
from chalicelib.domain.matching_values import (
    ASK,
    AUTO,
    CROWD,
    NAME,
    NAMESAKE,
    SHARED,
    SUREST,
    Ground,
    Judgement,
    Side,
    Verdict,
)


def judged(
    one: Side,
    other: Side,
    holders: Mapping[tuple[str, str], int] | None = None,
    refused: Mapping[str, int] | None = None,
) -> Judgement:
    """`holders`: how many contacts have an address, by kind and value, where it is known. `refused`: the marks by which
    people said that these two are not one person (None: nobody said so); only other or stronger grounds count then,
    and they make a suggestion at most. Raises ValueError where both are the same contact."""
    if one.contact_id == other.contact_id:
        raise ValueError("a contact is not matched with itself")
    one, other = sorted((one, other), key=lambda side: side.contact_id)
    shared = _shared(one, other, holders or {})
    new = [ground for ground in shared if refused is None or ground.strength > refused.get(ground.mark, 0)]
    against = tuple(_against(one, other, shared))
    if not new:
        return Judgement(Verdict.NOTHING, against=against)
    grounds = (*new, *_namesake(one, other))
    is_sure = any(ground.is_strong for ground in new) and not against and refused is None
    strength = min(_strength(grounds), SUREST if is_sure else AUTO - 1)
    verdict = Verdict.AUTO if is_sure else Verdict.SUGGEST if strength >= ASK else Verdict.NOTHING
    return Judgement(verdict, strength, grounds, against, sentence(grounds, against))


def _shared(one: Side, other: Side, holders: Mapping[tuple[str, str], int]) -> list[Ground]:
    found, theirs = [], _addresses(other)
    for key, mine in _addresses(one).items():
        match, many = theirs.get(key), holders.get(key, 2)
        if match is not None and many <= CROWD:
            strength = min(mine.strength, match.strength)
            found.append(Ground(mine.kind, mine.value, strength, (mine.source, match.source), many))
    return sorted(found, key=lambda ground: (-ground.strength, ground.kind, ground.value))


def _addresses(side: Side) -> dict[tuple[str, str], Evidence]:
    """What a side has, each as far as it is believed most."""
    found: dict[tuple[str, str], Evidence] = {}
    for each in sorted(side.evidence, key=lambda each: (each.strength, each.source)):
        if each.holds:
            found[each.kind, each.value] = each
    return found


def _namesake(one: Side, other: Side) -> tuple[Ground, ...]:
    mine = folded(one.name)
    return (Ground(NAME, mine, NAMESAKE),) if mine and mine == folded(other.name) else ()


def folded(name: str | None) -> str:
    """A name without case, accents and order of its words."""
    plain = unicodedata.normalize("NFKD", (name or "").casefold())
    bare = (character for character in plain if not unicodedata.combining(character))
    kept = "".join(character if character.isalnum() else " " for character in bare)
    return " ".join(sorted(kept.split()))


def _strength(grounds: Iterable[Ground]) -> int:
    """Each kind takes its part of the doubt that the others leave; of one kind the strongest counts."""
    by_kind: dict[str, int] = {}
    for ground in grounds:
        by_kind[ground.kind] = max(by_kind.get(ground.kind, 0), ground.strength)
    doubt = 1.0
    for strength in by_kind.values():
        doubt *= 1 - strength / 100
    return round(100 * (1 - doubt))


def _against(one: Side, other: Side, shared: Iterable[Ground]) -> Iterable[str]:
    systems = {system for system, _ in one.certain.customer_ids} & {system for system, _ in other.certain.customer_ids}
    for system in sorted(systems):
        mine, theirs = _ids_of(one, system), _ids_of(other, system)
        if not mine & theirs:
            yield f"two different customer ids in {system}"
    mails = one.certain.emails, other.certain.emails
    if all(mails) and not mails[0] & mails[1] and not any(ground.kind == EMAIL for ground in shared):
        yield "two different proven e-mail addresses"


def _ids_of(side: Side, system: str) -> set[str]:
    return {identifier for each, identifier in side.certain.customer_ids if each == system}


_KINDS = {EMAIL: "the same e-mail address", PHONE: "the same phone number", NAME: "the same name"}
_SOURCES = {
    "site": "signed by your site",
    "verified": "proven by a one-time code",
    "provider": "attested by the channel",
    "agent": "typed by an agent",
    "import": "imported",
    "store": "told by a connected system",
    "visitor": "typed by the customer",
}


def sentence(grounds: Iterable[Ground], against: Iterable[str]) -> str:
    parts = [_words(ground) for ground in grounds]
    but = " and ".join(against)
    return f"Both have {', and '.join(parts)}{f'; but {but}' if but else ''}."


def _words(ground: Ground) -> str:
    known = dict.fromkeys(_SOURCES.get(source, "") for source in ground.sources)
    said = "; ".join(word for word in known if word)
    many = f"; {ground.holders} contacts have it" if ground.holders > SHARED else ""
    return f"{_KINDS[ground.kind]}{f' ({said}{many})' if said or many else ''}"
