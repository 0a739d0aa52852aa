"""What several entry points are made of."""

from datetime import UTC, datetime
from functools import cache

from chalicelib.aws.clients import client
from chalicelib.aws.memory import Memory
from chalicelib.aws.secrets import SecretStore
from chalicelib.aws.stores.inbound import InboundStore
from chalicelib.aws.stores.inboxes import InboxDirectory, InboxStore, KnownInboxes
from chalicelib.aws.transaction import Desk
from chalicelib.services.ports import LegAddress
from chalicelib.settings import Settings


def now() -> datetime:
    return datetime.now(UTC)


@cache
def settings() -> Settings:
    return Settings.from_env()


@cache
def desk() -> Desk:
    return Desk(client("dynamodb"), settings().desk_table)


@cache
def inbound_store() -> InboundStore:
    return InboundStore(desk())


@cache
def secrets() -> SecretStore:
    return SecretStore(client("secretsmanager"), settings().secret_prefix)


@cache
def inboxes() -> InboxStore:
    return InboxStore(desk())


@cache
def known_inboxes() -> KnownInboxes:
    """For what writes to customers: their credentials are the sender's business."""
    return KnownInboxes(inboxes())


@cache
def inbox_directory() -> InboxDirectory:
    return InboxDirectory(inboxes(), secrets())


# A leg's address changes when its customer's number does, which is rare and told by the provider.
_addresses = Memory(60, size=5000)


def leg_address(leg_id: str, *, fresh: bool = False) -> LegAddress | None:
    """Where a leg's messages go, as it was within the last minute, or (`fresh`) as it is."""
    if fresh:
        return inbound_store().address(leg_id)
    found: LegAddress | None = _addresses.recall((leg_id,), lambda: inbound_store().address(leg_id))
    return found
