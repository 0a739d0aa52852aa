"""For how long what is kept."""

from http import HTTPStatus
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from chalicelib.api.jobs import JobView
from chalicelib.api.jobs import view as job_view
from chalicelib.api.routing import Caller, Resource
from chalicelib.api.schemas import Body, View
from chalicelib.domain.agent import Role
from chalicelib.domain.document import Document
from chalicelib.domain.errors import InvalidInput, VersionConflict
from chalicelib.domain.retention import MAX_DAYS, MIN_DAYS
from chalicelib.services import retention
from chalicelib.services.paperwork import save
from chalicelib.services.retention import DOCUMENT, RULES
from chalicelib.wiring import api, work

Days = Annotated[int, Meta(ge=MIN_DAYS, le=MAX_DAYS)]
ReadVersion = Annotated[int, Meta(ge=0, le=2**53 - 1, description="The version that was read; 0 where there is none")]

resource = Resource("retention")


class RulesBody(Body, frozen=True, kw_only=True):
    """After so many days without activity (null: never) these go: resolved `conversations` with all that was said in
    them; `attachments` of resolved conversations; lines of the `timeline`; `contacts` of whom nothing was heard, which
    are erased as whole persons, each with a certificate. What a legal hold protects stays."""

    version: ReadVersion
    conversations: Days | None = None
    attachments: Days | None = None
    timeline: Days | None = None
    contacts: Days | None = None


class RulesView(View, frozen=True, kw_only=True):
    """`version` 0: nobody has written any, and all is kept."""

    version: int
    conversations: int | None
    attachments: int | None
    timeline: int | None
    contacts: int | None


class RunBody(Body, frozen=True, kw_only=True):
    """`dry_run`: only count."""

    dry_run: bool = True


@resource.route("GET", "/retention/rules", role=Role.SUPERVISOR, gives=RulesView)
def get_retention(caller: Caller) -> RulesView:
    """For how long what is kept."""
    found = work.documents(DOCUMENT).get(RULES)
    return _view(found or Document(RULES, {}, 0))


@resource.route(
    "PUT",
    "/retention/rules",
    role=Role.ADMIN,
    body=RulesBody,
    gives=RulesView,
    refuses=(VersionConflict,),
    example={"version": 0, "conversations": 730, "attachments": 365},
)
def put_retention(caller: Caller, body: RulesBody) -> RulesView:
    """Replace the rules. Nothing is removed until they are carried out."""
    given: dict[str, Any] = {name: days for name, days in msgspec.to_builtins(body).items() if name != "version"}
    return _view(save(work.documents(DOCUMENT), RULES, given, body.version))


@resource.route(
    "POST",
    "/retention/runs",
    role=Role.ADMIN,
    body=RunBody,
    gives=JobView,
    status=HTTPStatus.ACCEPTED,
    example={"dry_run": True},
)
def run_retention(caller: Caller, body: RunBody) -> JobView:
    """Carry out the rules as they are now, or count what they would remove. The job's `result` has for each rule the
    `count`, the first ids (`samples`) and how many a legal hold keeps (`held`)."""
    found = work.documents(DOCUMENT).get(RULES)
    if found is None:
        raise InvalidInput("There are no retention rules yet: write them first.")
    return job_view(retention.ask(api.jobs(), caller.principal, found.body, caller.now, dry_run=body.dry_run))


def _view(document: Document) -> RulesView:
    known = {name: document.body.get(name) for name in ("conversations", "attachments", "timeline", "contacts")}
    return RulesView(version=document.version, **known)
