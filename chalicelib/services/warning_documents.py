"""The administrators' settings of early warnings, to and from the values that the rules work with. Raises InvalidInput
with the path of what is wrong."""

from collections.abc import Collection, Mapping
from dataclasses import asdict, fields
from typing import Any, TypeVar

from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.routing_values import FALLBACK
from chalicelib.domain.warning import Tell
from chalicelib.domain.warning_policy import BurnRule, PromisesRule, QueueRule, VolumeRule, WarningPolicy
from chalicelib.services.document_fields import PUBLISHED, number_of, object_of, truth_of
from chalicelib.services.paperwork import DocumentStore, save

MAX_TARGETS = 500
DAY = 24 * 3600
# The numbers of each rule: from, to.
LIMITS: Mapping[str, tuple[int, int]] = {
    "target_seconds": (10, DAY),
    "within_minutes": (1, 240),
    "least": (1, 100_000),
    "objective_percent": (50, 99),
    "burn_rate": (1, 50),
    "deviations": (2, 50),
}
R = TypeVar("R", QueueRule, BurnRule, VolumeRule, PromisesRule)


def policy_from(body: Mapping[str, Any]) -> WarningPolicy:
    """What is left out is as it is by default."""
    names = frozenset(field.name for field in fields(WarningPolicy))
    body = object_of(body, "rules", names)
    return WarningPolicy(
        queue_wait=_rule(QueueRule, body.get("queue_wait", {}), "rules.queue_wait"),
        sla_burn=_rule(BurnRule, body.get("sla_burn", {}), "rules.sla_burn"),
        volume=_rule(VolumeRule, body.get("volume", {}), "rules.volume"),
        promises=_rule(PromisesRule, body.get("promises", {}), "rules.promises"),
    )


def policy_body(policy: WarningPolicy) -> dict[str, Any]:
    return asdict(policy)


def published(documents: DocumentStore) -> tuple[WarningPolicy, int]:
    """What holds, and its version; 0 where nobody has set anything."""
    document = documents.get(PUBLISHED)
    return (policy_from(document.body), document.version) if document else (WarningPolicy(), 0)


def put_published(
    documents: DocumentStore, team_ids: Collection[str], rules: Mapping[str, Any], read_version: int
) -> WarningPolicy:
    """Raises InvalidInput, VersionConflict."""
    policy = policy_from(rules)
    for team_id in policy.queue_wait.targets:
        if team_id not in team_ids and team_id != FALLBACK:
            raise InvalidInput("There is no such team.", field=f"rules.queue_wait.targets.{team_id[:60]}")
    save(documents, PUBLISHED, policy_body(policy), read_version)
    return policy


def _rule(kind: type[R], body: Any, at: str) -> R:
    body = object_of(body, at, frozenset(field.name for field in fields(kind)))
    given: dict[str, Any] = {}
    for name, value in body.items():
        given[name] = _value(name, value, f"{at}.{name}")
    return kind(**given)


def _value(name: str, value: Any, at: str) -> Any:
    if name == "enabled":
        return truth_of(value, at)
    if name == "tell":
        if not isinstance(value, str) or value not in {*Tell}:
            raise InvalidInput(f"Give one of {', '.join(Tell)}.", field=at)
        return Tell(value)
    if name == "targets":
        return _targets(value, at)
    return number_of(value, at, *LIMITS[name])


def _targets(value: Any, at: str) -> Mapping[str, int]:
    if not isinstance(value, Mapping) or len(value) > MAX_TARGETS:
        raise InvalidInput(f"Give an object of at most {MAX_TARGETS} teams with their seconds.", field=at)
    return {
        str(team_id): number_of(seconds, f"{at}.{str(team_id)[:60]}", *LIMITS["target_seconds"])
        for team_id, seconds in value.items()
    }
