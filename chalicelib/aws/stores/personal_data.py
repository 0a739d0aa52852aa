"""Finding, removing and looking again for all that is kept of a person: `services/personal_data.py` is the register."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib.aws import keys, keys_contact
from chalicelib.aws.border import ConditionFailed, TransactionRefused
from chalicelib.aws.codec import Item, milliseconds, to_json
from chalicelib.aws.codec_conversation import conversation_from, head_from
from chalicelib.aws.personal_files import Files
from chalicelib.aws.stores.desk import DeskStore
from chalicelib.aws.stores.personal_contacts import COUNTED, DESK, EMPTY, LIVE, MEMBER, REMOVE
from chalicelib.aws.stores.personal_known import PersonalKnown
from chalicelib.aws.stores.personal_places import PersonalPlaces, shown
from chalicelib.aws.stores.segments import SegmentStore
from chalicelib.aws.stores.units import unit_writes
from chalicelib.aws.stores.writes import count_writes
from chalicelib.aws.transaction import Delete, Desk, Put, Update
from chalicelib.domain.conversation import Conversation, Status
from chalicelib.domain.envelope import SYSTEM
from chalicelib.domain.erasure import STEPS, Case, Piece, Place, Step, Survey
from chalicelib.domain.errors import StoreUnavailable
from chalicelib.domain.events import ConversationStatusChanged
from chalicelib.domain.evidence import EMAIL, PHONE
from chalicelib.domain.ids import identity_id, message_time
from chalicelib.domain.transitions import change_status
from chalicelib.domain.writes import ConversationChange, Recorded, Written

# Longer than any provider repeats a webhook, and than any queue keeps a record.
MARKS_KEPT_FOR = timedelta(days=35)
ATTEMPTS = 8
# What a transaction takes of items is 4 MB; a message may have 400 KB.
PORTION = 10
_GONE = "attribute_exists(pk) OR attribute_not_exists(pk)"
ERASED = "erased"
# All that a mark may hold: since when, how many conversations there were, and until the end whose it was.
MARK = frozenset({"pk", "sk", "cut", "ordinal", "was", "expires_at", "kind_key", "kind_sort", "alias_of"})


class PersonalData(PersonalKnown):
    def __init__(self, desk: Desk, live: Desk, files: Files) -> None:
        super().__init__(desk)
        self._live = live
        self._files = files
        self._places = PersonalPlaces(desk, live, files)

    # Letting nothing more in.

    def cut(self, leg_id: str, contact_ids: Sequence[str], now: datetime) -> tuple[int, str] | None:
        for _ in range(ATTEMPTS):
            item = self._desk.get(keys.leg(leg_id))
            if item is None or item.get("was", item.get("contact")) not in contact_ids:
                return None
            if "contact" not in item:
                return item["cut"], ""
            head = head_from(item)
            at = max([milliseconds(now), *self._newest(leg_id)])
            mark = _mark(item, at, now) | {
                "was": head.contact_id,
                **keys_contact.held_place(head.contact_id, item["pk"]),
            }
            try:
                values = {":contact": head.contact_id, ":ordinal": head.ordinal}
                self._desk.write(Put(mark, "contact = :contact AND ordinal = :ordinal", values))
            except ConditionFailed:
                continue
            return at, head.conversation_id
        raise StoreUnavailable("too many writers at once")

    def _newest(self, leg_id: str) -> list[int]:
        """A provider's clock may be ahead of ours."""
        rows, _ = self._desk.query(
            "pk = :pk AND begins_with(sk, :message)",
            {":pk": keys.leg(leg_id)[0], ":message": keys.MESSAGE},
            limit=1,
            newest_first=True,
            consistent=True,
        )
        return [milliseconds(message_time(keys.sort_identifier(row["sk"]))) for row in rows]

    def close(self, conversation_id: str, now: datetime) -> None:
        store = DeskStore(self._desk)
        for _ in range(ATTEMPTS):
            before = store.conversation(conversation_id)
            if before is None or before.status is Status.RESOLVED or before.merged_into is not None:
                return
            if store.change(_resolved(before, now)) is not Written.CONFLICT:
                return
        raise StoreUnavailable("too many writers at once")

    # Step by step.

    def places(self, step: Step, survey: Survey) -> Iterator[Place]:
        return (place for place, _ in self._places.at(step, survey))

    def pieces(self, step: Step, survey: Survey) -> Iterator[Piece]:
        for place, item in self._places.at(step, survey):
            yield Piece(place.store, {"key": [place.pk, *([place.sk] if place.sk else [])], **shown(item)})

    def heads(self, case: Case) -> Iterator[Piece]:
        for place in self.last(case):
            item = self._desk.get((place.pk, place.sk))
            if item is not None:
                yield Piece(place.store, {"key": [place.pk, place.sk], **shown(item)})

    def remove(self, places: Sequence[Place], now: datetime) -> None:
        for place in places:
            if place.where not in (DESK, LIVE):
                self._files.remove(place.where, place.pk)
        for table, name in ((self._live, LIVE), (self._desk, DESK)):
            plain = [place for place in places if place.where == name and place.how == REMOVE]
            for start in range(0, len(plain), PORTION):
                _delete(table, plain[start : start + PORTION])
        for place in places:
            if place.how == EMPTY:
                self._empty((place.pk, place.sk), now)
            elif place.how == COUNTED:
                self._remove_conversation(keys.identifier(place.pk), now)
            elif place.how == MEMBER:
                self._remove_member(keys.identifier(place.pk))

    def _remove_member(self, contact_id: str) -> None:
        """Out of all segments and their counts."""
        for _ in range(ATTEMPTS):
            if SegmentStore(self._desk).forget(contact_id) is Written.DONE:
                return
        raise StoreUnavailable("too many writers at once")

    def _empty(self, key: keys.Key, now: datetime) -> None:
        item = {"pk": key[0], "sk": key[1], "expires_at": int((now + MARKS_KEPT_FOR).timestamp())}
        self._desk.write(Put(item, condition=None))

    def _remove_conversation(self, conversation_id: str, now: datetime) -> None:
        """Its head, out of all counters and its agent's units: exactly once, for it holds only while it is there."""
        key = keys.conversation(conversation_id)
        for _ in range(ATTEMPTS):
            item = self._desk.get(key)
            if item is None:
                return
            before = conversation_from(item)
            after = _counted_nowhere(before)
            head = Delete(key, "version = :read", {":read": before.version})
            try:
                self._desk.transact([head, *count_writes(before, after), *unit_writes(before, after, now)])
            except TransactionRefused:
                continue
            return
        raise StoreUnavailable("too many writers at once")

    # Apart from persons: what has become old.

    def places_of_message(self, leg_id: str, message_id: str) -> list[Place]:
        row = self._desk.get(keys.message(leg_id, message_id))
        return [place for place, _ in self._places.message(row)] if row else []

    def places_of_conversation(self, conversation_id: str) -> list[Place]:
        return [place for place, _ in self._places.conversation(conversation_id, Survey(Case(())))]

    def collection(self, pk: str, first: str, last: str) -> Iterator[Item]:
        return self._places.collection(pk, first, last)

    # The end.

    def left(self, case: Case) -> Iterator[str]:
        survey = Survey(case)
        for step in STEPS:
            yield from (f"{place.store} {place.pk} {place.sk}".strip() for place in self.places(step, survey))
        for leg_id in case.legs:
            yield from self._left_of_leg(leg_id, case)
        yield from self._left_of_names(case)

    def _left_of_names(self, case: Case) -> Iterator[str]:
        """By the person's identifiers themselves, whatever the indexes say."""
        for kind, value in case.named:
            item = self._desk.get(keys.identity(identity_id(kind, value)))
            if item is not None and item["contact"] in case.contact_ids:
                yield f"identities {item['pk']}"
            if kind in (EMAIL, PHONE):
                found = self._desk.get_many([keys.evidence(kind, value, each) for each in case.contact_ids])
                yield from (f"evidence {pk} {sk}" for pk, sk in found)

    def _left_of_leg(self, leg_id: str, case: Case) -> Iterator[str]:
        """A leg's mark and its aliases hold nothing of the person; where somebody has written again, it is theirs."""
        for key in [keys.leg(leg_id), *self.held(leg_id)]:
            item = self._desk.get(key)
            if item is None or item.get("contact", case.contact_ids[0]) not in case.contact_ids:
                continue
            if {*item} - MARK or _names(item, case.needles):
                yield f"legs {key[0]} {key[1]}"

    def last(self, case: Case) -> Sequence[Place]:
        heads = [Place("contact", DESK, *keys.contact(contact_id)) for contact_id in case.contact_ids]
        if len(heads) > 1:
            heads.append(Place("person", DESK, *keys_contact.person(min(case.contact_ids))))
        return [*heads, *(Place("legs", DESK, *keys.leg(leg_id), EMPTY) for leg_id in sorted(case.legs))]

    def settle(self, case: Case, now: datetime) -> None:
        for leg_id in case.legs:
            for key in self.held(leg_id):
                self._expire(key, now)
            item = self._desk.get(keys.leg(leg_id))
            if item is not None and item.get("was") in case.contact_ids:
                mark = _mark(item, item["cut"], now)
                try:
                    self._desk.write(Put(mark, "was = :was", {":was": item["was"]}))
                except ConditionFailed:
                    continue  # somebody has written again: the leg is theirs

    def _expire(self, key: keys.Key, now: datetime) -> None:
        values = {":until": int((now + MARKS_KEPT_FOR).timestamp())}
        try:
            self._desk.write(Update(key, "SET expires_at = :until", values, None, "attribute_exists(alias_of)"))
        except ConditionFailed:
            return


def _delete(table: Desk, places: Sequence[Place]) -> None:
    try:
        table.transact([Delete((each.pk, each.sk), _GONE) for each in places])
    except TransactionRefused as refused:  # no condition can fail: others were at work on one of them
        raise StoreUnavailable("too many writers at once") from refused


def _mark(item: Item, at: int, now: datetime) -> Item:
    """What stays of a leg's head: since when, and how many conversations it had, so that none gets an id again."""
    expires = int((now + MARKS_KEPT_FOR).timestamp())
    return {"pk": item["pk"], "sk": item["sk"], "cut": at, "ordinal": item["ordinal"], "expires_at": expires}


def _names(item: Item, needles: Sequence[str]) -> bool:
    text = to_json(item).casefold()
    return any(needle in text for needle in needles)


def _resolved(before: Conversation, now: datetime) -> ConversationChange:
    after = change_status(before, Status.RESOLVED, now)
    event = ConversationStatusChanged(
        previous=before.status.value, status=after.status.value, episode=after.episode, reason=ERASED
    )
    return ConversationChange(before, _next(after), Recorded((event,), SYSTEM, now))


def _next(after: Conversation) -> Conversation:
    return replace(after, version=after.version + 1)


def _counted_nowhere(before: Conversation) -> Conversation:
    """As the counters and units see one that is gone."""
    return replace(before, merged_into=before.merged_into or ERASED, status=Status.RESOLVED)
