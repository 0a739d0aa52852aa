"""What needs the caller most, and the rules of customers who are back."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated

from msgspec import Meta, field

from chalicelib.api.conversation_views import ConversationView, view
from chalicelib.api.routing import Caller, Resource
from chalicelib.api.schemas import Body, View
from chalicelib.domain.agent import Role
from chalicelib.domain.attention import MOST_TIER, Chip
from chalicelib.domain.errors import InvalidInput, VersionConflict
from chalicelib.domain.returning import RadarPolicy
from chalicelib.services import radar_documents as documents
from chalicelib.services.paperwork import save
from chalicelib.wiring import returning

resource = Resource("attention")

ReadVersion = Annotated[int, Meta(ge=0, le=2**53 - 1, description="The version that was read; 0 where there is none")]
Idle = Annotated[int, Meta(ge=documents.SHORTEST_IDLE, le=documents.LONGEST_IDLE)]
Lift = Annotated[int, Meta(ge=0, le=documents.LONGEST_LIFT)]
Patience = Annotated[int, Meta(ge=0, le=documents.LONGEST_PATIENCE)]
TierMinutes = Annotated[int, Meta(ge=0, le=MOST_TIER)]


class ChipView(View, frozen=True, kw_only=True):
    """A reason: `kind` is sla, waiting, tier, priority or returned; `text` as it is shown in English. For other words:
    `at` is when a promise is up, or since when they wait; `seconds` how long a customer was away; `value` the tier or
    the priority. `minutes`: of waiting, what it counts as now."""

    kind: str
    text: str
    minutes: float
    at: datetime | None
    seconds: int | None
    value: str | None


class AttentionRow(View, frozen=True, kw_only=True):
    """`score`: minutes of waiting, with what counts as such."""

    conversation: ConversationView
    score: float
    reasons: list[ChipView]


class AttentionView(View, frozen=True, kw_only=True):
    """First what needs attention first. `more`: there are older ones that were not looked at."""

    items: list[AttentionRow]
    at: datetime
    more: bool


class RadarRules(Body, frozen=True, kw_only=True):
    """`idle_seconds`: without a sign for so long a customer is absent. `lift_seconds`: for so long after they are back
    they come sooner; `patience_seconds`: who has waited for longer is never overtaken by that. `tiers`: by a contact's
    tier, the minutes of waiting it counts as."""

    idle_seconds: Idle = RadarPolicy().idle_seconds
    lift_seconds: Lift = RadarPolicy().lift_seconds
    patience_seconds: Patience = RadarPolicy().patience_seconds
    tiers: Annotated[dict[str, TierMinutes], Meta(max_length=documents.MOST_TIERS)] = field(
        default_factory=lambda: dict(RadarPolicy().tiers)
    )


class RadarRulesBody(RadarRules, frozen=True, kw_only=True):
    version: ReadVersion


class RadarRulesView(View, frozen=True, kw_only=True):
    """`version` 0: nobody has set anything, these are the desk's own."""

    rules: RadarRules
    version: int


@resource.route("GET", "/me/attention", role=Role.AGENT, people_only=True, gives=AttentionView)
def get_my_attention(caller: Caller) -> AttentionView:
    """The caller's open conversations in the order in which they need somebody, with the reasons: fifty at most, those
    with the newest activity."""
    rows, more = returning.attention().of(caller.principal.id, caller.now)
    items = [
        AttentionRow(
            conversation=view(row.conversation, caller.now),
            score=row.ranked.score,
            reasons=chip_views(row.ranked.chips),
        )
        for row in rows
    ]
    return AttentionView(items=items, at=caller.now, more=more)


def chip_views(chips: Iterable[Chip]) -> list[ChipView]:
    return [ChipView(**{name: getattr(chip, name) for name in ChipView.__struct_fields__}) for chip in chips]


@resource.route("GET", "/radar-rules", role=Role.ADMIN, gives=RadarRulesView)
def get_radar_rules(caller: Caller) -> RadarRulesView:
    """The rules in force."""
    return _rules_view(documents.radar_policy(returning.radar_documents().get(documents.PUBLISHED)))


@resource.route(
    "PUT",
    "/radar-rules",
    role=Role.ADMIN,
    body=RadarRulesBody,
    gives=RadarRulesView,
    refuses=(InvalidInput, VersionConflict),
    example={"version": 0, "idle_seconds": 600, "lift_seconds": 180, "tiers": {"gold": 15}},
)
def publish_radar_rules(caller: Caller, body: RadarRulesBody) -> RadarRulesView:
    """Put rules in force, everywhere within a quarter of a minute."""
    given = {name: getattr(body, name) for name in RadarRules.__struct_fields__}
    policy = documents.radar_policy_from(given, body.version + 1)
    save(returning.radar_documents(), documents.PUBLISHED, documents.radar_policy_body(policy), body.version)
    return _rules_view(policy)


def _rules_view(policy: RadarPolicy) -> RadarRulesView:
    return RadarRulesView(rules=RadarRules(**documents.radar_policy_body(policy)), version=policy.version)
