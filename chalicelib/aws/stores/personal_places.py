"""What there is of a person, step by step of an erasure: found by keys, indexes and each other, never by a scan."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Any

from chalicelib.aws import keys, keys_contact, keys_live, keys_work
from chalicelib.aws.codec import Item, from_json, milliseconds, moment, to_json
from chalicelib.aws.personal_files import ATTACHMENTS, MAILS, QUARANTINE, Files
from chalicelib.aws.stores.personal_contacts import COUNTED, DESK, EMPTY, LIVE, Found, contact_places
from chalicelib.aws.stores.personal_known import HELD, PersonalKnown
from chalicelib.aws.transaction import Desk
from chalicelib.domain.erasure import Place, Step, Survey
from chalicelib.domain.ids import is_id, message_time
from chalicelib.domain.live import CONVERSATION
from chalicelib.domain.live_topics import visitor_topic
from chalicelib.domain.transcript import file_key

AT_ONCE = 50


class PersonalPlaces:
    def __init__(self, desk: Desk, live: Desk, files: Files) -> None:
        self._desk = desk
        self._live = live
        self._files = files
        self._known = PersonalKnown(desk)

    def at(self, step: Step, survey: Survey) -> Iterator[Found]:
        ways: Mapping[Step, Callable[[Survey], Iterator[Found]]] = {
            Step.LEGS: self._typing,
            Step.IDENTITIES: self._identities,
            Step.MESSAGES: self._messages,
            Step.CONVERSATIONS: self._conversations,
            Step.TIMELINES: self._timelines,
            Step.FILES: self._quarantined,
            Step.CONTACTS: self._contacts,
        }
        return ways[step](survey)

    def collection(self, pk: str, first: str = "", last: str = "~", *, table: Desk | None = None) -> Iterator[Item]:
        """All items of a partition from `first` to `last`."""
        condition, values, start = "pk = :pk", {":pk": pk}, None
        if first:
            condition, values = (
                f"{condition} AND sk BETWEEN :first AND :last",
                values | {":first": first, ":last": last},
            )
        while True:
            rows, start = (table or self._desk).query(condition, values, limit=AT_ONCE, start=start, consistent=True)
            yield from rows
            if start is None:
                return

    # The steps.

    def _typing(self, survey: Survey) -> Iterator[Found]:
        for leg_id in survey.case.legs:
            pk, _ = keys.typing(leg_id, "")
            for row in self.collection(pk, table=self._live):
                yield Place("typing", LIVE, pk, row["sk"]), row
            yield from self._live_entries(visitor_topic(leg_id))
            asked = self._desk.get(keys_contact.verification_on(leg_id))
            if asked is not None and asked.get("contact") in survey.case.contact_ids:
                yield Place("verifications", DESK, asked["pk"], asked["sk"]), asked

    def _live_entries(self, topic: str) -> Iterator[Found]:
        """What open views of it were told within the last day."""
        pk, _ = keys_live.entry(topic, 0)
        for row in self.collection(pk, keys_live.ENTRY, f"{keys_live.ENTRY}~", table=self._live):
            yield Place("live_views", LIVE, pk, row["sk"]), row

    def _identities(self, survey: Survey) -> Iterator[Found]:
        for item in self._known.held_items(survey.case.contact_ids):
            yield Place(HELD[item["pk"].partition("#")[0]], DESK, item["pk"], item["sk"]), item

    def _messages(self, survey: Survey) -> Iterator[Found]:
        for leg_id, until in survey.case.legs.items():
            pk, _ = keys.leg(leg_id)
            for row in self.collection(pk, keys.MESSAGE, f"{keys.PARKED}~"):
                if row["sk"].startswith(keys.PARKED):
                    if _is_parked_before(row, until):
                        yield Place("delivery_marks", DESK, pk, row["sk"]), row
                elif self._is_theirs(row, until, survey):
                    self._note(survey, [row["conversation"]])
                    yield from self.message(row)

    def message(self, row: Item) -> Iterator[Found]:
        """Files go before the message that names them."""
        yield from self._files_of(row.get("attachments", ()), row.get("content"))
        if from_json(row.get("content")).get("transcript"):  # its file may have gone as a link, which names none
            key = file_key(row["conversation"], row.get("client", ""))
            yield Place("attachments", ATTACHMENTS, key), {"key": key}
        yield Place("messages", DESK, row["pk"], row["sk"]), row

    def _is_theirs(self, row: Item, until: int, survey: Survey) -> bool:
        """What came before the leg was cut, or was said after in what began before."""
        said = milliseconds(message_time(keys.sort_identifier(row["sk"])))
        return said <= until or row["conversation"] in survey.case.conversations

    def _files_of(self, attachments: Iterable[Any], content: str | None = None) -> Iterator[Found]:
        for part in attachments:
            if part.get("object"):
                yield Place("attachments", ATTACHMENTS, part["object"]), part
            if is_id("upl", part.get("media") or ""):
                yield Place("attachments", ATTACHMENTS, f"uploads/{part['media']}"), part
                yield Place("attachments", DESK, *keys.upload(part["media"])), part
        said = from_json(content) if content else {}
        if isinstance(said.get("object_key"), str):
            yield Place("mails", MAILS, said["object_key"]), {"key": said["object_key"]}
        if isinstance(said.get("cut"), str):  # it was too large to be stored whole
            yield Place("quarantine", QUARANTINE, f"quarantine/{said['cut']}"), {"key": said["cut"]}

    def _note(self, survey: Survey, found: Iterable[str]) -> None:
        """Those that are theirs, or show their legs: merges name other people's conversations too."""
        case = survey.case
        for conversation_id in dict.fromkeys(found):
            if conversation_id in case.conversations:
                continue
            head = self._desk.get(keys.conversation(conversation_id))
            if head is None or head["row"]["c"] in case.contact_ids or {*head.get("legs", {})} & {*case.legs}:
                survey.note_conversations([conversation_id])

    def _conversations(self, survey: Survey) -> Iterator[Found]:
        known: set[str] = set()
        self._note_listed(survey)
        while len(known) < len(survey.case.conversations):  # each may lead to others
            for conversation_id in survey.case.conversations:
                if conversation_id not in known:
                    known.add(conversation_id)
                    yield from self.conversation(conversation_id, survey)

    def _note_listed(self, survey: Survey) -> None:
        for contact_id in survey.case.contact_ids:
            rows = self.collection(keys_contact.opened_by(contact_id))
            self._note(survey, (keys_contact.opened_id(row["sk"]) for row in rows))

    def conversation(self, conversation_id: str, survey: Survey) -> Iterator[Found]:
        yield from self._live_entries(f"{CONVERSATION}:{conversation_id}")
        pk, _ = keys.conversation(conversation_id)
        for row in self.collection(pk):
            self._note(survey, _others(row))
            if row["sk"] == keys.HEAD:
                yield Place("conversations", DESK, pk, row["sk"], COUNTED), row
                continue
            if row["sk"].startswith(keys.DECISION):
                yield from self._trail(conversation_id, row)
            if row["sk"].startswith(keys_work.SIDE_THREAD):
                key = keys_work.side_place(keys.sort_identifier(row["sk"]))
                yield Place("conversations", DESK, *key), {"conversation": conversation_id}
            for words in (row.get("said"), row.get("goes")):
                if isinstance(words, dict):
                    yield from self._files_of(words.get("attachments", ()), words.get("content"))
            yield from self._files_of(row.get("attachments", ()))  # a note's
            yield Place("conversations", DESK, pk, row["sk"]), row
        yield from self._told(conversation_id)

    def _told(self, owner: str) -> Iterator[Found]:
        """What integrators' endpoints were told of a conversation, or of a contact."""
        for row in self.collection(keys_work.webhook_delivery(owner)[0]):
            yield Place("webhook_deliveries", DESK, row["pk"], row["sk"]), row

    def _trail(self, conversation_id: str, row: Item) -> Iterator[Found]:
        """What a decision was made of is noted by its time, for as long as it is kept."""
        pk, sk = keys.trail(moment(row["row"]["t"]), f"D{conversation_id}", agents=False)
        item = self._live.get((pk, sk))
        if item is not None:
            yield Place("routing_trail", LIVE, pk, sk), item

    def _timelines(self, survey: Survey) -> Iterator[Found]:
        for contact_id in survey.case.contact_ids:
            pk, _ = keys.contact_timeline(contact_id)
            for row in self.collection(pk):
                mark = (f"EVT#{row['sk'].rpartition('#')[2]}", keys.HEAD)
                marked = self._desk.get(mark)
                if marked is not None and marked.get("contact") == contact_id:
                    yield Place("event_marks", DESK, *mark, EMPTY), marked
                if row.get("subject"):
                    yield from self._subject(contact_id, row)
                yield Place("timeline", DESK, pk, row["sk"]), row

    def _subject(self, contact_id: str, line: Item) -> Iterator[Found]:
        key = keys.subject(line["inbox"], line["subject"])
        head = self._desk.get(key)
        if head is not None and head["row"]["contact"] == contact_id:
            for row in self.collection(key[0]):
                yield Place("subjects", DESK, key[0], row["sk"]), row

    def _quarantined(self, survey: Survey) -> Iterator[Found]:
        """Payloads that name the person: there are few, and they are kept for a month."""
        for key, body in self._files.quarantined():
            text = body.decode("utf-8", "replace").casefold()
            if any(needle in text for needle in survey.case.needles):
                yield Place("quarantine", QUARANTINE, key), {"key": key, "text": body.decode("utf-8", "replace")}

    def _contacts(self, survey: Survey) -> Iterator[Found]:
        for contact_id in survey.case.contact_ids:
            yield from self._told(contact_id)
        yield from contact_places(self._desk, self._live, survey.case, self.collection)


def _is_parked_before(row: Item, until: int) -> bool:
    if "message" in row:
        return milliseconds(message_time(row["message"])) <= until
    parked = (row["expires_at"] - int(timedelta(days=7).total_seconds())) * 1000 if "expires_at" in row else 0
    return parked <= until


def _others(row: Item) -> Iterator[str]:
    """Conversations that an item of a conversation names: merged, split, or said elsewhere."""
    yield from row.get("absorbed", ())
    if row.get("merged"):
        yield row["merged"]
    for leg in row.get("legs", {}).values():
        yield from (stretch[0] for stretch in leg.get("e", ()))
    facts = from_json(row.get("facts")) if isinstance(row.get("facts"), str) else {}
    for name in ("source_id", "target_id", "new_id"):
        if is_id("cnv", str(facts.get(name, ""))):
            yield facts[name]


def shown(item: Mapping[str, Any]) -> Mapping[str, Any]:
    """An item as an export shows it."""
    found: Mapping[str, Any] = from_json(to_json(item))
    return found
