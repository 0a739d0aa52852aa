"""Legs as they are answered, and the policy that they are judged by."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

from chalicelib.api.conversation_views import ConversationView
from chalicelib.api.message_views import MessageView
from chalicelib.api.schemas import Body, Json, View
from chalicelib.domain.leg_choice_policy import Cost, LegPolicy, Need
from chalicelib.domain.leg_choice_values import Candidate, Choice, Obstacle, Place, Proof, Reason
from chalicelib.services.leg_policy_documents import MAX_AWAKE, MAX_CHARACTERS, MAX_QUOTED, leg_policy_body
from chalicelib.services.switching import ways_out

Clock = Annotated[str, Meta(pattern=r"^[0-9]{2}:[0-9]{2}\Z", examples=["21:00"])]
ReadVersion = Annotated[int, Meta(ge=0, le=2**53 - 1, description="The version that was read; 0 where there is none")]


class ReasonView(View, frozen=True, kw_only=True):
    """What speaks for a leg, or (points below 0) against it; `facts`: what its text tells beside the code, as data."""

    code: str
    points: int
    text: str
    facts: Json


class ObstacleView(View, frozen=True, kw_only=True):
    """Why it may not be used now; `facts`: what its text tells beside the code, as data (quiet_hours: `until`;
    unreachable: `reason`; unfit: `why`)."""

    code: str
    text: str
    facts: Json


class ReachView(View, frozen=True, kw_only=True):
    """What the provider last told of the address."""

    reachable: bool
    reason: str
    at: datetime


class LegChoiceView(View, frozen=True, kw_only=True):
    """A way to reach the customer. `place`: the conversation is there (active), has been there (leg), the customer was
    there (known), or nobody was (new). `proof`: how it is known that the address is theirs; `verified`: whether that
    proves anything. `score`: 0 to 100, the reasons' points and 50. `ways_out`: what would make it usable."""

    leg_id: str
    inbox_id: str
    inbox_name: str
    channel: str
    address: str
    contact_id: str
    place: Place
    usable: bool
    score: int
    proof: Proof
    verified: bool
    verified_at: datetime | None
    window_open: bool
    window_closes_at: datetime | None
    template_needed: bool
    cost: Cost
    reach: ReachView | None
    reasons: list[ReasonView]
    refusals: list[ObstacleView]
    ways_out: list[dict[str, Any]]


class LegsView(View, frozen=True, kw_only=True):
    """`best_leg_id`: the first of those that may be used; null where none may."""

    active_leg_id: str
    best_leg_id: str | None
    items: list[LegChoiceView]


class SwitchedView(View, frozen=True, kw_only=True):
    """The conversation as it is now, and the first message on its leg."""

    conversation: ConversationView
    leg_id: str
    message: MessageView


class LegPolicyBody(Body, frozen=True, kw_only=True):
    """`needs`: by purpose and channel (or `any`), what it takes to write where the customer has not written. Quiet time
    is by the clock at the customer's, on `quiet_channels`; `quiet_strict`: nothing goes there then. `time_zone`: of
    customers whose own nobody knows. `quote_messages`, `quote_characters`: what is told of the conversation so far."""

    version: ReadVersion
    quote_messages: Annotated[int, Meta(ge=0, le=MAX_QUOTED)] | UnsetType = UNSET
    quote_characters: Annotated[int, Meta(ge=0, le=MAX_CHARACTERS)] | UnsetType = UNSET
    quiet_from: Clock | UnsetType = UNSET
    quiet_to: Clock | UnsetType = UNSET
    quiet_channels: list[str] | UnsetType = UNSET
    quiet_strict: bool | UnsetType = UNSET
    awake_seconds: Annotated[int, Meta(ge=0, le=MAX_AWAKE)] | UnsetType = UNSET
    time_zone: str | None | UnsetType = UNSET
    needs: dict[str, dict[str, Need]] | UnsetType = UNSET
    costs: dict[str, Cost] | UnsetType = UNSET

    def given(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = msgspec.to_builtins(self)
        return {name: value for name, value in found.items() if name != "version"}


class LegPolicyView(View, frozen=True, kw_only=True):
    """`version` 0: the desk's own."""

    version: int
    quote_messages: int
    quote_characters: int
    quiet_from: str
    quiet_to: str
    quiet_channels: list[str]
    quiet_strict: bool
    awake_seconds: int
    time_zone: str | None
    needs: dict[str, dict[str, Need]]
    costs: dict[str, Cost]


def policy_view(policy: LegPolicy) -> LegPolicyView:
    return msgspec.convert({**leg_policy_body(policy), "version": policy.version}, LegPolicyView)


def legs_view(active_leg_id: str, choices: Sequence[Choice]) -> LegsView:
    best = next((choice.candidate.leg_id for choice in choices if choice.usable), None)
    return LegsView(active_leg_id=active_leg_id, best_leg_id=best, items=[_view(choice) for choice in choices])


_SAME = ("leg_id", "inbox_id", "inbox_name", "channel", "address", "contact_id", "place", "proof", "cost")


def _view(choice: Choice) -> LegChoiceView:
    here = choice.candidate
    return LegChoiceView(
        **{name: getattr(here, name) for name in _SAME},
        usable=choice.usable,
        score=choice.score,
        verified=here.is_proven,
        verified_at=here.proven_at,
        window_open=here.window_open,
        window_closes_at=here.window_closes_at,
        template_needed=here.by_template,
        reach=_reach(here),
        reasons=[ReasonView(**_told(each), points=each.points) for each in choice.reasons],
        refusals=[ObstacleView(**_told(each)) for each in choice.refusals],
        ways_out=[dict(each) for each in ways_out(choice)],
    )


def _told(one: Reason | Obstacle) -> dict[str, Any]:
    return {"code": one.code, "text": one.said, "facts": dict(one.facts)}


def _reach(here: Candidate) -> ReachView | None:
    if here.reach is None:
        return None
    return ReachView(reachable=here.reach.reachable, reason=here.reach.reason, at=here.reach.at)
