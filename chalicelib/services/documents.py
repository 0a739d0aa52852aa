"""Documents of the administrators, to and from the values that rules work with. Each `..._from` raises InvalidInput
with the path of what is wrong; what it gives is fit for use."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from chalicelib.domain.business_hours import DAY, MAX_END, BusinessHours, Minutes, problems
from chalicelib.domain.conditions import check
from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.priority import MAX_POINTS, PriorityRule
from chalicelib.domain.routing_policy import FACTS, Mode, RouteRule, RoutingPolicy
from chalicelib.domain.skills import MAX_LEVEL, Step

MAX_RULES = 100
MAX_SECONDS = 30 * 24 * 3600
SECONDS = ("sticky_seconds", "offer_seconds", "reply_seconds", "hibernate_seconds")


def policy_from(body: Mapping[str, Any], version: int) -> RoutingPolicy:
    """The rules of routing."""
    routes = [_route(rule, f"routes[{place}]") for place, rule in enumerate(_list(body, "routes"))]
    priorities = [_priority(rule, f"priorities[{place}]") for place, rule in enumerate(_list(body, "priorities"))]
    mode = body.get("mode", Mode.DIRECT.value)
    if mode not in set(Mode):
        raise InvalidInput(f"There are the modes {', '.join(Mode)}.", field="mode")
    seconds = {name: _number(body.get(name, getattr(RoutingPolicy(), name)), name, MAX_SECONDS) for name in SECONDS}
    return RoutingPolicy(tuple(routes), tuple(priorities), Mode(mode), version=version, **seconds)


def policy_body(policy: RoutingPolicy) -> Mapping[str, Any]:
    return {
        "routes": [
            {
                "name": rule.name,
                "condition": dict(rule.condition),
                "team_id": rule.team_id,
                "skills": dict(rule.skills),
                "steps": [
                    {
                        "after_seconds": step.after_seconds,
                        "levels": dict(step.levels),
                        "overflow_team_id": step.overflow_team_id,
                    }
                    for step in rule.steps
                ],
            }
            for rule in policy.routes
        ],
        "priorities": [
            {"name": rule.name, "points": rule.points, "condition": dict(rule.condition)} for rule in policy.priorities
        ],
        "mode": policy.mode.value,
        **{name: getattr(policy, name) for name in SECONDS},
    }


def _route(rule: Any, at: str) -> RouteRule:
    rule = _object(rule, at)
    check(rule.get("condition", {}), FACTS, f"{at}.condition")
    steps = [_step(step, f"{at}.steps[{place}]") for place, step in enumerate(_list(rule, "steps", at))]
    times = [step.after_seconds for step in steps]
    if times != sorted(times):
        raise InvalidInput("Steps come in order of their time.", field=f"{at}.steps")
    return RouteRule(
        _text(rule.get("name"), f"{at}.name"),
        rule.get("condition", {}),
        _optional(rule.get("team_id"), f"{at}.team_id"),
        _levels(rule.get("skills", {}), f"{at}.skills", lowest=1),
        tuple(steps),
    )


def _step(step: Any, at: str) -> Step:
    step = _object(step, at)
    return Step(
        _number(step.get("after_seconds"), f"{at}.after_seconds", MAX_SECONDS),
        _levels(step.get("levels", {}), f"{at}.levels", lowest=0),
        _optional(step.get("overflow_team_id"), f"{at}.overflow_team_id"),
    )


def _priority(rule: Any, at: str) -> PriorityRule:
    rule = _object(rule, at)
    check(rule.get("condition", {}), FACTS, f"{at}.condition")
    points = rule.get("points")
    if not isinstance(points, int) or isinstance(points, bool) or abs(points) > MAX_POINTS:
        raise InvalidInput(f"Points are a whole number from {-MAX_POINTS} to {MAX_POINTS}.", field=f"{at}.points")
    return PriorityRule(_text(rule.get("name"), f"{at}.name"), points, rule.get("condition", {}))


def hours_from(identifier: str, body: Mapping[str, Any], version: int) -> BusinessHours:
    """A calendar: weekly {weekday: [[start, end], ...]} and exceptions {date: {intervals, name}}, times "HH:MM" (an end
    on the next day is above 24:00)."""
    weekly = {
        _weekday(day): _intervals(spans, f"weekly.{day}")
        for day, spans in _object(body.get("weekly", {}), "weekly").items()
    }
    exceptions = {_date(day): value for day, value in _object(body.get("exceptions", {}), "exceptions").items()}
    hours = BusinessHours(
        identifier,
        _text(body.get("name"), "name"),
        _text(body.get("zone"), "zone"),
        weekly,
        {
            day: _intervals(_object(value, f"exceptions.{day}").get("intervals", []), f"exceptions.{day}.intervals")
            for day, value in exceptions.items()
        },
        {day: str(value.get("name", ""))[:120] for day, value in exceptions.items() if value.get("name")},
        version,
    )
    for field, problem in problems(hours):
        raise InvalidInput(problem, field=field)
    return hours


def hours_body(hours: BusinessHours) -> Mapping[str, Any]:
    def shown(spans: Sequence[Minutes]) -> list[list[str]]:
        return [[_clock(start), _clock(end)] for start, end in spans]

    return {
        "name": hours.name,
        "zone": hours.zone,
        "weekly": {str(day): shown(spans) for day, spans in sorted(hours.weekly.items())},
        "exceptions": {
            day.isoformat(): {"intervals": shown(spans), "name": hours.names.get(day, "")}
            for day, spans in sorted(hours.exceptions.items())
        },
    }


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _intervals(spans: Any, at: str) -> tuple[Minutes, ...]:
    if not isinstance(spans, list) or len(spans) > 20:
        raise InvalidInput("Give a list of [start, end] pairs.", field=at)
    return tuple(_interval(span, f"{at}[{place}]") for place, span in enumerate(spans))


def _interval(span: Any, at: str) -> Minutes:
    if not isinstance(span, list) or len(span) != 2:
        raise InvalidInput('An interval is a pair such as ["09:00", "17:30"].', field=at)
    start, end = (_minutes(part, at) for part in span)
    if not (0 <= start < DAY and start < end <= MAX_END):
        raise InvalidInput("An interval starts before 24:00 and ends later, by the next day's end.", field=at)
    return start, end


def _minutes(text: Any, at: str) -> int:
    hours, colon, minutes = text.partition(":") if isinstance(text, str) else ("", "", "")
    if not (colon and hours.isdigit() and minutes.isdigit() and len(text) <= 5 and int(minutes) < 60):
        raise InvalidInput('A time is written as "09:30".', field=at)
    return int(hours) * 60 + int(minutes)


def _weekday(day: str) -> int:
    if day not in {str(number) for number in range(7)}:
        raise InvalidInput("A weekday is a number from 0 (Monday) to 6 (Sunday).", field=f"weekly.{day[:20]}")
    return int(day)


def _date(day: str) -> date:
    try:
        return date.fromisoformat(day)
    except ValueError as error:
        raise InvalidInput('A date is written as "2026-12-25".', field=f"exceptions.{day[:20]}") from error


def _object(value: Any, at: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise InvalidInput("Give an object.", field=at)
    return value


def _list(body: Mapping[str, Any], name: str, at: str = "") -> list[Any]:
    value = body.get(name, [])
    if not isinstance(value, list) or len(value) > MAX_RULES:
        raise InvalidInput(f"Give a list of at most {MAX_RULES}.", field=f"{at}.{name}" if at else name)
    return value


def _text(value: Any, at: str) -> str:
    if not isinstance(value, str) or not 0 < len(value.strip()) <= 120:
        raise InvalidInput("Give a text of at most 120 characters.", field=at)
    return value.strip()


def _optional(value: Any, at: str) -> str | None:
    return None if value is None else _text(value, at)


def _number(value: Any, at: str, highest: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= highest:
        raise InvalidInput(f"Give a whole number from 0 to {highest}.", field=at)
    return value


def _levels(value: Any, at: str, *, lowest: int) -> Mapping[str, int]:
    for skill, level in _object(value, at).items():
        if not isinstance(level, int) or isinstance(level, bool) or not lowest <= level <= MAX_LEVEL:
            raise InvalidInput(f"A level is a whole number from {lowest} to {MAX_LEVEL}.", field=f"{at}.{skill[:60]}")
    return dict(value)
