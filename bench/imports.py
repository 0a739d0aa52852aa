"""What a cold start costs: import and wiring of each function over making one boto3 client, in fresh interpreters.

Counted is CPU time (user and system) of the child, interpreter's start included on both sides, until the function could
take its first event: the handler is imported, and what its wiring keeps for the life of the process is made, clients
included. Importing alone would leave out the clients, which the floor has.
"""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from statistics import median, quantiles

from bench.budgets import Figure, figure, functions
from bench.desk import BenchError, variables
from bench.servers import clean_environment
from infra.parts import ROOT

ROUNDS, QUICK_ROUNDS = 7, 2
FLOOR = "import boto3; boto3.client('dynamodb')"
ADDRESS = "http://127.0.0.1:9"
CLOCK = "import time"
IMPORTED = "imported = time.process_time()"
TOLD = "import json; print(json.dumps([imported, time.process_time()]))"

# What each function makes before its first event: clients, stores, services.
WIRING: Mapping[str, str] = {
    "agent_socket": "from chalicelib.wiring.sockets import frames; frames()",
    "api": "from chalicelib.wiring import api as wiring; wiring.desk()",
    "attachments": "from chalicelib.wiring.sender import fetching; fetching()",
    "collaboration": "from chalicelib.wiring.collaboration import reactions; reactions()",
    "fanout": "from chalicelib.wiring.fanout import fan_out; fan_out()",
    "jobs": "from chalicelib.wiring.jobs import jobs; jobs()",
    "notifications": "from chalicelib.wiring.telling import telling; telling()",
    "measures": "from chalicelib.wiring.measures import measuring; measuring()",
    "aggregate": "from chalicelib.wiring.aggregate import aggregation; aggregation()",
    "people": "from chalicelib.wiring.people import reactions; reactions()",
    "routing": "from chalicelib.wiring import routing, timer_calls; routing.reactions(); timer_calls.timer_calls()",
    "sender": "from chalicelib.wiring.sender import delivery; delivery()",
    "signals": "from chalicelib.wiring import sender, viewing; sender.relay(); viewing.typing_relay()",
    "spill": "from chalicelib.wiring import intake, shared; intake.deliveries(); shared.inbound_store()",
    "stream": "from chalicelib.wiring.stream import bus, outbox; bus(); outbox()",
    "team_apps": "from chalicelib.wiring.team_apps import intake; intake()",
    "visitor": "from chalicelib.wiring.visitor import visiting; visiting()",
    "webhooks": "from chalicelib.wiring.webhooks import attempts, outbound; attempts(); outbound()",
    "webhook_intake": "from chalicelib.wiring.intake import intake; intake()",
}


def measure(*, quick: bool) -> Iterator[Figure]:
    names = functions()
    programs = {name: _program(f"import {_module(name)}", WIRING.get(name, "pass")) for name in names}
    floor = _program(FLOOR, "pass")
    for program in (floor, *programs.values()):
        _run(program)  # byte code and disk are warm from here on
    rounds: dict[str, list[Round]] = {name: [] for name in names}
    for _ in range(QUICK_ROUNDS if quick else ROUNDS):
        before = _run(floor)[1]
        for name, program in programs.items():
            imported, ready = _run(program)
            after = _run(floor)[1]
            rounds[name].append(Round((before + after) / 2, imported, ready))
            before = after
    for name in names:
        yield _figure(name, rounds[name])


@dataclass(frozen=True, slots=True)
class Round:
    """CPU seconds of one start, and of the floors just before and after it."""

    floor: float
    imported: float
    ready: float


def _figure(name: str, rounds: list[Round]) -> Figure:
    """The median of the rounds' ratios: what disturbs a start mostly disturbs its neighbours too."""
    ratios = [one.ready / one.floor for one in rounds]
    imported = median(one.imported / one.floor for one in rounds)
    low, _, high = quantiles(ratios, n=4)
    floor_ms = median(one.floor for one in rounds) * 1000
    unknown = "" if name in WIRING else "; its wiring is not known here: import only"
    note = f"import alone {imported:.2f}; middle half {low:.2f} to {high:.2f}; floor {floor_ms:.0f} ms CPU{unknown}"
    return figure(f"import.{name}_ratio", median(ratios), note)


def _module(name: str) -> str:
    return "app" if name == "api" else f"functions.{name}.handler"


def _program(load: str, wire: str) -> str:
    return "\n".join((CLOCK, load, IMPORTED, wire, TOLD))


def _run(program: str) -> tuple[float, float]:
    """CPU seconds until the imports were done, and until all was."""
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={**clean_environment(), **variables(ADDRESS, ADDRESS)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise BenchError(f"a function cannot be started: {done.stderr[-500:]}")
    imported, ready = json.loads(done.stdout)
    return imported, ready
