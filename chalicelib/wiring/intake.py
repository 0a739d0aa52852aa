"""The webhook intake and the spill."""

from functools import cache
from time import monotonic

from chalicelib.aws.blobs import Quarantine
from chalicelib.aws.clients import client
from chalicelib.aws.queues import Spill
from chalicelib.aws.stores.deliveries import DeliveryStore
from chalicelib.aws.stores.live import Live
from chalicelib.aws.transaction import Desk
from chalicelib.services.intake import Intake
from chalicelib.services.pointed import Following
from chalicelib.wiring.lazy import Lazy
from chalicelib.wiring.shared import desk, inbound_store, inbox_directory, settings


@cache
def deliveries() -> DeliveryStore:
    return DeliveryStore(desk())


@cache
def intake() -> Intake:
    """Clients of the rare ways (spill, quarantine, typing) are made when they are first needed."""
    return Intake(
        inbound=inbound_store(),
        deliveries=deliveries(),
        inboxes=inbox_directory(),
        live=Lazy(lambda: Live(Desk(client("dynamodb"), settings().live_table))),
        spill=Lazy(lambda: Spill(client("sqs"), settings().spill_sqs_url)),
        quarantine=Lazy(lambda: Quarantine(client("s3"), settings().quarantine_bucket)),
        pointed=Lazy(_following),
    )


def _following() -> Following:
    from chalicelib.egress.http import HttpSender

    return Following(HttpSender(settings().trusted_hosts), None, monotonic)
