"""What the agents' API works with, made on first use: a request imports and connects only what it needs."""

from __future__ import annotations

import secrets
import time
from functools import cache, lru_cache
from time import monotonic
from typing import TYPE_CHECKING

from chalicelib.domain import ids
from chalicelib.services.administration import Staff
from chalicelib.services.administration_ports import (
    AgentStore,
    ApiKeyStore,
    Ids,
    TeamStore,
    UploadStore,
)
from chalicelib.services.calls import Calls
from chalicelib.services.inbox_ports import HealthStore, TemplateStore, VitalStore
from chalicelib.services.inboxes import Inboxes
from chalicelib.services.jobs import Jobs
from chalicelib.services.key_uses import KeyUses
from chalicelib.services.links import Links
from chalicelib.services.ports import (
    BlobStore,
    ContactStore,
    DeliveryStore,
    DeskStore,
    InboxDirectory,
    Live,
    ReplyStore,
    Signals,
)
from chalicelib.services.timeline import TimelineStore
from chalicelib.settings import Settings

if TYPE_CHECKING:
    from datetime import datetime

    from chalicelib.aws.transaction import Desk
    from chalicelib.domain.agent import Agent, Principal
    from chalicelib.services.suggestions import Linking

CURSOR_SECRET_SECONDS = 300.0
_ID_DIGITS = 20
_SECRET_DIGITS = 52


class RandomIds:
    """Unguessable ids and secrets, from the system's randomness."""

    def new(self, prefix: str) -> str:
        return f"{prefix}_{ids.encode(secrets.randbits(100), _ID_DIGITS)}"

    def secret(self) -> str:
        return ids.encode(secrets.randbits(256), _SECRET_DIGITS)


@cache
def settings() -> Settings:
    return Settings.from_env()


@cache
def random_ids() -> Ids:
    return RandomIds()


# --- conversations -----------------------------------------------------------------------------------------------


@cache
def desk() -> DeskStore:
    from chalicelib.aws.stores.desk import DeskStore

    return DeskStore(_desk_table())


@cache
def replies() -> ReplyStore:
    from chalicelib.aws.stores.replies import ReplyStore

    return ReplyStore(_desk_table())


@cache
def deliveries() -> DeliveryStore:
    from chalicelib.aws.stores.deliveries import DeliveryStore

    return DeliveryStore(_desk_table())


@cache
def contacts() -> ContactStore:
    from chalicelib.aws.stores.contacts import ContactStore

    return ContactStore(_desk_table())


@cache
def timelines() -> TimelineStore:
    from chalicelib.aws.stores.timeline import TimelineStore

    return TimelineStore(_desk_table())


def linking(principal: Principal, now: datetime) -> Linking:
    from chalicelib.services.suggestions import Linking
    from chalicelib.wiring import people

    return Linking(people.people(), people.suggestions(), people.matching(), principal, now)


@cache
def jobs() -> Jobs:
    """To ask for them: what carries them out is the business of the function that does."""
    from chalicelib.aws.clients import client
    from chalicelib.aws.queues import JobQueue
    from chalicelib.aws.stores.jobs import JobStore

    return Jobs(JobStore(_desk_table()), JobQueue(client("sqs"), settings().jobs_sqs_url), {})


@cache
def live() -> Live:
    from chalicelib.aws.clients import client
    from chalicelib.aws.stores.live import Live
    from chalicelib.aws.transaction import Desk

    return Live(Desk(client("dynamodb"), settings().live_table))


@cache
def signals() -> Signals:
    from chalicelib.aws.clients import client
    from chalicelib.aws.queues import Signals

    return Signals(client("sqs"), settings().signals_sqs_url)


@cache
def directory() -> InboxDirectory:
    from chalicelib.wiring import shared

    return shared.inbox_directory()


@cache
def blobs() -> BlobStore:
    from chalicelib.aws.blobs import BlobStore
    from chalicelib.aws.clients import patient_client

    return BlobStore(patient_client("s3"), settings().attachments_bucket)


def links() -> Links:
    from chalicelib.wiring import files

    return Links(settings().public_url, files.link_secret)


# --- administration ----------------------------------------------------------------------------------------------


@cache
def inboxes() -> Inboxes:
    from chalicelib.egress.http import HttpSender
    from chalicelib.wiring import shared

    http = HttpSender(settings().trusted_hosts)
    return Inboxes(
        store=shared.inboxes(),
        secrets=shared.secrets(),
        teams=teams(),
        calls=Calls(http, monotonic),
        ids=random_ids(),
        health=_health(),
        vitals=_vitals(),
        public_url=settings().public_url,
    )


def _health() -> HealthStore:
    from chalicelib.aws.stores.health import HealthStore

    return HealthStore(_desk_table())


def _vitals() -> VitalStore:
    from chalicelib.aws.clients import client
    from chalicelib.aws.stores.health import VitalStore
    from chalicelib.aws.transaction import Desk

    return VitalStore(Desk(client("dynamodb"), settings().live_table))


@cache
def templates() -> TemplateStore:
    from chalicelib.aws.stores.templates import TemplateStore

    return TemplateStore(_desk_table())


@cache
def staff() -> Staff:
    from chalicelib.aws.clients import patient_client
    from chalicelib.aws.people import People

    people = People(patient_client("cognito-idp"), settings().user_pool_id)
    return Staff(agents(), teams(), people, random_ids(), _end_sockets)


def _end_sockets(agent: Agent) -> int:
    from chalicelib.wiring import live_stores

    return live_stores.ending().end(agent)


@cache
def agents() -> AgentStore:
    from chalicelib.aws.stores.agents import AgentStore

    _bind()
    return AgentStore()


@cache
def teams() -> TeamStore:
    from chalicelib.aws.stores.teams import TeamStore

    _bind()
    return TeamStore()


@cache
def api_keys() -> ApiKeyStore:
    from chalicelib.aws.stores.api_keys import ApiKeyStore

    _bind()
    return ApiKeyStore()


@cache
def key_uses() -> KeyUses:
    return KeyUses(api_keys())


@cache
def uploads() -> UploadStore:
    from chalicelib.aws.clients import patient_client
    from chalicelib.aws.stores.uploads import UploadStore

    _bind()
    return UploadStore(patient_client("s3"), settings().attachments_bucket)


# --- shared ------------------------------------------------------------------------------------------------------


def cursor_secret() -> str:
    """What signs page cursors; read again every few minutes, so that it can be rotated."""
    return _cursor_secret(int(time.monotonic() / CURSOR_SECRET_SECONDS))


@lru_cache(maxsize=1)
def _cursor_secret(_period: int) -> str:
    from chalicelib.wiring import shared

    return shared.secrets().text("cursor")


def _desk_table() -> Desk:
    from chalicelib.wiring import shared

    return shared.desk()


@cache
def _bind() -> None:
    from chalicelib.aws.binding import bind_models

    bind_models(settings().desk_table)


def forget() -> None:
    """Start anew (tests that change the environment or the mock)."""
    for made in list(globals().values()):
        clear = getattr(made, "cache_clear", None)
        if clear is not None:
            clear()
