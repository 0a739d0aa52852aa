"""PynamoDB models of what administrators keep, on the desk table. Private to `aws`: stores map them to domain values.

Nothing connects before `bind`, which says once per process which table they are on.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any, ClassVar

from pynamodb.attributes import (
    Attribute,
    BooleanAttribute,
    ListAttribute,
    MapAttribute,
    NumberAttribute,
    UnicodeAttribute,
)
from pynamodb.constants import NUMBER
from pynamodb.exceptions import PynamoDBException
from pynamodb.indexes import GlobalSecondaryIndex, IncludeProjection
from pynamodb.models import Model

from chalicelib.aws.border import ConditionFailed
from chalicelib.aws.codec import from_attributes, milliseconds, moment, to_attributes
from chalicelib.domain.errors import StoreUnavailable

INDEX = "by_kind"
UNBOUND = "not-bound"


class MillisecondsAttribute(Attribute[datetime]):
    """An aware time as epoch milliseconds, as on every other item of the table."""

    attr_type = NUMBER

    def serialize(self, value: datetime) -> str:
        return str(milliseconds(value))

    def deserialize(self, value: str) -> datetime:
        return moment(int(value))


class _Limits:
    """An administrator's request can wait, but not longer than its own timeout allows."""

    table_name = UNBOUND
    connect_timeout_seconds = 2
    read_timeout_seconds = 5
    max_retry_attempts = 2


class ByKind(GlobalSecondaryIndex[Any]):
    class Meta:
        index_name = INDEX
        projection = IncludeProjection(["row", "version"])

    kind_key = UnicodeAttribute(hash_key=True)
    kind_sort = UnicodeAttribute(range_key=True)


class AgentRow(MapAttribute[str, Any]):
    """What lists show: the index projects it whole."""

    name = UnicodeAttribute()
    email = UnicodeAttribute()
    role = UnicodeAttribute()
    created = MillisecondsAttribute()
    enabled = BooleanAttribute()
    teams: ListAttribute[Any] = ListAttribute(of=UnicodeAttribute, default=list)


class AgentItem(Model):
    class Meta(_Limits):
        pass

    KIND: ClassVar[str] = "agent"
    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    version = NumberAttribute()
    row = AgentRow()
    kind_key = UnicodeAttribute(default=KIND)
    kind_sort = UnicodeAttribute()
    by_kind = ByKind()


class TeamItem(Model):
    class Meta(_Limits):
        pass

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    version = NumberAttribute()
    name = UnicodeAttribute()
    created = MillisecondsAttribute()


class ApiKeyItem(Model):
    class Meta(_Limits):
        pass

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    name = UnicodeAttribute()
    role = UnicodeAttribute()
    created = MillisecondsAttribute()
    created_by = UnicodeAttribute()
    last_four = UnicodeAttribute()
    secret_hash = UnicodeAttribute()
    revoked = MillisecondsAttribute(null=True)
    used = MillisecondsAttribute(null=True)


class UploadItem(Model):
    class Meta(_Limits):
        pass

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    owner = UnicodeAttribute()
    name = UnicodeAttribute()
    mime = UnicodeAttribute()
    size = NumberAttribute()
    created = MillisecondsAttribute()
    # Seconds, as DynamoDB's time to live wants them.
    expires_at = NumberAttribute()
    inside = BooleanAttribute(null=True)


MODELS: tuple[type[Model], ...] = (AgentItem, TeamItem, ApiKeyItem, UploadItem)


def bind(table: str) -> None:
    """Put every model on this table, with connections of their own."""
    for model in MODELS:
        model.Meta.table_name = table
        model._connection = None


@contextmanager
def model_errors() -> Iterator[None]:
    """PynamoDB's errors as ours: a failed condition, or a store that failed."""
    try:
        yield
    except PynamoDBException as error:
        code = getattr(error, "cause_response_code", None)
        if code == "ConditionalCheckFailedException":
            raise ConditionFailed(None) from error
        raise StoreUnavailable(code or type(error).__name__) from error


def raw_place(start: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Where a page starts, in DynamoDB's typed form."""
    return to_attributes(start) if start else None


def plain_place(last: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Where the next page starts, as plain values."""
    return from_attributes(last) if last else None
