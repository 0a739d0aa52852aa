"""What a macro's actions make of a conversation's state, and how that is put back.

All is pure: the same functions tell what would happen and carry it out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from chalicelib.domain.conversation import Conversation, Priority, Status, WakeOn
from chalicelib.domain.errors_common import TransitionRefused
from chalicelib.domain.labels import relabelled
from chalicelib.domain.macro import ME, Action, ActionKind
from chalicelib.domain.transitions import change_status

STATUS, SNOOZED_UNTIL, WAKE_ON = "status", "snoozed_until", "wake_on"
ASSIGNEE, TEAM, PRIORITY, LABELS = "assignee_id", "team_id", "priority", "labels"
STATUS_FIELDS = (STATUS, SNOOZED_UNTIL, WAKE_ON)
FIELDS = (STATUS, SNOOZED_UNTIL, WAKE_ON, ASSIGNEE, TEAM, PRIORITY, LABELS)


@dataclass(frozen=True, slots=True)
class Change:
    """One field, before and after, as JSON."""

    field: str
    before: Any
    after: Any

    @property
    def differs(self) -> bool:
        """The order of labels is nothing that anybody chose."""
        if self.field == LABELS:
            return set(self.before) != set(self.after)
        return bool(self.before != self.after)


def with_action(conversation: Conversation, action: Action, me: str, now: datetime) -> Conversation:
    """The state after one action; the same where it is so already. Raises TransitionRefused, InvalidInput."""
    values = action.values
    if action.kind is ActionKind.ASSIGN:
        return replace(
            conversation,
            assignee_id=_agent(values["assignee_id"], me) if "assignee_id" in values else conversation.assignee_id,
            team_id=values.get("team_id", conversation.team_id),
        )
    if action.kind is ActionKind.STATUS:
        return _with_status(conversation, values, now)
    if action.kind is ActionKind.PRIORITY:
        return replace(conversation, priority=Priority(values["priority"]))
    labels = relabelled(conversation.labels, values.get("add", ()), values.get("remove", ()))
    return replace(conversation, labels=labels)


def _agent(named: str | None, me: str) -> str | None:
    return me if named == ME else named


def _with_status(conversation: Conversation, values: Mapping[str, Any], now: datetime) -> Conversation:
    status = Status(values["status"])
    if status is Status.SNOOZED:
        until = now + timedelta(seconds=values["snooze_seconds"])
        wake_on = WakeOn(values["wake_on"]) if values.get("wake_on") else None
        return change_status(conversation, status, now, snoozed_until=until, wake_on=wake_on)
    return conversation if conversation.status is status else change_status(conversation, status, now)


def state_of(conversation: Conversation) -> Mapping[str, Any]:
    """What macros change, as JSON."""
    until = conversation.snoozed_until
    return {
        STATUS: conversation.status.value,
        SNOOZED_UNTIL: until.isoformat() if until else None,
        WAKE_ON: conversation.wake_on.value,
        ASSIGNEE: conversation.assignee_id,
        TEAM: conversation.team_id,
        PRIORITY: conversation.priority.value,
        LABELS: list(conversation.labels),
    }


def changes(before: Conversation, after: Conversation) -> tuple[Change, ...]:
    """What differs, by field."""
    was, now = state_of(before), state_of(after)
    found = (Change(name, was[name], now[name]) for name in FIELDS)
    return tuple(each for each in found if each.differs)


def joined(earlier: Sequence[Change], later: Sequence[Change]) -> tuple[Change, ...]:
    """Two portions as one: what was before the first, what is after the second."""
    found = {each.field: each for each in earlier}
    for each in later:
        first = found.get(each.field)
        found[each.field] = Change(each.field, first.before if first else each.before, each.after)
    return tuple(each for each in found.values() if each.differs)


@dataclass(frozen=True, slots=True)
class Undoing:
    """The state with what can be put back, which fields those are, and why the others stay."""

    after: Conversation
    restored: tuple[str, ...]
    kept: Mapping[str, str]


CHANGED_SINCE = "Somebody has changed it since."
TOO_LATE = "It cannot go back there by now."


def undone(current: Conversation, made: Sequence[Change], now: datetime) -> Undoing:
    """`made` put back: each group of fields that belong together, where all of them are still as the macro left them.
    Labels are put back one by one: those that others put on or took off stay so."""
    was = {each.field: each for each in made}
    after, restored, kept = current, [], {}
    state = state_of(current)
    for group, put in ((STATUS_FIELDS, _put_status), ((ASSIGNEE, TEAM), _put_owner), ((PRIORITY,), _put_priority)):
        touched = [was[name] for name in group if name in was]
        if not touched:
            continue
        why = CHANGED_SINCE if any(state[each.field] != each.after for each in touched) else ""
        if not why:
            try:
                after = put(after, {each.field: each.before for each in touched}, now)
            except TransitionRefused:
                why = TOO_LATE
        if why:
            kept[touched[0].field] = why
        else:
            restored += [each.field for each in touched]
    if LABELS in was:
        labels = _labels_back(current.labels, was[LABELS])
        if labels != current.labels:
            after = replace(after, labels=labels)
            restored.append(LABELS)
        else:
            kept[LABELS] = CHANGED_SINCE
    return Undoing(after, tuple(restored), kept)


def _put_status(conversation: Conversation, before: Mapping[str, Any], now: datetime) -> Conversation:
    """By the ordinary transition: what was resolved and is opened again begins a new episode. Raises
    TransitionRefused."""
    status = Status(before.get(STATUS, conversation.status.value))
    if status is not Status.SNOOZED:
        return change_status(conversation, status, now)
    until = before.get(SNOOZED_UNTIL, conversation.snoozed_until and conversation.snoozed_until.isoformat())
    wake_on = WakeOn(before.get(WAKE_ON, conversation.wake_on.value))
    return change_status(
        conversation, status, now, snoozed_until=datetime.fromisoformat(until) if until else None, wake_on=wake_on
    )


def _put_owner(conversation: Conversation, before: Mapping[str, Any], now: datetime) -> Conversation:
    return replace(conversation, **before)


def _put_priority(conversation: Conversation, before: Mapping[str, Any], now: datetime) -> Conversation:
    return replace(conversation, priority=Priority(before[PRIORITY]))


def _labels_back(labels: tuple[str, ...], made: Change) -> tuple[str, ...]:
    added = [each for each in made.after if each not in made.before]
    removed = [each for each in made.before if each not in made.after]
    return relabelled(labels, removed, added)
