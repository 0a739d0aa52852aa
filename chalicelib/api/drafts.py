"""What is said of a reply before it is stored: its body, and the verdict on it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from msgspec import Meta

from chalicelib.api import contents
from chalicelib.api.problems import STATUS
from chalicelib.api.schemas import Body, EntryId, Json, LegId, UploadId, Version, View
from chalicelib.api.uploads import Mime
from chalicelib.channels.base import Outgoing
from chalicelib.channels.sms_text import Segments
from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.message import MEDIA, Attachment, MessageKind
from chalicelib.services.composing import Verdict
from chalicelib.services.reply_draft import Draft

ClientId = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=128,
        pattern=r"^[!-~]+\Z",
        description="The client's own id of what it sends: a repeat finds what was stored first",
        examples=["0199c2f4-7d0e-7c8a-b6d1-9a3f5e2c4b10"],
    ),
]
Text = Annotated[str, Meta(max_length=65_536)]
LINKABLE = MEDIA | {MessageKind.TEXT}


class DraftBody(Body, frozen=True, kw_only=True):
    """`leg_id`: where to send it (the conversation's active leg, if left out; naming it is faster).
    `content` depends on `kind` (docs/api.md). `split`: as several messages, where it does not go as one. `as_link`: the
    files as links to download them, good for seven days. `literal`: what looks like a placeholder is meant as it is;
    else a reply that still holds one is refused."""

    text: Text = ""
    kind: MessageKind = MessageKind.TEXT
    content: Json = {}
    reply_to: EntryId | None = None
    leg_id: LegId | None = None
    split: bool = False
    as_link: bool = False
    literal: bool = False

    def draft(self, client_id: str, attachments: tuple[Attachment, ...]) -> Draft:
        """The same for the services."""
        return Draft(
            client_id=client_id,
            text=self.text,
            kind=self.kind,
            content=self.content,
            attachments=attachments,
            reply_to=self.reply_to,
            leg_id=self.leg_id,
            literal=self.literal,
        )

    def check(self, files: int) -> None:
        """What is to go with so many files. Raises InvalidInput."""
        if self.as_link and self.kind not in LINKABLE:
            raise InvalidInput("Only files go as links.", field="as_link")
        held = 0 if self.as_link else files
        answers = self.reply_to is not None
        contents.check(self.kind, self.text, self.content, files=held, answers=answers, literal=self.literal)


class SeenBody(Body, frozen=True, kw_only=True):
    """The conversation as its writer saw it: its `version`, and the newest entry of its thread."""

    version: Version
    entry_id: EntryId


class ReplyBody(DraftBody, frozen=True, kw_only=True):
    """A draft, to be sent. `attachments`: ids of the caller's own uploads. `draft_version`: of the draft that was kept
    of it, which goes as it is sent. `seen`: sent only where nobody has said anything since; else it is refused
    (`moved_on`) with what was said."""

    client_id: ClientId
    seen: SeenBody | None = None
    attachments: Annotated[list[UploadId], Meta(max_length=10)] = []
    draft_version: Version | None = None


class FileBody(Body, frozen=True, kw_only=True):
    """A file that may not have been uploaded yet."""

    mime: Mime
    size_bytes: Annotated[int, Meta(ge=1, le=2**53)]
    name: Annotated[str, Meta(min_length=1, max_length=200)] | None = None


class CheckBody(DraftBody, frozen=True, kw_only=True):
    """A draft as it is being written."""

    attachments: Annotated[list[FileBody], Meta(max_length=10)] = []

    def files(self) -> tuple[Attachment, ...]:
        return tuple(
            Attachment(mime=file.mime, name=file.name, size_bytes=file.size_bytes) for file in self.attachments
        )


class SegmentsView(View, frozen=True, kw_only=True):
    """`count` segments are charged; `units` are used and `left` are free in the last one."""

    encoding: str
    units: int
    count: int
    left: int


class PartView(View, frozen=True, kw_only=True):
    """One message as the customer would get it. `rendered`: in another form than it is written. `files`: which of the
    attachments go with it."""

    kind: MessageKind
    text: str
    rendered: bool
    files: list[int]
    segments: SegmentsView | None


class UnfitView(View, frozen=True, kw_only=True):
    """Why it does not go: what the reply would be refused with; `facts`: what `detail` tells, as data."""

    status: int
    code: str
    detail: str
    field: str | None
    facts: Json
    alternatives: list[Json]


class CheckView(View, frozen=True, kw_only=True):
    """What would become of a draft. `parts`: the messages it goes as; none, and a `refusal`, where it does not go.
    `length` is of its text in `unit`s, of which `max_text` go in one message. `closes_at`: until when such a message
    goes on this leg (null: no end is known)."""

    fits: bool
    leg_id: str
    channel: str
    parts: list[PartView]
    refusal: UnfitView | None
    length: int
    max_text: int
    unit: str
    closes_at: datetime | None


def check_view(verdict: Verdict) -> CheckView:
    capabilities = verdict.channel.CAPABILITIES
    counted: Sequence[Segments | None] = verdict.segments or [None] * len(verdict.parts)
    return CheckView(
        fits=verdict.refusal is None,
        leg_id=verdict.leg.id,
        channel=verdict.channel.NAME,
        parts=[
            _part(part.message, part.shown, list(part.files), segments)
            for part, segments in zip(verdict.parts, counted, strict=True)
        ],
        refusal=_refusal(verdict),
        length=verdict.length,
        max_text=capabilities.max_text,
        unit=capabilities.text_unit,
        closes_at=verdict.closes_at,
    )


def _part(message: Outgoing, shown: Outgoing, files: list[int], segments: Segments | None) -> PartView:
    charged = None
    if segments is not None:
        charged = SegmentsView(
            encoding=segments.encoding, units=segments.units, count=segments.count, left=segments.left
        )
    return PartView(
        kind=shown.kind,
        text=shown.text or str(shown.content.get("body") or ""),
        rendered=shown != message,
        files=files,
        segments=charged,
    )


def _refusal(verdict: Verdict) -> UnfitView | None:
    refusal = verdict.refusal
    if refusal is None:
        return None
    return UnfitView(
        status=int(STATUS[refusal.kind]),
        code=refusal.code,
        detail=refusal.detail,
        field=refusal.field,
        facts={name: value for name, value in refusal.facts.items() if name != "alternatives"},
        alternatives=[dict(each) for each in refusal.facts.get("alternatives", ())],
    )
