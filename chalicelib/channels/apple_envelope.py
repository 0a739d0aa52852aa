"""What Apple posts: the plain bytes of a body, and what the body and the headers say of the message.

Source: MSP REST API, "Messages received". The token proves that Apple called, but signs neither body nor headers: where
the two disagree the body counts, since it is what says the rest.
"""

import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.channels.base import AccountNotice, InboundMessage, PayloadNotUnderstood, Peer, Profile
from chalicelib.channels.untrusted import content_id, identifier, known, optional, text
from chalicelib.domain.message import Attachment, MessageKind

# Of a body that was compressed; what was not is limited before it comes here.
MAX_PLAIN = 4 * 1024 * 1024
MAX_CAPABILITIES = 20
_GZIP = b"\x1f\x8b"
_CAPABILITY = re.compile(r"[A-Z0-9_]{1,32}")
# Fields of the body that the neutral form has in a place of its own.
PLACED = frozenset({"type", "id", "v", "sourceId", "destinationId", "locale", "intent", "group"})
_HEADERS = {"id": "id", "sourceId": "source-id", "destinationId": "destination-id"}


def plain(body: bytes) -> bytes:
    """The body as it is, or unpacked. gzip shows by its first bytes, which no JSON has: proxies lose the header that
    tells of it. Raises PayloadNotUnderstood on what is broken, or grows beyond all reason."""
    if not body.startswith(_GZIP):
        return body
    unpacker = zlib.decompressobj(wbits=31)
    try:
        found = unpacker.decompress(body, MAX_PLAIN + 1)
    except zlib.error as cause:
        raise PayloadNotUnderstood("the body is no gzip", field="body") from cause
    if len(found) > MAX_PLAIN:
        raise PayloadNotUnderstood(f"the body has more than {MAX_PLAIN} bytes unpacked", field="body")
    if not unpacker.eof:
        raise PayloadNotUnderstood("the gzip body has no end", field="body")
    return found


@dataclass(frozen=True, slots=True)
class Envelope:
    """One message of Apple's, and whose it is. `inbox_id` is the one in the address it came to."""

    inbox_id: str
    body: Mapping[str, Any]
    headers: Mapping[str, str]
    received_at: datetime

    @property
    def id(self) -> str:
        return self._named("id") or content_id("apple", dict(self.body))

    @property
    def account_id(self) -> str:
        return self._named("destinationId") or self.inbox_id

    @property
    def peer(self) -> Peer | None:
        """The customer is an opaque id, another one for each business."""
        address = self._named("sourceId")
        if address is None:
            return None
        facts = known(device=self._header("device-agent"), capabilities=self._capabilities())
        return Peer((address,), Profile(locale=self.locale), facts)

    @property
    def locale(self) -> str | None:
        return optional(self.body.get("locale")) or self._header("locale")

    def message(
        self,
        peer: Peer,
        kind: MessageKind,
        said: str = "",
        content: Mapping[str, Any] | None = None,
        attachments: tuple[Attachment, ...] = (),
        reply_to: str | None = None,
    ) -> InboundMessage:
        """Apple tells no times: a message's is when it came first."""
        return InboundMessage(
            account_id=self.account_id,
            external_id=self.id,
            peer=peer,
            occurred_at=self.received_at,
            kind=kind,
            text=said,
            attachments=attachments,
            reply_to=reply_to,
            content={**(content or {}), "apple": self.surroundings()},
            untimed=True,
        )

    def unsupported(self, peer: Peer, kind: str, said: str = "") -> InboundMessage:
        """With the payload as it came, so nothing of it is lost."""
        return self.message(peer, MessageKind.UNSUPPORTED, said, {"type": kind, "raw": dict(self.body)})

    def unattributed(self) -> AccountNotice:
        return AccountNotice(self.account_id, "message.unattributed", self.received_at, dict(self.body))

    def surroundings(self) -> dict[str, Any]:
        """What may stand beside any message. `capabilities`: what interactive messages this device shows."""
        return known(
            capabilities=self._capabilities(),
            device=self._header("device-agent"),
            intent=optional(self.body.get("intent")),
            group=optional(self.body.get("group")),
            locale=self.locale,
            headers_disagree=self._disagreements() or None,
        )

    def untaken(self, *used: str) -> dict[str, Any]:
        """The fields that nobody has taken in."""
        rest = {name: part for name, part in self.body.items() if name not in PLACED | set(used)}
        return known(extra=rest or None)

    def _named(self, field: str) -> str | None:
        return identifier(self.body.get(field)) or identifier(self._header(_HEADERS[field]))

    def _disagreements(self) -> list[str]:
        pairs = ((field, text(self.body.get(field)), self._header(name) or "") for field, name in _HEADERS.items())
        return [field for field, told, header in pairs if told and header and told.casefold() != header.casefold()]

    def _capabilities(self) -> list[str] | None:
        """None where the device tells of none, which is not the same as an empty list."""
        given = self._header("capability-list")
        if given is None:
            return None
        words = (word.strip().upper() for word in given.split(","))
        return [word for word in words if _CAPABILITY.fullmatch(word)][:MAX_CAPABILITIES]

    def _header(self, name: str) -> str | None:
        """Headers are latin-1 at best, and whatever else at worst."""
        found = self.headers.get(name, "").encode("utf-8", "replace").decode("utf-8").strip()
        return found[:512] or None
