"""What the function `collaboration` is made of: a row for each thing that follows from what colleagues do together, and
a row for each way that side threads go by."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from chalicelib.aws.blobs import BlobStore
from chalicelib.aws.clients import once_client, patient_client
from chalicelib.aws.mail import MailSender
from chalicelib.domain.side_thread import ThreadKind
from chalicelib.services.side_files import SideFiles
from chalicelib.services.side_mail_out import MailThreads
from chalicelib.services.side_sending import SideSending
from chalicelib.services.side_thread_ports import ThreadTransport
from chalicelib.services.subscriptions import SUBSCRIPTIONS
from chalicelib.services.team_slack_intake import HEARD, WAITED
from chalicelib.wiring.lazy import Lazy
from chalicelib.wiring.shared import inbox_directory, now, settings
from chalicelib.wiring.side_threads import side_threads

# What may be told in Slack; the last is a record of its own.
TOLD = frozenset({*SUBSCRIPTIONS["slack"], WAITED})
# Called with an event's wire form; a repeat or another order does no harm.
Reaction = Callable[[Mapping[str, Any], datetime], object]


@cache
def mail_threads() -> ThreadTransport:
    return MailThreads(inbox_directory(), Lazy(lambda: MailSender(once_client("sesv2"))))


def slack_threads() -> ThreadTransport:
    from chalicelib.wiring import slack_work

    return slack_work.transport()


@cache
def blobs() -> BlobStore:
    return BlobStore(patient_client("s3"), settings().attachments_bucket)


@cache
def mails() -> BlobStore:
    return BlobStore(patient_client("s3"), settings().mail_bucket)


@cache
def side_sending() -> SideSending:
    ways: Mapping[ThreadKind, Callable[[], ThreadTransport]] = {
        ThreadKind.EMAIL: mail_threads,
        ThreadKind.SLACK: slack_threads,
    }
    return SideSending(side_threads(), ways, Lazy(blobs), now)


@cache
def side_files() -> SideFiles:
    return SideFiles(side_threads(), inbox_directory(), Lazy(mails), Lazy(blobs))


def hear_slack(event: Mapping[str, Any], at: datetime) -> None:
    """What colleagues wrote in Slack: side threads' starts do not pay for it."""
    if event["type"] == HEARD:
        from chalicelib.wiring import slack_work

        slack_work.hear(event, at)


def tell_slack(event: Mapping[str, Any], at: datetime) -> None:
    """What Slack is told of conversations, where a workspace is connected."""
    if event["type"] in TOLD:
        from chalicelib.wiring import slack_work

        slack_work.tell(event, at)


@cache
def reactions() -> Sequence[Reaction]:
    return (
        side_sending().react,
        side_files().react,
        hear_slack,
        tell_slack,
    )
