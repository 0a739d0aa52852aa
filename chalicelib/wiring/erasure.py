"""What erases and exports persons: for long work only."""

from datetime import datetime
from functools import cache

from chalicelib.aws.blobs import BlobStore
from chalicelib.aws.clients import client, patient_client
from chalicelib.aws.personal_files import ATTACHMENTS, MAILS, QUARANTINE, Files
from chalicelib.aws.stores.documents import DocumentStore
from chalicelib.aws.stores.erasures import Holds
from chalicelib.aws.stores.people import PeopleStore
from chalicelib.aws.stores.personal_data import PersonalData
from chalicelib.aws.stores.retention import RetentionStore
from chalicelib.aws.transaction import Desk
from chalicelib.domain.agent import Principal
from chalicelib.services.certificates import SeededSigner
from chalicelib.services.erasure import Erasing
from chalicelib.services.personal_export import Exporting
from chalicelib.services.retention import DOCUMENT, RULES, Retaining, ask_daily
from chalicelib.wiring.privacy import asking, erasures, signing_keys
from chalicelib.wiring.shared import desk, secrets, settings


@cache
def files() -> Files:
    buckets = {
        ATTACHMENTS: settings().attachments_bucket,
        MAILS: settings().mail_bucket,
        QUARANTINE: settings().quarantine_bucket,
    }
    return Files(patient_client("s3"), buckets)


@cache
def personal_data() -> PersonalData:
    return PersonalData(desk(), Desk(client("dynamodb"), settings().live_table), files())


@cache
def signer() -> SeededSigner:
    """Of the key that is valid now; its public half is noted, so that certificates outlive a change of the key."""
    made = SeededSigner(secrets().text("certificates"))
    signing_keys().note(made)
    return made


@cache
def erasing() -> Erasing:
    return Erasing(personal_data(), erasures(), Holds(desk()), signer)


@cache
def exporting() -> Exporting:
    return Exporting(personal_data(), BlobStore(patient_client("s3"), settings().attachments_bucket))


@cache
def retaining() -> Retaining:
    return Retaining(RetentionStore(desk(), personal_data(), files()), PeopleStore(desk()), Holds(desk()), _erase)


def retain_daily(day: str, now: datetime) -> None:
    """What the daily schedule asks for."""
    from chalicelib.wiring.jobs import jobs

    found = DocumentStore(desk(), DOCUMENT).get(RULES)
    ask_daily(jobs(), found.body if found else None, day, now)


def _erase(principal: Principal, contact_id: str, now: datetime) -> None:
    """As if an administrator had asked, with a certificate of its own."""
    from chalicelib.wiring.jobs import jobs

    asking().erase(jobs(), principal, contact_id, contact_id, "retention", now)
