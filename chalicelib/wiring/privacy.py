"""Erasing, exporting and forgetting: for the routes that ask, and for the jobs that do."""

from functools import cache

from chalicelib.aws.clients import client, patient_client
from chalicelib.aws.personal_files import ATTACHMENTS, MAILS, QUARANTINE, Files
from chalicelib.aws.stores.documents import DocumentStore
from chalicelib.aws.stores.erasures import HOLDS, SIGNING_KEYS, ErasureStore, Holds
from chalicelib.aws.stores.people import PeopleStore
from chalicelib.aws.stores.personal_data import PersonalData
from chalicelib.aws.transaction import Desk
from chalicelib.services.certificates import SeededSigner, SigningKeys
from chalicelib.services.erasure import Erasing
from chalicelib.services.jobs import Step
from chalicelib.services.paperwork import DocumentStore as Documents
from chalicelib.wiring.shared import desk, secrets, settings


@cache
def personal_data() -> PersonalData:
    buckets = {
        ATTACHMENTS: settings().attachments_bucket,
        MAILS: settings().mail_bucket,
        QUARANTINE: settings().quarantine_bucket,
    }
    return PersonalData(desk(), Desk(client("dynamodb"), settings().live_table), Files(patient_client("s3"), buckets))


@cache
def signer() -> SeededSigner:
    """Of the key that is valid now; its public half is noted, so that certificates outlive a change of the key."""
    made = SeededSigner(secrets().text("certificates"))
    signing_keys().note(made)
    return made


@cache
def signing_keys() -> SigningKeys:
    return SigningKeys(DocumentStore(desk(), SIGNING_KEYS))


@cache
def erasures() -> ErasureStore:
    return ErasureStore(desk())


def holds() -> Documents:
    return DocumentStore(desk(), HOLDS)


@cache
def erasing() -> Erasing:
    return Erasing(personal_data(), PeopleStore(desk()), erasures(), Holds(desk()), signer)


def erase() -> Step:
    return erasing().step
