"""Events of early warnings, and the item that tells of them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.aws.codec_warning import warned_item
from chalicelib.domain.envelope import SYSTEM
from chalicelib.domain.warning import Rule, Warned, warning_id
from chalicelib.domain.writes import Recorded

AT = datetime(2026, 3, 2, 9, 0, 0, 250000, UTC)
SAID = "Chat: waits of more than 5 min in about 3 min; 8 wait, 4.0 join and 2.0 are taken a minute."
_OF = {
    "warning_id": warning_id(Rule.QUEUE_WAIT, "team_1"),
    "rule": "queue_wait",
    "subject": "team_1",
    "team_id": "team_1",
    "since": AT.isoformat(),
    "said": SAID,
    "agent_ids": ("agt_1",),
}
ACTION = "Lend Eva (6 units free) to Chat."

FLOOR: dict[str, dict[str, Any]] = {
    "floor.warning": {**_OF, "action": ACTION, "lend": ("agt_2",)},
    "floor.warning_ended": {**_OF, "ended_at": (AT + timedelta(minutes=20)).isoformat()},
}


def told_of_floor(event_type: str) -> dict[str, Any]:
    ended = AT + timedelta(minutes=20) if event_type == "floor.warning_ended" else None
    warned = Warned(
        Rule.QUEUE_WAIT,
        "team_1",
        SAID,
        AT,
        "team_1",
        {"depth": 8, "minutes_left": 3.5},
        ACTION,
        ("agt_2",),
        ("agt_1",),
        ended,
        epoch=2,
        version=4 if ended else 3,
    )
    return warned_item(warned, Recorded((), SYSTEM, AT))
