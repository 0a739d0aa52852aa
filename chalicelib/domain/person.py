"""A person: the contacts that are taken for one human being, and why.

Contacts are joined by links, which carry their evidence; a person is a component of that graph. A link moves nothing:
contacts, identities, legs, messages and timelines stay where they are, so taking it back restores what was. Only
`Contact.person` follows: the person's id, which is its smallest contact id, and None while a contact is alone.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

# Of one person. A component that grows beyond is a mistake (a switchboard's number), not a human being.
MAX_MEMBERS = 50
# Between them: more say nothing new, and a person has to fit one item.
MAX_LINKS = 200


@dataclass(frozen=True, slots=True)
class Link:
    """`a` and `b` are one person: `a` sorts before `b`. `evidence` names its kinds (`email`, `phone`, `said_so`);
    `strength` is 0 to 100; `by` is whose doing it was, as (kind, id) of an actor."""

    a: str
    b: str
    strength: int
    evidence: tuple[str, ...]
    by: tuple[str, str | None]
    at: datetime
    reason: str = ""

    @property
    def ends(self) -> tuple[str, str]:
        return self.a, self.b


@dataclass(frozen=True, slots=True)
class Person:
    """`members` are sorted; `id` is the first. One that has become part of another, or fell to one contact, has no
    members any more: `version` goes on where it comes back. 0: never stored."""

    id: str
    members: tuple[str, ...]
    links: tuple[Link, ...] = ()
    version: int = 0

    def link(self, one: str, other: str) -> Link | None:
        ends = tuple(sorted((one, other)))
        return next((link for link in self.links if link.ends == ends), None)


def alone(contact_id: str) -> Person:
    return Person(contact_id, (contact_id,))


def link_of(
    one: str,
    other: str,
    strength: int,
    evidence: Iterable[str],
    by: tuple[str, str | None],
    at: datetime,
    reason: str = "",
) -> Link:
    """Raises ValueError where both are the same contact."""
    if one == other:
        raise ValueError("a contact cannot be linked with itself")
    a, b = sorted((one, other))
    return Link(a, b, strength, tuple(sorted(set(evidence))), by, at, reason)


def components(members: Iterable[str], links: Iterable[Link]) -> list[tuple[str, ...]]:
    """The members of each component, sorted; the components in the order of their first members."""
    parent = {member: member for member in members}

    def root(member: str) -> str:
        while parent[member] != member:
            parent[member] = parent[parent[member]]
            member = parent[member]
        return member

    for link in links:
        low, high = sorted((root(link.a), root(link.b)))
        parent[high] = low
    found: dict[str, list[str]] = {}
    for member in sorted(parent):
        found.setdefault(root(member), []).append(member)
    return [tuple(found[first]) for first in sorted(found)]


def persons(members: Iterable[str], links: Iterable[Link], versions: Mapping[str, int]) -> list[Person]:
    """The persons that these contacts are under these links; `versions` of those stored before, by id."""
    known = sorted(links, key=lambda link: link.ends)
    return [
        Person(
            component[0],
            component,
            tuple(link for link in known if link.a in component),
            versions.get(component[0], 0),
        )
        for component in components(members, known)
    ]


def linked(one: Person, other: Person, link: Link) -> list[Person]:
    """What becomes of both by a link; of one, where they are one already: then the link adds to what is known, and a
    new link of the same two stands for the old one."""
    links = {each.ends: each for each in (*one.links, *other.links)}
    links[link.ends] = link
    return persons({*one.members, *other.members}, links.values(), {one.id: one.version, other.id: other.version})


def unlinked(person: Person, link: Link) -> list[Person]:
    """What becomes of a person without this link: one person still where another path joins them, or two."""
    rest = [each for each in person.links if each.ends != link.ends]
    return persons(person.members, rest, {person.id: person.version})


def person_snapshot(person: Person) -> Mapping[str, Any]:
    """As events tell it."""
    return {"id": person.id, "members": list(person.members)}
