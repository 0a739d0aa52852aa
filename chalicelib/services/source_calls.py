"""One call to a data source: the request for a contact, and what its answer means. No word of the credentials gets into
a fact, a fault or a trial."""

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError

from chalicelib.channels.http import HttpRequest, HttpResponse, NotSent, OutcomeUnknown
from chalicelib.domain.contact import Contact
from chalicelib.domain.data_source import (
    ATTRIBUTE,
    Auth,
    DataSource,
    FactType,
    Method,
    ValueMissing,
    filled_body,
    filled_url,
)
from chalicelib.domain.external_fact import is_storable
from chalicelib.services.ports import HttpSender

MAX_ANSWER = 256 * 1024
EXCERPT = 2000
MASK = "•••"
NO_SUCH_CONTACT = 404
REDIRECTS = range(300, 400)
REFUSED = (401, 403)

Credentials = Mapping[str, Sequence[str]]


class SourceFailed(Exception):
    """The source could not be asked, or its answer not be used; says why."""

    def __init__(self, detail: str, response: HttpResponse | None = None, *, was_asked: bool = True) -> None:
        super().__init__(detail)
        self.response = response
        self.was_asked = was_asked


@dataclass(frozen=True, slots=True)
class Said:
    """What an answer says, by fact; `faults` are facts whose values could not be used."""

    values: Mapping[str, Any]
    faults: Mapping[str, str]
    response: HttpResponse


def values_of(source: DataSource, contact: Contact, addresses: Sequence[str]) -> dict[str, str]:
    """What placeholders stand for. `addresses` are those of the contact's identities."""
    named = {name: getattr(contact, name) for name in ("email", "phone", "name", "username", "locale", "language")}
    prefix = f"{source.system}:" if source.system else ":"
    own = (address.removeprefix(prefix) for address in addresses if address.startswith(prefix))
    named |= {"contact_id": contact.id, "tier": contact.tier, "external_id": next(own, None)}
    named |= {f"{ATTRIBUTE}{key}": value for key, value in contact.attributes.items() if not isinstance(value, list)}
    return {name: str(value) for name, value in named.items() if value not in (None, "")}


def request_for(source: DataSource, values: Mapping[str, str], credentials: Credentials) -> HttpRequest:
    """Raises SourceFailed where the contact lacks what the source is asked by."""
    try:
        url, body = filled_url(source, values), filled_body(source, values)
    except ValueMissing as missing:
        raise SourceFailed(f"The contact has no {missing}.", was_asked=False) from missing
    is_post = source.method is Method.POST
    return HttpRequest(
        source.method.value,
        url,
        headers={"Accept": "application/json", **({"Content-Type": "application/json"} if is_post else {})},
        secret_headers=_signed_in(source, credentials),
        body=json.dumps(body).encode() if is_post else b"",
        timeout_seconds=source.timeout_seconds,
    )


def _signed_in(source: DataSource, credentials: Credentials) -> dict[str, str]:
    """Raises SourceFailed."""
    newest = {name: values[-1] for name, values in credentials.items() if values}
    try:
        if source.auth is Auth.BEARER:
            return {"Authorization": f"Bearer {newest['token']}"}
        if source.auth is Auth.BASIC:
            pair = f"{newest['user']}:{newest['password']}".encode()
            return {"Authorization": f"Basic {base64.b64encode(pair).decode()}"}
        return {source.header: newest["value"]} if source.auth is Auth.HEADER else {}
    except KeyError as error:
        nothing = "It has no credentials: an administrator has to enter them."
        raise SourceFailed(nothing, was_asked=False) from error


def said_by(source: DataSource, http: HttpSender, request: HttpRequest) -> Said:
    """One call. Raises SourceFailed."""
    try:
        response = http.send(request)
    except NotSent as error:
        raise SourceFailed(f"It cannot be reached: {error}.") from error
    except OutcomeUnknown as error:
        raise SourceFailed(f"It did not answer in time, or not to the end ({error}).") from error
    if response.status == NO_SUCH_CONTACT:
        return Said({}, {}, response)
    _check(response)
    try:
        document = json.loads(response.body.decode("utf-8-sig"), parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise SourceFailed("Its answer is no JSON.", response) from error
    values: dict[str, Any] = {}
    faults: dict[str, str] = {}
    for name, mapped in source.mapping.items():
        try:
            found = _TYPES[mapped.type](jmespath.search(mapped.path, document))
            if found is not None and not is_storable(found):
                raise _Unfit("The value is too large.")
            values[name] = found
        except _Unfit as unfit:
            faults[name] = str(unfit)
        except (JMESPathError, RecursionError, ValueError, TypeError, OverflowError) as error:
            faults[name] = f"The expression does not fit the answer ({type(error).__name__})."
    return Said(values, faults, response)


def _check(response: HttpResponse) -> None:
    if response.status in REDIRECTS:
        raise SourceFailed("It answers with a redirect: enter the address that it leads to.", response)
    if response.status in REFUSED:
        raise SourceFailed("It refuses our credentials.", response)
    if not 200 <= response.status < 300:
        raise SourceFailed(f"It answers with status {response.status}.", response)
    if len(response.body) > MAX_ANSWER:
        raise SourceFailed(f"Its answer has more than {MAX_ANSWER} bytes.", response)


def _refuse(name: str) -> Any:
    raise ValueError(name)


class _Unfit(Exception):
    """A value of another type than was declared."""


def _text(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, str | int | float | None):
        raise _Unfit("The value is no text.")
    return value if value is None else str(value)


def _number(value: Any) -> Any:
    if isinstance(value, str):
        value = float(value) if "." in value else int(value)
    if isinstance(value, bool) or not isinstance(value, int | float | None):
        raise _Unfit("The value is no number.")
    return value


def _integer(value: Any) -> Any:
    found = _number(value)
    if isinstance(found, float) and not found.is_integer():
        raise _Unfit("The value is no whole number.")
    return None if found is None else int(found)


def _boolean(value: Any) -> Any:
    if value is not None and not isinstance(value, bool):
        raise _Unfit("The value is neither true nor false.")
    return value


def _date(value: Any) -> Any:
    if value is None:
        return None
    if not isinstance(value, str):
        raise _Unfit("The value is no date.")
    return date.fromisoformat(value[:10]).isoformat()


def _list(value: Any) -> Any:
    if value is None:
        return None
    if not isinstance(value, list):
        raise _Unfit("The value is no list.")
    return [_text(each) for each in value if each is not None]


_TYPES: Mapping[FactType, Callable[[Any], Any]] = {
    FactType.TEXT: _text,
    FactType.NUMBER: _number,
    FactType.INTEGER: _integer,
    FactType.BOOLEAN: _boolean,
    FactType.DATE: _date,
    FactType.LIST: _list,
}


def masked(text: str, credentials: Credentials, request: HttpRequest) -> str:
    """Without any of the credentials: a system may repeat what it was asked with."""
    secrets = {value for values in credentials.values() for value in values}
    for header in request.secret_headers.values():
        secrets |= {header, header.rpartition(" ")[2]}
    for secret in sorted(secrets, key=len, reverse=True):
        # As it is, and as JSON writes it.
        for written in (secret, json.dumps(secret)[1:-1]):
            text = text.replace(written, MASK)
    return text
