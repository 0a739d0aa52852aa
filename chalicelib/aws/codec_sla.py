"""The items of service levels: a conversation's ledger and its clocks."""

from datetime import datetime
from typing import Any

from chalicelib.aws import keys, keys_work
from chalicelib.aws.codec import Item, events_of, from_json, milliseconds, moment, moment_or_none, to_json
from chalicelib.domain.conversation import Status
from chalicelib.domain.sla import Clock, ClockKind, Pause, Policy
from chalicelib.domain.sla_ledger import Ledger, Told, Turn
from chalicelib.domain.writes_sla import ClockWrite


def clock_item(write: ClockWrite) -> Item:
    pk, sk = keys.clock(write.conversation_id, write.name)
    clock = write.clock
    row = {
        "k": clock.kind.value,
        "p": clock.policy_id,
        "e": clock.episode,
        "s": clock.started_at,
        "t": clock.target_seconds,
        "w": round(clock.warn_at * 100),
        "h": clock.hours_id,
        "z": [[pause.since, *([pause.until] if pause.until else [])] for pause in clock.pauses],
        "x": clock.stopped_at,
        "c": clock.cancelled,
        "n": clock.warned_at,
        "b": clock.breached_at,
    }
    events = {"events": events_of(write.recorded)} if write.recorded.events else {}
    return {"pk": pk, "sk": sk, "version": write.version, "row": row, **events, **_listed(write)}


def _listed(write: ClockWrite) -> Item:
    """While it runs it stands in a list of what is due."""
    if write.due_at is None or write.clock.stopped_at is not None:
        return {}
    shard = keys_work.due_shard(write.conversation_id)
    place = keys_work.due_place(write.due_at, f"{write.conversation_id}.{write.name}")
    return {"kind_key": keys_work.due_clocks(shard), "kind_sort": place}


def clock_from(item: Item) -> Clock:
    row = item["row"]
    return Clock(
        kind=ClockKind(row["k"]),
        policy_id=row["p"],
        episode=row["e"],
        started_at=moment(row["s"]),
        target_seconds=row["t"],
        warn_at=row["w"] / 100,
        hours_id=row.get("h"),
        pauses=tuple(Pause(*(moment(at) for at in pause)) for pause in row.get("z", ())),
        stopped_at=moment_or_none(row.get("x")),
        cancelled=row["c"],
        warned_at=moment_or_none(row.get("n")),
        breached_at=moment_or_none(row.get("b")),
    )


def ledger_item(ledger: Ledger) -> Item:
    pk, sk = keys.ledger(ledger.conversation_id)
    row = {
        "t": [[turn.version, turn.at, turn.status.value, turn.episode, turn.opened_at] for turn in ledger.turns],
        "m": [milliseconds(at) * 2 + answer for at, answer in ledger.said],
        "p": to_json([[episode, _policy_form(policy)] for episode, policy in ledger.policies.items()]),
        "c": {name: [told.version, told.flags, told.signature] for name, told in ledger.told.items()},
        "r": tuple((at, *((since,) if since else ())) for at, since in ledger.restated),
        "a": (ledger.away[0], *((ledger.away[1],) if ledger.away[1] else ())) if ledger.away[0] else None,
        "f": ledger.floor,
        "j": ledger.judged_at,
        "d": ledger.timer,
        "e": ledger.epoch,
    }
    return {"pk": pk, "sk": sk, "version": ledger.version, "row": row}


def ledger_from(item: Item) -> Ledger:
    row = item["row"]
    return Ledger(
        conversation_id=keys.identifier(item["pk"]),
        turns=tuple(
            Turn(version, moment(at), Status(status), episode, moment(opened))
            for version, at, status, episode, opened in row["t"]
        ),
        said=tuple((moment(number // 2), bool(number % 2)) for number in row["m"]),
        policies={episode: _policy_from(form) for episode, form in from_json(row["p"])},
        told={name: Told(*told) for name, told in row.get("c", {}).items()},
        restated=tuple((moment(at), moment(since[0]) if since else None) for at, *since in row.get("r", ())),
        away=_away_from(row.get("a", [0])),
        floor=moment_or_none(row.get("f")),
        judged_at=moment_or_none(row.get("j")),
        timer=moment_or_none(row.get("d")),
        epoch=row["e"],
        version=item["version"],
    )


def _away_from(parts: list[int]) -> tuple[int, datetime | None]:
    version, *at = parts
    return version, moment(at[0]) if at else None


def _policy_form(policy: Policy | None) -> Any:
    """What clocks need of it; its condition has been answered."""
    if policy is None:
        return None
    targets = {kind.value: seconds for kind, seconds in policy.targets.items()}
    pauses = sorted(status.value for status in policy.pauses_in)
    return [policy.id, policy.name, targets, policy.hours_id, pauses, round(policy.warn_at * 100), policy.version]


def _policy_from(form: Any) -> Policy | None:
    if form is None:
        return None
    identifier, name, targets, hours_id, pauses, warn, version = form
    return Policy(
        id=identifier,
        name=name,
        targets={ClockKind(kind): seconds for kind, seconds in targets.items()},
        hours_id=hours_id,
        pauses_in=frozenset(Status(status) for status in pauses),
        warn_at=warn / 100,
        version=version,
    )
