"""The items of promises and of waits in queues."""

from datetime import timedelta
from typing import Any

from chalicelib.aws import keys, keys_work
from chalicelib.aws.codec import Item, events_of, moment, moment_or_none
from chalicelib.domain.envelope import Actor
from chalicelib.domain.promise import Promise, PromiseKind, PromiseState
from chalicelib.domain.waits import Ending, Told, Wait
from chalicelib.domain.writes import Recorded

WAIT_KEPT_FOR = timedelta(days=30)


def promise_item(promise: Promise, recorded: Recorded) -> Item:
    pk, sk = keys.promise(promise.conversation_id, promise.id)
    row = {
        "k": promise.kind.value,
        "s": promise.state.value,
        "t": promise.text,
        "a": promise.told_at,
        "d": promise.due_at,
        "b": [promise.made_by.kind, *([promise.made_by.id] if promise.made_by.id else [])],
        "h": promise.channel,
        "p": promise.position,
        "x": promise.settled_at,
        "r": promise.reason,
    }
    listed = {}
    if promise.state is PromiseState.OPEN:
        shard = keys_work.due_shard(promise.conversation_id)
        place = keys_work.due_place(promise.due_at, promise.id)
        listed = {"kind_key": keys_work.due_promises(shard), "kind_sort": place}
    return {"pk": pk, "sk": sk, "version": promise.version, "row": row, "events": events_of(recorded), **listed}


def promise_from(item: Item) -> Promise:
    row = item["row"]
    return Promise(
        id=keys.sort_identifier(item["sk"]),
        conversation_id=keys.identifier(item["pk"]),
        kind=PromiseKind(row["k"]),
        text=row["t"],
        told_at=moment(row["a"]),
        due_at=moment(row["d"]),
        made_by=Actor(*row["b"]),
        channel=row["h"],
        position=row.get("p"),
        state=PromiseState(row["s"]),
        settled_at=moment_or_none(row.get("x")),
        reason=row["r"],
        version=item["version"],
    )


def wait_item(wait: Wait) -> Item:
    pk, sk = keys.wait(wait.conversation_id, wait.epoch)
    row = {"t": wait.team_id, "q": wait.queued_at, "w": wait.waiting_since, "p": wait.position}
    expires = int((wait.queued_at + WAIT_KEPT_FOR).timestamp())
    ended = {"ending": wait.ending.value} if wait.ending else {}
    told = {"told": told_map(wait.told)} if wait.told else {}
    return {"pk": pk, "sk": sk, "row": row, "expires_at": expires, **ended, **told}


def told_map(told: Told) -> dict[str, Any]:
    return {"a": told.at, "d": told.due_at, "p": told.position, "t": told.text}


def wait_from(item: Item) -> Wait:
    row, told = item["row"], item.get("told")
    return Wait(
        conversation_id=keys.identifier(item["pk"]),
        epoch=int(keys.sort_identifier(item["sk"])),
        team_id=row["t"],
        queued_at=moment(row["q"]),
        waiting_since=moment(row["w"]),
        position=row.get("p"),
        ending=Ending(item["ending"]) if "ending" in item else None,
        told=Told(moment(told["a"]), moment(told["d"]), told["p"], told["t"]) if told else None,
    )
