"""Item forms of a contact's timeline, of what its events happened to, and of evidence."""

from chalicelib.aws import keys
from chalicelib.aws.codec import Item, from_json, moment, to_json
from chalicelib.domain.timeline import Line, Subject


def line_item(line: Line) -> Item:
    pk, sk = keys.timeline(line.contact_id, line.id, line.kind)
    return {
        "pk": pk,
        "sk": sk,
        "version": 1,
        "inbox": line.inbox_id,
        "channel": line.channel,
        "kind": line.kind,
        "title": line.title,
        "at": line.occurred_at,
        "stored": line.stored_at,
        "subject": line.subject,
        "data": to_json(line.data) if line.data else None,
    }


def line_from(item: Item) -> Line:
    return Line(
        id=keys.timeline_line(item["sk"]),
        contact_id=keys.identifier(item["pk"]),
        inbox_id=item["inbox"],
        channel=item["channel"],
        kind=item["kind"],
        title=item["title"],
        occurred_at=moment(item["at"]),
        stored_at=moment(item["stored"]),
        subject=item.get("subject"),
        data=from_json(item.get("data")),
    )


def subject_item(subject: Subject) -> Item:
    pk, sk = keys.subject(subject.inbox_id, subject.name)
    return {"pk": pk, "sk": sk, "newest": subject.newest, "row": subject_row(subject), **subject_place(subject)}


def subject_row(subject: Subject) -> Item:
    return {
        "contact": subject.contact_id,
        "inbox": subject.inbox_id,
        "channel": subject.channel,
        "subject": subject.name,
        "kind": subject.kind,
        "title": subject.title,
        "at": subject.occurred_at,
        "newest": subject.newest,
        "data": to_json(subject.data) if subject.data else None,
    }


def subject_place(subject: Subject) -> Item:
    """Its place among its contact's subjects of the same type."""
    return {
        "kind_key": keys.subjects(subject.contact_id, subject.type),
        "kind_sort": keys.view_key(subject.occurred_at),
    }


def subject_from(item: Item) -> Subject:
    row: Item = item["row"]
    return Subject(
        contact_id=row["contact"],
        inbox_id=row["inbox"],
        channel=row["channel"],
        name=row["subject"],
        kind=row["kind"],
        title=row["title"],
        occurred_at=moment(row["at"]),
        newest=row["newest"],
        data=from_json(row.get("data")),
    )
