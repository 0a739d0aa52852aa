"""How replays and their results are answered."""

from datetime import datetime

import msgspec

from chalicelib.api.schemas import AgentId, Json, View
from chalicelib.domain.replay_run import Fared, ReplayRow, ReplayRun, RunState


class FiguresView(View, frozen=True, kw_only=True):
    """Of one run. Waits in seconds until an agent has it; shares from 0 to 1. `load_gini`: 0 where everybody's shift is
    filled the same; `load_min` and `load_max` are the least and the most filled. `in_response`: first answer within a
    minute, by a simple model. `breached` of those `promised` a first response (by the policies of service levels) were
    still nobody's when it was due."""

    arrived: int
    given: int
    decisions: int
    wait_p50: float
    wait_p90: float
    wait_p99: float
    within_15: float
    within_60: float
    in_response: float
    load_gini: float
    load_min: float
    load_max: float
    returned: int
    returned_to_own: int
    promised: int
    breached: int


class ReproducedView(View, frozen=True, kw_only=True):
    """The recorded decisions, each made again of what it was made of: `same` in every part. `partial`: the candidates
    were too many to keep all, and only who got it is compared. `unrecorded`: given out without a record. `unlike`: the
    first ones that did not come out again."""

    decisions: int
    same: int
    partial: int
    unrecorded: int
    unlike: list[Json]


class ReplayView(View, frozen=True, kw_only=True):
    """`state`: waiting, running, done or failed (`detail` says why). `rules_versions` and `figures` by the name of the
    rules; `reproduced` of a recorded day. `differences`: conversations that fare differently under the draft."""

    id: str
    state: RunState
    detail: str
    asked_by: str
    asked_at: datetime
    done_at: datetime | None
    source: Json
    rules_versions: dict[str, int]
    figures: dict[str, FiguresView]
    reproduced: ReproducedView | None
    conversations: int
    differences: int


class ReplayList(View, frozen=True, kw_only=True):
    items: list[ReplayView]


class FaredView(View, frozen=True, kw_only=True):
    """Nobody within the day: all None."""

    agent_id: AgentId | None
    given_at: datetime | None
    waited_seconds: int | None


class RowView(View, frozen=True, kw_only=True):
    """`recorded`: as it was, of a recorded day. `current` and `draft`: under these rules; None where they were not run,
    or where the conversation was still open when its customer wrote again."""

    conversation_id: str
    came_at: datetime
    differs: bool
    recorded: FaredView | None
    current: FaredView | None
    draft: FaredView | None


class RowPage(View, frozen=True, kw_only=True):
    items: list[RowView]
    next_cursor: str | None


def view(run: ReplayRun, now: datetime) -> ReplayView:
    state = run.state_at(now)
    broke_off = state is RunState.FAILED and run.state is not RunState.FAILED
    return ReplayView(
        id=run.id,
        state=state,
        detail="It broke off: ask for it again, or for a smaller one." if broke_off else run.detail,
        asked_by=run.asked_by,
        asked_at=run.asked_at,
        done_at=run.done_at,
        source=dict(run.source),
        rules_versions={name: body["version"] for name, body in run.rules.items()},
        figures={name: msgspec.convert(values, FiguresView, strict=False) for name, values in run.figures.items()},
        reproduced=msgspec.convert(run.reproduced, ReproducedView) if run.reproduced is not None else None,
        conversations=run.conversations,
        differences=run.differences,
    )


def row_view(row: ReplayRow) -> RowView:
    def shown(fared: Fared | None) -> FaredView | None:
        if fared is None:
            return None
        waited = int((fared.given_at - row.came_at).total_seconds()) if fared.given_at else None
        return FaredView(agent_id=fared.agent_id, given_at=fared.given_at, waited_seconds=waited)

    return RowView(
        conversation_id=row.conversation_id,
        came_at=row.came_at,
        differs=row.differs,
        recorded=shown(row.then),
        current=shown(row.fared.get("current")),
        draft=shown(row.fared.get("draft")),
    )
