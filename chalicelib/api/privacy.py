"""What is kept of a person: shown, given to them, erased."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated

from msgspec import Meta

from chalicelib.api import cursors
from chalicelib.api.jobs import JobView
from chalicelib.api.jobs import view as job_view
from chalicelib.api.routing import Caller, Resource
from chalicelib.api.schemas import Body, Json, PageQuery, View
from chalicelib.domain.agent import Role
from chalicelib.domain.erasure import Erasure
from chalicelib.domain.errors import (
    ContactNotFound,
    CursorInvalid,
    ErasureNotFound,
    ErasureRefused,
    JobNotFound,
)
from chalicelib.services.erasure import find
from chalicelib.services.personal_data import KEPT, STORES
from chalicelib.wiring import api, privacy

Reason = Annotated[str, Meta(min_length=1, max_length=500, pattern=r"\S")]
Confirmation = Annotated[str, Meta(max_length=100, description="The contact's id, typed")]

resource = Resource("privacy")


class ErasureBody(Body, frozen=True, kw_only=True):
    """`confirmation` is the contact's id, typed once more. `reason` is kept with the erasure: name nobody in it."""

    confirmation: Confirmation
    reason: Reason


class CertificateBody(Body, frozen=True, kw_only=True):
    """As an erasure shows them."""

    certificate: Json
    signature: Annotated[str, Meta(max_length=200)]


class StoreView(View, frozen=True, kw_only=True):
    """`erased`: what an erasure does to it."""

    name: str
    holds: str
    erased: str


class KeptView(View, frozen=True, kw_only=True):
    """What no erasure reaches, and for how long."""

    what: str
    why: str
    until: str


class RegisterView(View, frozen=True, kw_only=True):
    stores: list[StoreView]
    kept: list[KeptView]


class ErasureRow(View, frozen=True, kw_only=True):
    id: str
    state: str
    asked_by: str
    asked_at: datetime


class ErasureView(ErasureRow, frozen=True, kw_only=True):
    """`removed`: how many things, by store. Once it is done, `certificate` with its `signature`; where it failed,
    `findings` are the keys of what was still there: ask again."""

    contact_ids: list[str]
    reason: str
    rounds: int
    removed: dict[str, int]
    findings: list[str]
    ended_at: datetime | None
    certificate: Json | None
    signature: str | None


class AskedView(View, frozen=True, kw_only=True):
    erasure: ErasureView
    job: JobView


class ErasurePage(View, frozen=True, kw_only=True):
    items: list[ErasureRow]
    next_cursor: str | None


class KeyView(View, frozen=True, kw_only=True):
    """`public_key`: base64 of the 32 bytes of an Ed25519 key."""

    id: str
    algorithm: str
    public_key: str


class KeysView(View, frozen=True, kw_only=True):
    items: list[KeyView]


class VerdictView(View, frozen=True, kw_only=True):
    """`because`: unknown_key (it was not signed here) or signature (it is not as it was signed)."""

    genuine: bool
    because: str | None


class ExportLinkView(View, frozen=True, kw_only=True):
    """The link needs no token and ends after ten minutes."""

    url: str


@resource.route("GET", "/privacy/stores", role=Role.SUPERVISOR, gives=RegisterView)
def list_stores(caller: Caller) -> RegisterView:
    """Everything that holds something of a customer, and what stays where one is erased."""
    stores = [StoreView(name=each.name, holds=each.holds, erased=each.erased) for each in STORES]
    return RegisterView(stores=stores, kept=[KeptView(what=each.what, why=each.why, until=each.until) for each in KEPT])


@resource.route(
    "POST",
    "/contacts/{contact_id}/erasure/preview",
    role=Role.ADMIN,
    gives=JobView,
    status=HTTPStatus.ACCEPTED,
    refuses=(ContactNotFound,),
)
def preview_erasure(caller: Caller, contact_id: str) -> JobView:
    """Count what erasing the whole person would remove; nothing is changed. The job's `result` has `counts` by store
    (`more`: there is more than was counted), `legal_hold` (why nothing may be erased) and `shared_conversation_ids`
    (they hold messages of other contacts too: undo their merges first)."""
    return job_view(privacy.asking().preview(api.jobs(), caller.principal, contact_id, caller.now))


@resource.route(
    "POST",
    "/contacts/{contact_id}/erasure",
    role=Role.ADMIN,
    body=ErasureBody,
    gives=AskedView,
    status=HTTPStatus.ACCEPTED,
    refuses=(ContactNotFound, ErasureRefused),
    example={"confirmation": "con_5h2vq8w0c4n1x7r3k9mt", "reason": "Asked for by letter of 3 March"},
)
def erase_person(caller: Caller, contact_id: str, body: ErasureBody) -> AskedView:
    """Erase everything of the person that this contact is, in all stores. It cannot be undone.

    A repeat gives the erasure that goes on; one that failed goes on anew."""
    erasure, job = privacy.asking().erase(
        api.jobs(), caller.principal, contact_id, body.confirmation, body.reason, caller.now
    )
    return AskedView(erasure=_erasure_view(erasure), job=job_view(job))


@resource.route(
    "GET", "/privacy/erasures", role=Role.ADMIN, query=PageQuery, gives=ErasurePage, refuses=(CursorInvalid,)
)
def list_erasures(caller: Caller, query: PageQuery) -> ErasurePage:
    """All erasures, newest first. They stay: a certificate has no end."""
    page, cursor = cursors.page_of("erasures", privacy.erasures().list, api.cursor_secret, caller, query)
    rows = [{**row, "asked_at": datetime.fromisoformat(row["asked_at"])} for row in page]
    return ErasurePage(items=[ErasureRow(**row) for row in rows], next_cursor=cursor)


@resource.route("GET", "/privacy/erasures/{erasure_id}", role=Role.ADMIN, gives=ErasureView, refuses=(ErasureNotFound,))
def get_erasure(caller: Caller, erasure_id: str) -> ErasureView:
    """How far it is; once it is done, its certificate."""
    return _erasure_view(find(privacy.erasures(), erasure_id))


@resource.route("GET", "/privacy/keys", role=Role.AGENT, gives=KeysView)
def list_keys(caller: Caller) -> KeysView:
    """The keys that certificates of this desk are signed with, the earlier ones too: keep them to verify offline."""
    known = privacy.signing_keys().all()
    return KeysView(items=[KeyView(id=name, algorithm="Ed25519", public_key=key) for name, key in known.items()])


@resource.route(
    "POST",
    "/privacy/certificates/verify",
    role=Role.AGENT,
    body=CertificateBody,
    gives=VerdictView,
    example={"certificate": {"form": "parley/erasure-certificate/1"}, "signature": "bm9uZQ=="},
)
def verify_certificate(caller: Caller, body: CertificateBody) -> VerdictView:
    """Whether a certificate was signed by this desk and nobody has changed it since."""
    because = privacy.signing_keys().judge(body.certificate, body.signature)
    return VerdictView(genuine=because is None, because=because)


@resource.route(
    "POST",
    "/contacts/{contact_id}/personal-data",
    role=Role.ADMIN,
    gives=JobView,
    status=HTTPStatus.ACCEPTED,
    refuses=(ContactNotFound,),
)
def export_person(caller: Caller, contact_id: str) -> JobView:
    """Gather everything about the person that this contact is into one JSON file, kept for 14 days."""
    return job_view(privacy.exports().ask(api.jobs(), caller.principal, contact_id, caller.now))


@resource.route("GET", "/privacy/exports/{job_id}", role=Role.ADMIN, gives=ExportLinkView, refuses=(JobNotFound,))
def get_export(caller: Caller, job_id: str) -> ExportLinkView:
    """A link to the file that such a job has written."""
    return ExportLinkView(url=privacy.exports().link(api.jobs().get(job_id)))


def _erasure_view(erasure: Erasure) -> ErasureView:
    return ErasureView(
        id=erasure.id,
        state=erasure.state.value,
        asked_by=erasure.asked_by,
        asked_at=erasure.asked_at,
        contact_ids=list(erasure.case.contact_ids),
        reason=erasure.reason,
        rounds=erasure.rounds,
        removed={store: tally.count for store, tally in erasure.removed.items()},
        findings=list(erasure.findings),
        ended_at=erasure.ended_at,
        certificate=dict(erasure.certificate) or None,
        signature=erasure.signature or None,
    )
