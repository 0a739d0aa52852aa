"""The items of announcements. `row` is what the index shows: one is read whole from there."""

from chalicelib.aws import keys, keys_work
from chalicelib.aws.codec import Item, moment
from chalicelib.domain.announcement import Announcement, Level


def announcement_item(announcement: Announcement) -> Item:
    pk, sk = keys_work.announcement(announcement.id)
    return {
        "pk": pk,
        "sk": sk,
        "version": announcement.version,
        "row": {
            "title": announcement.title,
            "body": announcement.body,
            "from": announcement.starts_at,
            "until": announcement.ends_at,
            "by": announcement.author_id,
            "name": announcement.author_name,
            "made": announcement.created_at,
            "teams": list(announcement.team_ids),
            "level": announcement.level.value,
            "ack": announcement.requires_ack,
            "told": announcement.told,
        },
        "kind_key": keys_work.ANNOUNCEMENTS,
        "kind_sort": keys_work.announcement_place(announcement.ends_at, announcement.id),
    }


def announcement_from(item: Item) -> Announcement:
    row = item["row"]
    return Announcement(
        id=keys.identifier(item["pk"]),
        title=row["title"],
        body=row["body"],
        starts_at=moment(row["from"]),
        ends_at=moment(row["until"]),
        author_id=row["by"],
        author_name=row["name"],
        created_at=moment(row["made"]),
        team_ids=tuple(row.get("teams", ())),
        level=Level(row["level"]),
        requires_ack=row["ack"],
        told=row["told"],
        version=item["version"],
    )
