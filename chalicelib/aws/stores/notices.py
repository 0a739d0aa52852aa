"""Notices: unseen ones and seen ones are two stretches of an agent's collection, so that one query lists what is unseen
first, and counting it reads nothing else."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from chalicelib.aws import keys, keys_work
from chalicelib.aws.border import ConditionFailed, TransactionRefused
from chalicelib.aws.codec import Item, from_json, moment_or_none, to_json
from chalicelib.aws.codec_conversation import conversation_from
from chalicelib.aws.codec_message import note_from
from chalicelib.aws.codec_notices import notice_from, notice_item, tried_list, way_name
from chalicelib.aws.codec_side_thread import side_message_from, side_thread_from
from chalicelib.aws.codec_together import task_from, task_key
from chalicelib.aws.transaction import ABSENT, Check, Delete, Desk, Put, Update
from chalicelib.domain.notice import Notice, NoticeKind, Outcome, Tried, Way
from chalicelib.domain.notice_digest import Digest
from chalicelib.domain.notice_ways import Preferences
from chalicelib.domain.notice_words import Detail
from chalicelib.domain.quiet_hours import QuietHours
from chalicelib.domain.reads import Page
from chalicelib.domain.writes import Recorded, Written

THERE = "attribute_exists(pk)"
AT_ONCE = 100
# An item that nobody has needed for so long goes.
DIGEST_KEPT_FOR = timedelta(days=60)
# Of these the customer's newest words are what there is to say.
QUOTED = frozenset({NoticeKind.MESSAGE, NoticeKind.RETURNED, NoticeKind.ASSIGNED, NoticeKind.OFFERED})


class NoticeStore:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def add(self, notice: Notice, recorded: Recorded) -> Written:
        seen = keys_work.notice(notice.agent_id, notice.id, seen=True)
        try:
            self._desk.transact([Check(seen, ABSENT), Put(notice_item(notice, recorded))])
        except TransactionRefused as refused:
            return Written.CONFLICT if refused.only_contended else Written.DUPLICATE
        return Written.DONE

    def get(self, agent_id: str, notice_id: str) -> Notice | None:
        wanted = [keys_work.notice(agent_id, notice_id, seen=seen) for seen in (True, False)]
        found = self._desk.get_many(wanted)
        return next((notice_from(found[key]) for key in wanted if key in found), None)

    def page(self, agent_id: str, limit: int, start: Mapping[str, Any] | None) -> Page[Notice]:
        rows, after = self._stretch(agent_id, keys_work.SEEN_NOTICE, f"{keys_work.UNSEEN_NOTICE}~", limit, start)
        return Page([notice_from(row) for row in rows], after)

    def unseen(self, agent_id: str, limit: int, up_to: str | None = None) -> Sequence[Notice]:
        last = f"{keys_work.UNSEEN_NOTICE}{up_to or '~'}"
        rows, _after = self._stretch(agent_id, keys_work.UNSEEN_NOTICE, last, limit)
        return [notice_from(row) for row in rows]

    def _stretch(
        self, agent_id: str, first: str, last: str, limit: int, start: Mapping[str, Any] | None = None
    ) -> tuple[list[Item], Item | None]:
        pk, _ = keys_work.notice_preferences(agent_id)
        return self._desk.query(
            "pk = :pk AND sk BETWEEN :first AND :last",
            {":pk": pk, ":first": first, ":last": last},
            limit=limit,
            newest_first=True,
            start=start,
            consistent=True,
        )

    def see(self, notice: Notice, now: datetime) -> None:
        unseen = keys_work.notice(notice.agent_id, notice.id, seen=False)
        item = self._desk.get(unseen)
        if item is None:
            return
        pk, sk = keys_work.notice(notice.agent_id, notice.id, seen=True)
        kept = {name: value for name, value in item.items() if name != "events"}
        moved = {**kept, "pk": pk, "sk": sk, "seen": now, "version": item["version"] + 1}
        try:
            self._desk.transact([Delete(unseen, THERE), Put(moved)])
        except TransactionRefused as refused:
            if refused.only_contended:
                raise

    def begin(self, notice: Notice, way: Way, now: datetime) -> bool:
        name, known = way_name(way), notice.tried.get(way)
        values: dict[str, Any] = {":tried": tried_list(Tried(Outcome.SENDING, now))}
        condition = f"{THERE} AND attribute_not_exists({name})"
        if known is not None:
            condition, values = f"{THERE} AND {name} = :known", values | {":known": tried_list(known)}
        return self._note(notice, f"SET {name} = :tried", values, condition)

    def end(self, notice: Notice, way: Way, tried: Tried) -> None:
        self._note(notice, f"SET {way_name(way)} = :tried", {":tried": tried_list(tried)}, THERE)

    def _note(self, notice: Notice, expression: str, values: Mapping[str, Any], condition: str) -> bool:
        """False where that is no longer so: the agent has seen it meanwhile, as a rule."""
        key = keys_work.notice(notice.agent_id, notice.id, seen=False)
        try:
            self._desk.write(Update(key, expression, values, condition=condition))
        except ConditionFailed:
            return False
        return True

    def details(self, notices: Sequence[Notice]) -> Sequence[Detail]:
        keys_of = (key for notice in notices for key in (_head(notice), _source(notice)))
        wanted = list(dict.fromkeys(key for key in keys_of if key))
        found: dict[keys.Key, Item] = {}
        for first in range(0, len(wanted), AT_ONCE):
            found |= self._desk.get_many(wanted[first : first + AT_ONCE])
        return [_detail(notice, found) for notice in notices]

    def preferences(self, agent_id: str) -> Preferences:
        item = self._desk.get(keys_work.notice_preferences(agent_id))
        return _preferences_from(agent_id, item) if item else Preferences(agent_id)

    def set_preferences(self, own: Preferences, read_version: int) -> Written:
        condition = "version = :read" if read_version else ABSENT
        try:
            self._desk.write(Put(_preferences_item(own), condition, {":read": read_version} if read_version else None))
        except ConditionFailed:
            return Written.CONFLICT
        return Written.DONE

    def digest(self, agent_id: str) -> Digest:
        item = self._desk.get(keys_work.notice_digest(agent_id)) or {"version": 0}
        due, begun, sent = (moment_or_none(item.get(name)) for name in ("due", "begun", "sent"))
        return Digest(agent_id, due, begun, sent, item["version"])

    def set_digest(self, digest: Digest) -> Written:
        pk, sk = keys_work.notice_digest(digest.agent_id)
        newest = max(filter(None, (digest.due_at, digest.begun_at, digest.sent_at)), default=None)
        item = {
            "pk": pk,
            "sk": sk,
            "due": digest.due_at,
            "begun": digest.begun_at,
            "sent": digest.sent_at,
            "version": digest.version,
            "expires_at": int((newest + DIGEST_KEPT_FOR).timestamp()) if newest else None,
        }
        read = digest.version - 1
        condition = "version = :read" if read else ABSENT
        try:
            self._desk.write(Put(item, condition, {":read": read} if read else None))
        except ConditionFailed:
            return Written.CONFLICT
        return Written.DONE


def _head(notice: Notice) -> keys.Key | None:
    return keys.conversation(notice.conversation_id) if notice.conversation_id else None


def _source(notice: Notice) -> keys.Key | None:
    """What the fact is about, where that has words of its own."""
    about, conversation_id = notice.about, notice.conversation_id
    if "task_id" in about:
        return task_key(about["task_id"])
    if conversation_id is None:
        return None
    if "note_id" in about:
        return keys.note(conversation_id, about["note_id"])
    if "message_id" in about:
        return keys_work.side_message(conversation_id, about["message_id"])
    return keys_work.side_thread(conversation_id, about["thread_id"]) if "thread_id" in about else None


def _detail(notice: Notice, found: Mapping[keys.Key, Item]) -> Detail:
    head, source = (found.get(key) if key else None for key in (_head(notice), _source(notice)))
    customer = preview = ""
    if head is not None:
        conversation = conversation_from(head)
        customer = conversation.contact_name
        preview = conversation.last_message.preview if conversation.last_message else ""
    if source is None:
        return Detail(customer, quote=preview if notice.kind in QUOTED else "")
    colleague, quote = _SAID[notice.kind](source, notice.agent_id)
    return Detail(customer, colleague, quote)


def _of_note(item: Item, agent_id: str) -> tuple[str, str]:
    """A whisper's words are for its audience."""
    note = note_from(item)
    return note.author_name, note.text if not note.audience or agent_id in note.audience else ""


def _of_task(item: Item, agent_id: str) -> tuple[str, str]:
    return "", task_from(item).title


def _of_side_thread(item: Item, agent_id: str) -> tuple[str, str]:
    if item["sk"].startswith(keys_work.SIDE_THREAD):
        return "", side_thread_from(item).subject
    said = side_message_from(item)
    return said.author.name, said.text


# Who said what, by what the notice is about.
_SAID: Mapping[NoticeKind, Callable[[Item, str], tuple[str, str]]] = {
    NoticeKind.MENTION: _of_note,
    NoticeKind.TASK_DUE: _of_task,
    NoticeKind.SIDE_THREAD: _of_side_thread,
}


def _preferences_item(own: Preferences) -> Item:
    pk, sk = keys_work.notice_preferences(own.agent_id)
    quiet = own.quiet
    body = {
        "ways": {kind.value: sorted(way.value for way in ways) for kind, ways in own.ways.items()},
        "quiet": [quiet.zone, quiet.start, quiet.end, list(quiet.days)] if quiet else None,
        "pierce": own.pierce,
        "previews": own.previews,
        "digest_minutes": own.digest_minutes,
    }
    return {"pk": pk, "sk": sk, "body": to_json(body), "version": own.version}


def _preferences_from(agent_id: str, item: Item) -> Preferences:
    body = from_json(item["body"])
    quiet = body.get("quiet")
    return Preferences(
        agent_id,
        ways={NoticeKind(kind): frozenset(map(Way, ways)) for kind, ways in body["ways"].items()},
        quiet=QuietHours(quiet[0], quiet[1], quiet[2], tuple(quiet[3])) if quiet else None,
        pierce=body["pierce"],
        previews=body["previews"],
        digest_minutes=body["digest_minutes"],
        version=item["version"],
    )
