"""Evidence of who somebody is, as items."""

from chalicelib.aws import keys, keys_contact
from chalicelib.aws.codec import Item, moment
from chalicelib.domain.evidence import Evidence


def evidence_item(evidence: Evidence) -> Item:
    pk, sk = keys.evidence(evidence.kind, evidence.value, evidence.contact_id)
    return {
        "pk": pk,
        "sk": sk,
        "kind": evidence.kind,
        "strength": evidence.strength,
        "at": evidence.at,
        "gone": None if evidence.holds else True,
        "source": evidence.source or None,
        **keys_contact.held_place(evidence.contact_id, pk),
    }


def evidence_from(item: Item, value: str) -> Evidence:
    return Evidence(
        item["kind"],
        value,
        item["sk"],
        item["strength"],
        moment(item["at"]),
        holds=not item.get("gone", False),
        source=item.get("source", ""),
    )
