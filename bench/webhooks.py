"""What an event costs where integrators are told of it: the real services over the real stores, on tables in memory."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from bench.budgets import Figure, figure
from tests.services.hooked import Hooked, message_event


def measure(*, quick: bool) -> Iterator[Figure]:
    """As in a process that is warm: endpoints and how they fare are remembered there."""
    yield figure("webhook.no_endpoint.calls", len(_calls(0)), "the list of endpoints is read once in 15 seconds")
    calls = _calls(1)
    named = ", ".join(f"{count} {name}" for name, count in Counter(calls).items())
    yield figure("webhook.delivery.calls", len(calls), f"{named}; the receiver's answer is not among them")


def _calls(endpoints: int) -> list[str]:
    here = Hooked()
    for nth in range(endpoints):
        here.endpoint(f"https://receiver{nth}.example/")
    known, health = {each.id: each for each in here.endpoints.list()}, here.health.get("whk_none")
    here.outbound = replace(here.outbound, endpoints=lambda: list(known.values()))
    here.attempts = replace(here.attempts, endpoint=known.get, health_of=lambda endpoint_id: health)
    here.calls.clear()
    here.happens(message_event(1))
    here.run(timedelta(minutes=1))
    return list(here.calls)
