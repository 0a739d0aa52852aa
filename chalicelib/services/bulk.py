"""One change for many conversations: each by itself, each told how it went."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from chalicelib.domain.errors import Refusal, StoreUnavailable

UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True)
class Outcome:
    """`code` is None where it was done, else that of the refusal."""

    id: str
    code: str | None = None
    detail: str = ""
    field: str | None = None


def each(ids: Sequence[str], change: Callable[[str], object]) -> Sequence[Outcome]:
    """In their order, each once. What is refused or fails stops nothing else."""
    return [_outcome(identifier, change) for identifier in dict.fromkeys(ids)]


def _outcome(identifier: str, change: Callable[[str], object]) -> Outcome:
    try:
        change(identifier)
    except Refusal as refusal:
        return Outcome(identifier, refusal.code, refusal.detail, refusal.field)
    except StoreUnavailable:
        return Outcome(identifier, UNAVAILABLE, "The desk is busy: repeat it for this one.")
    return Outcome(identifier)
