"""Message templates of an inbox: what the provider has approved, and whether a send would fit."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta

from chalicelib.api.routing import Caller, Resource
from chalicelib.api.schemas import Body, Json, Query, View
from chalicelib.domain.agent import Role
from chalicelib.domain.errors import InboxNotFound
from chalicelib.domain.template import Button, Header, Parts, Template, TemplateStatus
from chalicelib.domain.template_fit import needs_value, placeholders
from chalicelib.services import inboxes, template_check, templates
from chalicelib.services.templates import TemplatesUnavailable
from chalicelib.wiring import api as wiring

resource = Resource("templates")


class TemplateButtonView(View, frozen=True, kw_only=True):
    """`needs_value`: a value has to be given with each send."""

    kind: str
    text: str
    url: str | None
    needs_value: bool


class TemplateHeaderView(View, frozen=True, kw_only=True):
    """`kind` text, or what has to be given with each send: image, video, document, location; other where the provider
    does not tell."""

    kind: str
    text: str
    placeholders: list[str]


class TemplatePartsView(View, frozen=True, kw_only=True):
    """`placeholders` are numbers or names, in the order of the text. `others`: parts that only the provider checks."""

    header: TemplateHeaderView | None
    body: str
    placeholders: list[str]
    footer: str | None
    buttons: list[TemplateButtonView]
    others: list[str]


class TemplateView(View, frozen=True, kw_only=True):
    """`parts` is null where only webhooks have told of the template, and the list was never read."""

    id: str
    inbox_id: str
    name: str
    language: str
    status: TemplateStatus
    reason: str | None
    quality: str | None
    category: str | None
    parts: TemplatePartsView | None
    external_id: str | None
    updated_at: datetime | None


class TemplateList(View, frozen=True, kw_only=True):
    """`listed_at`: when the provider's list was last read; null: never."""

    items: list[TemplateView]
    listed_at: datetime | None


class TemplateQuery(Query, frozen=True, kw_only=True):
    """`q`: what the name or the text has to contain."""

    status: TemplateStatus | None = None
    q: Annotated[str, Meta(max_length=100)] | None = None


class SyncedView(View, frozen=True, kw_only=True):
    """How many templates the provider's list has, and how many of ours it changed."""

    found: int
    changed: int
    listed_at: datetime


class TemplateCheckBody(Body, frozen=True, kw_only=True):
    """As the `content` of a message of the kind template."""

    name: Annotated[str, Meta(min_length=1, max_length=512)]
    language: Annotated[str, Meta(min_length=1, max_length=35)]
    components: Annotated[list[Json], Meta(max_length=20)] = []


class MisfitView(View, frozen=True, kw_only=True):
    """What does not fit: the field of the message, and why."""

    field: str
    reason: str


class TemplateCheckView(View, frozen=True, kw_only=True):
    """`known` false: the template is not known here, so nothing can be said. `preview`: how the message would read."""

    ok: bool
    known: bool
    misfits: list[MisfitView]
    preview: str | None


@resource.route(
    "GET",
    "/inboxes/{inbox_id}/templates",
    role=Role.AGENT,
    query=TemplateQuery,
    gives=TemplateList,
    refuses=(InboxNotFound,),
)
def list_templates(caller: Caller, inbox_id: str, query: TemplateQuery) -> TemplateList:
    """The inbox's templates, by name and language."""
    inboxes.get(wiring.inboxes().store, inbox_id)
    found, listed_at = templates.listed(wiring.templates(), inbox_id, query.status, query.q)
    return TemplateList(items=[view(one) for one in found], listed_at=listed_at)


@resource.route(
    "POST",
    "/inboxes/{inbox_id}/templates/sync",
    role=Role.SUPERVISOR,
    gives=SyncedView,
    refuses=(InboxNotFound, TemplatesUnavailable),
)
def sync_templates(caller: Caller, inbox_id: str) -> SyncedView:
    """Read the provider's list anew. Between two such, webhooks tell what changes."""
    synced = templates.sync(wiring.inboxes(), wiring.templates(), inbox_id, caller.now)
    return SyncedView(found=synced.found, changed=synced.changed, listed_at=synced.at)


@resource.route(
    "POST",
    "/inboxes/{inbox_id}/templates/check",
    role=Role.AGENT,
    body=TemplateCheckBody,
    gives=TemplateCheckView,
    refuses=(InboxNotFound,),
    example={
        "name": "order_update",
        "language": "en",
        "components": [{"type": "body", "parameters": [{"type": "text", "text": "Ana"}]}],
    },
)
def check_template(caller: Caller, inbox_id: str, body: TemplateCheckBody) -> TemplateCheckView:
    """Whether a template message would be taken, all that is wrong with it, and how it would read."""
    inbox = inboxes.get(wiring.inboxes().store, inbox_id)
    content = {"name": body.name, "language": body.language, "components": body.components}
    fit = template_check.fit(wiring.templates(), inbox, content)
    return TemplateCheckView(
        ok=not fit.misfits,
        known=fit.template is not None,
        misfits=[MisfitView(field=one.field, reason=one.reason) for one in fit.misfits],
        preview=fit.preview,
    )


def view(template: Template) -> TemplateView:
    names = [name for name in TemplateView.__struct_fields__ if name != "parts"]
    fields = {name: getattr(template, name) for name in names}
    return TemplateView(**fields, parts=_parts(template.parts) if template.parts else None)


def _parts(parts: Parts) -> TemplatePartsView:
    return TemplatePartsView(
        header=_header(parts.header) if parts.header else None,
        body=parts.body,
        placeholders=list(placeholders(parts.body)),
        footer=parts.footer or None,
        buttons=[_button(button) for button in parts.buttons],
        others=list(parts.others),
    )


def _header(header: Header) -> TemplateHeaderView:
    return TemplateHeaderView(kind=header.kind, text=header.text, placeholders=list(placeholders(header.text)))


def _button(button: Button) -> TemplateButtonView:
    return TemplateButtonView(
        kind=button.kind, text=button.text, url=button.url or None, needs_value=needs_value(button)
    )
