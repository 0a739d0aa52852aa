"""Documents of the administrators, to and from the values that rules work with. Each `..._from` raises InvalidInput
with the path of what is wrong; what it gives is fit for use."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from chalicelib.domain import closing
from chalicelib.domain.business_hours import DAY, MAX_END, BusinessHours, Minutes, problems
from chalicelib.domain.conditions import check
from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.priority import MAX_POINTS, PriorityRule
from chalicelib.domain.routing_policy import FACTS, Mode, RouteRule, RoutingPolicy
from chalicelib.domain.skills import MAX_LEVEL, Step
from chalicelib.domain.waits import TellWait

MAX_RULES = 100
MAX_MODES = 1000
MIN_OFFER_SECONDS, MAX_OFFER_SECONDS = 5, 3600
MAX_MISSED = 100
MAX_SECONDS = 30 * 24 * 3600
MAX_CLOSING_SECONDS = 90 * 24 * 3600
MIN_CLOSING_SECONDS = 60
MAX_FAREWELL = 1000
MAX_TOLD = 1000
SECONDS = ("sticky_seconds", "offer_seconds", "reply_seconds", "hibernate_seconds", "gone_seconds")


def policy_from(body: Mapping[str, Any], version: int) -> RoutingPolicy:
    """The rules of routing."""
    routes = [_route(rule, f"routes[{place}]") for place, rule in enumerate(_list(body, "routes"))]
    priorities = [_priority(rule, f"priorities[{place}]") for place, rule in enumerate(_list(body, "priorities"))]
    mode = _mode(body.get("mode", Mode.DIRECT.value), "mode")
    modes = {team_id: _mode(each, f"modes.{team_id[:60]}") for team_id, each in _modes(body).items()}
    seconds: dict[str, Any] = {
        name: _number(body.get(name, getattr(RoutingPolicy(), name)), name, MAX_SECONDS) for name in SECONDS
    }
    if not MIN_OFFER_SECONDS <= seconds["offer_seconds"] <= MAX_OFFER_SECONDS:
        whole = f"Give a whole number from {MIN_OFFER_SECONDS} to {MAX_OFFER_SECONDS}."
        raise InvalidInput(whole, field="offer_seconds")
    closings = tuple(_closing(rule, f"closings[{place}]") for place, rule in enumerate(_list(body, "closings")))
    return RoutingPolicy(
        tuple(routes),
        tuple(priorities),
        mode,
        modes,
        version=version,
        missed_offers=_number(body.get("missed_offers", RoutingPolicy().missed_offers), "missed_offers", MAX_MISSED),
        closings=closings,
        vip=_vip(body),
        tell_wait=_tell_wait(body),
        **seconds,
    )


def _mode(value: Any, at: str) -> Mode:
    if not isinstance(value, str) or value not in set(Mode):
        raise InvalidInput(f"There are the modes {', '.join(Mode)}.", field=at)
    return Mode(value)


def _modes(body: Mapping[str, Any]) -> Mapping[str, Any]:
    modes = _object(body.get("modes", {}), "modes")
    if len(modes) > MAX_MODES:
        raise InvalidInput(f"Give at most {MAX_MODES}.", field="modes")
    return modes


def _closing(rule: Any, at: str) -> closing.Closing:
    rule = _object(rule, at)
    check(rule.get("condition", {}), FACTS, f"{at}.condition")
    seconds, farewell = rule.get("after_seconds"), rule.get("farewell")
    whole_number = isinstance(seconds, int) and not isinstance(seconds, bool)
    if not (whole_number and MIN_CLOSING_SECONDS <= seconds <= MAX_CLOSING_SECONDS):
        whole = f"Give a whole number from {MIN_CLOSING_SECONDS} to {MAX_CLOSING_SECONDS} (90 days)."
        raise InvalidInput(whole, field=f"{at}.after_seconds")
    if farewell is not None and not (isinstance(farewell, str) and 0 < len(farewell.strip()) <= MAX_FAREWELL):
        raise InvalidInput(f"Give a text of at most {MAX_FAREWELL} characters.", field=f"{at}.farewell")
    return closing.Closing(_text(rule.get("name"), f"{at}.name"), seconds, rule.get("condition", {}), farewell)


def _vip(body: Mapping[str, Any]) -> Mapping[str, Any] | None:
    condition = body.get("vip")
    if condition is not None:
        check(condition, FACTS, "vip")
    return condition


def _tell_wait(body: Mapping[str, Any]) -> TellWait | None:
    given = body.get("tell_wait")
    if given is None:
        return None
    given = _object(given, "tell_wait")
    seconds = _number(given.get("after_seconds"), "tell_wait.after_seconds", MAX_SECONDS)
    words = given.get("text")
    if words is not None and not (isinstance(words, str) and 0 < len(words.strip()) <= MAX_TOLD):
        raise InvalidInput(f"Give a text of at most {MAX_TOLD} characters.", field="tell_wait.text")
    unknown = [name for name in re.findall(r"{([^{}]*)}", words or "") if name not in ("position", "wait")]
    if unknown:
        told = f"There is no {{{unknown[0][:40]}}}: there are {{position}} and {{wait}}."
        raise InvalidInput(told, field="tell_wait.text")
    return TellWait(seconds, words)


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
        "closings": [
            {
                "name": rule.name,
                "condition": dict(rule.condition),
                "after_seconds": rule.after_seconds,
                "farewell": rule.farewell,
            }
            for rule in policy.closings
        ],
        "vip": None if policy.vip is None else dict(policy.vip),
        "tell_wait": None
        if policy.tell_wait is None
        else {"after_seconds": policy.tell_wait.after_seconds, "text": policy.tell_wait.text},
        "mode": policy.mode.value,
        "modes": {team_id: mode.value for team_id, mode in sorted(policy.modes.items())},
        "missed_offers": policy.missed_offers,
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
