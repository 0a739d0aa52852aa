"""Puts the Python client through a conformance vector: see clients/conformance."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from parley_live import LiveClient
from parley_live.outbox import Send

VECTORS = Path(__file__).parents[2] / "clients" / "conformance"


def vectors() -> list[Path]:
    return sorted(VECTORS.glob("*.json"))


class Runner:
    def __init__(self, chance: float) -> None:
        self._chance = chance
        self.client = LiveClient(lambda: chance)

    def step(self, step: Mapping[str, Any]) -> list[dict[str, Any]]:
        given, now = step["with"], step["at"]
        if step["in"] == "restart":
            self.client = LiveClient.restored(json.loads(json.dumps(self.client.snapshot())), lambda: self._chance)
            return []
        if step["in"] == "send":
            given = [Send(**given[0])]
        return list(getattr(self.client, step["in"])(*given, now))

    def state(self) -> dict[str, Any]:
        client = self.client
        return {
            "complete": client.complete,
            "as_of": client.as_of,
            "seqs": {name: topic.seq for name, topic in client.topics.items()},
            "things": {f"{thing.kind}/{thing.id}": thing.version for thing in client.store.things.values()},
            "next_at": client.next_at(),
            "waiting": [send.id for send in client.outbox.waiting],
            "resets": sum(topic.resets for topic in client.topics.values()),
        }


def faults(vector: Mapping[str, Any]) -> Iterator[str]:
    """Where the client does something else than the vector says."""
    runner, expected = Runner(vector["chance"]), dict[str, Any]()
    for place, step in enumerate(vector["steps"]):
        out = runner.step(step)
        if "out" in step and out != step["out"]:
            yield f"step {place} ({step['in']}): {out}, not {step['out']}"
        state, expected = runner.state(), {**expected, **step.get("then", {})}
        for name, wanted in expected.items():
            if state[name] != wanted:
                yield f"step {place} ({step['in']}): {name} is {state[name]}, not {wanted}"
