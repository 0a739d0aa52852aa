"""What the API tells of itself."""

from functools import cache

from chalicelib.api.routing import Resource
from chalicelib.api.schemas import Json

resource = Resource("meta")


@resource.route("GET", "/openapi.json", role=None, gives=Json)
def get_openapi() -> Json:
    """This document."""
    return _document()


@resource.route("GET", "/asyncapi.json", role=None, gives=Json)
def get_asyncapi() -> Json:
    """What is said on the sockets of live views: an AsyncAPI document."""
    return _live_document()


@cache
def _live_document() -> Json:
    from chalicelib.api import asyncapi  # noqa: PLC0415

    return asyncapi.document()


@cache
def _document() -> Json:
    # Here, not above: only this route needs it.
    from chalicelib.api import openapi  # noqa: PLC0415
    from chalicelib.api.resources import RESOURCES  # noqa: PLC0415
    from chalicelib.api.routing import all_routes  # noqa: PLC0415

    return openapi.document(all_routes(RESOURCES))
