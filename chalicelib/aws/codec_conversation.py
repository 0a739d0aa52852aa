"""The items of conversations and leg heads.

A conversation's `row` is what list views show: the indexes project it whole. One letter each:
s status, c contact, n contact's name, h channel, i inbox, l active leg, u unread, w waiting since, p priority,
m last message {i id, d direction, k kind, t preview, a author kind, x leg}, a assignee, t team, b labels, e episode,
o opened, z snoozed until, y what wakes it, f last activity, g tier
(see `codec_standing`).
"""

from typing import Any

from chalicelib.aws import keys, keys_contact
from chalicelib.aws.codec import Item, moment, moment_or_none
from chalicelib.aws.codec_standing import taken_from, taken_map, tier_from, tier_map
from chalicelib.domain.conversation import (
    Conversation,
    LastMessage,
    Leg,
    LegHead,
    Priority,
    Reach,
    Status,
    Stretch,
    WakeOn,
)
from chalicelib.domain.ids import message_time
from chalicelib.domain.message import Direction


def conversation_item(conversation: Conversation) -> Item:
    pk, sk = keys.conversation(conversation.id)
    return {
        "pk": pk,
        "sk": sk,
        "version": conversation.version,
        "row": _row(conversation),
        "legs": {leg.id: leg_map(leg) for leg in conversation.legs.values()},
        "first_response": conversation.first_response_at,
        "resolved": conversation.resolved_at,
        "moved": conversation.status_changed_at,
        "created": conversation.created_at,
        "weight": conversation.weight or None,
        "merged": conversation.merged_into,
        "absorbed": conversation.absorbed,
        "nth": conversation.part or None,
        "taken": taken_map(conversation),
        **view_keys(conversation),
    }


def view_keys(conversation: Conversation) -> Item:
    """Where it is listed; nowhere, once it is part of another."""
    if conversation.merged_into is not None:
        return {"view_key": keys.view_key(conversation.view_at)}
    status = conversation.status.value
    return {
        "owner_key": keys.owner_key(conversation.assignee_id, status),
        "status_key": status,
        "inbox_key": keys.inbox_key(conversation.inbox_id, status),
        "team_key": keys.team_key(conversation.team_id, status) if conversation.team_id else None,
        "view_key": keys.view_key(conversation.view_at),
    }


def _row(conversation: Conversation) -> Item:
    newest = conversation.last_message
    return {
        "s": conversation.status.value,
        "c": conversation.contact_id,
        "n": conversation.contact_name,
        "h": conversation.channel,
        "i": conversation.inbox_id,
        "l": conversation.active_leg_id,
        "u": conversation.unread,
        "w": conversation.waiting_since,
        "p": None if conversation.priority is Priority.NORMAL else conversation.priority.value,
        "m": last_message_map(newest) if newest else None,
        "a": conversation.assignee_id,
        "t": conversation.team_id,
        "b": conversation.labels,
        "e": conversation.episode,
        "o": conversation.opened_at,
        "z": conversation.snoozed_until,
        "y": None if conversation.wake_on is WakeOn.ANY_INBOUND else conversation.wake_on.value,
        "f": conversation.last_activity_at,
        "g": tier_map(conversation.tier),
    }


def last_message_map(newest: LastMessage) -> Item:
    return {
        "i": newest.id,
        "x": newest.leg_id,
        "d": newest.direction.value[0],
        "k": newest.kind,
        "t": newest.preview,
        "a": newest.author_kind,
    }


def _last_message(item: Item) -> LastMessage:
    return LastMessage(
        id=item["i"],
        leg_id=item["x"],
        direction=Direction.INBOUND if item["d"] == "i" else Direction.OUTBOUND,
        kind=item["k"],
        preview=item["t"],
        at=message_time(item["i"]),
        author_kind=item["a"],
    )


def leg_map(leg: Leg) -> Item:
    return {
        "b": leg.inbox_id,
        "h": leg.channel,
        "p": leg.address,
        "f": leg.first_message_id,
        "t": leg.last_message_id,
        "i": leg.last_inbound_at,
        "x": leg.last_inbound_external_id,
        "o": leg.own_first_message_id or None,
        "e": tuple(
            (stretch.conversation_id, stretch.part, stretch.first_message_id, stretch.last_message_id)
            for stretch in leg.earlier
        ),
    }


def _leg(identifier: str, item: Item) -> Leg:
    return Leg(
        id=identifier,
        inbox_id=item["b"],
        channel=item["h"],
        address=item["p"],
        first_message_id=item["f"],
        last_message_id=item["t"],
        last_inbound_at=moment_or_none(item.get("i")),
        last_inbound_external_id=item.get("x"),
        own_first_message_id=item.get("o", ""),
        earlier=tuple(Stretch(*parts) for parts in item.get("e", ())),
    )


def conversation_from(item: Item) -> Conversation:
    """A whole conversation, or (from a list's index) one without legs and clocks."""
    row: Any = item["row"]
    newest = row.get("m")
    opened = moment(row["o"])
    return Conversation(
        id=keys.identifier(item["pk"]),
        contact_id=row["c"],
        contact_name=row["n"],
        inbox_id=row["i"],
        channel=row["h"],
        active_leg_id=row["l"],
        opened_at=opened,
        status_changed_at=moment_or_none(item.get("moved")) or opened,
        last_activity_at=moment(row["f"]),
        view_at=keys.view_time(item["view_key"]),
        created_at=moment_or_none(item.get("created")) or opened,
        status=Status(row["s"]),
        episode=row["e"],
        assignee_id=row.get("a"),
        team_id=row.get("t"),
        priority=Priority(row.get("p", Priority.NORMAL)),
        labels=tuple(row.get("b", ())),
        legs={name: _leg(name, part) for name, part in item.get("legs", {}).items()},
        last_message=_last_message(newest) if newest else None,
        unread=row["u"],
        waiting_since=moment_or_none(row.get("w")),
        first_response_at=moment_or_none(item.get("first_response")),
        resolved_at=moment_or_none(item.get("resolved")),
        snoozed_until=moment_or_none(row.get("z")),
        wake_on=WakeOn(row.get("y", WakeOn.ANY_INBOUND)),
        weight=item.get("weight", 0),
        merged_into=item.get("merged"),
        absorbed=tuple(item.get("absorbed", ())),
        part=item.get("nth", 0),
        tier=tier_from(row.get("g")),
        taken=taken_from(item.get("taken")),
        version=item["version"],
    )


def head_item(head: LegHead) -> Item:
    pk, sk = keys.leg(head.id)
    return {
        "pk": pk,
        "sk": sk,
        "inbox": head.inbox_id,
        "channel": head.channel,
        "address": head.address,
        "identity": head.identity_id,
        "contact": head.contact_id,
        "conversation": head.conversation_id,
        "ordinal": head.ordinal,
        "status": head.status.value,
        "view": head.view_at,
        "resolved": head.resolved_at,
        "name": head.contact_name,
        "cut": head.cut,
        **keys_contact.held_place(head.contact_id, pk),
        **({"reach": reach_map(head.reach), "reach_at": head.reach.at} if head.reach else {}),
    }


def reach_map(reach: Reach) -> Item:
    return {"ok": reach.reachable, "reason": reach.reason, "detail": reach.detail}


def _reach_from(item: Item) -> Reach | None:
    if "reach" not in item:
        return None
    reach = item["reach"]
    return Reach(reach["ok"], reach["reason"], moment(item["reach_at"]), reach.get("detail", ""))


def head_from(item: Item) -> LegHead:
    if "contact" not in item:
        return _cut_head(item)
    return LegHead(
        id=keys.identifier(item["pk"]),
        inbox_id=item["inbox"],
        channel=item["channel"],
        address=item["address"],
        identity_id=item["identity"],
        contact_id=item["contact"],
        conversation_id=item["conversation"],
        ordinal=item["ordinal"],
        status=Status(item["status"]),
        view_at=moment(item["view"]),
        resolved_at=moment_or_none(item.get("resolved")),
        contact_name=item.get("name", ""),
        reach=_reach_from(item),
        cut=moment_or_none(item.get("cut")),
    )


def _cut_head(item: Item) -> LegHead:
    """What an erasure has left: nothing but since when."""
    at = moment(item["cut"])
    leg_id = keys.identifier(item["pk"])
    return LegHead(leg_id, "", "", "", "", "", "", item["ordinal"], Status.RESOLVED, at, cut=at, was=item.get("was"))


def alias_item(alias_leg_id: str, leg_id: str) -> Item:
    """Another address of the same leg: it leads to the head and holds nothing else."""
    pk, sk = keys.leg(alias_leg_id)
    return {"pk": pk, "sk": sk, "alias_of": leg_id, **keys_contact.held_place(leg_id, pk)}
