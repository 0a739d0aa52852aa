"""What bodies and queries are made of. Unknown fields are refused; msgspec checks the rest while it decodes."""

from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta

# `\Z`, not `$`: in Python that one lets a line break pass at the end. The document says `$` (see `openapi`).
_DIGITS = "[0-9a-hjkmnp-tv-z]{1,64}"

AgentId = Annotated[str, Meta(pattern=f"^agt_{_DIGITS}\\Z", examples=["agt_5h2vq8w0c4n1x7r3k9mt"])]
TeamId = Annotated[str, Meta(pattern=f"^team_{_DIGITS}\\Z", examples=["team_0f8c2v6n4q1w9x3r7k5m"])]
HoursId = Annotated[str, Meta(pattern=f"^hrs_{_DIGITS}\\Z", examples=["hrs_1c8w5h2vq0n4x7r3k9mt"])]
InboxId = Annotated[str, Meta(pattern=f"^ibx_{_DIGITS}\\Z", examples=["ibx_7q2v5h8w0c4n1x6r3k9m"])]
LegId = Annotated[str, Meta(pattern=f"^leg_{_DIGITS}\\Z")]
UploadId = Annotated[str, Meta(pattern=f"^upl_{_DIGITS}\\Z", examples=["upl_3k9m5h2vq8w0c4n1x7r4"])]
EntryId = Annotated[str, Meta(pattern=r"^(msg|nte)_[0-9a-hjkmnp-tv-z]{29}\Z", description="Id of a message or note")]

# One line, not blank.
LINE = r"^[^\x00-\x1f\x7f]*[^\x00-\x20\x7f][^\x00-\x1f\x7f]*\Z"
Name = Annotated[str, Meta(min_length=1, max_length=100, pattern=LINE)]
Version = Annotated[int, Meta(ge=1, le=2**53 - 1, description="The version that was read")]
Moment = Annotated[datetime, Meta(tz=True, description="RFC 3339, with its offset")]
Limit = Annotated[int, Meta(ge=1, le=100)]
Cursor = Annotated[str, Meta(min_length=1, max_length=2048, description="`next_cursor` of the page before")]
# What can be kept as it is and shown as it is: no nesting, no fractions.
Scalar = Annotated[str, Meta(max_length=1000)] | Annotated[int, Meta(ge=-(2**53), le=2**53)] | bool


class Body(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A request's body."""


class Query(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A request's query: each parameter at most once."""


class PageQuery(Query, frozen=True, kw_only=True):
    limit: Limit = 25
    cursor: Cursor | None = None


class View(msgspec.Struct, frozen=True, kw_only=True):
    """A resource as it is answered: every field is always there."""


Json = dict[str, Any]


def changes_of(body: Body) -> dict[str, Any]:
    """The fields that were given, but for the version."""
    given = {name: getattr(body, name) for name in body.__struct_fields__ if name != "version"}
    return {name: value for name, value in given.items() if value is not msgspec.UNSET}
