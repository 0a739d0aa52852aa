"""What the function `fanout` is made of."""

from collections.abc import Iterator
from functools import cache

from chalicelib.aws.live_changes import Changed, changed
from chalicelib.domain.live import Change
from chalicelib.services.live_fanout import FanOut
from chalicelib.wiring.shared import desk
from chalicelib.wiring.sockets import pusher, sockets, topics


def _owner(conversation_id: str) -> str | None:
    from chalicelib.aws.stores.desk import DeskStore

    found = DeskStore(desk()).conversation(conversation_id)
    return found.assignee_id if found else None


@cache
def fan_out() -> FanOut:
    return FanOut(topics(), sockets(), pusher(), _owner)


def told_aside(thing: Changed) -> Iterator[tuple[str, Change]]:
    """What else a change is told to, in a form of its own."""
    return iter(())


__all__ = ["changed", "fan_out", "told_aside"]
