"""The webhook intake and the spill."""

from __future__ import annotations

from functools import cache
from time import monotonic
from typing import TYPE_CHECKING

from chalicelib.aws.blobs import BlobStore, Quarantine
from chalicelib.aws.clients import client, patient_client
from chalicelib.aws.queues import Signals, Spill
from chalicelib.aws.stores.deliveries import DeliveryStore
from chalicelib.aws.stores.live import Live
from chalicelib.aws.transaction import Desk
from chalicelib.services.intake import Intake
from chalicelib.services.pointed import Following, Nowhere
from chalicelib.services.ports import Pointed
from chalicelib.services.webhook_watch import WebhookWatch
from chalicelib.wiring.lazy import Lazy
from chalicelib.wiring.shared import desk, inbound_store, inbox_directory, inboxes, settings

if TYPE_CHECKING:
    from chalicelib.aws.stores.health import VitalStore
    from chalicelib.aws.stores.timeline import TimelineStore
    from chalicelib.services.privacy_requests import Noting
    from chalicelib.services.provider_news import ProviderNews
    from chalicelib.services.side_mail import SideMail


@cache
def deliveries() -> DeliveryStore:
    return DeliveryStore(desk())


@cache
def timelines() -> TimelineStore:
    from chalicelib.aws.stores.timeline import TimelineStore

    return TimelineStore(desk())


@cache
def asides() -> SideMail:
    from chalicelib.wiring.side_threads import side_mail

    return side_mail()


@cache
def intake() -> Intake:
    """Of webhooks, which may point at what they are about."""
    return _made(Lazy(_following))


@cache
def visitors_intake() -> Intake:
    """Of our own widget, which points at nothing."""
    return _made(Nowhere())


def _made(pointed: Pointed) -> Intake:
    """Clients of the rare ways (spill, quarantine, typing) are made when they are first needed."""
    return Intake(
        inbound=inbound_store(),
        deliveries=deliveries(),
        inboxes=inbox_directory(),
        live=Lazy(lambda: Live(Desk(client("dynamodb"), settings().live_table))),
        signals=Lazy(lambda: Signals(client("sqs"), settings().signals_sqs_url)),
        spill=Lazy(lambda: Spill(client("sqs"), settings().spill_sqs_url)),
        quarantine=Lazy(lambda: Quarantine(client("s3"), settings().quarantine_bucket)),
        pointed=pointed,
        timelines=Lazy(timelines),
        asides=Lazy(asides),
        news=Lazy(_news),
        requests=Lazy(_requests),
        watch=WebhookWatch(Lazy(_vitals), monotonic),
    )


def _news() -> ProviderNews:
    from chalicelib.aws.stores.health import HealthStore
    from chalicelib.aws.stores.templates import TemplateStore
    from chalicelib.services.provider_news import ProviderNews

    return ProviderNews(TemplateStore(desk()), HealthStore(desk()), inbox_directory(), inboxes().list)


def _requests() -> Noting:
    from chalicelib.aws.stores.privacy_requests import PrivacyRequestStore
    from chalicelib.services.privacy_requests import Noting

    return Noting(PrivacyRequestStore(desk()))


def _vitals() -> VitalStore:
    from chalicelib.aws.stores.health import VitalStore

    return VitalStore(Desk(client("dynamodb"), settings().live_table))


def _following() -> Following:
    from chalicelib.egress.http import HttpSender

    mails = BlobStore(patient_client("s3"), settings().mail_bucket)
    return Following(HttpSender(settings().trusted_hosts), mails, monotonic)
