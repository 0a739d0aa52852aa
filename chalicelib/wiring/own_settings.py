"""What agents chose for themselves."""

from functools import cache

from chalicelib.services.own_settings import OwnSettings


@cache
def own_settings() -> OwnSettings:
    from chalicelib.aws.stores.documents import DocumentStore
    from chalicelib.wiring.shared import desk

    return OwnSettings(DocumentStore(desk(), "own"))
