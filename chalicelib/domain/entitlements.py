"""What a contact is entitled to, by ordered rules over what is known of them: computed when asked, never stored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from chalicelib.domain.conditions import Facts, holds
from chalicelib.domain.reasons import Reason, reasons

# The facts of a contact that rules may ask for (services/facts.py fills them in).
FACTS = frozenset(
    {
        "contact.tier",
        "contact.locale",
        "contact.language",
        "contact.country",
        "contact.dialect",
        "contact.customer_days",
        "contact.labels",
        "contact.preferred_channel",
        "contact.is_verified",
        "attribute.*",
    }
)
PREFIX = "entitlement."


@dataclass(frozen=True, slots=True)
class EntitlementRule:
    """Where the condition holds, the contact has the entitlement, or (`grants` false) has it not, whatever later rules
    say. `key` names it in other rules (`entitlement.free_return`)."""

    name: str
    key: str
    title: str
    condition: Mapping[str, Any] = field(default_factory=dict)
    grants: bool = True


@dataclass(frozen=True, slots=True)
class Entitlement:
    """What the first rule of a key that holds says, and why it does."""

    key: str
    title: str
    is_granted: bool
    rule: str
    because: tuple[Reason, ...]


def entitlements(rules: Sequence[EntitlementRule], facts: Facts) -> tuple[Entitlement, ...]:
    """One for each key that a rule decides, in the order of the rules; a key that no rule decides is not granted."""
    found: dict[str, Entitlement] = {}
    for rule in rules:
        if rule.key not in found and holds(rule.condition, facts):
            because = tuple(reasons(rule.condition, facts))
            found[rule.key] = Entitlement(rule.key, rule.title, rule.grants, rule.name, because)
    return tuple(found.values())


def entitled(rules: Sequence[EntitlementRule], facts: Facts) -> Mapping[str, bool]:
    """As facts for other rules: `entitlement.<key>` is true, or is missing."""
    return {f"{PREFIX}{each.key}": True for each in entitlements(rules, facts) if each.is_granted}
