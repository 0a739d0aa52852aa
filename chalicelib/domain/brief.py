"""A brief: what whoever gets a conversation has to know, put together from what is stored, nothing made up.

Every line names its source. The same material gives the same lines.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.domain.brief_lines import (
    Line,
    Material,
    about,
    cut,
    events,
    last_words,
    promises,
    state,
    tried,
    who,
)

SHORT = 120
# A short brief stands in a line of the thread: so many bytes of JSON at most.
SHORT_BYTES = 1800


@dataclass(frozen=True, slots=True)
class Brief:
    """Sections in their order; a section of nothing is left out."""

    conversation_id: str
    at: datetime
    sections: Mapping[str, Sequence[Line]]


def brief(of: Material) -> Brief:
    sections = {
        "who": who(of),
        "about": about(of),
        "state": state(of),
        "tried": tried(of),
        "promises": promises(of),
        "events": events(of),
        "last_words": last_words(of),
    }
    return Brief(of.conversation.id, of.now, {name: lines for name, lines in sections.items() if lines})


def short(whole: Brief) -> list[dict[str, Any]]:
    """The most important lines, as far as they fit."""
    chosen: list[dict[str, Any]] = []
    for section, codes, most in _SHORT:
        wanted = [line for line in whole.sections.get(section, ()) if not codes or line.code in codes]
        for line in wanted[-most:]:
            more = [*chosen, _plain(section, line)]
            if len(json.dumps(more, ensure_ascii=False).encode("utf-8", "replace")) <= SHORT_BYTES:
                chosen = more
    return chosen


# Section, which of its lines (none named: all), and how many of them: the last ones.
_SHORT: tuple[tuple[str, frozenset[str], int], ...] = (
    ("state", frozenset({"waiting", "clock", "window"}), 5),
    ("last_words", frozenset(), 1),
    ("promises", frozenset(), 2),
    ("tried", frozenset({"owner", "reason"}), 4),
    ("about", frozenset(), 3),
    ("who", frozenset({"name", "tier", "locale"}), 3),
    ("events", frozenset(), 1),
)


def _plain(section: str, line: Line) -> dict[str, Any]:
    kind, identifier = line.source
    plain = {"section": section, "code": line.code, "text": cut(line.text, SHORT), "source": {kind: identifier}}
    return {**plain, "at": line.at.isoformat()} if line.at else plain
