"""Checklists of tasks: points in an order, each done or not."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.domain import ids
from chalicelib.domain.errors_common import InvalidInput

MAX_POINTS = 50
MAX_POINT = 300
_POINT_DIGITS = 10


@dataclass(frozen=True, slots=True)
class Point:
    """`by` and `at`: who has done it, and when; None while it is not done."""

    id: str
    text: str
    done: bool = False
    by: str | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """A point as somebody wants it. `id` None: a new one."""

    text: str
    id: str | None = None
    done: bool = False


def arranged(
    before: tuple[Point, ...], wanted: Sequence[Wanted], seed: str, by: str, at: datetime
) -> tuple[Point, ...]:
    """The points as they are wanted, in that order: what is named keeps who did it, what is left out goes. `seed` is
    another one for each change: no id is used twice. Raises InvalidInput."""
    if len(wanted) > MAX_POINTS:
        raise InvalidInput(f"A checklist has at most {MAX_POINTS} points.", field="checklist")
    known = {point.id: point for point in before}
    used: set[str] = set()
    made: list[Point] = []
    for place, one in enumerate(wanted):
        field = f"checklist[{place}]"
        if one.id is not None and (one.id not in known or one.id in used):
            why = "There is no such point: leave the id out of a new one." if one.id not in used else "Name it once."
            raise InvalidInput(why, field=f"{field}.id")
        text = one.text.strip()
        if not 0 < len(text) <= MAX_POINT:
            raise InvalidInput(f"A point has 1 to {MAX_POINT} characters.", field=f"{field}.text")
        fresh = Point(f"pt_{ids.digest(seed, str(place))[:_POINT_DIGITS]}", text)
        point = replace(known[one.id], text=text) if one.id is not None else fresh
        used.add(point.id)
        made.append(_marked(point, one.done, by, at))
    return tuple(made)


def ticked(before: tuple[Point, ...], point_id: str, done: bool, by: str, at: datetime) -> tuple[Point, ...]:
    """With this point done or not. The same again changes nothing. Raises InvalidInput."""
    if all(point.id != point_id for point in before):
        raise InvalidInput("There is no such point in the checklist.", field="point_id")
    return tuple(_marked(point, done, by, at) if point.id == point_id else point for point in before)


def _marked(point: Point, done: bool, by: str, at: datetime) -> Point:
    if point.done == done:
        return point
    return replace(point, done=done, by=by if done else None, at=at if done else None)
