"""What a business number is: the form of the rows of `metrics.DEFINITIONS`, and what they share."""

from dataclasses import dataclass

COUNT, DURATION, RATE, AMOUNT = "count", "duration", "rate", "amount"
LOWER, HIGHER, NEITHER = "lower", "higher", "none"

TURNS = ("conversation.created", "conversation.status_changed")
OWNERS = (
    "conversation.assigned",
    "conversation.taken_over",
    "conversation.given_back",
    "conversation.offered",
    "conversation.offer_ended",
)
SAID = ("message.created",)
MOVED = ("conversation.merged", "conversation.unmerged", "conversation.split")
WAITED = (*TURNS, *SAID, *MOVED)
HELD = (*WAITED, *OWNERS, "conversation.read", "side_thread.*")

UNANSWERED = "waits that nobody has answered yet or ever"
MERGED = "conversations that are part of another"


@dataclass(frozen=True, slots=True)
class Definition:
    """`shape`: count, duration, rate or amount. `unit`: of its value; durations are milliseconds, in calendar and in
    business time. `formula` in plain words, `events` it is made from, `exclusions` it leaves out; `better`: lower,
    higher or none."""

    name: str
    shape: str
    unit: str
    formula: str
    events: tuple[str, ...]
    exclusions: str = ""
    better: str = NEITHER


def count(name: str, unit: str, formula: str, events: tuple[str, ...], exclusions: str = "") -> Definition:
    return Definition(name, COUNT, unit, formula, events, exclusions)


def duration(name: str, formula: str, events: tuple[str, ...], exclusions: str = "", better: str = LOWER) -> Definition:
    return Definition(name, DURATION, "ms", formula, events, exclusions, better)


def rate(name: str, formula: str, events: tuple[str, ...], exclusions: str = "", better: str = HIGHER) -> Definition:
    return Definition(name, RATE, "share", formula, events, exclusions, better)
