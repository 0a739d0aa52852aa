"""The items of mentions, followers, tasks and drafts."""

from datetime import timedelta
from typing import Any

from chalicelib.aws import keys, keys_work
from chalicelib.aws.codec import Item, events_of, moment, moment_or_none
from chalicelib.domain.agent_draft import KEPT_FOR, AgentDraft, DraftKind, DraftWords
from chalicelib.domain.checklist import Point
from chalicelib.domain.follower import Follower, Following
from chalicelib.domain.mention import Mention
from chalicelib.domain.task import Task, TaskKind, TaskState, conversation_of, next_time
from chalicelib.domain.writes import Recorded

MENTIONS_KEPT_FOR = timedelta(days=180)
# What somebody had to do for themselves and has done: shown so long. What was about a conversation stays with it.
DONE_KEPT_FOR = timedelta(days=90)


def mention_item(mention: Mention) -> Item:
    """Ids and a time: what was said is read from the note, and is gone with it."""
    pk, sk = keys_work.mention(mention.agent_id, mention.note_id)
    return {
        "pk": pk,
        "sk": sk,
        "conversation": mention.conversation_id,
        "author": mention.author_id,
        "at": mention.at,
        "seen": mention.seen or None,
        "expires_at": int((mention.at + MENTIONS_KEPT_FOR).timestamp()),
    }


def mention_from(item: Item, seen_to: str = "") -> Mention:
    """`seen_to`: up to which note the agent has seen all."""
    note_id = keys.sort_identifier(item["sk"])
    return Mention(
        agent_id=keys.identifier(item["pk"]),
        note_id=note_id,
        conversation_id=item["conversation"],
        author_id=item["author"],
        at=moment(item["at"]),
        seen=item.get("seen", False) or note_id <= seen_to,
    )


def following_item(following: Following, recorded: Recorded) -> Item:
    pk, sk = keys_work.followers(following.conversation_id)
    who = [
        {"a": each.agent_id, "s": each.since, "m": True if each.by_mention else None} for each in following.followers
    ]
    told = {"events": events_of(recorded)} if recorded.events else {}
    return {"pk": pk, "sk": sk, "version": following.version, "who": who, **told}


def following_from(item: Item) -> Following:
    return Following(
        conversation_id=keys.identifier(item["pk"]),
        followers=tuple(Follower(each["a"], moment(each["s"]), each.get("m", False)) for each in item.get("who", ())),
        version=item["version"],
    )


def following_snapshot(following: Following) -> dict[str, Any]:
    return {"id": following.conversation_id, "agent_ids": list(following.agent_ids)}


def task_key(task_id: str) -> keys.Key:
    """Where the task of this id is."""
    conversation_id = conversation_of(task_id)
    return keys_work.task(conversation_id, task_id) if conversation_id else keys_work.own_task(task_id)


def task_item(task: Task, recorded: Recorded) -> Item:
    pk, sk = task_key(task.id)
    is_over = task.state is not TaskState.OPEN
    place = task.ended_at if is_over else next_time(task) or task.due_at or task.remind_at
    goes = task.ended_at + DONE_KEPT_FOR if task.ended_at and task.conversation_id is None else None
    return {
        "pk": pk,
        "sk": sk,
        "version": task.version,
        "kind": task.kind.value,
        "title": task.title,
        "owner": task.owner_id,
        "author": task.created_by,
        "created": task.created_at,
        "digest": task.digest,
        "due": task.due_at,
        "remind": task.remind_at,
        "wakes": True if task.wakes else None,
        "points": tuple(_point_map(point) for point in task.checklist),
        "state": task.state.value,
        "ended": task.ended_at,
        "ended_by": task.ended_by,
        "told_due": task.told_due,
        "told_remind": task.told_reminder,
        "expires_at": int(goes.timestamp()) if goes else None,
        "kind_key": keys_work.tasks(task.owner_id, over=is_over),
        "kind_sort": keys_work.task_place(place, task.id),
        "events": events_of(recorded),
    }


def _point_map(point: Point) -> Item:
    return {"i": point.id, "t": point.text, "d": True if point.done else None, "b": point.by, "a": point.at}


def task_from(item: Item) -> Task:
    identifier = keys.sort_identifier(item["sk"]) or keys.identifier(item["pk"])
    return Task(
        id=identifier,
        title=item["title"],
        owner_id=item["owner"],
        created_by=item["author"],
        created_at=moment(item["created"]),
        digest=item["digest"],
        conversation_id=conversation_of(identifier),
        kind=TaskKind(item["kind"]),
        due_at=moment_or_none(item.get("due")),
        remind_at=moment_or_none(item.get("remind")),
        wakes=item.get("wakes", False),
        checklist=tuple(_point(each) for each in item.get("points", ())),
        state=TaskState(item["state"]),
        ended_at=moment_or_none(item.get("ended")),
        ended_by=item.get("ended_by"),
        told_due=moment_or_none(item.get("told_due")),
        told_reminder=moment_or_none(item.get("told_remind")),
        version=item["version"],
    )


def _point(item: Item) -> Point:
    return Point(item["i"], item["t"], item.get("d", False), item.get("b"), moment_or_none(item.get("a")))


def draft_item(draft: AgentDraft) -> Item:
    """`stamp` and not `version`: the index does not show it, so that a draft that is saved again writes no row of the
    list. `said` holds files in the form in which an erasure finds them."""
    pk, sk = keys_work.agent_draft(draft.conversation_id, draft.agent_id)
    words = draft.words
    said = {
        "text": words.text or None,
        "kind": words.kind.value,
        "leg": words.leg_id,
        "attachments": tuple({"media": each} for each in words.attachments),
        "quoted": words.reply_to,
    }
    return {
        "pk": pk,
        "sk": sk,
        "stamp": draft.version,
        "said": said,
        "begun": draft.begun_at,
        "saved": draft.saved_at,
        "expires_at": int((draft.saved_at + KEPT_FOR).timestamp()),
        "kind_key": keys_work.agent_drafts(draft.agent_id),
        "kind_sort": keys_work.task_place(draft.begun_at, draft.conversation_id),
    }


def draft_from(item: Item) -> AgentDraft:
    said = item["said"]
    return AgentDraft(
        agent_id=keys.sort_identifier(item["sk"]),
        conversation_id=keys.identifier(item["pk"]),
        words=DraftWords(
            text=said.get("text", ""),
            kind=DraftKind(said["kind"]),
            leg_id=said.get("leg"),
            attachments=tuple(each["media"] for each in said.get("attachments", ())),
            reply_to=said.get("quoted"),
        ),
        begun_at=moment(item["begun"]),
        saved_at=moment(item["saved"]),
        version=item["stamp"],
    )
