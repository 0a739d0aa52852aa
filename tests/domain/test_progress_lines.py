"""What a line of the thread tells as a milestone: its words, and the same as data."""

from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.domain.note import Note
from chalicelib.domain.progress_lines import noted

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
CHANNELS = {"leg_1": "whatsapp", "leg_2": "email"}


@pytest.mark.parametrize(
    ("facts", "text", "code", "told"),
    [
        (
            {"type": "conversation.escalated", "tier": "Experts", "reason": "Depot"},
            "",
            "escalated",
            {"tier": "Experts", "reason": "Depot"},
        ),
        ({"type": "conversation.escalated", "down": True}, "", "de_escalated", {}),
        ({"type": "conversation.taken_over", "reason": "R" * 300}, "", "taken_over", {"reason": "R" * 199 + "…"}),
        (
            {"type": "conversation.leg_switched", "from_leg_id": "leg_1", "to_leg_id": "leg_2"},
            "Moved from WhatsApp to e-mail.",
            "moved",
            {"from": "whatsapp", "to": "email"},
        ),
        (
            {"type": "conversation.leg_switched", "from_leg_id": "leg_9", "to_leg_id": "leg_2"},
            "Moved from Viber to e-mail.",
            "moved",
            {"to": "email"},
        ),
    ],
)
def test_a_line_tells_its_words_as_data(facts: dict[str, Any], text: str, code: str, told: dict[str, str]) -> None:
    found = noted(Note("nte_1", "cnv_1", "activity", "agt_ana", "Ana", NOW, text, facts), {}, CHANNELS)
    assert found is not None
    assert (found.code, found.facts) == (code, told)
