"""Side threads by mail: answers come in by the e-mail inbox that the question went out by."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from chalicelib.channels.base import InboundMessage, ProviderError, StatusUpdate
from chalicelib.domain.delivery import DeliveryState
from chalicelib.domain.envelope import Actor
from chalicelib.domain.errors import StoreUnavailable
from chalicelib.domain.inbox import Inbox
from chalicelib.domain.side_thread import Origin, SideThread, ThreadKind, message_number
from chalicelib.domain.side_thread_rules import is_news
from chalicelib.domain.writes import Recorded, Written
from chalicelib.services.side_thread_events import changed_event, owner_of
from chalicelib.services.side_threads import ATTEMPTS, Said, SideThreads

# Of what came with a mail: what its answer needs, what was cut, where it is kept, how far its sender is proven.
KEPT = ("subject", "hidden", "message_id", "object_key", "authentication", "to", "cc", "inline", "cut")
PROVIDER = Actor("provider")


@dataclass(frozen=True, slots=True)
class SideMail:
    threads: SideThreads

    def took(self, inbox: Inbox, item: InboundMessage | StatusUpdate, now: datetime) -> bool:
        """Once, however often it comes; False where there is no such thread of this inbox. Raises StoreUnavailable."""
        thread = self.threads.store.find(item.aside or "")
        if thread is None or thread.kind is not ThreadKind.EMAIL or thread.whom.inbox_id != inbox.id:
            return False
        if isinstance(item, StatusUpdate):
            self._mark(thread, item, now)
            return True
        return self.threads.answer(thread, _said(thread, item), now)

    def _mark(self, thread: SideThread, status: StatusUpdate, now: datetime) -> None:
        """What became of a mail of ours, as far as it is news; of an earlier attempt nothing is."""
        _, _, rest = (status.tracker or "").partition(".")
        identifier, _, attempt = rest.partition(".")
        number = message_number(thread.id, identifier)
        for _ in range(ATTEMPTS):
            message = self.threads.store.message(thread, number) if number else None
            if message is None or message.state is None or str(message.attempt) != attempt:
                return
            if not is_news(message.state, status.state):
                return
            after = replace(
                message,
                state=status.state,
                reason=_reason(status.error) if status.state is DeliveryState.FAILED else message.reason,
                external_id=message.external_id or status.external_id,
                version=message.version + 1,
            )
            event = changed_event(thread, after, owner_of(self.threads.desk, thread))
            if self.threads.store.change_message(message, after, Recorded((event,), PROVIDER, now)) is Written.DONE:
                return
        raise StoreUnavailable("too many writers at once")


def _reason(error: ProviderError | None) -> str:
    if error is None:
        return "The mail came back."
    if error.code == "complaint":
        return "The mail was marked as spam."
    return f"The mail came back ({error.code})."


def _said(thread: SideThread, item: InboundMessage) -> Said:
    content = item.content
    sender: Any = content.get("from") or {}
    address = str(sender.get("address") or "")
    is_report = item.known_only
    return Said(
        author_kind="system" if is_report else "outside",
        author_id=address.lower() or "mail",
        author_name=str(sender.get("name") or "") or address or "Mail server",
        text=item.text,
        attachments=item.attachments,
        external_id=item.external_id,
        at=item.occurred_at,
        automatic=content.get("automatic"),
        origin=Origin.ASKED if is_report else _origin(thread, address, content),
        content={name: content[name] for name in KEPT if name in content},
    )


def _origin(thread: SideThread, address: str, content: Any) -> Origin:
    """The token alone lets a mail in; who wrote it is another question, and is shown."""
    asked = {one.lower() for one in (*thread.whom.to, *thread.whom.cc)}
    if address.lower() not in asked:
        return Origin.NOT_ASKED
    is_proven = (content.get("authentication") or {}).get("verified")
    return Origin.ASKED if is_proven else Origin.UNPROVEN
