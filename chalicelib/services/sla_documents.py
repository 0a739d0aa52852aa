"""The administrators' policies of service levels, to and from the values that clocks are made of. Raises InvalidInput
with the path of what is wrong."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from chalicelib.domain.conditions import check
from chalicelib.domain.conversation import Status
from chalicelib.domain.document import Document
from chalicelib.domain.errors import InvalidInput, VersionConflict
from chalicelib.domain.routing_policy import FACTS
from chalicelib.domain.sla import ClockKind, Policy
from chalicelib.domain.writes import Written
from chalicelib.services.document_fields import truth_of

PUBLISHED = "published"
MAX_POLICIES = 50
MAX_NAME = 120
MAX_TARGET = 366 * 24 * 3600
# Where clocks may stand still: an open conversation is ours, a resolved one is over.
MAY_PAUSE = (Status.PENDING, Status.SNOOZED)
FIELDS = frozenset({"id", "name", "condition", "targets", "hours_id", "pauses_in", "warn_percent", "enabled"})


def sla_policies_from(body: Mapping[str, Any], version: int = 1) -> tuple[Policy, ...]:
    """In the administrators' order: the first that applies is taken."""
    policies = body.get("policies", [])
    if not isinstance(policies, list) or len(policies) > MAX_POLICIES:
        raise InvalidInput(f"Give a list of at most {MAX_POLICIES}.", field="policies")
    found = tuple(_policy(policy, f"policies[{place}]", version) for place, policy in enumerate(policies))
    known: set[str] = set()
    for place, policy in enumerate(found):
        if policy.id in known:
            raise InvalidInput("Two policies have this id.", field=f"policies[{place}].id")
        known.add(policy.id)
    return found


def sla_policies_body(policies: Sequence[Policy]) -> Mapping[str, Any]:
    return {"policies": [policy_body(policy) for policy in policies]}


def policy_body(policy: Policy) -> Mapping[str, Any]:
    return {
        "id": policy.id,
        "name": policy.name,
        "condition": dict(policy.condition),
        "targets": {kind.value: seconds for kind, seconds in policy.targets.items()},
        "hours_id": policy.hours_id,
        "pauses_in": sorted(status.value for status in policy.pauses_in),
        "warn_percent": round(policy.warn_at * 100),
        "enabled": policy.enabled,
    }


def _policy(policy: Any, at: str, version: int) -> Policy:
    if not isinstance(policy, Mapping):
        raise InvalidInput("Give an object.", field=at)
    for name in policy:
        if name not in FIELDS:
            raise InvalidInput(f"There is no such field; there are: {', '.join(sorted(FIELDS))}.", field=f"{at}.{name}")
    check(policy.get("condition", {}), FACTS, f"{at}.condition")
    hours_id = policy.get("hours_id")
    return Policy(
        _text(policy.get("id"), f"{at}.id"),
        _text(policy.get("name"), f"{at}.name"),
        _targets(policy.get("targets"), f"{at}.targets"),
        policy.get("condition", {}),
        None if hours_id is None else _text(hours_id, f"{at}.hours_id"),
        _pauses(policy.get("pauses_in", list(MAY_PAUSE)), f"{at}.pauses_in"),
        _number(policy.get("warn_percent", 80), f"{at}.warn_percent", 100) / 100,
        truth_of(policy.get("enabled", True), f"{at}.enabled"),
        version,
    )


def _targets(value: Any, at: str) -> Mapping[ClockKind, int]:
    if not isinstance(value, Mapping) or not value:
        raise InvalidInput(f"Give seconds for at least one of {', '.join(ClockKind)}.", field=at)
    for name in value:
        if name not in set(ClockKind):
            raise InvalidInput(f"There are the clocks {', '.join(ClockKind)}.", field=f"{at}.{str(name)[:60]}")
    return {ClockKind(name): _number(seconds, f"{at}.{name}", MAX_TARGET) for name, seconds in value.items()}


def _pauses(value: Any, at: str) -> frozenset[Status]:
    if not isinstance(value, list) or not all(isinstance(each, str) and each in MAY_PAUSE for each in value):
        raise InvalidInput(f"Give a list of {', '.join(MAY_PAUSE)}.", field=at)
    return frozenset(Status(each) for each in value)


def _text(value: Any, at: str) -> str:
    if not isinstance(value, str) or not 0 < len(value.strip()) <= MAX_NAME:
        raise InvalidInput(f"Give a text of at most {MAX_NAME} characters.", field=at)
    return value.strip()


def _number(value: Any, at: str, highest: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= highest:
        raise InvalidInput(f"Give a whole number from 1 to {highest}.", field=at)
    return value


class Documents(Protocol):
    def get(self, identifier: str) -> Document | None: ...

    def put(self, document: Document, read_version: int) -> Written:
        """`read_version` 0: there is none yet."""


def published(documents: Documents) -> tuple[Sequence[Policy], int]:
    """The policies in force and their version; 0 where there never were any."""
    document = documents.get(PUBLISHED)
    return (sla_policies_from(document.body, document.version), document.version) if document else ((), 0)


def put_published(
    documents: Documents, hours: Documents, policies: Sequence[Any], read_version: int
) -> Sequence[Policy]:
    """Put these in place of those of `read_version`. Clocks that run keep what they were promised. Raises InvalidInput,
    VersionConflict."""
    found = sla_policies_from({"policies": list(policies)}, read_version + 1)
    for place, policy in enumerate(found):
        if policy.hours_id is not None and hours.get(policy.hours_id) is None:
            raise InvalidInput("There are no such business hours.", field=f"policies[{place}].hours_id")
    document = Document(PUBLISHED, sla_policies_body(found), read_version + 1)
    if documents.put(document, read_version) is not Written.DONE:
        raise VersionConflict("The policies have changed meanwhile: read them again.")
    return found
