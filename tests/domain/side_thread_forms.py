"""Side threads as events tell them: an example of each."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from chalicelib.aws.codec_side_thread import side_message_item, side_thread_item
from chalicelib.domain.delivery import DeliveryState
from chalicelib.domain.side_thread import SideAuthor, SideMessage, SideThread, ThreadKind, Whom, message_id, thread_id

AT = datetime(2026, 3, 2, 9, 0, 0, 250000, UTC)
CONVERSATION = "cnv_1"
THREAD = thread_id(CONVERSATION, "ask-1")
_OF = {"conversation_id": CONVERSATION, "thread_id": THREAD, "agent_ids": ("agt_2",)}
_MESSAGE = {**_OF, "message_id": message_id(THREAD, 1), "kind": "email", "preview": "When is 4711 back?"}

ASIDE: Mapping[str, Mapping[str, Any]] = {
    "side_thread.created": {**_OF, "kind": "email", "subject": "Stock of 4711", "preview": "When is 4711 back?"},
    "side_thread.said": {**_MESSAGE, "author_id": "agt_1"},
    "side_thread.replied": {
        **_MESSAGE,
        "author_kind": "outside",
        "author_id": "",
        "author_name": "Lager",
        "automatic": False,
        "origin": "asked",
        "pending_attachments": 1,
    },
    "side_thread.closed": _OF,
    "side_thread.reopened": _OF,
    "side_thread.joined": {**_OF, "added": ("agt_3",)},
    "side_thread.message_changed": {
        **_OF,
        "message_id": message_id(THREAD, 1),
        "state": "failed",
        "reason": "The mail came back (bounce.Permanent.General).",
    },
}


def told_aside(event_type: str) -> dict[str, Any]:
    """The item that the event is written in."""
    if event_type == "side_thread.message_changed":
        ana = SideAuthor("agent", "agt_1", "Ana")
        failed = "The mail came back (bounce.Permanent.General)."
        return side_message_item(
            SideMessage(
                THREAD, CONVERSATION, 1, ana, "When is 4711 back?", AT, state=DeliveryState.FAILED, reason=failed
            )
        )
    return side_thread_item(
        SideThread(
            *(THREAD, CONVERSATION, ThreadKind.EMAIL, "Stock of 4711", Whom(to=("lager@supplier.example",))),
            *("agt_1", AT, AT, ("agt_1",)),
            count=1,
            news=1,
            preview="When is 4711 back?",
            version=2,
        )
    )
