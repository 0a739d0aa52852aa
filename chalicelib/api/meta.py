"""What the API tells of itself."""

from functools import cache

from chalicelib.api.routing import Resource
from chalicelib.api.schemas import Json

resource = Resource("meta")


@resource.route("GET", "/openapi.json", role=None, gives=Json)
def get_openapi() -> Json:
    """This document."""
    return _document()


@cache
def _document() -> Json:
    # Here, not above: only this route needs it.
    from chalicelib.api import openapi  # noqa: PLC0415
    from chalicelib.api.resources import RESOURCES  # noqa: PLC0415
    from chalicelib.api.routing import all_routes  # noqa: PLC0415

    return openapi.document(all_routes(RESOURCES))
