"""Systems that are asked over HTTP what they know of a contact: how they are asked, and what the answer means."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import quote

PLACEHOLDER = re.compile(r"{([^{}]*)}")
# The contact's fields that an address or a body may name; `attribute.<key>` too.
FILLED = ("contact_id", "external_id", "email", "phone", "name", "username", "locale", "language", "tier")
ATTRIBUTE = "attribute."
MAX_FILLED = 300


class Method(StrEnum):
    GET = "GET"
    POST = "POST"


class Auth(StrEnum):
    """HEADER: a header of its own, such as `X-Api-Key`."""

    NONE = "none"
    BEARER = "bearer"
    BASIC = "basic"
    HEADER = "header"


class FactType(StrEnum):
    TEXT = "text"
    NUMBER = "number"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    DATE = "date"
    LIST = "list"


class Consumer(StrEnum):
    """Who sees a source's facts."""

    AGENTS = "agents"
    RULES = "rules"
    TEMPLATES = "templates"
    BOTS = "bots"


@dataclass(frozen=True, slots=True)
class Mapped:
    """A fact: the JMESPath expression that finds it in the answer, and its type."""

    path: str
    type: FactType


@dataclass(frozen=True, slots=True)
class DataSource:
    """`key` begins the names of its facts. `system`: whose external ids `{external_id}` stands for. `body`: of a POST,
    sent as JSON. Answers hold for `ttl_seconds`, and are shown as stale for `stale_seconds` more."""

    id: str
    key: str
    name: str
    url: str
    mapping: Mapping[str, Mapped]
    method: Method = Method.GET
    auth: Auth = Auth.NONE
    header: str = ""
    body: Mapping[str, str] = field(default_factory=dict)
    system: str = ""
    ttl_seconds: int = 300
    stale_seconds: int = 3600
    timeout_seconds: float = 2.0
    consumers: frozenset[Consumer] = frozenset(Consumer)
    enabled: bool = True
    version: int = 1

    @property
    def secret_ref(self) -> str:
        return f"source/{self.id}"

    @property
    def asks_external_id(self) -> bool:
        return "external_id" in placeholders(self)


class ValueMissing(Exception):
    """The contact has no value for a placeholder (its name): the source cannot be asked."""


def placeholders(source: DataSource) -> set[str]:
    return {name for text in (source.url, *source.body.values()) for name in PLACEHOLDER.findall(text)}


def filled_url(source: DataSource, values: Mapping[str, str]) -> str:
    """The address for a contact: values are encoded, so none can leave its place in it. Raises ValueMissing."""
    return PLACEHOLDER.sub(lambda found: _encoded(_value(found.group(1), values)), source.url)


def filled_body(source: DataSource, values: Mapping[str, str]) -> dict[str, str]:
    """Raises ValueMissing."""
    return {
        name: PLACEHOLDER.sub(lambda found: _value(found.group(1), values), text) for name, text in source.body.items()
    }


def _encoded(value: str) -> str:
    """In a path, `.` and `..` alone would be a folder, encoded or not."""
    encoded = quote(value, safe="")
    return encoded.replace(".", "%2E") if set(value) <= {"."} else encoded


def _value(name: str, values: Mapping[str, str]) -> str:
    value = values.get(name, "")
    if not value or len(value) > MAX_FILLED:
        raise ValueMissing(name)
    return value
