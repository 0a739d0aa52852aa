"""Lines of the trail as items."""

from datetime import datetime, timedelta

from chalicelib.aws import keys
from chalicelib.aws.codec import Item
from chalicelib.aws.packed import packed, unpacked
from chalicelib.domain.trail import Decided, Line, Moved, Stood

KEPT_FOR = timedelta(days=35)
# Kinds of lines by a letter, which begins the rest of the sort key.
_KINDS: dict[str, type[Line]] = {"D": Decided, "M": Moved, "S": Stood}
_LETTERS = {kind: letter for letter, kind in _KINDS.items()}


def line_item(line: Line) -> Item:
    letter = _LETTERS[type(line)]
    pk, sk = keys.trail(line.at, f"{letter}{_subject(line)}", agents=isinstance(line, Stood))
    return {"pk": pk, "sk": sk, "kind": letter, "z": packed(line), "expires_at": _expires(line.at)}


def line_from(item: Item) -> Line:
    found: Line = unpacked(item["z"], _KINDS[item["kind"]])
    return found


def _expires(at: datetime) -> int:
    return int((at + KEPT_FOR).timestamp())


def _subject(line: Line) -> str:
    if isinstance(line, Decided):
        return line.decision.conversation_id
    if isinstance(line, Stood):
        return line.workload.agent_id
    # Status and owner may both change at one moment.
    return f"{line.conversation_id}#{line.what}"
