"""Persons as items."""

from typing import Any

from chalicelib.aws import keys, keys_contact
from chalicelib.aws.codec import Item, moment
from chalicelib.domain.person import Link, Person


def person_item(person: Person) -> Item:
    pk, sk = keys_contact.person(person.id)
    return {
        "pk": pk,
        "sk": sk,
        "version": person.version,
        "members": person.members,
        "links": [_link_map(link) for link in person.links],
    }


def person_from(item: Item) -> Person:
    links: Any = item.get("links", ())
    return Person(
        id=keys.identifier(item["pk"]),
        members=tuple(item.get("members", ())),
        links=tuple(_link_from(link) for link in links),
        version=item["version"],
    )


def _link_map(link: Link) -> dict[str, Any]:
    return {
        "a": link.a,
        "b": link.b,
        "strength": link.strength,
        "evidence": link.evidence,
        "by": [part for part in link.by if part is not None],
        "at": link.at,
        "reason": link.reason or None,
    }


def _link_from(stored: Any) -> Link:
    kind, *identifier = stored["by"]
    return Link(
        a=stored["a"],
        b=stored["b"],
        strength=stored["strength"],
        evidence=tuple(stored.get("evidence", ())),
        by=(kind, identifier[0] if identifier else None),
        at=moment(stored["at"]),
        reason=stored.get("reason", ""),
    )
