"""Links made and taken back by people, what they see before, and the queue of suggestions they decide on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from chalicelib.domain.agent import Principal, Role
from chalicelib.domain.contact import Contact
from chalicelib.domain.envelope import Actor
from chalicelib.domain.errors import (
    ContactNotFound,
    LinkRefused,
    NotPermitted,
    StoreUnavailable,
    SuggestionNotFound,
    SuggestionOver,
)
from chalicelib.domain.evidence import STRENGTH
from chalicelib.domain.matching_values import Judgement
from chalicelib.domain.person import Link, Person, link_of, linked
from chalicelib.domain.person_profile import COUNTED, FieldPreview, Held, Profile, Tally, preview, profile_of, tally
from chalicelib.domain.reads import Page
from chalicelib.domain.suggestion import LinkLine, Pair, PairState, ends_of, refused
from chalicelib.domain.writes import Written
from chalicelib.services import people
from chalicelib.services.matching import Matching, PairStore

ATTEMPTS = 8
# Of a person with more members only so many are counted.
MEMBERS_COUNTED = 10
SAID_SO = "said_so"
DISMISSED = "dismissed"


class SuggestionStore(PairStore, Protocol):
    def held(self, contact_id: str, limit: int) -> tuple[int, int]:
        """How many conversations and timeline lines, so many of each at most."""

    def page(self, limit: int, start: Mapping[str, Any] | None) -> Page[Pair]: ...

    def history(self, contact_id: str, limit: int, start: Mapping[str, Any] | None) -> Page[LinkLine]: ...


@dataclass(frozen=True, slots=True)
class Identity:
    """An address of a member. Its legs are answered there, whoever else the person is."""

    id: str
    channel: str
    address: str
    contact_id: str


@dataclass(frozen=True, slots=True)
class Whole:
    """A person with its contacts, their addresses, and the profile they make."""

    person: Person
    contacts: Mapping[str, Contact]
    identities: Sequence[Identity]
    profile: Profile


@dataclass(frozen=True, slots=True)
class LinkPreview:
    """What a link would do, and what speaks for and against it. `mine` and `theirs` are both as they are; `my_own` and
    `their_own` what they have and keep, where that was asked for."""

    judgement: Judgement
    mine: Whole
    theirs: Whole
    fields: Sequence[FieldPreview]
    my_own: Held | None = None
    their_own: Held | None = None


@dataclass(frozen=True, slots=True)
class Suggested:
    """A suggestion with both contacts."""

    pair: Pair
    one: Contact
    other: Contact


@dataclass(frozen=True, slots=True)
class Linking:
    """What people do with persons. `pairs` is the store of suggestions, `matching` the rule they rest on."""

    people: people.PeopleStore
    pairs: SuggestionStore
    matching: Matching
    principal: Principal
    now: datetime

    # --- links ---------------------------------------------------------------------------------------------------

    def whole(self, contact_id: str) -> Whole:
        """Raises ContactNotFound."""
        person, contacts = people.person_of(self.people, contact_id)
        return self._whole(person, contacts)

    def preview(self, contact_id: str, other_id: str) -> LinkPreview:
        """What a link would make of both, and nothing is changed. Raises ContactNotFound, LinkRefused."""
        if contact_id == other_id:
            raise LinkRefused("A contact is one person with itself already.", field="contact_id", because="itself")
        mine, theirs = self.whole(contact_id), self.whole(other_id)
        judgement = self.matching.judge(mine.contacts[contact_id], theirs.contacts[other_id])
        people.check_size(linked(mine.person, theirs.person, self._link(contact_id, other_id, judgement, ""))[0])
        fields = preview(mine.contacts.values(), theirs.contacts.values())
        return LinkPreview(judgement, mine, theirs, fields)

    def rehearse(self, contact_id: str, other_id: str) -> LinkPreview:
        """The same, with how much each side has: of up to `MEMBERS_COUNTED` contacts, two queries each. Raises
        ContactNotFound, LinkRefused."""
        shown = self.preview(contact_id, other_id)
        return replace(shown, my_own=self._held(shown.mine.person), their_own=self._held(shown.theirs.person))

    def _held(self, person: Person) -> Held:
        counted = [self.pairs.held(member, COUNTED + 1) for member in person.members[:MEMBERS_COUNTED]]
        found = [tally(each[at] for each in counted) for at in (0, 1)]
        if len(person.members) > MEMBERS_COUNTED:
            found = [Tally(each.count, True) for each in found]
        return Held(*found)

    def link(self, contact_id: str, other_id: str, reason: str) -> tuple[LinkPreview, Whole]:
        """Take two contacts for one person; gives what was before, and what is now. A second time it changes nothing.

        Raises ContactNotFound, LinkRefused, NotPermitted where something speaks against it and the caller is no
        supervisor, StoreUnavailable."""
        before = self.preview(contact_id, other_id)
        if other_id not in before.mine.person.members:
            self._check_permitted(before.judgement)
        people.join(self.people, self._link(contact_id, other_id, before.judgement, reason))
        return before, self.whole(contact_id)

    def unlink(self, contact_id: str, other_id: str, reason: str) -> tuple[Whole, Whole]:
        """Take a link back; gives both as they are now. Raises ContactNotFound, LinkNotFound, StoreUnavailable."""
        actor = Actor(self.principal.kind, self.principal.id)
        people.unlink(self.people, contact_id, other_id, actor=actor, now=self.now, reason=reason)
        return self.whole(contact_id), self.whole(other_id)

    def history(self, contact_id: str, limit: int, start: Mapping[str, Any] | None) -> Page[LinkLine]:
        """Raises ContactNotFound."""
        found = self.pairs.history(contact_id, limit, start)
        if not found.items and contact_id not in self.people.contacts([contact_id]):
            raise ContactNotFound("There is no such contact.")
        return found

    # --- suggestions ---------------------------------------------------------------------------------------------

    def page(self, limit: int, start: Mapping[str, Any] | None) -> Page[Suggested]:
        """What waits for somebody's word. What is one person already is left out: it goes in a moment."""
        found = self.pairs.page(limit, start)
        contacts = self.people.contacts(sorted({end for pair in found.items for end in pair.ends}))
        shown = [
            Suggested(pair, contacts[pair.a], contacts[pair.b])
            for pair in found.items
            if pair.a in contacts and pair.b in contacts and not _is_one(contacts[pair.a], contacts[pair.b])
        ]
        return Page(shown, found.next)

    def accept(self, suggestion_id: str, reason: str) -> tuple[Pair, Whole]:
        """Link the two, with the evidence there is now. A second time it changes nothing.

        Raises SuggestionNotFound, SuggestionOver, ContactNotFound, LinkRefused, NotPermitted, StoreUnavailable."""
        pair = self._pair(suggestion_id)
        if pair.state not in (PairState.OPEN, PairState.LINKED):
            raise _over(pair)
        if pair.state is PairState.OPEN:
            self.link(pair.a, pair.b, reason)
        return self._pair(suggestion_id), self.whole(pair.a)

    def dismiss(self, suggestion_id: str, reason: str) -> Pair:
        """These are two: what was known of both never suggests or links them again. A second time it changes nothing.

        Raises SuggestionNotFound, SuggestionOver, StoreUnavailable."""
        by = (self.principal.kind, self.principal.id)
        for _ in range(ATTEMPTS):
            pair = self._pair(suggestion_id)
            if pair.state is PairState.DISMISSED:
                return pair
            if pair.state is not PairState.OPEN:
                raise _over(pair)
            nth = f"{pair.id}.{pair.version + 1}"
            after = refused(pair, {}, PairState.DISMISSED, by, reason, self.now)
            line = LinkLine(pair.a, pair.b, DISMISSED, self.now, by, pair.strength, pair.evidence, reason, nth)
            if self.pairs.replace(after, line) is Written.DONE:
                return replace(after, version=pair.version + 1)
        raise StoreUnavailable("too many writers at once")

    def _pair(self, suggestion_id: str) -> Pair:
        try:
            found = self.pairs.pair(*ends_of(suggestion_id))
        except ValueError:
            found = None
        if found is None:
            raise SuggestionNotFound("There is no such suggestion.")
        return found

    # --- together ------------------------------------------------------------------------------------------------

    def _link(self, one: str, other: str, judgement: Judgement, reason: str) -> Link:
        """With what evidence there is; an agent's word counts as much as what an agent types."""
        strength = max(judgement.strength, STRENGTH["agent"])
        by = (self.principal.kind, self.principal.id)
        return link_of(one, other, strength, (*judgement.kinds, SAID_SO), by, self.now, reason)

    def _check_permitted(self, judgement: Judgement) -> None:
        if judgement.against and not self.principal.may(Role.SUPERVISOR):
            against = " and ".join(judgement.against)
            raise NotPermitted(f"They have {against}: a supervisor has to link them.", field="contact_id")

    def _whole(self, person: Person, contacts: Mapping[str, Contact]) -> Whole:
        wanted = {identity: each.id for each in contacts.values() for identity in each.identities}
        found = self.pairs.addresses(sorted(wanted))
        identities = [Identity(name, *found[name], wanted[name]) for name in sorted(found)]
        return Whole(person, contacts, identities, profile_of(contacts.values()))


def _is_one(one: Contact, other: Contact) -> bool:
    return one.person is not None and one.person == other.person


def _over(pair: Pair) -> SuggestionOver:
    return SuggestionOver(f"It is not open any more: {pair.state.value}.", state=pair.state.value)
