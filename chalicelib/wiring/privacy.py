"""What is asked for the sake of privacy, made on first use. What carries it out is in `erasure`: it may do far more."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING

from chalicelib.domain.agent import Principal
from chalicelib.domain.privacy_request import PrivacyRequest, Wish
from chalicelib.services.paperwork import DocumentStore as Documents

if TYPE_CHECKING:
    from chalicelib.aws.stores.erasures import ErasureStore
    from chalicelib.services.certificates import SigningKeys
    from chalicelib.services.erasure_asking import Asking
    from chalicelib.services.personal_export import ExportAsking
    from chalicelib.services.privacy_requests import CarryingOut
    from chalicelib.services.redaction import Redacting


@cache
def signing_keys() -> SigningKeys:
    from chalicelib.aws.stores.erasures import SIGNING_KEYS
    from chalicelib.services.certificates import SigningKeys

    return SigningKeys(_documents(SIGNING_KEYS))


@cache
def erasures() -> ErasureStore:
    from chalicelib.aws.stores.erasures import ErasureStore
    from chalicelib.wiring.shared import desk

    return ErasureStore(desk())


def holds() -> Documents:
    from chalicelib.aws.stores.erasures import HOLDS

    return _documents(HOLDS)


def _documents(kind: str) -> Documents:
    from chalicelib.aws.stores.documents import DocumentStore
    from chalicelib.wiring.shared import desk

    return DocumentStore(desk(), kind)


@cache
def asking() -> Asking:
    from chalicelib.aws.stores.erasures import Holds
    from chalicelib.aws.stores.people import PeopleStore
    from chalicelib.aws.stores.personal_known import PersonalKnown
    from chalicelib.services.erasure_asking import Asking
    from chalicelib.wiring.shared import desk

    return Asking(PersonalKnown(desk()), PeopleStore(desk()), erasures(), Holds(desk()))


@cache
def exports() -> ExportAsking:
    from chalicelib.aws.stores.people import PeopleStore
    from chalicelib.services.personal_export import ExportAsking
    from chalicelib.wiring import api
    from chalicelib.wiring.shared import desk

    return ExportAsking(PeopleStore(desk()), api.blobs())


@cache
def requests() -> CarryingOut:
    """What providers ask for, carried out by the same work as what is asked for here."""
    from chalicelib.aws.stores.privacy_requests import PrivacyRequestStore
    from chalicelib.services.privacy_requests import CarryingOut
    from chalicelib.wiring.shared import desk

    return CarryingOut(PrivacyRequestStore(desk()), _ask, _state_of)


def _ask(request: PrivacyRequest, principal: Principal, contact_id: str, now: datetime) -> str:
    from chalicelib.wiring import api

    if request.wish is Wish.EXPORT:
        return exports().ask(api.jobs(), principal, contact_id, now).id
    reason = f"Asked by {request.channel}, request {request.id}"
    erasure, _ = asking().erase(api.jobs(), principal, contact_id, contact_id, reason, now)
    return erasure.id


def _state_of(wish: Wish, work_id: str) -> str | None:
    from chalicelib.wiring import api

    found = api.jobs().store.get(work_id) if wish is Wish.EXPORT else erasures().get(work_id)
    return found.state.value if found else None


@cache
def redacting() -> Redacting:
    from chalicelib.aws.clients import patient_client
    from chalicelib.aws.personal_files import ATTACHMENTS, MAILS, QUARANTINE, Files
    from chalicelib.aws.stores.redaction import RedactionFiles, RedactionStore
    from chalicelib.services.redaction import Redacting
    from chalicelib.wiring.shared import desk, settings

    buckets = {
        ATTACHMENTS: settings().attachments_bucket,
        MAILS: settings().mail_bucket,
        QUARANTINE: settings().quarantine_bucket,
    }
    return Redacting(RedactionStore(desk()), RedactionFiles(Files(patient_client("s3"), buckets)))
