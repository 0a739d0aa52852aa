"""Who is who: a contact that is new or has changed is held against those who share an address with it.

Pairs that are sure are linked, those that may be are suggested, and what was suggested is withdrawn where it rests on
nothing any more. It looks at what is, so news that comes twice, late or in another order ends in the same state.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from chalicelib.domain.contact import Contact
from chalicelib.domain.envelope import SYSTEM
from chalicelib.domain.errors import ContactNotFound, LinkRefused, StoreUnavailable
from chalicelib.domain.events import ContactCreated, ContactLinked, ContactUpdated
from chalicelib.domain.evidence import EMAIL, PHONE, Evidence
from chalicelib.domain.job import Job
from chalicelib.domain.matching import judged
from chalicelib.domain.matching_values import AUTO, CROWD, Certain, Judgement, Side, Verdict, customer_id
from chalicelib.domain.person import MAX_MEMBERS, Person, alone, link_of
from chalicelib.domain.profile import ATTRIBUTE, FIELDS
from chalicelib.domain.reads import Page
from chalicelib.domain.suggestion import LinkLine, Pair, PairState, suggested
from chalicelib.domain.writes import Written
from chalicelib.services import people
from chalicelib.services.evidence import evidence_of

ATTEMPTS = 8
MATCH_CONTACTS = "match.contacts"
PORTION = 20
# Changes of these say nothing of who somebody is.
IDLE_FIELDS = frozenset(
    {*FIELDS, "notes", "labels", "attributes", "consents", "do_not_contact"} - {"name", "username", EMAIL, PHONE}
)


class PairStore(Protocol):
    def pair(self, one: str, other: str) -> Pair | None: ...

    def pairs_of(self, contact_id: str) -> Sequence[Pair]: ...

    def replace(self, pair: Pair, line: LinkLine | None = None) -> Written:
        """CONFLICT: the pair is not at `pair.version` any more (0: there was none)."""

    def holders(self, kind: str, value: str, limit: int) -> Sequence[Evidence]: ...

    def persons(self, person_ids: Iterable[str]) -> Mapping[str, Person]: ...

    def addresses(self, identity_ids: Iterable[str]) -> Mapping[str, tuple[str, str]]: ...

    def contact_ids(self, limit: int, start: Mapping[str, Any] | None) -> Page[str]:
        """All contacts, the oldest first."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of some contacts and of the persons they belong to."""

    contacts: Mapping[str, Contact]
    persons: Mapping[str, Person]
    addresses: Mapping[str, tuple[str, str]]
    found: Mapping[str, tuple[Evidence, ...]]
    holders: Mapping[tuple[str, str], int]

    def person(self, contact_id: str) -> Person:
        root = self.contacts[contact_id].person
        found = self.persons.get(root) if root else None
        return found if found is not None and contact_id in found.members else alone(contact_id)

    def side(self, contact_id: str) -> Side:
        contact = self.contacts[contact_id]
        certain = Certain()
        for member in self.person(contact_id).members:
            certain = certain.joined(self._certain(member))
        return Side(contact_id, contact.name, self._evidence(contact), certain)

    def _evidence(self, contact: Contact) -> tuple[Evidence, ...]:
        """What its fields say, and what is kept of it where that is more."""
        best = {(each.kind, each.value): each for each in evidence_of(contact)}
        for each in self.found.get(contact.id, ()):
            known = best.get((each.kind, each.value))
            if known is None or known.strength < each.strength:
                best[each.kind, each.value] = each
        return tuple(best.values())

    def _certain(self, contact_id: str) -> Certain:
        contact = self.contacts.get(contact_id)
        if contact is None:
            return Certain()
        told = [customer_id(*self.addresses[each]) for each in contact.identities if each in self.addresses]
        proven = {each.value for each in evidence_of(contact) if each.kind == EMAIL and each.strength >= AUTO}
        return Certain(frozenset(found for found in told if found), frozenset(proven))


@dataclass(frozen=True, slots=True)
class Matching:
    people: people.PeopleStore
    pairs: PairStore

    def react(self, event: Mapping[str, Any], now: datetime) -> None:
        """Raises StoreUnavailable."""
        kind, data = event["type"], event["data"]
        if kind == ContactLinked.TYPE:
            self.settle(data["contact_id"], data["other_id"], now)
        elif kind == ContactCreated.TYPE or (kind == ContactUpdated.TYPE and _says_who(data["fields"])):
            self.match(event["aggregate"]["id"], now)

    def match(self, contact_id: str, now: datetime) -> None:
        """Hold a contact against those who share an address with it. Raises StoreUnavailable."""
        barred: set[str] = set()
        for _ in range(ATTEMPTS + MAX_MEMBERS):
            if self._matched(contact_id, barred, now):
                return
        raise StoreUnavailable("too many writers at once")

    def step(self, job: Job, now: datetime) -> Job:
        """One portion of holding all contacts against each other. Raises StoreUnavailable."""
        page = self.pairs.contact_ids(PORTION, job.cursor or None)
        for contact_id in page.items:
            self.match(contact_id, now)
        done = job.done + len(page.items)
        after = replace(job, done=done, cursor=dict(page.next or {}), result={"contacts": done})
        return after if page.next else after.ended(now)

    def settle(self, one: str, other: str, now: datetime) -> None:
        """What was suggested between members of one person is done."""
        first = self.people.contacts([one]).get(one)
        members = self.people.person_of(first).members if first else ()
        if other not in members:
            return  # taken back meanwhile
        for member in members:
            for pair in self.pairs.pairs_of(member):
                if pair.a == member and pair.b in members and pair.state is PairState.OPEN:
                    self.pairs.replace(replace(pair, state=PairState.LINKED, at=now))

    def judge(self, one: Contact, other: Contact) -> Judgement:
        """What speaks for and against two contacts being one person, whatever people said before."""
        found, holders = self._holders(one)
        known = self._known({one.id: one, other.id: other}, found, holders)
        return judged(known.side(one.id), known.side(other.id), holders)

    def _matched(self, contact_id: str, barred: set[str], now: datetime) -> bool:
        """False where a link has changed who is who, or something was written meanwhile: look again. `barred`: who
        cannot be linked."""
        contact = self.people.contacts([contact_id]).get(contact_id)
        if contact is None:
            return True
        found, holders = self._holders(contact)
        others = {*found} - {contact_id, *barred}
        if not others and contact.version == 1:
            return True
        known = self._known({contact_id: contact, **self.people.contacts(sorted(others))}, found, holders)
        mine = known.person(contact_id)
        pairs = self._pairs_of(mine)
        judgements = self._judgements(known, contact_id, pairs, others)
        sure = [other for other, judgement in judgements.items() if judgement.verdict is Verdict.AUTO]
        if not sure:
            return self._suggested(contact_id, judgements, pairs, mine, now)
        strongest = min(sure, key=lambda other: (-judgements[other].strength, other))
        if not self._linked(contact_id, strongest, judgements[strongest], now):
            barred.add(strongest)
        return False

    def _holders(self, contact: Contact) -> tuple[dict[str, tuple[Evidence, ...]], dict[tuple[str, str], int]]:
        """Who else has its addresses, by contact, and how many have each of them. One query for each address."""
        found: dict[str, tuple[Evidence, ...]] = {}
        holders: dict[tuple[str, str], int] = {}
        for each in evidence_of(contact):
            rows = self.pairs.holders(each.kind, each.value, CROWD + 1)
            holders[each.kind, each.value] = len(rows)
            if len(rows) <= CROWD:
                for row in rows:
                    found[row.contact_id] = (*found.get(row.contact_id, ()), row)
        return found, holders

    def _known(
        self,
        contacts: Mapping[str, Contact],
        found: Mapping[str, tuple[Evidence, ...]],
        holders: Mapping[tuple[str, str], int],
    ) -> Known:
        """With all members of the persons that these contacts belong to. Three reads, for a hundred of each."""
        persons = self.pairs.persons({contact.person for contact in contacts.values() if contact.person})
        members = {member for person in persons.values() for member in person.members}
        whole = {**self.people.contacts(sorted(members - {*contacts})), **contacts}
        identities = {identity for contact in whole.values() for identity in contact.identities}
        return Known(whole, persons, self.pairs.addresses(sorted(identities)), found, holders)

    def _judgements(
        self, known: Known, contact_id: str, pairs: Sequence[Pair], others: Iterable[str]
    ) -> dict[str, Judgement]:
        """Of those who say something. Who is the same person already counts where a weak link becomes a sure one."""
        mine, found = known.person(contact_id), {}
        for other in sorted(others):
            if other not in known.contacts or _is_settled(mine, contact_id, other):
                continue
            theirs = known.person(other)
            judgement = judged(known.side(contact_id), known.side(other), known.holders, _refused(pairs, mine, theirs))
            wanted = {Verdict.AUTO} if other in mine.members else {Verdict.AUTO, Verdict.SUGGEST}
            if judgement.verdict in wanted:
                found[other] = judgement
        return found

    def _pairs_of(self, person: Person) -> list[Pair]:
        return [pair for member in person.members for pair in self.pairs.pairs_of(member)]

    def _linked(self, one: str, other: str, judgement: Judgement, now: datetime) -> bool:
        """False where these two cannot be one person, whatever is known."""
        by = (SYSTEM.kind, SYSTEM.id)
        made = link_of(one, other, judgement.strength, judgement.kinds, by, now, judgement.reason)
        try:
            people.join(self.people, made, self._may)
        except ContactNotFound:
            return False
        except LinkRefused as refusal:
            return bool(refusal.facts["because"] == "apart")  # said just now: judged anew, that counts
        return True

    def _may(self, one: Person, other: Person) -> bool:
        return _refused(self._pairs_of(one), one, other) is None

    def _suggested(
        self, contact_id: str, judgements: Mapping[str, Judgement], pairs: Sequence[Pair], mine: Person, now: datetime
    ) -> bool:
        """Suggest what may be, withdraw what is no more. False where somebody else wrote meanwhile."""
        known = {_other(pair, contact_id): pair for pair in pairs if contact_id in pair.ends}
        changes = [
            suggested(known.get(other), contact_id, other, judgement, now) for other, judgement in judgements.items()
        ]
        for other, pair in known.items():
            if pair.state is PairState.OPEN and other not in judgements:
                state = PairState.LINKED if other in mine.members else PairState.WITHDRAWN
                changes.append(replace(pair, state=state, at=now))
        return all(self.pairs.replace(pair) is Written.DONE for pair in changes if pair is not None)


def _says_who(fields: Iterable[str]) -> bool:
    return any(name not in IDLE_FIELDS and not name.startswith(ATTRIBUTE) for name in fields)


def _refused(pairs: Iterable[Pair], mine: Person, theirs: Person) -> Mapping[str, int] | None:
    """By what people said that a member of one person is not a member of the other; None where nobody said so."""
    found: dict[str, int] | None = None
    for pair in pairs:
        between = (pair.a in mine.members and pair.b in theirs.members) or (
            pair.b in mine.members and pair.a in theirs.members
        )
        if between and pair.is_refused:
            found = found or {}
            for mark, strength in pair.refused.items():
                found[mark] = max(strength, found.get(mark, 0))
    return found


def _is_settled(person: Person, one: str, other: str) -> bool:
    """One person, and nothing would be said by another link."""
    link = person.link(one, other)
    return other in person.members and (link is None or link.strength >= AUTO)


def _other(pair: Pair, contact_id: str) -> str:
    return pair.b if pair.a == contact_id else pair.a
