"""The counters behind every view: changed in the transaction that changes a state, so they are exact.

A scope is whose view it is: ("desk", ""), ("inbox", id), ("team", id), ("agent", id). Fields are the four
statuses and `unassigned` (open and nobody's).
"""

from collections import Counter
from collections.abc import Iterator, Mapping

from chalicelib.domain.conversation import Conversation, Status

Scope = tuple[str, str]
Count = tuple[Scope, str]
DESK: Scope = ("desk", "")
UNASSIGNED = "unassigned"
FIELDS = (*(status.value for status in Status), UNASSIGNED)


def counted_in(conversation: Conversation) -> Iterator[Count]:
    """Every counter that includes this conversation; none, once it is part of another."""
    if conversation.merged_into is not None:
        return
    scopes = [DESK, ("inbox", conversation.inbox_id)]
    if conversation.team_id:
        scopes.append(("team", conversation.team_id))
    unassigned = conversation.assignee_id is None and conversation.status is Status.OPEN
    for scope in scopes:
        yield scope, conversation.status.value
        if unassigned:
            yield scope, UNASSIGNED
    if conversation.assignee_id:
        yield ("agent", conversation.assignee_id), conversation.status.value


def changes(before: Conversation | None, after: Conversation) -> Mapping[Scope, Mapping[str, int]]:
    """What to add to which counters when `before` (None: it is new) becomes `after`; nothing where nothing moved."""
    delta: Counter[Count] = Counter(counted_in(after))
    if before is not None:
        delta.subtract(Counter(counted_in(before)))
    moved: dict[Scope, dict[str, int]] = {}
    for (scope, field), amount in delta.items():
        if amount:
            moved.setdefault(scope, {})[field] = amount
    return moved
