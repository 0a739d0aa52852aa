"""Data sources: systems that are asked over HTTP what they know of a contact."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from chalicelib.api.routing import Caller, Resource
from chalicelib.api.rules import ReadVersion
from chalicelib.api.schemas import Body, Json, View
from chalicelib.domain.agent import Role
from chalicelib.domain.data_source import Auth, Consumer, DataSource, FactType, Method
from chalicelib.domain.errors import ContactNotFound, DataSourceNotFound, VersionConflict
from chalicelib.services import contacts, data_sources, paperwork
from chalicelib.wiring import api as wiring
from chalicelib.wiring import sources as made

Path = Annotated[str, Meta(min_length=1, max_length=data_sources.MAX_PATH)]
Key = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,39}\Z", examples=["crm"])]
Seconds = Annotated[int, Meta(ge=0, le=data_sources.MAX_TTL)]

resource = Resource("data-sources")


class MappedBody(Body, frozen=True, kw_only=True):
    """`path`: a JMESPath expression on the answer."""

    path: Path
    type: FactType = FactType.TEXT


class DataSourceBody(Body, frozen=True, kw_only=True):
    """`url` and `body` (of a POST, sent as JSON) may name fields of the contact: `{email}`, `{phone}`, `{external_id}`
    (of `system`), `{contact_id}`, `{name}`, `{attribute.size}`. Facts are called `<key>.<name>`. `credentials`: `token`
    (bearer), `user` and `password` (basic), `value` (header); left out: those there are stay. They are never read
    back."""

    key: Key
    name: Annotated[str, Meta(min_length=1, max_length=60)]
    url: Annotated[str, Meta(min_length=1, max_length=data_sources.MAX_URL)]
    mapping: Annotated[dict[str, MappedBody], Meta(min_length=1, max_length=data_sources.MAX_FACTS)]
    method: Method = Method.GET
    auth: Auth = Auth.NONE
    header: Annotated[str, Meta(max_length=60)] = ""
    credentials: Annotated[dict[str, str], Meta(max_length=2)] | None = None
    body: Annotated[dict[str, str], Meta(max_length=data_sources.MAX_BODY)] = {}
    system: Annotated[str, Meta(max_length=80)] = ""
    ttl_seconds: Annotated[int, Meta(ge=1, le=data_sources.MAX_TTL)] = 300
    stale_seconds: Seconds = 3600
    timeout_seconds: Annotated[float, Meta(ge=0.1, le=data_sources.MAX_TIMEOUT)] = 2.0
    consumers: Annotated[list[Consumer], Meta(max_length=len(Consumer))] = []
    enabled: bool = True


class DataSourceChanges(DataSourceBody, frozen=True, kw_only=True):
    version: ReadVersion


class DataSourceView(View, frozen=True, kw_only=True):
    id: str
    key: str
    name: str
    url: str
    mapping: dict[str, Json]
    method: Method
    auth: Auth
    header: str
    body: dict[str, str]
    system: str
    ttl_seconds: int
    stale_seconds: int
    timeout_seconds: float
    consumers: list[Consumer]
    enabled: bool
    version: int


class DataSourceList(View, frozen=True, kw_only=True):
    items: list[DataSourceView]


class TrialBody(Body, frozen=True, kw_only=True):
    contact_id: Annotated[str, Meta(min_length=1, max_length=80)]


class TrialView(View, frozen=True, kw_only=True):
    """What was asked (secrets masked), what came back (its beginning), and what was made of it."""

    method: str
    url: str
    headers: dict[str, str]
    body: str
    status: int | None
    excerpt: str
    took_ms: int
    facts: Json
    faults: dict[str, str]
    error: str


_EXAMPLE = {
    "key": "crm",
    "name": "CRM",
    "url": "https://crm.example.com/customers/{external_id}",
    "system": "crm",
    "auth": "bearer",
    "credentials": {"token": "…"},
    "mapping": {"score": {"path": "rating.score", "type": "integer"}, "owner": {"path": "owner.name"}},
    "ttl_seconds": 600,
}


@resource.route("GET", "/data-sources", role=Role.ADMIN, gives=DataSourceList)
def list_data_sources(caller: Caller) -> DataSourceList:
    """All of them."""
    return DataSourceList(items=[_view(each) for each in data_sources.every(made.documents())])


@resource.route(
    "POST",
    "/data-sources",
    role=Role.ADMIN,
    body=DataSourceBody,
    gives=DataSourceView,
    status=HTTPStatus.CREATED,
    refuses=(VersionConflict,),
    example=_EXAMPLE,
)
def create_data_source(caller: Caller, body: DataSourceBody) -> DataSourceView:
    """Connect a system. It is asked within 15 seconds."""
    return _put(wiring.random_ids().new("dts"), body, 0)


@resource.route(
    "GET", "/data-sources/{source_id}", role=Role.ADMIN, gives=DataSourceView, refuses=(DataSourceNotFound,)
)
def get_data_source(caller: Caller, source_id: str) -> DataSourceView:
    """One of them; its credentials are never shown."""
    return _view(data_sources.get(made.documents(), source_id))


@resource.route(
    "PUT",
    "/data-sources/{source_id}",
    role=Role.ADMIN,
    body=DataSourceChanges,
    gives=DataSourceView,
    refuses=(DataSourceNotFound, VersionConflict),
    example={"version": 1, **_EXAMPLE},
)
def put_data_source(caller: Caller, source_id: str, body: DataSourceChanges) -> DataSourceView:
    """Replace it. What it said before is forgotten."""
    data_sources.get(made.documents(), source_id)
    return _put(source_id, body, body.version)


@resource.route(
    "DELETE",
    "/data-sources/{source_id}",
    role=Role.ADMIN,
    status=HTTPStatus.NO_CONTENT,
    refuses=(DataSourceNotFound, VersionConflict),
)
def delete_data_source(caller: Caller, source_id: str) -> None:
    """It is asked no more, and its facts are gone."""
    document = made.documents().get(source_id)
    if document is None:
        raise DataSourceNotFound("There is no such data source.")
    paperwork.remove(made.documents(), document)


@resource.route(
    "POST",
    "/data-sources/{source_id}/trial",
    role=Role.ADMIN,
    body=TrialBody,
    gives=TrialView,
    refuses=(DataSourceNotFound, ContactNotFound),
    example={"contact_id": "con_0x7q2v5h8w0c4n1"},
)
def try_data_source(caller: Caller, source_id: str, body: TrialBody) -> TrialView:
    """Ask it for a contact, now, and keep nothing of it."""
    source = data_sources.get(made.documents(), source_id)
    contact = contacts.get(wiring.contacts(), body.contact_id)
    trial = made.external_facts().trial(source, contact)
    return TrialView(
        method=trial.method,
        url=trial.url,
        headers=dict(trial.headers),
        body=trial.body,
        status=trial.status,
        excerpt=trial.excerpt,
        took_ms=trial.took_ms,
        facts=dict(trial.facts),
        faults=dict(trial.faults),
        error=trial.error,
    )


def _put(source_id: str, body: DataSourceBody, read_version: int) -> DataSourceView:
    given: dict[str, Any] = msgspec.to_builtins(body)
    given.pop("version", None)
    credentials: Mapping[str, str] | None = given.pop("credentials")
    given["consumers"] = given["consumers"] or None
    return _view(data_sources.put(made.documents(), made.secrets(), source_id, given, credentials, read_version))


def _view(source: DataSource) -> DataSourceView:
    return DataSourceView(id=source.id, version=source.version, **_typed(data_sources.source_body(source)))


def _typed(body: Mapping[str, Any]) -> dict[str, Any]:
    given = dict(body)
    given |= {"method": Method(given["method"]), "auth": Auth(given["auth"])}
    return given | {"consumers": [Consumer(each) for each in given["consumers"]]}
