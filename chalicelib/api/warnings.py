"""Early warnings: what is about to go wrong, and what administrators set of it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from msgspec import Meta

from chalicelib.api import cursors
from chalicelib.api.routing import Caller, Resource
from chalicelib.api.schemas import Body, Json, PageQuery, View
from chalicelib.domain.agent import Role
from chalicelib.domain.errors import CursorInvalid, InvalidInput, VersionConflict
from chalicelib.domain.reads import Page
from chalicelib.domain.routing_values import FALLBACK
from chalicelib.domain.warning import Rule, Warned
from chalicelib.services import warning_documents
from chalicelib.wiring import api as shared
from chalicelib.wiring import floor as wiring
from chalicelib.wiring import work

resource = Resource("warnings")


class WarningView(View, frozen=True, kw_only=True):
    """`said`: in a sentence; `numbers`: what it says, as they were when it was told (`hour_at`, `first_at`: seconds
    since 1970); `action`: what would help; `lend`: agents who could be lent to the team. `since`: when it began;
    `ended_at` null: it stands. `times`: how often the same went wrong by now; `told`: whom."""

    id: str
    rule: Rule
    subject: str
    team_id: str | None
    said: str
    numbers: dict[str, float]
    action: str
    lend: list[str]
    told: list[str]
    since: datetime
    ended_at: datetime | None
    times: int


class WarningPage(View, frozen=True, kw_only=True):
    items: list[WarningView]
    next_cursor: str | None


class WarningSettings(View, frozen=True, kw_only=True):
    """`rules`: `queue_wait`, `sla_burn`, `volume` and `promises`, each with all its settings. `version` 0: as they are
    by default."""

    rules: Json
    version: int


class WarningSettingsBody(Body, frozen=True, kw_only=True):
    """What is left out of `rules` is as it is by default."""

    version: Annotated[int, Meta(ge=0, le=2**53 - 1, description="The version that was read; 0 where there is none")]
    rules: Json


@resource.route("GET", "/warnings", role=Role.SUPERVISOR, query=PageQuery, gives=WarningPage, refuses=(CursorInvalid,))
def list_warnings(caller: Caller, query: PageQuery) -> WarningPage:
    """Those that stand, then those that were over within the last 30 days; the newest first of both."""

    def pages(limit: int, start: Mapping[str, Any] | None) -> Page[Warned]:
        return wiring.warnings().list(limit, start)

    page, cursor = cursors.page_of("warnings", pages, shared.cursor_secret, caller, query)
    return WarningPage(items=[view(warned) for warned in page], next_cursor=cursor)


@resource.route("GET", "/warnings/settings", role=Role.SUPERVISOR, gives=WarningSettings)
def get_warning_settings(caller: Caller) -> WarningSettings:
    """From what on is warned, and who is told."""
    policy, version = warning_documents.published(wiring.documents())
    return WarningSettings(rules=warning_documents.policy_body(policy), version=version)


@resource.route(
    "PUT",
    "/warnings/settings",
    role=Role.ADMIN,
    body=WarningSettingsBody,
    gives=WarningSettings,
    refuses=(InvalidInput, VersionConflict),
    example={
        "version": 0,
        "rules": {
            "queue_wait": {"target_seconds": 180, "within_minutes": 15},
            "sla_burn": {"objective_percent": 95, "tell": "admins"},
            "volume": {"enabled": False},
        },
    },
)
def put_warning_settings(caller: Caller, body: WarningSettingsBody) -> WarningSettings:
    """Replace them. A change holds within 15 seconds, for what begins from then on."""
    teams = {*work.team_names(), FALLBACK}
    policy = warning_documents.put_published(wiring.documents(), teams, body.rules, body.version)
    return WarningSettings(rules=warning_documents.policy_body(policy), version=body.version + 1)


def view(warned: Warned) -> WarningView:
    return WarningView(
        id=warned.id,
        rule=warned.rule,
        subject=warned.subject,
        team_id=warned.team_id,
        said=warned.said,
        numbers=dict(warned.numbers),
        action=warned.action,
        lend=list(warned.lend),
        told=list(warned.told),
        since=warned.since,
        ended_at=warned.ended_at,
        times=warned.epoch,
    )
