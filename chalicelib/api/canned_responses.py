"""Canned responses: texts that are used again and again."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any

from msgspec import UNSET, Meta, UnsetType

from chalicelib.api.messages import attached
from chalicelib.api.routing import Caller, Resource
from chalicelib.api.schemas import Query, TeamId, UploadId, Version, View, changes_of
from chalicelib.api.text_schemas import ScopedBody, ScopedChanges, moved, owner_fields
from chalicelib.channels import registry
from chalicelib.domain.agent import Role
from chalicelib.domain.canned_response import (
    MAX_BODY,
    MAX_FILES,
    MAX_RESPONSES,
    MAX_TITLE,
    MAX_VARIANTS,
    CannedResponse,
)
from chalicelib.domain.errors import InvalidInput, NotPermitted, UploadNotFound, VersionConflict
from chalicelib.domain.errors_texts import CannedResponseNotFound, TextNameTaken, TextsTooMany
from chalicelib.domain.message import Attachment
from chalicelib.domain.text_scope import TextScope, whose_of
from chalicelib.services.canned_responses import check_channels
from chalicelib.wiring import api as wiring
from chalicelib.wiring import texts

Shortcut = Annotated[
    str, Meta(min_length=1, max_length=40, pattern=r"^[^\s/\x00-\x1f\x7f]+\Z", description="What is typed after a /")
]
Title = Annotated[str, Meta(min_length=1, max_length=MAX_TITLE, pattern=r"\S")]
Words = Annotated[str, Meta(min_length=1, max_length=MAX_BODY, pattern=r"\S")]
Locale = Annotated[str, Meta(pattern=r"^[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,3}\Z", examples=["pt-BR"])]
Variants = Annotated[dict[Locale, Words], Meta(max_length=MAX_VARIANTS)]
Channels = Annotated[list[Annotated[str, Meta(min_length=1, max_length=40)]], Meta(max_length=20)]
Uploads = Annotated[list[UploadId], Meta(max_length=MAX_FILES)]

resource = Resource("canned-responses")


class CannedQuery(Query, frozen=True, kw_only=True):
    """Without a `scope`: what is offered after a `/`, the likeliest first. With one: all of that owner, by shortcut."""

    q: Annotated[str, Meta(max_length=200)] = ""
    channel: Annotated[str, Meta(max_length=40)] | None = None
    limit: Annotated[int, Meta(ge=1, le=MAX_RESPONSES)] = 25
    scope: TextScope | None = None
    team_id: TeamId | None = None


class CannedBody(ScopedBody, frozen=True, kw_only=True):
    """`body` may hold placeholders, each with words for whom it is not known: `{{contact.first_name|there}}`.
    `variants`: the same by language or locale. `channels`: where it is for; none is everywhere. `attachments`: ids of
    the caller's own uploads, kept for good."""

    shortcut: Shortcut
    title: Title
    body: Words
    variants: Variants = {}
    channels: Channels = []
    attachments: Uploads = []


class CannedChanges(ScopedChanges, frozen=True, kw_only=True):
    """What is left out stays. `remove_attachments` counts from 0, in the order in which they are shown."""

    version: Version
    shortcut: Shortcut | UnsetType = UNSET
    title: Title | UnsetType = UNSET
    body: Words | UnsetType = UNSET
    variants: Variants | UnsetType = UNSET
    channels: Channels | UnsetType = UNSET
    add_attachments: Uploads | UnsetType = UNSET
    remove_attachments: Annotated[list[Annotated[int, Meta(ge=0, lt=MAX_FILES)]], Meta(max_length=MAX_FILES)] | (
        UnsetType
    ) = UNSET


class CannedFileView(View, frozen=True, kw_only=True):
    mime: str
    name: str | None
    size_bytes: int | None


class CannedView(View, frozen=True, kw_only=True):
    """`used`: how often it was taken; it may lag behind. `editable`: the caller may change it."""

    id: str
    scope: TextScope
    team_id: str | None
    shortcut: str
    title: str
    body: str
    variants: dict[str, str]
    channels: list[str]
    attachments: list[CannedFileView]
    used: int
    editable: bool
    changed_at: datetime
    changed_by: str
    version: int


class CannedList(View, frozen=True, kw_only=True):
    items: list[CannedView]


@resource.route("GET", "/canned-responses", role=Role.AGENT, query=CannedQuery, gives=CannedList)
def list_canned_responses(caller: Caller, query: CannedQuery) -> CannedList:
    """What the caller may use: their own, their teams', everybody's; found by shortcut and words."""
    reader, service = texts.reader(caller.principal), texts.canned_responses()
    if query.scope is None:
        if query.team_id is not None:
            raise InvalidInput("team_id goes with the scope team.", field="team_id")
        found = service.pick(reader, query.q, query.channel, query.limit)
        return CannedList(items=[_view(each, editable=reader.may_write(each.whose)) for each in found])
    whose = whose_of(caller.principal, query.scope, query.team_id)
    asked = query.q.casefold()
    kept = [each for each in service.library.of(reader, whose) if asked in f"{each.shortcut} {each.title}".casefold()]
    return CannedList(items=[_view(each, editable=reader.may_write(each.whose)) for each in kept])


@resource.route(
    "POST",
    "/canned-responses",
    role=Role.AGENT,
    body=CannedBody,
    gives=CannedView,
    status=HTTPStatus.CREATED,
    refuses=(NotPermitted, TextNameTaken, TextsTooMany, UploadNotFound),
    example={
        "scope": "personal",
        "shortcut": "returns",
        "title": "How to return",
        "body": "Hello {{contact.first_name|there}}, print the label and drop the parcel at any shop.",
        "variants": {"de": "Hallo {{contact.first_name|zusammen}}, bitte den Aufkleber drucken."},
    },
)
def create_canned_response(caller: Caller, body: CannedBody) -> CannedView:
    """Keep a text. Agents keep their own; what is a team's or everybody's is for supervisors."""
    reader, whose = texts.reader(caller.principal), body.whose(caller.principal)
    reader.check_write(whose)
    made = CannedResponse(
        id=wiring.random_ids().new("can"),
        whose=whose,
        shortcut=body.shortcut,
        title=body.title.strip(),
        body=body.body,
        changed_at=caller.now,
        changed_by=caller.principal.id,
        variants=body.variants,
        channels=check_channels(body.channels, sorted(registry.CHANNELS)),
        files=attached(caller, body.attachments),
    )
    return _view(texts.canned_responses().add(reader, made), editable=True)


@resource.route(
    "GET",
    "/canned-responses/{canned_response_id}",
    role=Role.AGENT,
    gives=CannedView,
    refuses=(CannedResponseNotFound,),
)
def get_canned_response(caller: Caller, canned_response_id: str) -> CannedView:
    """One text, as it is kept."""
    reader = texts.reader(caller.principal)
    found = texts.canned_responses().library.get(reader, canned_response_id)
    return _view(found, editable=reader.may_write(found.whose))


@resource.route(
    "PATCH",
    "/canned-responses/{canned_response_id}",
    role=Role.AGENT,
    body=CannedChanges,
    gives=CannedView,
    refuses=(CannedResponseNotFound, NotPermitted, VersionConflict, TextNameTaken, TextsTooMany, UploadNotFound),
    example={"version": 1, "title": "How to send something back"},
)
def edit_canned_response(caller: Caller, canned_response_id: str, body: CannedChanges) -> CannedView:
    """Change a text, or give it to another owner. `version` is the one that was read."""
    changes = changes_of(body)
    if not changes:
        raise InvalidInput("There is nothing to change.", field="version")
    reader, service = texts.reader(caller.principal), texts.canned_responses()
    changes = moved(changes, caller.principal)
    if "channels" in changes:
        changes["channels"] = check_channels(changes["channels"], sorted(registry.CHANNELS))
    if "add_attachments" in changes or "remove_attachments" in changes:
        before = service.library.get(reader, canned_response_id)
        reader.check_write(before.whose)
        changes["files"] = _files(caller, before.files, changes)
    return _view(service.change(reader, canned_response_id, body.version, changes, caller.now), editable=True)


def _files(caller: Caller, before: tuple[Attachment, ...], changes: dict[str, Any]) -> tuple[Attachment, ...]:
    gone = changes.pop("remove_attachments", [])
    for place, each in enumerate(gone):
        if each >= len(before):
            raise InvalidInput("There is no such file.", field=f"remove_attachments[{place}]")
    files = tuple(file for place, file in enumerate(before) if place not in gone)
    files += attached(caller, changes.pop("add_attachments", []))
    if len(files) > MAX_FILES:
        raise InvalidInput(f"At most {MAX_FILES} files.", field="add_attachments")
    return files


@resource.route(
    "DELETE",
    "/canned-responses/{canned_response_id}",
    role=Role.AGENT,
    status=HTTPStatus.NO_CONTENT,
    refuses=(CannedResponseNotFound, NotPermitted, VersionConflict),
)
def delete_canned_response(caller: Caller, canned_response_id: str) -> None:
    """Take a text away. Macros that name it are refused from then on."""
    texts.canned_responses().library.delete(texts.reader(caller.principal), canned_response_id)


def _view(response: CannedResponse, *, editable: bool) -> CannedView:
    files = [CannedFileView(mime=file.mime, name=file.name, size_bytes=file.size_bytes) for file in response.files]
    return CannedView(
        id=response.id,
        **owner_fields(response.whose),
        shortcut=response.shortcut,
        title=response.title,
        body=response.body,
        variants=dict(response.variants),
        channels=list(response.channels),
        attachments=files,
        used=response.used,
        editable=editable,
        changed_at=response.changed_at,
        changed_by=response.changed_by,
        version=response.version,
    )
