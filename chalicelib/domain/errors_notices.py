"""Refusals about what agents are told of."""

from typing import ClassVar

from chalicelib.domain.refusal import Kind, Refusal


class NoticeNotFound(Refusal):
    code: ClassVar[str] = "notice_not_found"
    kind: ClassVar[Kind] = "missing"


class PushSubscriptionNotFound(Refusal):
    code: ClassVar[str] = "push_subscription_not_found"
    kind: ClassVar[Kind] = "missing"
