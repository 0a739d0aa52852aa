"""Refusals about side threads. `domain/errors.py` has all refusals."""

from typing import ClassVar

from chalicelib.domain.refusal import Kind, Refusal


class SideThreadNotFound(Refusal):
    code: ClassVar[str] = "side_thread_not_found"
    kind: ClassVar[Kind] = "missing"


class SideMessageNotFound(Refusal):
    code: ClassVar[str] = "side_message_not_found"
    kind: ClassVar[Kind] = "missing"


class SideThreadFull(Refusal):
    """Too many threads of a conversation, messages of a thread, or people in it."""

    code: ClassVar[str] = "side_thread_full"
    kind: ClassVar[Kind] = "conflict"


class NotForSideThread(Refusal):
    """The customer's own address, or one of ours: that is a leg, or a loop."""

    code: ClassVar[str] = "not_for_side_thread"
