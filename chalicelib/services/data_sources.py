"""The administrators' data sources, to and from the documents they are kept as. Raises InvalidInput with the path of
what is wrong; what is given is fit for use.

Credentials are kept in the secrets' store and are never read back to anybody."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol
from urllib.parse import urlsplit

import jmespath
from jmespath.exceptions import JMESPathError

from chalicelib.domain.data_source import (
    ATTRIBUTE,
    FILLED,
    PLACEHOLDER,
    Auth,
    Consumer,
    DataSource,
    FactType,
    Mapped,
    Method,
)
from chalicelib.domain.errors import DataSourceNotFound, InvalidInput
from chalicelib.services.document_fields import key_of, object_of, text_of, truth_of
from chalicelib.services.paperwork import DocumentStore, save

KIND = "data_sources"
MAX_SOURCES = 20
MAX_FACTS = 40
MAX_BODY = 20
MAX_URL = 2000
MAX_PATH = 200
MAX_SECRET = 4000
MAX_TTL = 30 * 24 * 3600
MAX_TIMEOUT = 3.0
FIELDS = frozenset(
    {
        "key",
        "name",
        "url",
        "method",
        "auth",
        "header",
        "body",
        "system",
        "mapping",
        "ttl_seconds",
        "stale_seconds",
        "timeout_seconds",
        "consumers",
        "enabled",
    }
)
# What each way to sign in needs.
CREDENTIALS: Mapping[Auth, tuple[str, ...]] = {
    Auth.NONE: (),
    Auth.BEARER: ("token",),
    Auth.BASIC: ("user", "password"),
    Auth.HEADER: ("value",),
}
# Ours to set: a source's own header must not change what is asked, or whom.
_OURS = frozenset(
    {"host", "content-length", "content-type", "connection", "transfer-encoding", "cookie", "te", "upgrade", "expect"}
)


class Secrets(Protocol):
    def read(self, ref: str) -> Mapping[str, Sequence[str]]: ...

    def write(self, ref: str, credentials: Mapping[str, Sequence[str]]) -> None: ...


def source_from(identifier: str, body: Mapping[str, Any], version: int) -> DataSource:
    body = object_of(body, "source", FIELDS)
    method, auth = _one_of(body, "method", Method, Method.GET), _one_of(body, "auth", Auth, Auth.NONE)
    sent = _body(body.get("body", {}))
    if sent and method is not Method.POST:
        raise InvalidInput("Only a POST has a body.", field="body")
    return DataSource(
        id=identifier,
        key=key_of(body.get("key"), "key"),
        name=text_of(body.get("name"), "name"),
        url=_url(body.get("url")),
        mapping=_mapping(body.get("mapping")),
        method=method,
        auth=auth,
        header=_header(body.get("header", ""), auth),
        body=sent,
        system=text_of(body["system"], "system", 80) if body.get("system") else "",
        ttl_seconds=_seconds(body, "ttl_seconds", 300, 1, MAX_TTL),
        stale_seconds=_seconds(body, "stale_seconds", 3600, 0, MAX_TTL),
        timeout_seconds=_timeout(body.get("timeout_seconds", 2.0)),
        consumers=_consumers(body.get("consumers")),
        enabled=truth_of(body.get("enabled", True), "enabled"),
        version=version,
    )


def source_body(source: DataSource) -> Mapping[str, Any]:
    return {
        "key": source.key,
        "name": source.name,
        "url": source.url,
        "method": source.method.value,
        "auth": source.auth.value,
        "header": source.header,
        "body": dict(source.body),
        "system": source.system,
        "mapping": {name: {"path": each.path, "type": each.type.value} for name, each in source.mapping.items()},
        "ttl_seconds": source.ttl_seconds,
        "stale_seconds": source.stale_seconds,
        # Documents have no fractions everywhere: hundredths are enough.
        "timeout_seconds": source.timeout_seconds,
        "consumers": sorted(each.value for each in source.consumers),
        "enabled": source.enabled,
    }


def every(documents: DocumentStore) -> Sequence[DataSource]:
    """By their keys. One read."""
    found = [source_from(document.id, document.body, document.version) for document in documents.list()]
    return sorted(found, key=lambda source: source.key)


def get(documents: DocumentStore, source_id: str) -> DataSource:
    """Raises DataSourceNotFound."""
    document = documents.get(source_id)
    if document is None:
        raise DataSourceNotFound("There is no such data source.")
    return source_from(document.id, document.body, document.version)


def put(
    documents: DocumentStore,
    secrets: Secrets,
    source_id: str,
    body: Mapping[str, Any],
    credentials: Mapping[str, str] | None,
    read_version: int,
) -> DataSource:
    """Make a source (`read_version` 0) or change the one of that version. `credentials` None: those it has stay.

    Raises InvalidInput, VersionConflict."""
    source = source_from(source_id, body, read_version + 1)
    others = [each for each in every(documents) if each.id != source_id]
    if any(each.key == source.key for each in others):
        raise InvalidInput("Another data source has this key.", field="key")
    if not read_version and len(others) >= MAX_SOURCES:
        raise InvalidInput(f"There are at most {MAX_SOURCES} data sources.", field="key")
    _check_credentials(secrets, source, credentials)
    saved = save(documents, source_id, source_body(source), read_version)
    # After the document: who lost a race must not change what the winner's source signs in with.
    if credentials is not None and source.auth is not Auth.NONE:
        secrets.write(source.secret_ref, {name: (value,) for name, value in credentials.items()})
    return source_from(saved.id, saved.body, saved.version)


def _check_credentials(secrets: Secrets, source: DataSource, given: Mapping[str, str] | None) -> None:
    needed = CREDENTIALS[source.auth]
    if given is None:
        known = secrets.read(source.secret_ref) if needed else {}
        if any(name not in known for name in needed):
            raise InvalidInput(f"Give the credentials: {', '.join(needed)}.", field="credentials")
        return
    if sorted(given) != sorted(needed):
        raise InvalidInput(f"The credentials are: {', '.join(needed) or 'none'}.", field="credentials")
    for name, value in given.items():
        if not 0 < len(value) <= MAX_SECRET or not value.isprintable() or not value.isascii():
            raise InvalidInput("Give a line of letters and signs of ASCII.", field=f"credentials.{name}")


def _url(value: Any) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= MAX_URL or not value.isprintable() or " " in value:
        raise InvalidInput(f"Give an address of at most {MAX_URL} characters.", field="url")
    bare = PLACEHOLDER.sub("x", value)
    try:
        parts, given = urlsplit(bare), urlsplit(value)
        _ = parts.port
    except ValueError as error:
        raise InvalidInput("The address is malformed.", field="url") from error
    if parts.scheme not in ("https", "http") or not parts.hostname or parts.fragment:
        raise InvalidInput("Give an address that begins with https:// and has no #.", field="url")
    if parts.username is not None or parts.password is not None:
        raise InvalidInput("Credentials do not go into the address.", field="url")
    if "{" in given.scheme + given.netloc or "{" in bare or "}" in bare:
        raise InvalidInput("Placeholders such as {email} stand behind the host.", field="url")
    _check_placeholders(value, "url")
    return value


def _check_placeholders(text: str, at: str) -> None:
    for name in PLACEHOLDER.findall(text):
        if name not in FILLED and not (name.startswith(ATTRIBUTE) and len(name) > len(ATTRIBUTE)):
            known = ", ".join(f"{{{each}}}" for each in FILLED)
            raise InvalidInput(f"There is no {{{name[:40]}}}: there are {known} and {{attribute.…}}.", field=at)


def _mapping(value: Any) -> Mapping[str, Mapped]:
    if not isinstance(value, Mapping) or not 0 < len(value) <= MAX_FACTS:
        raise InvalidInput(f"Give 1 to {MAX_FACTS} facts.", field="mapping")
    return {key_of(name, f"mapping.{str(name)[:40]}"): _mapped(each, f"mapping.{name}") for name, each in value.items()}


def _mapped(value: Any, at: str) -> Mapped:
    value = object_of(value, at, frozenset({"path", "type"}))
    path = text_of(value.get("path"), f"{at}.path", MAX_PATH)
    try:
        jmespath.compile(path)
    except (JMESPathError, RecursionError, ValueError) as error:
        raise InvalidInput(f"This is no JMESPath expression: {str(error)[:100]}", field=f"{at}.path") from error
    return Mapped(path, _one_of(value, "type", FactType, FactType.TEXT, at))


def _body(value: Any) -> Mapping[str, str]:
    if not isinstance(value, Mapping) or len(value) > MAX_BODY:
        raise InvalidInput(f"Give an object of at most {MAX_BODY} fields.", field="body")
    for name, text in value.items():
        at = f"body.{str(name)[:40]}"
        if not isinstance(text, str) or len(text) > MAX_PATH:
            raise InvalidInput(f"Give a text of at most {MAX_PATH} characters.", field=at)
        _check_placeholders(text, at)
    return dict(value)


def _header(value: Any, auth: Auth) -> str:
    if auth is not Auth.HEADER:
        return ""
    allowed = isinstance(value, str) and 0 < len(value) <= 60 and value.isascii()
    if not allowed or not value.replace("-", "").replace("_", "").isalnum() or value.lower() in _OURS:
        raise InvalidInput("Give the name of a header, such as X-Api-Key.", field="header")
    return str(value)


def _consumers(value: Any) -> frozenset[Consumer]:
    if value is None:
        return frozenset(Consumer)
    if not isinstance(value, list) or not value or any(each not in set(Consumer) for each in value):
        raise InvalidInput(f"Give some of {', '.join(Consumer)}.", field="consumers")
    return frozenset(map(Consumer, value))


def _one_of(body: Mapping[str, Any], name: str, values: Any, default: Any, at: str = "") -> Any:
    given = body.get(name, default.value)
    if not isinstance(given, str) or given not in set(values):
        raise InvalidInput(f"There are {', '.join(values)}.", field=f"{at}.{name}" if at else name)
    return values(given)


def _seconds(body: Mapping[str, Any], name: str, default: int, lowest: int, highest: int) -> int:
    value = body.get(name, default)
    if not isinstance(value, int) or isinstance(value, bool) or not lowest <= value <= highest:
        raise InvalidInput(f"Give a whole number from {lowest} to {highest}.", field=name)
    return value


def _timeout(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0.1 <= value <= MAX_TIMEOUT:
        raise InvalidInput(f"Give seconds, from 0.1 to {MAX_TIMEOUT:g}.", field="timeout_seconds")
    return float(value)
