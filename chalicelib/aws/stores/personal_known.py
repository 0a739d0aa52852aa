"""What is known of persons by the desk's table alone: their contacts, addresses, legs, conversations with others."""

from collections.abc import Iterator, Mapping, Sequence

from chalicelib.aws import keys, keys_contact
from chalicelib.aws.codec import Item
from chalicelib.aws.codec_contact import contact_from
from chalicelib.aws.transaction import Desk
from chalicelib.domain.contact import Contact
from chalicelib.domain.erasure import Case

# Kinds of items that a contact holds by the key alone, but for legs, and the stores that they are.
HELD = {"IDN": "identities", "KEY": "evidence"}
AT_ONCE = 50


class PersonalKnown:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def held(self, owner_id: str) -> Iterator[keys.Key]:
        """What an owner holds by the key alone. The index may be a moment behind: that is why there are rounds."""
        start = None
        while True:
            rows, start = self._desk.query(
                "kind_key = :held", {":held": keys_contact.held(owner_id)}, index="by_kind", start=start
            )
            yield from ((row["pk"], row["sk"]) for row in rows)
            if start is None:
                return

    def held_items(self, contact_ids: Sequence[str]) -> Iterator[Item]:
        """Identities and evidence."""
        for contact_id in contact_ids:
            wanted = [key for key in self.held(contact_id) if key[0].partition("#")[0] in HELD]
            for start in range(0, len(wanted), AT_ONCE):
                yield from self._desk.get_many(wanted[start : start + AT_ONCE]).values()

    def contacts(self, contact_ids: Sequence[str]) -> Mapping[str, Contact]:
        found = self._desk.get_many([keys.contact(contact_id) for contact_id in contact_ids])
        return {contact.id: contact for contact in map(contact_from, found.values())}

    def addresses(self, contact_ids: Sequence[str]) -> Sequence[tuple[str, str]]:
        found = self.held_items(contact_ids)
        return [(item["channel"], item["address"]) for item in found if "address" in item]

    def legs(self, contact_ids: Sequence[str]) -> Sequence[str]:
        return [pk.partition("#")[2] for owner in contact_ids for pk, _ in self.held(owner) if pk[:4] == "LEG#"]

    def shared(self, case: Case) -> Sequence[str]:
        """Of the conversations that legs lead to, those with legs of other contacts."""
        heads = [self._desk.get(keys.leg(leg_id)) for leg_id in case.legs]
        theirs = (head for head in heads if head and head.get("contact") in case.contact_ids)
        wanted = {head["conversation"] for head in theirs if head.get("conversation")}
        return [each for each in sorted(wanted | {*case.conversations}) if self._is_shared(each, case)]

    def _is_shared(self, conversation_id: str, case: Case) -> bool:
        item = self._desk.get(keys.conversation(conversation_id))
        others = [leg_id for leg_id in item.get("legs", {}) if leg_id not in case.legs] if item else []
        heads = (self._desk.get(keys.leg(leg_id)) for leg_id in others)
        return any(head and head.get("contact", case.contact_ids[0]) not in case.contact_ids for head in heads)
