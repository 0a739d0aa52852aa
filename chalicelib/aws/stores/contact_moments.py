"""Of contacts what the numbers need: their language, and when their conversations began and were resolved."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from chalicelib.aws import keys, keys_numbers
from chalicelib.aws.border import TransactionRefused
from chalicelib.aws.transaction import ABSENT, Desk, Put
from chalicelib.domain.numbers import KnownContact

# Two items of each are read.
AT_ONCE = 50
MOST_WRITES = 90


class ContactMoments:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def read(self, contact_ids: Sequence[str]) -> Mapping[str, KnownContact]:
        found: dict[str, KnownContact] = {}
        for start in range(0, len(contact_ids), AT_ONCE):
            wanted = contact_ids[start : start + AT_ONCE]
            both = [make(each) for each in wanted for make in (keys.contact, keys_numbers.contact_returns)]
            items = self._desk.get_many(both)
            for each in wanted:
                head = items.get(keys.contact(each))
                if head is None:  # erased, or not of the desk any more: nothing is kept of them
                    continue
                kept = items.get(keys_numbers.contact_returns(each), {})
                found[each] = KnownContact(each, head.get("language"), kept.get("m", {}), kept.get("turn", 0))
        return found

    def put(self, contacts: Sequence[KnownContact], until: Mapping[str, int]) -> bool:
        for start in range(0, len(contacts), MOST_WRITES):
            writes = [_put(each, until[each.contact_id]) for each in contacts[start : start + MOST_WRITES]]
            try:
                self._desk.transact(writes)
            except TransactionRefused:
                return False
        return True


def _put(contact: KnownContact, until: int) -> Put:
    pk, sk = keys_numbers.contact_returns(contact.contact_id)
    after = replace(contact, version=contact.version + 1)
    item = {
        "pk": pk,
        "sk": sk,
        "turn": after.version,
        "m": dict(sorted(after.moments.items())),
        "expires_at": until // 1000,
    }
    values = {":read": contact.version} if contact.version else None
    return Put(item, "turn = :read" if contact.version else ABSENT, values)
