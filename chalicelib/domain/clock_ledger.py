"""What is known of a conversation's clock: its lines (`clock_events`), each once, whatever came first or twice.

Nothing is derived here and nothing forgotten: `clock` and `measures` read the whole of it.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from chalicelib.domain.clock_events import Line


@dataclass(frozen=True, slots=True)
class ClockLedger:
    """`lines` by id, without their `id` and `conversation_id`; equal ledgers know the same. `version` counts its
    writes. `touched`: the hours whose slices the newest write changed; both are for who keeps it."""

    conversation_id: str
    lines: Mapping[str, Line] = field(default_factory=dict)
    version: int = field(default=0, compare=False)
    touched: tuple[datetime, ...] = field(default=(), compare=False)


def with_lines(ledger: ClockLedger, lines: Iterable[Line]) -> ClockLedger:
    """The same ledger where it knows all of them. Of two lines with one id the one with the smaller JSON holds. Raises
    ValueError for a line of another conversation."""
    found: dict[str, Line] = {}
    for line in lines:
        if line["conversation_id"] != ledger.conversation_id:
            raise ValueError(f"a line of {line['conversation_id']}, not of {ledger.conversation_id}")
        known = found.get(line["id"], ledger.lines.get(line["id"]))
        bare = {name: value for name, value in line.items() if name not in ("id", "conversation_id")}
        if known is None or (known != bare and canonical(line) < canonical(whole(ledger, line["id"], known))):
            found[line["id"]] = bare
    if not found:
        return ledger
    return replace(ledger, lines=dict(sorted({**ledger.lines, **found}.items())))


def whole(ledger: ClockLedger, line_id: str, bare: Line) -> dict[str, Any]:
    """A line of the ledger as it came."""
    return {**bare, "id": line_id, "conversation_id": ledger.conversation_id}


def canonical(line: Line) -> str:
    """The one text of a line: sorted names, no spaces, ASCII only."""
    return json.dumps(line, sort_keys=True, separators=(",", ":"))
