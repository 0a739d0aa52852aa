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
    from chalicelib.wiring.erasure import erasing

    return erasing().step


def _preview_erasure() -> Step:
    from chalicelib.wiring.erasure import erasing

    return erasing().preview


def _retain() -> Step:
    from chalicelib.wiring.erasure import retaining

    return retaining().step


def _export_person() -> Step:
    from chalicelib.wiring.erasure import exporting

    return exporting().step


def _index_contacts() -> Step:
    from chalicelib.wiring.search import indexing

    return indexing().step


def _rebuild_segments() -> Step:
    from chalicelib.wiring.search import memberships

    return memberships().step


def _match_contacts() -> Step:
    from chalicelib.wiring.people import matching

    return matching().step


def _replay_webhooks() -> Step:
    from chalicelib.wiring.webhooks import replays

    return replays().step


def _deliver_report() -> Step:
    from chalicelib.wiring.report_sending import delivering

    return delivering()


def _export_report() -> Step:
    from chalicelib.wiring.report_sending import exporting

    return exporting()


def _count_report() -> Step:
    from chalicelib.wiring.reports import counting

    return counting()


def _rebuild_numbers() -> Step:
    from chalicelib.wiring.numbers_rebuild import rebuilding

    return rebuilding().step


KINDS: Mapping[str, Callable[[], Step]] = {
    "import.contacts": _import_contacts,
    "export.contacts": _export_contacts,
    "privacy.erase": _erase_person,
    "privacy.export": _export_person,
    "privacy.preview": _preview_erasure,
    "reports.count": _count_report,
    "retention.run": _retain,
    "index.contacts": _index_contacts,
    "match.contacts": _match_contacts,
    "segments.rebuild": _rebuild_segments,
    "webhooks.replay": _replay_webhooks,
    "numbers.rebuild": _rebuild_numbers,
    "reports.deliver": _deliver_report,
    "reports.export": _export_report,
}


@cache
def jobs() -> Jobs:
    return Jobs(JobStore(desk()), JobQueue(client("sqs"), settings().jobs_sqs_url), KINDS)
