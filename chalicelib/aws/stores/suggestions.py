"""Pairs of contacts: what is suggested, what people said of it, the history of links. And what matching looks at."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from chalicelib.aws import keys, keys_contact
from chalicelib.aws.border import TransactionRefused
from chalicelib.aws.codec import Item
from chalicelib.aws.codec_evidence import evidence_from
from chalicelib.aws.codec_pairs import line_from, pair_from
from chalicelib.aws.codec_people import person_from
from chalicelib.aws.stores.pairs import line_writes, pair_writes, read_many
from chalicelib.aws.transaction import Desk
from chalicelib.domain.evidence import Evidence
from chalicelib.domain.person import Person
from chalicelib.domain.reads import Page
from chalicelib.domain.suggestion import LinkLine, Pair
from chalicelib.domain.writes import Written


class SuggestionStore:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def pair(self, one: str, other: str) -> Pair | None:
        item = self._desk.get(keys_contact.pair(one, other))
        return pair_from(item) if item else None

    def pairs_of(self, contact_id: str) -> Sequence[Pair]:
        """All of one contact, whatever became of them. One query."""
        return [pair_from(item) for item in self._rows(contact_id, keys_contact.PAIR)]

    def page(self, limit: int, start: Mapping[str, Any] | None) -> Page[Pair]:
        """What is suggested: the strongest first, of equals the newest. One query."""
        rows, after = self._desk.of_kind(keys_contact.SUGGESTIONS, limit, start)
        return Page([pair_from(row) for row in rows], after)

    def replace(self, pair: Pair, line: LinkLine | None = None) -> Written:
        """Where the pair is still at the version that was read (`pair.version`; 0: there was none)."""
        writes = [*pair_writes(pair), *(line_writes(line) if line else ())]
        try:
            self._desk.transact(writes)
        except TransactionRefused:
            return Written.CONFLICT
        return Written.DONE

    def history(self, contact_id: str, limit: int, start: Mapping[str, Any] | None) -> Page[LinkLine]:
        """What was linked with this contact, unlinked and dismissed, newest first. One query."""
        rows, after = self._desk.query(
            "pk = :pk AND begins_with(sk, :line)",
            {":pk": keys_contact.pair(contact_id, "")[0], ":line": keys_contact.LINK_LINE},
            limit=limit,
            newest_first=True,
            start=start,
        )
        return Page([line_from(row) for row in rows], after)

    def holders(self, kind: str, value: str, limit: int) -> Sequence[Evidence]:
        """The contacts that have an address now, so many of them at most. One query."""
        pk, _ = keys.evidence(kind, value, "")
        found: list[Evidence] = []
        start: Item | None = None
        while len(found) < limit:
            rows, start = self._desk.query("pk = :pk", {":pk": pk}, limit=limit, start=start, consistent=True)
            found += [each for each in (evidence_from(row, value) for row in rows) if each.holds]
            if start is None:
                break
        return found[:limit]

    def persons(self, person_ids: Iterable[str]) -> Mapping[str, Person]:
        """Persons by id. One read for a hundred."""
        found = read_many(self._desk, [keys_contact.person(person_id) for person_id in person_ids])
        return {person.id: person for person in map(person_from, found)}

    def addresses(self, identity_ids: Iterable[str]) -> Mapping[str, tuple[str, str]]:
        """Channel and address of identities, by id. One read for a hundred."""
        found = read_many(self._desk, [keys.identity(identity_id) for identity_id in identity_ids])
        return {keys.identifier(item["pk"]): (item["channel"], item["address"]) for item in found}

    def held(self, contact_id: str, limit: int) -> tuple[int, int]:
        """How many conversations and timeline lines a contact has, so many of each at most. Two queries."""
        places = (keys_contact.opened_by(contact_id), keys.contact_timeline(contact_id)[0])
        conversations, lines = (self._count(pk, limit) for pk in places)
        return conversations, lines

    def _count(self, pk: str, limit: int) -> int:
        """A page of a collection may end before its limit: at a megabyte."""
        found, start = 0, None
        while found < limit:
            rows, start = self._desk.query("pk = :pk", {":pk": pk}, limit=limit - found, start=start)
            found += len(rows)
            if start is None:
                break
        return found

    def contact_ids(self, limit: int, start: Mapping[str, Any] | None) -> Page[str]:
        """All contacts, the oldest first. One query."""
        rows, after = self._desk.of_kind(keys.CONTACTS, limit, start, newest_first=False)
        return Page([keys.identifier(row["pk"]) for row in rows], after)

    def keys_of(self, contact_id: str) -> Iterator[keys.Key]:
        """Every key under which something of this contact's pairs and links is kept: its own, and the copies under
        the others."""
        for item in self._rows(contact_id, ""):
            yield item["pk"], item["sk"]
            ends = item.get("row", item)
            other = ends["b"] if ends["a"] == contact_id else ends["a"]
            pk, sk = keys_contact.pair(other, contact_id)
            yield pk, sk if "row" in item else item["sk"]

    def _rows(self, contact_id: str, begin: str) -> Iterator[Item]:
        pk, start = keys_contact.pair(contact_id, "")[0], None
        condition = "pk = :pk AND begins_with(sk, :begin)" if begin else "pk = :pk"
        values = {":pk": pk, **({":begin": begin} if begin else {})}
        while True:
            rows, start = self._desk.query(condition, values, start=start, consistent=True)
            yield from rows
            if start is None:
                return
