"""What the API's routes of side threads work with, made on first use."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chalicelib.services.side_quotes import Quoting
    from chalicelib.services.side_whom import WhomCheck


@cache
def whom() -> WhomCheck:
    from chalicelib.services.side_whom import WhomCheck
    from chalicelib.wiring import api, profile
    from chalicelib.wiring.shared import inboxes

    return WhomCheck(api.agents(), api.teams(), profile.contacts(), inboxes().list)


@cache
def quoting() -> Quoting:
    from chalicelib.aws.clients import patient_client
    from chalicelib.aws.stores.uploads import UploadStore
    from chalicelib.services.side_quotes import Quoting
    from chalicelib.wiring import api, side_threads
    from chalicelib.wiring.shared import settings

    # What the API attaches by is bound to its table.
    api.uploads()
    store = UploadStore(patient_client("s3"), settings().attachments_bucket)
    return Quoting(side_threads.side_threads().store, lambda: store, api.random_ids())
