"""Timelines: an event's line and all it changes in one transaction, once; pages by one query each."""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

from chalicelib.aws import keys
from chalicelib.aws.border import ConditionFailed, TransactionRefused
from chalicelib.aws.codec import events_of
from chalicelib.aws.codec_contact import contact_item, identity_item
from chalicelib.aws.codec_evidence import evidence_from
from chalicelib.aws.codec_timeline import (
    line_from,
    line_item,
    subject_from,
    subject_item,
    subject_place,
    subject_row,
)
from chalicelib.aws.stores.writes import put_evidence
from chalicelib.aws.transaction import Desk, Put, Update, Write
from chalicelib.domain.evidence import Evidence
from chalicelib.domain.ids import time_part
from chalicelib.domain.reads import Page
from chalicelib.domain.timeline import Addition, Known, Line, Newcomer, Subject, TimelineQuery
from chalicelib.domain.timeline_merging import Place, Portion, merged
from chalicelib.domain.writes import Written

# How many lines a page that picks (by kind, by words) looks at, at most: its cost does not grow with the timeline.
LOOKED_AT = 100
# How many contacts with one address are weighed.
CANDIDATES = 25
AT_ONCE = 8
# An event of something that nobody is known to own waits so long for whoever does.
PARKED_FOR = timedelta(days=90)


class TimelineStore:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def known(
        self, inbox_id: str, subject: str | None, identities: Sequence[str], newcomer_id: str | None = None
    ) -> Known:
        subject_key = keys.subject(inbox_id, subject) if subject else None
        newcomer_key = keys.contact(newcomer_id) if newcomer_id else None
        identity_keys = [keys.identity(identity) for identity in identities]
        wanted = [key for key in (subject_key, newcomer_key, *identity_keys) if key]
        found = self._desk.get_many(wanted) if wanted else {}
        return Known(
            subject_from(found[subject_key]) if subject_key in found else None,
            tuple(found[key]["contact"] for key in identity_keys if key in found),
            newcomer_key in found,
        )

    def candidates(self, named: Sequence[tuple[str, str]]) -> Sequence[Evidence]:
        found = []
        for kind, value in named:
            pk, _ = keys.evidence(kind, value, "")
            rows, _next = self._desk.query("pk = :pk", {":pk": pk}, limit=CANDIDATES, consistent=True)
            found += [evidence_from(row, value) for row in rows]
        return found

    def add(self, addition: Addition) -> Written:
        try:
            self._desk.transact(_writes(addition))
        except TransactionRefused as refused:
            return Written.DUPLICATE if refused.failed(0) or refused.failed(1) else Written.CONFLICT
        return Written.DONE

    def park(self, line: Line, body: str) -> Written:
        pk, sk = keys.waiting(line.inbox_id, line.subject or "", line.id)
        expires = int((line.stored_at + PARKED_FOR).timestamp())
        try:
            self._desk.write(Put({"pk": pk, "sk": sk, "body": body, "expires_at": expires}))
        except ConditionFailed:
            return Written.DUPLICATE
        return Written.DONE

    def parked(self, inbox_id: str, subject: str) -> Iterator[str]:
        pk, start = keys.subject(inbox_id, subject)[0], None
        values = {":pk": pk, ":waiting": keys.WAITING}
        while True:
            rows, start = self._desk.query(
                "pk = :pk AND begins_with(sk, :waiting)", values, start=start, consistent=True
            )
            yield from (row["body"] for row in rows)
            if start is None:
                return

    def page(self, query: TimelineQuery) -> Page[Line]:
        return self.together((query.contact_id,), query)

    def together(self, contact_ids: Sequence[str], query: TimelineQuery) -> Page[Line]:
        """A page of what happened to any of these contacts: one query each, side by side."""
        return _page(self._portions(contact_ids, query), query.limit)

    def joined(self, own: Page[Line], contact_ids: Sequence[str], query: TimelineQuery) -> Page[Line]:
        """The first page of a contact, which was read, and of these others: one query for each of them."""
        lines = [(_place(line), line) for line in own.items]
        looked_to = Place(own.next["sk"], keys.identifier(own.next["pk"])) if own.next else None
        return _page([Portion(lines, looked_to), *self._portions(contact_ids, query)], query.limit)

    def _portions(self, contact_ids: Sequence[str], query: TimelineQuery) -> list[Portion]:
        after = Place(query.start["sk"], keys.identifier(query.start["pk"])) if query.start else None

        def read(contact_id: str) -> Portion:
            return self._portion(contact_id, query, after)

        if len(contact_ids) == 1:
            return [read(contact_ids[0])]
        with ThreadPoolExecutor(max_workers=min(len(contact_ids), AT_ONCE)) as pool:
            return list(pool.map(read, contact_ids))

    def _portion(self, contact_id: str, query: TimelineQuery, after: Place | None) -> Portion:
        """One contact's lines behind a place of the whole timeline."""
        pk, _ = keys.contact_timeline(contact_id)
        last, start = _edge(query.before, "~"), None
        if after is not None and after.contact_id < contact_id:
            last = after.sk  # a line of the same key comes behind that of the contact before
        elif after is not None:
            start = {"pk": pk, "sk": after.sk}
        rows, more = self._desk.query(
            "pk = :pk AND sk BETWEEN :first AND :last",
            {":pk": pk, ":first": _edge(query.after, "0"), ":last": last},
            limit=LOOKED_AT if query.picks else query.limit,
            newest_first=True,
            start=start,
        )
        lines = [(Place(row["sk"], contact_id), line_from(row)) for row in rows]
        wanted = [(place, line) for place, line in lines if query.wants(line)]
        return Portion(wanted, Place(more["sk"], contact_id) if more else None)

    def line_of(self, inbox_id: str, external_id: str) -> Line | None:
        """The line that an event became; None where it is on no timeline, or its line is gone."""
        mark = self._desk.get(keys.counted(inbox_id, external_id))
        item = self._desk.get(keys.timeline(mark["contact"], mark["line"], mark["kind"])) if mark else None
        return line_from(item) if item else None

    def subjects(self, contact_id: str, kind: str, limit: int, start: Mapping[str, Any] | None) -> Page[Subject]:
        rows, after = self._desk.of_kind(keys.subjects(contact_id, kind), limit, start)
        return Page([subject_from(row) for row in rows], after)


def _place(line: Line) -> Place:
    return Place(keys.timeline(line.contact_id, line.id, line.kind)[1], line.contact_id)


def _page(portions: Sequence[Portion], limit: int) -> Page[Line]:
    lines, end = merged(portions, limit)
    return Page(lines, {"pk": keys.contact_timeline(end.contact_id)[0], "sk": end.sk} if end else None)


def _edge(at: datetime | None, open_end: str) -> str:
    """Every key of a moment begins with its time, and none is the time alone."""
    return time_part(at) if at else open_end


def _writes(addition: Addition) -> list[Write]:
    line = addition.line
    pk, sk = keys.counted(line.inbox_id, addition.external_id)
    writes: list[Write] = [
        Put({"pk": pk, "sk": sk, "contact": line.contact_id, "line": line.id, "kind": line.kind}),
        Put(line_item(line) | {"events": events_of(addition.recorded)}),
    ]
    if addition.subject:
        writes.append(_subject_write(addition.subject, addition.subject_read))
    return writes + (_newcomer_writes(addition.newcomer) if addition.newcomer else [])


def _subject_write(after: Subject, read: Subject | None) -> Write:
    """The newest state, where nobody has written a newer one meanwhile."""
    if read is None:
        return Put(subject_item(after))
    return Update(
        keys.subject(after.inbox_id, after.name),
        "SET #row = :row, newest = :newest, kind_sort = :place",
        {":row": subject_row(after), ":newest": after.newest, ":place": subject_place(after)["kind_sort"]},
        {"#row": "row"},
        "newest < :newest",
    )


def _newcomer_writes(newcomer: Newcomer) -> list[Write]:
    return [
        Put(contact_item(newcomer.contact) | {"events": events_of(newcomer.recorded)}),
        *(Put(identity_item(identity)) for identity in newcomer.identities),
        *(put_evidence(evidence) for evidence in newcomer.evidence),
    ]
