"""How inboxes are doing, and telling their providers where the webhook is."""

from datetime import datetime
from typing import Any

from chalicelib.api.routing import Caller, Resource
from chalicelib.api.schemas import Json, View
from chalicelib.domain.agent import Role
from chalicelib.domain.errors import InboxNotFound
from chalicelib.domain.inbox_health import DAY_HOURS, InboxHealth, Registration, TokenState, Vitals, error_rate
from chalicelib.services import health
from chalicelib.services.health import Examined, Known, NotRegistrable
from chalicelib.wiring import api as wiring

resource = Resource("health")


class RegistrationView(View, frozen=True, kw_only=True):
    """Whether the provider will send its webhooks to `url`, in its own words."""

    ok: bool
    detail: str
    url: str
    at: datetime


class TrafficView(View, frozen=True, kw_only=True):
    """What was sent (each try counts); `error_rate` is the share that failed, null where nothing was sent."""

    sent: int
    failed: int
    error_rate: float | None


class FailureView(View, frozen=True, kw_only=True):
    """Why the last try that failed did."""

    at: datetime
    code: str
    failure: str
    detail: str


class NoticeView(View, frozen=True, kw_only=True):
    """The provider's newest word of one kind."""

    kind: str
    at: datetime
    detail: Json


class InboxSignsView(View, frozen=True, kw_only=True):
    """What is known of an inbox without asking its provider, as of about a minute ago. `last_check_at`: the
    provider looked whether the address is ours. `token`: whether the provider takes the credentials. `paced_until`:
    messages waited for the provider's limit of speed until then."""

    token: TokenState
    token_since: datetime | None
    token_reason: str | None
    last_webhook_at: datetime | None
    last_refused_webhook_at: datetime | None
    last_check_at: datetime | None
    last_sent_at: datetime | None
    last_failure: FailureView | None
    paced_until: datetime | None


class HealthView(InboxSignsView, frozen=True, kw_only=True):
    """`ok`, `detail`, `facts`: what the provider says now. The rest is known from before; counts are those of about a
    minute ago."""

    ok: bool
    detail: str
    facts: Json
    last_hour: TrafficView
    last_day: TrafficView
    registration: RegistrationView | None
    notices: list[NoticeView]


@resource.route(
    "GET",
    "/inboxes/{inbox_id}/health",
    role=Role.SUPERVISOR,
    gives=HealthView,
    refuses=(InboxNotFound,),
)
def check_inbox(caller: Caller, inbox_id: str) -> HealthView:
    """Ask the provider whether the credentials are good, now; and tell what is known of the inbox."""
    return _health(health.examine(wiring.inboxes(), inbox_id, caller.now), caller.now)


@resource.route(
    "POST",
    "/inboxes/{inbox_id}/register",
    role=Role.ADMIN,
    gives=RegistrationView,
    refuses=(InboxNotFound, NotRegistrable),
)
def register_inbox(caller: Caller, inbox_id: str) -> RegistrationView:
    """Tell the provider where the webhook is, for channels with such a call. It may be repeated."""
    return _registration(health.register(wiring.inboxes(), inbox_id, caller.now))


def signs(found: Known) -> InboxSignsView:
    """For lists of inboxes."""
    return InboxSignsView(**_signs(found.lasting, found.vitals))


def _signs(lasting: InboxHealth, vitals: Vitals) -> dict[str, Any]:
    return {
        "token": lasting.token,
        "token_since": lasting.token_at,
        "token_reason": lasting.reason,
        "last_webhook_at": vitals.webhook_at,
        "last_refused_webhook_at": vitals.webhook_refused_at,
        "last_check_at": vitals.checked_at,
        "last_sent_at": vitals.sent_at,
        "last_failure": _failure(vitals),
        "paced_until": vitals.held_until,
    }


def _health(found: Examined, now: datetime) -> HealthView:
    lasting, vitals = found.lasting, found.vitals
    return HealthView(
        ok=found.live.ok,
        detail=found.live.detail,
        facts=dict(found.live.facts),
        last_hour=_traffic(vitals, 1, now),
        last_day=_traffic(vitals, DAY_HOURS, now),
        registration=_registration(lasting.registration) if lasting.registration else None,
        notices=[NoticeView(kind=one.kind, at=one.at, detail=dict(one.detail)) for one in lasting.notices],
        **_signs(lasting, vitals),
    )


def _failure(vitals: Vitals) -> FailureView | None:
    last = vitals.failure
    return FailureView(at=last.at, code=last.code, failure=last.failure, detail=last.detail) if last else None


def _traffic(vitals: Vitals, hours: int, now: datetime) -> TrafficView:
    sent, failed = counts = vitals.counts(hours, now)
    return TrafficView(sent=sent, failed=failed, error_rate=error_rate(counts))


def _registration(registration: Registration) -> RegistrationView:
    return RegistrationView(ok=registration.ok, detail=registration.detail, url=registration.url, at=registration.at)
