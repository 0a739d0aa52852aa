"""Side threads, made on first use: for the API, for mail that comes in, and for what sends and fetches."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chalicelib.services.side_mail import SideMail
    from chalicelib.services.side_quotes import Quoting
    from chalicelib.services.side_threads import SideThreads
    from chalicelib.services.side_whom import WhomCheck


@cache
def side_threads() -> SideThreads:
    from chalicelib.aws.stores.desk import DeskStore
    from chalicelib.aws.stores.side_threads import SideThreadStore
    from chalicelib.services.side_threads import SideThreads
    from chalicelib.wiring.shared import desk

    return SideThreads(SideThreadStore(desk()), DeskStore(desk()))


@cache
def side_mail() -> SideMail:
    """For mail that comes in."""
    from chalicelib.services.side_mail import SideMail

    return SideMail(side_threads())


@cache
def whom() -> WhomCheck:
    """For the API."""
    from chalicelib.services.side_whom import WhomCheck
    from chalicelib.wiring import api, profile
    from chalicelib.wiring.shared import inboxes

    return WhomCheck(api.agents(), api.teams(), profile.contacts(), inboxes().list)


@cache
def quoting() -> Quoting:
    """For the API."""
    from chalicelib.aws.clients import patient_client
    from chalicelib.aws.stores.uploads import UploadStore
    from chalicelib.services.side_quotes import Quoting
    from chalicelib.wiring import api
    from chalicelib.wiring.shared import settings

    # What the API attaches by is bound to its table.
    api.uploads()
    store = UploadStore(patient_client("s3"), settings().attachments_bucket)
    return Quoting(side_threads().store, lambda: store, api.random_ids())
