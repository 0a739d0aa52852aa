"""What must hold of the desk's table after any step whatever; each is recounted from the raw items."""

from collections import Counter
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from chalicelib.aws.codec import Item, from_attributes
from chalicelib.aws.codec_conversation import conversation_from, head_from
from chalicelib.aws.codec_message import message_from
from chalicelib.aws.stores.desk import DeskStore
from chalicelib.domain.conversation import Conversation, Status
from chalicelib.domain.counts import FIELDS, UNASSIGNED, counted_in
from chalicelib.domain.message import Direction, Message
from chalicelib.domain.reads import ViewQuery
from chalicelib.domain.stretches import is_in
from chalicelib.domain.transitions import VIEW_SLACK
from chalicelib.wiring import shared
from tests.flow.world import World

Items = Mapping[tuple[str, str], Item]


def all_conversations(items: Items) -> list[Conversation]:
    return [conversation_from(item) for (pk, sk), item in items.items() if pk.startswith("CNV#") and sk == "~"]


def all_messages(items: Items) -> list[Message]:
    return [message_from(item) for (_, sk), item in items.items() if sk.startswith("M#")]


def check(world: World, items: Items) -> None:
    check_counts(items)
    check_views(DeskStore(shared.desk()), items)
    check_legs(items)
    check_people(items)
    check_messages(items)
    check_versions(world)


def check_counts(items: Items) -> None:
    """Counters are a recount of the heads."""
    recount: Counter[tuple[str, str]] = Counter()
    for conversation in all_conversations(items):
        recount.update((f"CNT#{kind}#{key}", field) for (kind, key), field in counted_in(conversation))
    kept: Counter[tuple[str, str]] = Counter()
    for (pk, _), item in items.items():
        if pk.startswith("CNT#"):
            kept.update({(pk, field): item[field] for field in FIELDS if field in item})
    assert {key: number for key, number in kept.items() if number} == dict(recount)
    assert all(number >= 0 for number in kept.values())


def check_views(desk: DeskStore, items: Items) -> None:
    """Each view lists exactly the heads it should, as they are, newest first to within the slack."""
    heads = {each.id: each for each in all_conversations(items) if each.merged_into is None}
    for conversation in heads.values():
        for kind, key in _views_of(conversation):
            query = ViewQuery(kind, key, conversation.status.value, 100)
            rows = desk.list_view(query).items
            same_status = (each for each in heads.values() if each.status is conversation.status)
            wanted = {each.id for each in same_status if (kind, key) in _views_of(each)}
            assert {row.id for row in rows} == wanted
            assert all(_shown(row) == _shown(heads[row.id]) for row in rows)
            for upper, lower in pairwise(rows):
                assert lower.last_activity_at - upper.last_activity_at <= VIEW_SLACK
    for status in Status:
        listed = desk.list_view(ViewQuery("all", "", status.value, 100)).items
        assert {row.id for row in listed} == {each.id for each in heads.values() if each.status is status}


def _views_of(conversation: Conversation) -> set[tuple[str, str]]:
    owner = ("owner", conversation.assignee_id) if conversation.assignee_id else (UNASSIGNED, "")
    team = {("team", conversation.team_id)} if conversation.team_id else set()
    return {owner, ("all", ""), ("inbox", conversation.inbox_id), *team}


def _shown(row: Conversation) -> tuple[Any, ...]:
    return (row.status, row.unread, row.last_message, row.assignee_id, row.version, row.waiting_since, row.episode)


def check_legs(items: Items) -> None:
    """A leg's copy of its conversation is true, and nothing but messages and marks stands beside it."""
    heads = {conversation.id: conversation for conversation in all_conversations(items)}
    for (pk, sk), item in items.items():
        if pk.startswith("LEG#"):
            assert sk == "~" or sk.startswith(("M#msg_", "S#")), sk
        if pk.startswith("LEG#") and sk == "~" and "alias_of" not in item:
            head = head_from(item)
            current = heads[head.conversation_id]
            # A message moves its own leg's copy of the place in the views only: another leg's may be behind.
            assert head.view_at == current.view_at or (len(current.legs) > 1 and head.view_at < current.view_at)
            assert (head.status, head.resolved_at) == (
                current.status,
                current.resolved_at or (head.resolved_at and head.resolved_at.replace(year=1970, month=1, day=1)),
            )
            assert head.id in current.legs
            assert current.merged_into is None
    for conversation in heads.values():
        assert conversation.last_activity_at - conversation.view_at <= VIEW_SLACK


def check_people(items: Items) -> None:
    """One owner of each identity; one leg of each inbox and address; each leg's contact exists."""
    contacts = {pk.removeprefix("CON#") for pk, _ in items if pk.startswith("CON#")}
    addresses: Counter[tuple[str, str]] = Counter()
    for (pk, sk), item in items.items():
        if pk.startswith("IDN#"):
            assert item["contact"] in contacts
            addresses[item["channel"], item["address"]] += 1
        if pk.startswith("LEG#") and sk == "~" and "alias_of" not in item:
            assert item["contact"] in contacts
    assert all(number == 1 for number in addresses.values())


def check_messages(items: Items) -> None:
    """One message per leg and provider's id; every conversation's newest message is its newest; unread fits."""
    messages = all_messages(items)
    ids = Counter((each.leg_id, each.external_id) for each in messages if each.external_id)
    assert all(number == 1 for number in ids.values())
    for conversation in all_conversations(items):
        own = [each for each in messages if _is_of(conversation, each)]
        if conversation.merged_into is not None:
            continue
        newest = max(own, key=lambda each: each.id)
        assert conversation.last_message is not None
        assert conversation.last_message.id == newest.id
        assert conversation.last_activity_at == newest.occurred_at
        assert 0 <= conversation.unread <= sum(each.direction is Direction.INBOUND for each in own)
        for leg in conversation.legs.values():
            said = [each.id for each in own if each.leg_id == leg.id]
            for each in (stretch for stretch in leg.earlier):
                held = [one for one in said if each.first_message_id <= one <= each.last_message_id]
                assert held
            assert (min(said), max(said)) == (leg.first_message_id, leg.last_message_id)


def _is_of(conversation: Conversation, message: Message) -> bool:
    """Said in its newest part, or in one of the stretches that it has got."""
    if (message.conversation_id, message.part) == (conversation.id, conversation.part):
        return True
    leg = conversation.legs.get(message.leg_id)
    return leg is not None and any(is_in(stretch, message) for stretch in leg.earlier)


def check_versions(world: World) -> None:
    """Every stored version follows the last, and says what happened; nothing is announced without one."""
    if world.cloud is None:
        return
    seen: dict[tuple[str, str], int] = {}
    for record in world.cloud.tables["desk"].stream:
        item = from_attributes(record["dynamodb"]["NewImage"])
        key = (item["pk"], item["sk"])
        if "version" not in item or key[0] == "INBOX":
            continue
        before = seen.get(key, 0)
        grown = item["version"] - before
        assert grown in (0, 1), key
        assert grown == 0 or "events" in item, key
        seen[key] = item["version"]
