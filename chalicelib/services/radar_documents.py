"""The administrators' rules of customers who are back, to and from the values that are worked with. Raises InvalidInput
with the path of what is wrong."""

from collections.abc import Mapping
from typing import Any

from chalicelib.domain.attention import MOST_TIER
from chalicelib.domain.document import Document
from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.returning import RadarPolicy
from chalicelib.services.document_fields import number_of

PUBLISHED = "published"
SHORTEST_IDLE, LONGEST_IDLE = 60, 24 * 3600
LONGEST_LIFT = 15 * 60
LONGEST_PATIENCE = 3600
MOST_TIERS = 50


def radar_policy_from(body: Mapping[str, Any], version: int) -> RadarPolicy:
    default = RadarPolicy()
    return RadarPolicy(
        idle_seconds=number_of(
            body.get("idle_seconds", default.idle_seconds), "idle_seconds", SHORTEST_IDLE, LONGEST_IDLE
        ),
        lift_seconds=number_of(body.get("lift_seconds", default.lift_seconds), "lift_seconds", 0, LONGEST_LIFT),
        patience_seconds=number_of(
            body.get("patience_seconds", default.patience_seconds), "patience_seconds", 0, LONGEST_PATIENCE
        ),
        tiers=_tiers(body.get("tiers", default.tiers)),
        version=version,
    )


def radar_policy_body(policy: RadarPolicy) -> Mapping[str, Any]:
    return {
        "idle_seconds": policy.idle_seconds,
        "lift_seconds": policy.lift_seconds,
        "patience_seconds": policy.patience_seconds,
        "tiers": dict(policy.tiers),
    }


def radar_policy(document: Document | None) -> RadarPolicy:
    return radar_policy_from(document.body, document.version) if document else RadarPolicy()


def _tiers(value: Any) -> Mapping[str, int]:
    if not isinstance(value, Mapping) or len(value) > MOST_TIERS:
        raise InvalidInput(f"Give an object of at most {MOST_TIERS} tiers and their minutes.", field="tiers")
    for name in value:
        if not isinstance(name, str) or not 0 < len(name) <= 60:
            raise InvalidInput("A tier has 1 to 60 characters.", field="tiers")
    return {name: number_of(minutes, f"tiers.{name}", 0, MOST_TIER) for name, minutes in value.items()}
