"""The sender, and what talks to providers."""

from functools import cache
from time import monotonic

from chalicelib.aws.blobs import BlobStore
from chalicelib.aws.clients import client, patient_client
from chalicelib.aws.queues import OutboundQueue
from chalicelib.aws.stores.attachments import AttachmentStore
from chalicelib.aws.stores.deliveries import DeliveryStore
from chalicelib.aws.stores.pacing import PaceStore
from chalicelib.aws.transaction import Desk
from chalicelib.egress.http import HttpSender
from chalicelib.services.attachments import Fetching
from chalicelib.services.calls import Calls
from chalicelib.services.deliver import Delivery
from chalicelib.services.pacing import Pacer
from chalicelib.services.signals import SignalRelay
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
def blobs() -> BlobStore:
    return BlobStore(patient_client("s3"), settings().attachments_bucket)


@cache
def outbound_queue() -> OutboundQueue:
    return OutboundQueue(client("sqs"), settings().outbound_sqs_url)


@cache
def delivery() -> Delivery:
    return Delivery(
        deliveries=DeliveryStore(desk()),
        routes=leg_address,
        inboxes=inbox_directory(),
        blobs=blobs(),
        calls=calls(),
        clock=now,
        pacer=Pacer(PaceStore(Desk(client("dynamodb"), settings().live_table)), monotonic),
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
    )


@cache
def relay() -> SignalRelay:
    return SignalRelay(legs=inbound_store(), inboxes=inbox_directory(), calls=calls())
