"""Who answered whom: the one rule that clocks, promises and timers go by."""

from collections.abc import Mapping
from typing import Any

from chalicelib.domain.message import SILENT, MessageKind

# Those whose words are a person's: an agent's, or the company's own app's.
PEOPLE = frozenset({"agent", "api"})


def is_answer(message: Mapping[str, Any]) -> bool | None:
    """Whether the business answered with this message (its snapshot); None where it is neither that nor the customer's
    word. A bot and a rule do not answer."""
    kind = MessageKind(message["kind"])
    if message["direction"] == "inbound":
        return None if kind in SILENT else False
    took_call = kind is MessageKind.CALL_UPDATE and message["content"].get("answered") is True
    by_people = message["author"]["kind"] in PEOPLE
    return True if by_people and (took_call or kind not in SILENT) else None
