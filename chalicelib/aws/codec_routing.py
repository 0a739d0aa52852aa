"""The items of routing: agents' workloads, their places in pools, queue entries and decisions."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from chalicelib.aws import keys
from chalicelib.aws.codec import Item, moment, moment_or_none
from chalicelib.domain.capacity import Capacity, ChannelClass
from chalicelib.domain.presence import Intent, Presence
from chalicelib.domain.priority import Contribution
from chalicelib.domain.queue import QueueEntry
from chalicelib.domain.routing_offer import Offer
from chalicelib.domain.routing_values import Decision, Outcome, Reason, Skipped, Weighed
from chalicelib.domain.skills import Requirements, Step
from chalicelib.domain.workload import Workload, pool_rank

_UNTIL_TOLD = datetime.max.replace(tzinfo=UTC)


def workload_item(workload: Workload) -> Item:
    pk, sk = keys.workload(workload.agent_id)
    return {
        "pk": pk,
        "sk": sk,
        "version": workload.version,
        "used": workload.used,
        "epoch": workload.epoch,
        "idle": workload.idle_since,
        "row": workload_row(workload),
    }


def workload_row(workload: Workload) -> Item:
    """What changes by people's hands; `used`, `epoch` and `idle` change by the conversations'."""
    presence, capacity = workload.presence, workload.capacity
    return {
        "n": workload.name,
        "t": workload.team_ids,
        "e": workload.enabled,
        "i": presence.intent.value,
        "r": presence.reason,
        "c": presence.chosen_at,
        "u": presence.connected_until,
        "h": presence.hours_id,
        "g": presence.left_at,
        "m": capacity.units,
        "v": capacity.reserve,
        "w": {kind.value: weight for kind, weight in capacity.weights.items()},
        "s": dict(workload.skills),
        "l": dict(workload.lent_until),
    }


def workload_from(item: Item) -> Workload:
    """Of an item that only counts units (its agent was given work before it was set up), all else by default."""
    row = item.get("row", {})
    agent_id = keys.identifier(item["pk"])
    return Workload(
        agent_id=agent_id,
        name=row.get("n", agent_id),
        team_ids=tuple(row.get("t", ())),
        presence=Presence(
            intent=Intent(row.get("i", Intent.OFFLINE)),
            reason=row.get("r", ""),
            chosen_at=moment_or_none(row.get("c")),
            connected_until=moment_or_none(row.get("u")),
            hours_id=row.get("h"),
            left_at=moment_or_none(row.get("g")),
        ),
        capacity=_capacity(row),
        skills=row.get("s", {}),
        used=item.get("used", 0),
        epoch=item.get("epoch", 0),
        idle_since=moment_or_none(item.get("idle")),
        lent_until={team: moment(until) for team, until in row.get("l", {}).items()},
        enabled=row.get("e", True),
        version=item.get("version", 0),
        missed=item.get("missed", 0),
    )


def _capacity(row: Mapping[str, Any]) -> Capacity:
    weights = {ChannelClass(kind): weight for kind, weight in row.get("w", {}).items()}
    default = Capacity()
    return Capacity(row.get("m", default.units), row.get("v", default.reserve), weights)


def place_item(workload: Workload, team_id: str, *, there: bool) -> Item:
    """A place in a team's pool: `there` puts it into the index. Its row is a copy, and may be a moment behind."""
    pk, sk = keys.pool_place(workload.agent_id, team_id)
    copy = {**workload_row(workload), "used": workload.used, "epoch": workload.epoch, "idle": workload.idle_since}
    listed = {"kind_key": keys.pool(team_id), "kind_sort": pool_rank(workload)} if there else {}
    # Both only grow, so their sum tells the newer picture.
    return {"pk": pk, "sk": sk, "version": workload.version + workload.epoch, "row": copy, **listed}


def place_from(item: Item) -> Workload:
    """Who has a place is there until a write takes it away: heartbeats do not touch it, so its copy of when the last
    one runs out says nothing."""
    row = item["row"]
    counted = {name: row[name] for name in ("used", "epoch", "idle") if name in row}
    workload = workload_from({**item, **counted, "version": item["version"] - counted.get("epoch", 0)})
    return replace(workload, presence=replace(workload.presence, connected_until=_UNTIL_TOLD))


def entry_item(entry: QueueEntry) -> Item:
    """In its team's queue while it waits. `offered` is there while an offer stands: conditions ask for it."""
    pk, sk = keys.queue_entry(entry.conversation_id)
    place = keys.queue_place(entry.effective_at, entry.conversation_id)
    listed = {"kind_key": keys.queue(entry.team_id), "kind_sort": place} if entry.waits else {}
    offered = {"offered": entry.offer.epoch} if entry.offer else {}
    return {"pk": pk, "sk": sk, "version": entry.epoch, "row": _entry_row(entry), **listed, **offered}


def _entry_row(entry: QueueEntry) -> Item:
    return {
        "t": entry.team_id,
        "h": entry.channel,
        "q": entry.queued_at,
        "w": entry.waiting_since,
        "p": entry.points,
        "c": [{"n": part.name, "p": part.points} for part in entry.contributions],
        "s": dict(entry.requirements.required),
        "x": [
            {"a": step.after_seconds, "s": dict(step.levels), "o": step.overflow_team_id}
            for step in entry.requirements.steps
        ],
        "o": entry.sticky_id,
        "u": entry.sticky_until,
        "d": list(entry.declined),
        "y": entry.declined_until,
        "g": {**_offer_row(entry.offer), "a": entry.offer.agent_id} if entry.offer else None,
        "b": entry.attempts or None,
        "r": entry.reason,
        "f": dict(entry.facts),
        "k": entry.kind.value if entry.kind else None,
    }


def entry_from(item: Item) -> QueueEntry:
    row = item["row"]
    identifier, given = keys.identifier(item["pk"]), row.get("g")
    steps = tuple(Step(step["a"], step.get("s", {}), step.get("o")) for step in row.get("x", ()))
    return QueueEntry(
        conversation_id=identifier,
        team_id=row["t"],
        channel=row["h"],
        queued_at=moment(row["q"]),
        waiting_since=moment(row["w"]),
        epoch=item["version"],
        points=row["p"],
        contributions=tuple(Contribution(part["n"], part["p"]) for part in row.get("c", ())),
        requirements=Requirements(row.get("s", {}), steps),
        sticky_id=row.get("o"),
        sticky_until=moment_or_none(row.get("u")),
        declined=tuple(row.get("d", ())),
        declined_until=moment_or_none(row.get("y")),
        offer=_offer(identifier, given["a"], given) if given else None,
        attempts=row.get("b", 0),
        reason=row.get("r", ""),
        facts=row.get("f", {}),
        kind=ChannelClass(row["k"]) if row.get("k") else None,
        waits="kind_key" in item,
    )


def offer_item(offer: Offer) -> Item:
    pk, sk = keys.offer(offer.agent_id, offer.conversation_id)
    return {"pk": pk, "sk": sk, "epoch": offer.epoch, "row": _offer_row(offer)}


def offer_from(item: Item) -> Offer:
    return _offer(keys.sort_identifier(item["sk"]), keys.identifier(item["pk"]), item["row"])


def _offer_row(offer: Offer) -> Item:
    return {
        "n": offer.agent_name,
        "t": offer.offered_at,
        "u": offer.until,
        "e": offer.epoch,
        "i": offer.attempt,
        "w": offer.weight,
    }


def _offer(conversation_id: str, agent_id: str, row: Item) -> Offer:
    return Offer(conversation_id, agent_id, row["n"], moment(row["t"]), moment(row["u"]), row["e"], row["i"], row["w"])


def decision_item(decision: Decision) -> Item:
    pk, sk = keys.decision(decision.conversation_id, decision.at)
    row = {
        "t": decision.at,
        "o": decision.outcome.value,
        "a": decision.agent_id,
        "w": [[each.agent_id, each.free_share, each.idle_seconds] for each in decision.weighed],
        "k": [[each.agent_id, each.reason.value, each.detail] for each in decision.skipped],
        "n": decision.skipped_count,
        "e": decision.step,
        "x": list(decision.relaxed),
        "y": decision.sticky,
        "s": decision.sentence,
        "z": decision.next_at,
        "v": decision.rules_version,
        "f": dict(decision.facts),
    }
    return {"pk": pk, "sk": sk, "row": row}


def decision_from(item: Item) -> Decision:
    row = item["row"]
    return Decision(
        conversation_id=keys.identifier(item["pk"]),
        at=moment(row["t"]),
        outcome=Outcome(row["o"]),
        agent_id=row.get("a"),
        weighed=tuple(Weighed(*each) for each in row.get("w", ())),
        skipped=tuple(Skipped(agent, Reason(reason), detail) for agent, reason, detail in row.get("k", ())),
        step=row["e"],
        relaxed=tuple(row.get("x", ())),
        sticky=row["y"],
        sentence=row["s"],
        next_at=moment_or_none(row.get("z")),
        rules_version=row["v"],
        skipped_count=row["n"],
        facts=row.get("f", {}),
    )
