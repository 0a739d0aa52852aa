"""Keyword rules: what a customer writes puts labels on their conversation or on themselves, and which rule it was."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from chalicelib.domain.conditions import Facts, holds

# The facts of a message that rules may ask for. Labels are among none of them: what a rule puts on sets off no other.
FACTS = frozenset(
    {
        "text",
        "kind",
        "channel",
        "inbox_id",
        "team_id",
        "contact.tier",
        "contact.locale",
        "contact.language",
        "contact.country",
        "attribute.*",
    }
)


@dataclass(frozen=True, slots=True)
class KeywordRule:
    """Where the condition holds of a customer's message, these labels are put on."""

    name: str
    condition: Mapping[str, Any]
    conversation_labels: tuple[str, ...] = ()
    contact_labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """What a message asks for: by label, the first rule that says so."""

    conversation: Mapping[str, str] = field(default_factory=dict)
    contact: Mapping[str, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.conversation or self.contact)


def found_labels(rules: Sequence[KeywordRule], facts: Facts) -> Found:
    """The labels of all rules that hold."""
    conversation: dict[str, str] = {}
    contact: dict[str, str] = {}
    for rule in (rule for rule in rules if holds(rule.condition, facts)):
        for label in rule.conversation_labels:
            conversation.setdefault(label, rule.name)
        for label in rule.contact_labels:
            contact.setdefault(label, rule.name)
    return Found(conversation, contact)
