"""Notices, browsers that take pushes, and customers who are back, as items."""

from typing import Any

from chalicelib.aws import keys, keys_work
from chalicelib.aws.codec import Item, events_of, from_json, moment, moment_or_none, to_json
from chalicelib.domain.notice import Notice, NoticeKind, Outcome, Tried, Way
from chalicelib.domain.returning import Back, Sign
from chalicelib.domain.web_push import Subscription
from chalicelib.domain.writes import Recorded


def notice_item(notice: Notice, recorded: Recorded | None) -> Item:
    """Only a new one is told of."""
    pk, sk = keys_work.notice(notice.agent_id, notice.id, seen=notice.seen_at is not None)
    item: Item = {
        "pk": pk,
        "sk": sk,
        "kind": notice.kind.value,
        "at": notice.at,
        "noted": notice.noted_at,
        "conversation": notice.conversation_id,
        "about": to_json(dict(notice.about)) if notice.about else None,
        "until": notice.until,
        "seen": notice.seen_at,
        "expires_at": int(notice.expires_at.timestamp()),
        "version": 1 if notice.seen_at is None else 2,
        **{way_name(way): tried_list(tried) for way, tried in notice.tried.items()},
    }
    if recorded is not None:
        item["events"] = events_of(recorded)
    return item


def way_name(way: Way) -> str:
    """The attribute that says what became of a way."""
    return f"way_{way.value}"


def tried_list(tried: Tried) -> list[Any]:
    return [tried.outcome.value, tried.at]


def notice_from(item: Item) -> Notice:
    tried = {
        way: Tried(Outcome(item[way_name(way)][0]), moment(item[way_name(way)][1]))
        for way in Way
        if way_name(way) in item
    }
    return Notice(
        id=keys.sort_identifier(item["sk"]),
        agent_id=keys.identifier(item["pk"]),
        kind=NoticeKind(item["kind"]),
        at=moment(item["at"]),
        noted_at=moment(item["noted"]),
        conversation_id=item.get("conversation"),
        about=from_json(item.get("about")),
        until=moment_or_none(item.get("until")),
        seen_at=moment_or_none(item.get("seen")),
        tried=tried,
    )


def subscription_item(subscription: Subscription) -> Item:
    pk, sk = keys_work.push_subscription(subscription.agent_id, subscription.id)
    return {
        "pk": pk,
        "sk": sk,
        "endpoint": subscription.endpoint,
        "p256dh": subscription.p256dh,
        "auth": subscription.auth,
        "name": subscription.name or None,
        "created": subscription.created_at,
    }


def subscription_from(item: Item) -> Subscription:
    return Subscription(
        id=keys.sort_identifier(item["sk"]),
        agent_id=keys.identifier(item["pk"]),
        endpoint=item["endpoint"],
        p256dh=item["p256dh"],
        auth=item["auth"],
        created_at=moment(item["created"]),
        name=item.get("name", ""),
    )


def back_item(back: Back, recorded: Recorded) -> Item:
    pk, sk = keys_work.returned(back.conversation_id)
    row = {
        "a": back.away_since,
        "r": back.at,
        "b": back.by.value,
        "u": back.unread,
        "t": back.topic or None,
        "o": back.owner_id,
    }
    return {"pk": pk, "sk": sk, "row": row, "version": back.version, "events": events_of(recorded)}


def back_from(item: Item) -> Back:
    row = item["row"]
    return Back(
        conversation_id=keys.identifier(item["pk"]),
        owner_id=row["o"],
        away_since=moment(row["a"]),
        at=moment(row["r"]),
        by=Sign(row["b"]),
        unread=row["u"],
        topic=row.get("t", ""),
        version=item["version"],
    )
