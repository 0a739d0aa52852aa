"""What may be asked, checked; and an ask as JSON, as schedules and long work keep it."""

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import Any

from chalicelib.domain.errors_common import InvalidInput
from chalicelib.domain.measure import Dimension
from chalicelib.domain.report import MAX_BY, MAX_METRICS, Ask, Period, Step, Where
from chalicelib.domain.rollup import Grouping

# How many days an answer may span, step by step, so that it stays one that can be read.
MAX_DAYS: Mapping[Step, int] = {
    Step.HOUR: 31,
    Step.DAY: 400,
    Step.WEEK: 800,
    Step.MONTH: 1900,
    Step.WHOLE: 1900,
}
MAX_VALUES = 50
MAX_VALUE = 200
OLDEST = date(2000, 1, 1)
AHEAD = timedelta(days=366)


def check(ask: Ask, metrics: Collection[str], today: date) -> None:
    """Raises InvalidInput, naming the field."""
    _check_metrics(ask.metrics, metrics)
    check_period(ask.first, ask.last, MAX_DAYS[ask.step], today)
    if len(ask.by) > MAX_BY or len(set(ask.by)) != len(ask.by):
        raise InvalidInput(f"By at most {MAX_BY} dimensions, each once.", field="by")
    check_where(ask.where)


def _check_metrics(asked: tuple[str, ...], known: Collection[str]) -> None:
    if not 0 < len(asked) <= MAX_METRICS or len(set(asked)) != len(asked):
        raise InvalidInput(f"Ask for 1 to {MAX_METRICS} metrics, each once.", field="metrics")
    for name in asked:
        check_metric(name, known, "metrics")


def check_metric(name: str, known: Collection[str], field: str) -> None:
    """Raises InvalidInput."""
    if name not in known:
        raise InvalidInput(f"There is no metric “{name[:60]}”: GET /reports/metrics lists them.", field=field)


def check_period(first: date, last: date, longest: int, today: date) -> None:
    """Raises InvalidInput."""
    if not OLDEST <= first <= today + AHEAD:
        raise InvalidInput("This day is too far away.", field="first")
    if last < first:
        raise InvalidInput("The last day comes before the first.", field="last")
    if Period(first, last).days > longest:
        raise InvalidInput(f"At most {longest} days at this step: ask for fewer, or in longer steps.", field="last")


def check_where(where: Where) -> None:
    """Raises InvalidInput."""
    for dimension, values in where.items():
        if not 0 < len(values) <= MAX_VALUES or len(set(values)) != len(values):
            raise InvalidInput(f"From 1 to {MAX_VALUES} values, each once.", field=dimension.value)
        if any(not 0 < len(value) <= MAX_VALUE for value in values):
            raise InvalidInput(f"A value has 1 to {MAX_VALUE} characters.", field=dimension.value)


def as_json(ask: Ask) -> dict[str, Any]:
    return {
        "metrics": list(ask.metrics),
        "first": ask.first.isoformat(),
        "last": ask.last.isoformat(),
        "by": [each.value for each in ask.by],
        "where": {dimension.value: list(values) for dimension, values in ask.where.items()},
        "step": ask.step.value,
        "business": ask.business,
        "compare": ask.compare,
    }


def from_json(body: Mapping[str, Any]) -> Ask:
    """What `as_json` made. Raises InvalidInput for what is none, naming the field; `check` has still to see it."""
    return Ask(
        metrics=tuple(_texts(body.get("metrics"), "metrics")),
        first=_day(body.get("first"), "first"),
        last=_day(body.get("last"), "last"),
        by=_by(body.get("by", [])),
        where=where_from(body.get("where", {})),
        step=_step(body.get("step", Step.WHOLE.value)),
        business=_flag(body.get("business", False), "business"),
        compare=_flag(body.get("compare", False), "compare"),
    )


def dimension_from(name: str, field: str) -> Dimension:
    """Raises InvalidInput."""
    try:
        return Dimension(name)
    except ValueError as error:
        known = ", ".join(each.value for each in Dimension)
        raise InvalidInput(f"A dimension is one of {known}.", field=field) from error


def where_from(given: object) -> Where:
    """Raises InvalidInput."""
    if not isinstance(given, Mapping):
        raise InvalidInput("Give the values of each dimension.", field="where")
    return {
        dimension_from(str(name), "where"): tuple(_texts(values, f"where.{str(name)[:40]}"))
        for name, values in given.items()
    }


def _by(given: object) -> Grouping:
    return tuple(dimension_from(name, "by") for name in _texts(given, "by"))


def _texts(given: object, field: str) -> list[str]:
    if not isinstance(given, list) or not all(isinstance(each, str) for each in given):
        raise InvalidInput("Give a list of texts.", field=field)
    return given


def _day(given: object, field: str) -> date:
    try:
        return date.fromisoformat(given if isinstance(given, str) else "")
    except ValueError as error:
        raise InvalidInput("A day is written 2026-03-29.", field=field) from error


def _step(given: object) -> Step:
    try:
        return Step(str(given))
    except ValueError as error:
        raise InvalidInput(f"A step is one of {', '.join(Step)}.", field="step") from error


def _flag(given: object, field: str) -> bool:
    if not isinstance(given, bool):
        raise InvalidInput("Give true or false.", field=field)
    return given
