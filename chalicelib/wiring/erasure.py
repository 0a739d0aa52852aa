"""What erases and exports persons: for long work only."""

from functools import cache

from chalicelib.aws.blobs import BlobStore
from chalicelib.aws.clients import client, patient_client
from chalicelib.aws.personal_files import ATTACHMENTS, MAILS, QUARANTINE, Files
from chalicelib.aws.stores.erasures import Holds
from chalicelib.aws.stores.personal_data import PersonalData
from chalicelib.aws.transaction import Desk
from chalicelib.services.certificates import SeededSigner
from chalicelib.services.erasure import Erasing
from chalicelib.services.personal_export import Exporting
from chalicelib.wiring.privacy import erasures, signing_keys
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
def erasing() -> Erasing:
    return Erasing(personal_data(), erasures(), Holds(desk()), signer)


@cache
def exporting() -> Exporting:
    return Exporting(personal_data(), BlobStore(patient_client("s3"), settings().attachments_bucket))
