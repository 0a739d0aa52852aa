"""Erasing, exporting and forgetting: for the routes that ask, and for the jobs that do."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from chalicelib.services.paperwork import DocumentStore as Documents

if TYPE_CHECKING:
    from chalicelib.aws.stores.erasures import ErasureStore
    from chalicelib.aws.stores.personal_data import PersonalData
    from chalicelib.services.certificates import SeededSigner, SigningKeys
    from chalicelib.services.erasure import Erasing
    from chalicelib.services.jobs import Step
    from chalicelib.services.personal_export import Exporting


@cache
def personal_data() -> PersonalData:
    from chalicelib.aws.clients import client, patient_client
    from chalicelib.aws.personal_files import ATTACHMENTS, MAILS, QUARANTINE, Files
    from chalicelib.aws.stores.personal_data import PersonalData
    from chalicelib.aws.transaction import Desk
    from chalicelib.wiring.shared import desk, settings

    buckets = {
        ATTACHMENTS: settings().attachments_bucket,
        MAILS: settings().mail_bucket,
        QUARANTINE: settings().quarantine_bucket,
    }
    return PersonalData(desk(), Desk(client("dynamodb"), settings().live_table), Files(patient_client("s3"), buckets))


@cache
def signer() -> SeededSigner:
    """Of the key that is valid now; its public half is noted, so that certificates outlive a change of the key."""
    from chalicelib.services.certificates import SeededSigner
    from chalicelib.wiring.shared import secrets

    made = SeededSigner(secrets().text("certificates"))
    signing_keys().note(made)
    return made


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
def erasing() -> Erasing:
    from chalicelib.aws.stores.erasures import Holds
    from chalicelib.aws.stores.people import PeopleStore
    from chalicelib.services.erasure import Erasing
    from chalicelib.wiring.shared import desk

    return Erasing(personal_data(), PeopleStore(desk()), erasures(), Holds(desk()), signer)


@cache
def exporting() -> Exporting:
    from chalicelib.aws.blobs import BlobStore
    from chalicelib.aws.clients import patient_client
    from chalicelib.aws.stores.people import PeopleStore
    from chalicelib.services.personal_export import Exporting
    from chalicelib.wiring.shared import desk, settings

    files = BlobStore(patient_client("s3"), settings().attachments_bucket)
    return Exporting(personal_data(), PeopleStore(desk()), files)


def erase() -> Step:
    return erasing().step


def export() -> Step:
    return exporting().step
