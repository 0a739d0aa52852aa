"""The sender, and what talks to providers."""

from functools import cache
from time import monotonic

from chalicelib.aws.blobs import BlobStore
from chalicelib.aws.clients import client, once_client, patient_client
from chalicelib.aws.mail import MailSender
from chalicelib.aws.queues import OutboundQueue
from chalicelib.aws.stores.attachments import AttachmentStore
from chalicelib.aws.stores.contacts import ContactStore
from chalicelib.aws.stores.deliveries import DeliveryStore
from chalicelib.aws.stores.desk import DeskStore
from chalicelib.aws.stores.health import HealthStore, VitalStore
from chalicelib.aws.stores.pacing import PaceStore
from chalicelib.aws.transaction import Desk
from chalicelib.egress.http import HttpSender
from chalicelib.services.attachments import Fetching
from chalicelib.services.calls import Calls
from chalicelib.services.deliver import Delivery
from chalicelib.services.pacing import Pacer
from chalicelib.services.profiles import Introductions
from chalicelib.services.signals import SignalRelay
from chalicelib.services.watch import SendWatch
from chalicelib.wiring.codes import codes
from chalicelib.wiring.lazy import Lazy
from chalicelib.wiring.shared import (
    desk,
    inbound_store,
    inbox_directory,
    leg_address,
    now,
    settings,
)


@cache
def http() -> HttpSender:
    return HttpSender(settings().trusted_hosts)


@cache
def calls() -> Calls:
    return Calls(http(), monotonic)


@cache
def sending() -> Calls:
    """Calls that may end in a mail, whose client is made when there is one."""
    return Calls(http(), monotonic, Lazy(lambda: MailSender(once_client("sesv2"))))


@cache
def mails() -> BlobStore:
    return BlobStore(patient_client("s3"), settings().mail_bucket)


@cache
def blobs() -> BlobStore:
    return BlobStore(patient_client("s3"), settings().attachments_bucket)


@cache
def outbound_queue() -> OutboundQueue:
    return OutboundQueue(client("sqs"), settings().outbound_sqs_url)


@cache
def delivery() -> Delivery:
    live = Desk(client("dynamodb"), settings().live_table)
    return Delivery(
        deliveries=DeliveryStore(desk()),
        routes=leg_address,
        inboxes=inbox_directory(),
        blobs=blobs(),
        calls=sending(),
        clock=now,
        pacer=Pacer(PaceStore(live), monotonic),
        watch=SendWatch(VitalStore(live), HealthStore(desk()), monotonic),
        filled=codes().filled,
    )


@cache
def fetching() -> Fetching:
    return Fetching(
        messages=AttachmentStore(desk()),
        legs=inbound_store(),
        inboxes=inbox_directory(),
        http=http(),
        blobs=blobs(),
        clock=now,
        mails=mails(),
    )


@cache
def introductions() -> Introductions:
    return Introductions(inbound_store(), ContactStore(desk()), DeskStore(desk()), inbox_directory(), calls())


@cache
def relay() -> SignalRelay:
    return SignalRelay(inbound_store(), inbox_directory(), calls(), DeliveryStore(desk()))
