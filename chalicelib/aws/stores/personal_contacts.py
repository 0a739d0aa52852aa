"""What hangs on contacts themselves: notes, pairs, facts, what they are found by, where they belong."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from chalicelib.aws import keys, keys_contact
from chalicelib.aws.codec import Item
from chalicelib.aws.stores.search import SearchStore
from chalicelib.aws.stores.segments import SegmentStore
from chalicelib.aws.transaction import Desk
from chalicelib.domain.erasure import Case, Place

DESK, LIVE = "desk", "live"
# How a place is taken away: most are removed; marks are emptied; conversations and memberships are counted.
REMOVE, EMPTY, COUNTED, MEMBER = "remove", "empty", "counted", "member"
# Documents of legal holds: one that was lifted still says why it was set.
HOLDS = "legal_hold"
AT_ONCE = 50

# A place, and the item or what else is known of it.
Found = tuple[Place, Mapping[str, Any]]
Collection = Callable[..., Iterator[Item]]


def contact_places(desk: Desk, live: Desk, case: Case, collection: Collection) -> Iterator[Found]:
    """All but the heads and the person that they are: these go with the writing of the certificate."""
    for contact_id in case.contact_ids:
        yield from _searched(desk, contact_id)
        yield from _belonging(desk, contact_id)
        for row in collection(keys_contact.external(contact_id, "")[0], table=live):
            yield Place("facts", LIVE, row["pk"], row["sk"]), row
        for row in collection(keys_contact.pushed(contact_id, "")[0]):
            yield Place("facts", DESK, row["pk"], row["sk"]), row
        for row in collection(keys_contact.opened_by(contact_id)):
            yield Place("contact", DESK, row["pk"], row["sk"]), row
        yield from _pairs(desk, contact_id, collection)
        for row in collection(keys.contact(contact_id)[0]):
            if row["sk"] != keys.HEAD:
                yield Place("contact", DESK, row["pk"], row["sk"]), row
        yield from _documents(desk, contact_id, case)


def _searched(desk: Desk, contact_id: str) -> Iterator[Found]:
    """Rows before the record that lists them."""
    store = SearchStore(desk)
    wanted = store.keys_of(contact_id)
    record = keys_contact.indexed(contact_id)
    rows = [key for key in wanted if key != record]
    for start in range(0, len(rows), AT_ONCE):
        for key, item in desk.get_many(rows[start : start + AT_ONCE]).items():
            yield Place("search", DESK, *key), item
    if record in wanted:
        yield Place("search", DESK, *record), {"pk": record[0], "sk": record[1]}


def _belonging(desk: Desk, contact_id: str) -> Iterator[Found]:
    """Rows and counts of segments change together."""
    for key in SegmentStore(desk).keys_of(contact_id)[:1]:
        yield Place("segments", DESK, *key, MEMBER), {"pk": key[0], "sk": key[1]}


def _pairs(desk: Desk, contact_id: str, collection: Collection) -> Iterator[Found]:
    """What is known of this contact and another one: the other's half first, then ours."""
    for row in collection(keys_contact.pair(contact_id, "")[0]):
        ends = row.get("row", row)
        other = ends["b"] if ends["a"] == contact_id else ends["a"]
        is_pair = row["sk"].startswith(keys_contact.PAIR)
        key = keys_contact.pair(other, contact_id)
        half = desk.get(key if is_pair else (key[0], row["sk"]))
        if half is not None:
            yield Place("pairs", DESK, half["pk"], half["sk"]), half
        yield Place("pairs", DESK, row["pk"], row["sk"]), row


def _documents(desk: Desk, contact_id: str, case: Case) -> Iterator[Found]:
    hold = desk.get(keys.document(HOLDS, contact_id))
    if hold is not None:
        yield Place("legal_holds", DESK, *keys.document(HOLDS, contact_id)), hold
    person = desk.get(keys_contact.person(contact_id))
    if person is not None and contact_id != min(case.contact_ids):
        yield Place("person", DESK, *keys_contact.person(contact_id)), person
