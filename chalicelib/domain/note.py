"""Notes and activity lines: the part of a thread that colleagues see and customers never do."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Note:
    """What colleagues wrote (`kind` note) or the desk noted (`kind` activity): never on a leg."""

    id: str
    conversation_id: str
    kind: str
    author_id: str
    author_name: str
    at: datetime
    text: str
    facts: Mapping[str, Any] = field(default_factory=dict)
