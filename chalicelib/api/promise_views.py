"""How promises are answered."""

from datetime import datetime

from chalicelib.api.schemas import View
from chalicelib.domain.promise import Promise, PromiseKind, PromiseState


class PromiseView(View, frozen=True, kw_only=True):
    """`kind`: `wait`, which the desk told itself, or `agent`. `position`: the place in the queue that was told with it.
    `settled_at`: when it was kept or cancelled; of a broken one, when its time was up. `made_by_kind` and `made_by_id`:
    who told it."""

    id: str
    conversation_id: str
    kind: PromiseKind
    state: PromiseState
    text: str
    channel: str
    position: int | None
    told_at: datetime
    due_at: datetime
    settled_at: datetime | None
    reason: str
    made_by_kind: str
    made_by_id: str | None


def promise_view(promise: Promise) -> PromiseView:
    return PromiseView(
        id=promise.id,
        conversation_id=promise.conversation_id,
        kind=promise.kind,
        state=promise.state,
        text=promise.text,
        channel=promise.channel,
        position=promise.position,
        told_at=promise.told_at,
        due_at=promise.due_at,
        settled_at=promise.settled_at,
        reason=promise.reason,
        made_by_kind=promise.made_by.kind,
        made_by_id=promise.made_by.id,
    )
