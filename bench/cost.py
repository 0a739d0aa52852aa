"""What a million inbound messages cost: counted calls and units at list prices, with the assumptions beside them."""

from dataclasses import dataclass

from bench import prices
from infra.parts import PARTS, load

# What is not counted here, but assumed.
DYNAMODB_MS = 5.0  # one call, as a handler waits for it in the region
STREAM_CPU_MS = 3.0  # the stream function's own work for a message
MOVED_SHARE = 0.2  # messages that come later than two minutes after the row's last move
STREAM_BATCH = 1  # at a rate of less than one a second every message is a batch of its own


@dataclass(frozen=True, slots=True)
class Traffic:
    """One inbound text message: intake's calls and units, the events it makes, intake's CPU on this machine."""

    calls: int
    write_units: float
    moved_write_units: float
    read_units: float
    events: int
    cpu_ms: float


def _memory_mb(function: str) -> int:
    return int(load(PARTS / "functions.yaml")["Resources"][function]["Properties"]["MemorySize"])


def _lambda(memory_mb: int, cpu_ms: float, waiting_ms: float) -> float:
    """One invocation: its request, and the memory for as long as its share of a processor takes."""
    seconds = (cpu_ms * max(1.0, prices.MB_OF_ONE_PROCESSOR / memory_mb) + waiting_ms) / 1000
    return prices.LAMBDA_REQUEST + seconds * memory_mb / 1024 * prices.LAMBDA_GB_SECOND


def parts(traffic: Traffic) -> dict[str, float]:
    """USD for one message, by what it is paid for."""
    moved = MOVED_SHARE * traffic.moved_write_units + (1 - MOVED_SHARE) * traffic.write_units
    intake = _lambda(_memory_mb("WebhookIntakeFunction"), traffic.cpu_ms, traffic.calls * DYNAMODB_MS)
    stream = _lambda(_memory_mb("StreamFunction"), STREAM_CPU_MS, DYNAMODB_MS) / STREAM_BATCH
    return {
        "HTTP API": prices.HTTP_API_REQUEST,
        "intake": intake,
        "writes": moved * prices.DYNAMODB_WRITE_UNIT,
        "reads": traffic.read_units * prices.DYNAMODB_READ_UNIT,
        "stream": stream,
        "bus": traffic.events * prices.EVENTBRIDGE_EVENT,
    }


def usd_per_million(traffic: Traffic) -> float:
    return sum(parts(traffic).values()) * prices.MILLION


def described(traffic: Traffic) -> str:
    """For the note: every part."""
    listed = ", ".join(f"{name} {amount * prices.MILLION:.2f}" for name, amount in parts(traffic).items())
    return f"{listed} ({traffic.events} events, {traffic.read_units:g} RCU; {MOVED_SHARE:.0%} of messages move the row)"
