"""What several entry points are made of."""

from datetime import UTC, datetime
from functools import cache

from chalicelib.aws.clients import client
from chalicelib.aws.secrets import SecretStore
from chalicelib.aws.stores.inbound import InboundStore
from chalicelib.aws.stores.inboxes import InboxDirectory, InboxStore
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
def inbox_directory() -> InboxDirectory:
    return InboxDirectory(inboxes(), secrets())


_addresses: dict[str, LegAddress] = {}


def leg_address(leg_id: str) -> LegAddress | None:
    """A leg's address never changes: known ones cost nothing (up to a few thousand in one process)."""
    if leg_id not in _addresses:
        found = inbound_store().address(leg_id)
        if found is None:
            return None
        if len(_addresses) >= 5000:
            _addresses.clear()
        _addresses[leg_id] = found
    return _addresses[leg_id]
