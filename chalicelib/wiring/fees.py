"""The rates that events are priced by."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chalicelib.aws.stores.documents import DocumentStore
    from chalicelib.domain.fees import Rates


@cache
def rate_documents() -> DocumentStore:
    from chalicelib.aws.stores.documents import DocumentStore
    from chalicelib.wiring.shared import desk

    return DocumentStore(desk(), "rates")


def rates() -> Rates:
    """As they are now. Raises StoreUnavailable."""
    from chalicelib.services.rate_documents import PUBLISHED
    from chalicelib.services.rate_documents import rates as found

    return found(rate_documents().get(PUBLISHED))
