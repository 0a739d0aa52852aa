"""A request's body and query as checked values, or the refusal that says what to change."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import msgspec
from chalice.app import Request

from chalicelib.api.problems import UnsupportedMedia
from chalicelib.api.schemas import Body, Query
from chalicelib.domain.errors import InvalidInput, TooLarge

MAX_BODY_BYTES = 256 * 1024
_PLACE = re.compile(r"^(?P<what>.*?)(?: - at `(?P<key>key in )?\$(?P<path>[^`]*)`)?$", re.DOTALL)
_NAMED = re.compile(r"^Object (?:missing required|contains unknown) field `(?P<name>[^`]*)`$", re.DOTALL)

BodyType = TypeVar("BodyType", bound=Body)
QueryType = TypeVar("QueryType", bound=Query)


def body_of(request: Request, kind: type[BodyType]) -> BodyType:
    """Raises TooLarge, UnsupportedMedia, InvalidInput."""
    raw = request.raw_body
    if len(raw) > MAX_BODY_BYTES:
        raise TooLarge(f"A body has at most {MAX_BODY_BYTES} bytes.")
    media = str(request.headers.get("content-type", "")).partition(";")[0].strip().lower()
    if media != "application/json":
        raise UnsupportedMedia("Send the body as Content-Type: application/json.")
    try:
        return msgspec.json.decode(raw, type=kind)
    except msgspec.ValidationError as error:
        raise invalid(error) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidInput("The body is not valid JSON.") from error


def query_of(parameters: Mapping[str, Sequence[str]], kind: type[QueryType]) -> QueryType:
    """Raises InvalidInput."""
    for name, values in parameters.items():
        if len(values) != 1:
            raise InvalidInput("Give this parameter once.", field=name)
    single = {name: values[0] for name, values in parameters.items()}
    try:
        return msgspec.convert(single, kind, strict=False)
    except msgspec.ValidationError as error:
        raise invalid(error) from error


def all_parameters(request: Request) -> Mapping[str, Sequence[str]]:
    """Every value of every query parameter."""
    found: Any = request.query_params
    return {} if found is None else {name: found.getlist(name) for name in found}


def invalid(error: msgspec.ValidationError) -> InvalidInput:
    """msgspec's words, with the place of the value in `field`."""
    match = _PLACE.match(str(error))
    what, path = (match["what"], match["path"] or "") if match else (str(error), "")
    named = _NAMED.match(what)
    place = f"{path}.{named['name']}" if named else path
    return InvalidInput(f"{what[:300]}.", field=place.lstrip(".")[:200] or None)
