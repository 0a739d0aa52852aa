"""Long work: a row for each kind, made on first use."""

from collections.abc import Callable, Mapping
from functools import cache

from chalicelib.aws.clients import client
from chalicelib.aws.queues import JobQueue
from chalicelib.aws.stores.jobs import JobStore
from chalicelib.services.jobs import Jobs, Step
from chalicelib.wiring.shared import desk, settings


def _import_contacts() -> Step:
    from chalicelib.wiring.transfer import contact_import

    return contact_import()


def _export_contacts() -> Step:
    from chalicelib.wiring.transfer import contact_export

    return contact_export()


def _erase_person() -> Step:
    from chalicelib.wiring.privacy import erase

    return erase()


def _export_person() -> Step:
    from chalicelib.wiring.privacy import export

    return export()


KINDS: Mapping[str, Callable[[], Step]] = {
    "import.contacts": _import_contacts,
    "export.contacts": _export_contacts,
    "privacy.erase": _erase_person,
    "privacy.export": _export_person,
}


@cache
def jobs() -> Jobs:
    return Jobs(JobStore(desk()), JobQueue(client("sqs"), settings().jobs_sqs_url), KINDS)
