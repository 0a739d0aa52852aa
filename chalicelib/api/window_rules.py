"""Rules of windows that close, and of customers who move by themselves."""

from typing import Annotated

from msgspec import Meta

from chalicelib.api.routing import Caller, Resource
from chalicelib.api.schemas import Body, View
from chalicelib.domain.agent import Role
from chalicelib.domain.errors import InvalidInput, VersionConflict
from chalicelib.domain.joining import ResumePolicy
from chalicelib.domain.window_guard import GuardPolicy
from chalicelib.services import window_documents as documents
from chalicelib.services.paperwork import save
from chalicelib.wiring import windows

resource = Resource("windows")

ReadVersion = Annotated[int, Meta(ge=0, le=2**53 - 1, description="The version that was read; 0 where there is none")]
Points = Annotated[int, Meta(ge=0, le=documents.MOST_POINTS)]
Weights = Annotated[dict[str, int], Meta(max_length=documents.MOST_NAMES)]
Lead = Annotated[int, Meta(ge=documents.SOONEST, le=12 * 3600)]
Days = Annotated[int, Meta(ge=0, le=documents.LONGEST)]


class WindowRules(Body, frozen=True, kw_only=True):
    """`lead_seconds`: so long before its end a window of a day is on the board, of other lengths in proportion. Points
    are for what is owed; `priorities`, `tiers` and `labels` add theirs, by name."""

    lead_seconds: Lead = GuardPolicy().lead_seconds
    waiting: Points = GuardPolicy().waiting
    promise: Points = GuardPolicy().promise
    scheduled: Points = GuardPolicy().scheduled
    snoozed: Points = GuardPolicy().snoozed
    priorities: Weights = {}
    tiers: Weights = {}
    labels: Weights = {}


class WindowRulesBody(WindowRules, frozen=True, kw_only=True):
    version: ReadVersion


class WindowRulesView(View, frozen=True, kw_only=True):
    """`version` 0: nobody has set anything, these are the desk's own."""

    rules: WindowRules
    version: int


class ResumeRules(Body, frozen=True, kw_only=True):
    """How long ago the last word of an open case (`open_seconds`) or its end (`resolved_seconds`) may be for a customer
    who writes on another channel to be in it at once; `ask_...`: for them to be asked. 0: never."""

    enabled: bool = True
    ask: bool = True
    open_seconds: Days = ResumePolicy().open_seconds
    resolved_seconds: Days = ResumePolicy().resolved_seconds
    ask_open_seconds: Days = ResumePolicy().ask_open_seconds
    ask_resolved_seconds: Days = ResumePolicy().ask_resolved_seconds


class ResumeRulesBody(ResumeRules, frozen=True, kw_only=True):
    version: ReadVersion


class ResumeRulesView(View, frozen=True, kw_only=True):
    """`version` 0: nobody has set anything, these are the desk's own."""

    rules: ResumeRules
    version: int


@resource.route("GET", "/window-rules", role=Role.ADMIN, gives=WindowRulesView)
def get_window_rules(caller: Caller) -> WindowRulesView:
    """The rules in force."""
    return _window_view(documents.guard_policy(windows.guard_documents().get(documents.PUBLISHED)))


@resource.route(
    "PUT",
    "/window-rules",
    role=Role.ADMIN,
    body=WindowRulesBody,
    gives=WindowRulesView,
    refuses=(InvalidInput, VersionConflict),
    example={"version": 0, "lead_seconds": 7200, "tiers": {"gold": 50}, "priorities": {"high": 30, "urgent": 60}},
)
def publish_window_rules(caller: Caller, body: WindowRulesBody) -> WindowRulesView:
    """Put rules in force. What is on the board is ranked by them when it is looked at next."""
    given = {name: getattr(body, name) for name in WindowRules.__struct_fields__}
    policy = documents.guard_policy_from(given, body.version + 1)
    save(windows.guard_documents(), documents.PUBLISHED, documents.guard_policy_body(policy), body.version)
    return _window_view(policy)


@resource.route("GET", "/resume-rules", role=Role.ADMIN, gives=ResumeRulesView)
def get_resume_rules(caller: Caller) -> ResumeRulesView:
    """The rules in force."""
    return _resume_view(documents.resume_policy(windows.resume_documents().get(documents.PUBLISHED)))


@resource.route(
    "PUT",
    "/resume-rules",
    role=Role.ADMIN,
    body=ResumeRulesBody,
    gives=ResumeRulesView,
    refuses=(InvalidInput, VersionConflict),
    example={"version": 0, "open_seconds": 259200, "resolved_seconds": 86400},
)
def publish_resume_rules(caller: Caller, body: ResumeRulesBody) -> ResumeRulesView:
    """Put rules in force, for conversations that begin from now on."""
    given = {name: getattr(body, name) for name in ResumeRules.__struct_fields__}
    policy = documents.resume_policy_from(given, body.version + 1)
    save(windows.resume_documents(), documents.PUBLISHED, documents.resume_policy_body(policy), body.version)
    return _resume_view(policy)


def _window_view(policy: GuardPolicy) -> WindowRulesView:
    return WindowRulesView(rules=WindowRules(**documents.guard_policy_body(policy)), version=policy.version)


def _resume_view(policy: ResumePolicy) -> ResumeRulesView:
    return ResumeRulesView(rules=ResumeRules(**documents.resume_policy_body(policy)), version=policy.version)
