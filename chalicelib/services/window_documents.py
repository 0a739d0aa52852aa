"""The administrators' rules of the window guardian and of customers who move by themselves, to and from the values that
are worked with. Raises InvalidInput with the path of what is wrong."""

from collections.abc import Mapping
from typing import Any

from chalicelib.domain.conversation import Priority
from chalicelib.domain.document import Document
from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.joining import ResumePolicy
from chalicelib.domain.window_guard import DAY, GuardPolicy
from chalicelib.services.document_fields import number_of, truth_of

PUBLISHED = "published"
MOST_POINTS = 10_000
MOST_NAMES = 100
LONGEST = 90 * DAY
SOONEST = 5 * 60
POINTS = ("waiting", "promise", "scheduled", "snoozed")
SECONDS = ("open_seconds", "resolved_seconds", "ask_open_seconds", "ask_resolved_seconds")


def guard_policy_from(body: Mapping[str, Any], version: int) -> GuardPolicy:
    default = GuardPolicy()
    _check_names(body, {"lead_seconds", *POINTS, "priorities", "tiers", "labels"})
    seconds = number_of(body.get("lead_seconds", default.lead_seconds), "lead_seconds", SOONEST, DAY // 2)
    points = {name: _points(body.get(name, getattr(default, name)), name, lowest=0) for name in POINTS}
    priorities = _weights(body.get("priorities", default.priorities), "priorities")
    known = {priority.value for priority in Priority}
    for name in priorities:
        if name not in known:
            raise InvalidInput(f"There are the priorities {', '.join(Priority)}.", field=f"priorities.{name[:40]}")
    tiers, labels = (_weights(body.get(name, {}), name) for name in ("tiers", "labels"))
    return GuardPolicy(
        lead_seconds=seconds, priorities=priorities, tiers=tiers, labels=labels, version=version, **points
    )


def guard_policy_body(policy: GuardPolicy) -> Mapping[str, Any]:
    weights = {name: dict(getattr(policy, name)) for name in ("priorities", "tiers", "labels")}
    return {"lead_seconds": policy.lead_seconds, **{name: getattr(policy, name) for name in POINTS}, **weights}


def resume_policy_from(body: Mapping[str, Any], version: int) -> ResumePolicy:
    default = ResumePolicy()
    _check_names(body, {"enabled", "ask", *SECONDS})
    seconds = {name: number_of(body.get(name, getattr(default, name)), name, 0, LONGEST) for name in SECONDS}
    for joins, asks in (("open_seconds", "ask_open_seconds"), ("resolved_seconds", "ask_resolved_seconds")):
        if seconds[asks] and seconds[asks] < seconds[joins]:
            raise InvalidInput(f"Not shorter than {joins}: within that nobody has to be asked; or 0.", field=asks)
    enabled = truth_of(body.get("enabled", default.enabled), "enabled")
    return ResumePolicy(enabled=enabled, ask=truth_of(body.get("ask", default.ask), "ask"), version=version, **seconds)


def resume_policy_body(policy: ResumePolicy) -> Mapping[str, Any]:
    return {"enabled": policy.enabled, "ask": policy.ask, **{name: getattr(policy, name) for name in SECONDS}}


def guard_policy(document: Document | None) -> GuardPolicy:
    return guard_policy_from(document.body, document.version) if document else GuardPolicy()


def resume_policy(document: Document | None) -> ResumePolicy:
    return resume_policy_from(document.body, document.version) if document else ResumePolicy()


def _check_names(body: Mapping[str, Any], known: set[str]) -> None:
    for name in body:
        if name not in known:
            raise InvalidInput(f"There is no such field; there are: {', '.join(sorted(known))}.", field=name[:60])


def _weights(value: Any, at: str) -> Mapping[str, int]:
    if not isinstance(value, Mapping) or len(value) > MOST_NAMES:
        raise InvalidInput(f"Give an object of at most {MOST_NAMES} names and their points.", field=at)
    for name in value:
        if not isinstance(name, str) or not 0 < len(name) <= 120:
            raise InvalidInput("A name has 1 to 120 characters.", field=at)
    return {name: _points(points, f"{at}.{name[:60]}", lowest=-MOST_POINTS) for name, points in value.items()}


def _points(value: Any, at: str, *, lowest: int) -> int:
    return number_of(value, at, lowest, MOST_POINTS)
