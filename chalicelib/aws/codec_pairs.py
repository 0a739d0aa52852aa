"""Pairs of contacts and the history of links as items. Both are kept under each of the two contacts."""

from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.aws import keys_contact
from chalicelib.aws.codec import Item, events_of, moment
from chalicelib.domain.envelope import Actor
from chalicelib.domain.events import ContactSuggested, ContactSuggestionClosed, Event
from chalicelib.domain.suggestion import LinkLine, Pair, PairState
from chalicelib.domain.writes import Recorded


def pair_items(pair: Pair, version: int) -> tuple[Item, Item]:
    """The item under the first contact, which lists it while it is open, and its copy under the other one."""
    row = _pair_row(pair)
    items = []
    for contact_id, other_id in (pair.ends, pair.ends[::-1]):
        pk, sk = keys_contact.pair(contact_id, other_id)
        items.append({"pk": pk, "sk": sk, "version": version, "row": row})
    first, copy = items
    told = _told(pair)
    if told is not None:
        first["events"] = events_of(Recorded((told,), Actor(*pair.by), pair.at))
    if pair.state is PairState.OPEN:
        first["kind_key"] = keys_contact.SUGGESTIONS
        first["kind_sort"] = keys_contact.suggestion_place(pair.strength, pair.at)
    return first, copy


def _told(pair: Pair) -> Event | None:
    """What a pair's item tells; of links their person tells."""
    if pair.state is PairState.OPEN:
        return ContactSuggested(contact_id=pair.a, other_id=pair.b, evidence=pair.evidence, strength=pair.strength)
    if pair.state in (PairState.DISMISSED, PairState.WITHDRAWN):
        return ContactSuggestionClosed(contact_id=pair.a, other_id=pair.b, state=pair.state.value)
    return None


def _pair_row(pair: Pair) -> dict[str, Any]:
    return {
        "a": pair.a,
        "b": pair.b,
        "state": pair.state.value,
        "strength": pair.strength,
        "evidence": pair.evidence,
        "reason": pair.reason,
        "at": pair.at,
        "marks": pair.marks,
        "against": pair.against,
        "refused": pair.refused,
        "by": _actor(pair.by),
        "why": pair.why or None,
    }


def pair_from(item: Item) -> Pair:
    row: Any = item["row"]
    return Pair(
        a=row["a"],
        b=row["b"],
        state=PairState(row["state"]),
        strength=row["strength"],
        evidence=tuple(row.get("evidence", ())),
        reason=row["reason"],
        at=moment(row["at"]),
        marks=row.get("marks", {}),
        against=tuple(row.get("against", ())),
        refused=row.get("refused", {}),
        by=_actor_from(row["by"]),
        why=row.get("why", ""),
        version=item["version"],
    )


def line_items(line: LinkLine) -> tuple[Item, Item]:
    """The same line for each of both contacts."""
    items = []
    for contact_id, other_id in ((line.a, line.b), (line.b, line.a)):
        pk, sk = keys_contact.link_line(contact_id, other_id, line.at, line.what, line.nth)
        items.append({"pk": pk, "sk": sk, **_line_fields(line)})
    return items[0], items[1]


def _line_fields(line: LinkLine) -> Mapping[str, Any]:
    return {
        "a": line.a,
        "b": line.b,
        "what": line.what,
        "at": line.at,
        "by": _actor(line.by),
        "strength": line.strength,
        "evidence": line.evidence,
        "reason": line.reason or None,
        "nth": line.nth,
    }


def line_from(item: Item) -> LinkLine:
    return LinkLine(
        a=item["a"],
        b=item["b"],
        what=item["what"],
        at=moment(item["at"]),
        by=_actor_from(item["by"]),
        strength=item["strength"],
        evidence=tuple(item.get("evidence", ())),
        reason=item.get("reason", ""),
        nth=item["nth"],
    )


def _actor(by: tuple[str, str | None]) -> list[str]:
    """Without an absent id: nothing absent is stored."""
    return [part for part in by if part is not None]


def _actor_from(stored: Sequence[str]) -> tuple[str, str | None]:
    return stored[0], stored[1] if len(stored) > 1 else None
