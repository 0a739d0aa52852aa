"""What may happen to a side thread."""

from dataclasses import replace
from datetime import datetime

from chalicelib.domain.delivery import DeliveryState
from chalicelib.domain.errors_side_threads import SideThreadFull
from chalicelib.domain.message import MessageKind, preview
from chalicelib.domain.side_thread import MAX_AGENTS, MAX_SAID, SideMessage, SideThread, ThreadState


def said(thread: SideThread, message: SideMessage, now: datetime) -> tuple[SideThread, SideMessage]:
    """The thread with one message more, and the message in its place. A machine's answer is kept, but is no news and
    reopens nothing. An agent who writes takes part, and has seen the rest. Raises SideThreadFull."""
    if not message.came and thread.count >= MAX_SAID:
        raise SideThreadFull(f"A side thread has {MAX_SAID} messages at most: start another one.")
    counts = message.automatic is None
    placed = replace(
        message,
        number=thread.count + 1,
        news=thread.news + counts,
        state=DeliveryState.QUEUED if thread.goes_out and not message.came else None,
        moved_at=now,
    )
    after = replace(
        thread,
        count=placed.number,
        news=placed.news,
        state=ThreadState.OPEN if counts else thread.state,
        last_at=max(thread.last_at, now),
        preview=preview(MessageKind.DOCUMENT, message.text) if counts else thread.preview,
        version=thread.version + 1,
    )
    agent_id = message.author.id
    # An answer is never refused: where there is no room, the agent is just not told of the next.
    if message.author.kind != "agent" or (message.came and not _has_room(thread, agent_id)):
        return after, placed
    return with_seen(joined(after, (agent_id,)), agent_id), placed


def _has_room(thread: SideThread, agent_id: str) -> bool:
    return agent_id in thread.participants or len(thread.participants) < MAX_AGENTS


def joined(thread: SideThread, agent_ids: tuple[str, ...]) -> SideThread:
    """With these agents among those who are told: what was said before they came is new to them. Raises
    SideThreadFull."""
    everybody = tuple(dict.fromkeys((*thread.participants, *agent_ids)))
    if len(everybody) > MAX_AGENTS:
        raise SideThreadFull(f"A side thread has {MAX_AGENTS} participants at most.", field="agent_ids")
    return replace(thread, participants=everybody)


def with_seen(thread: SideThread, agent_id: str, news: int | None = None) -> SideThread:
    """The agent has seen the first `news` of it, or all; never less than before."""
    reached = max(thread.seen.get(agent_id, 0), thread.news if news is None else min(news, thread.news))
    return replace(thread, seen={**thread.seen, agent_id: reached})


def told(thread: SideThread, owner: str | None, but: str = "") -> tuple[str, ...]:
    """Who is told of something: participants and whose the conversation is, but for whoever did it."""
    everybody = (*thread.participants, *((owner,) if owner else ()))
    return tuple(agent for agent in dict.fromkeys(everybody) if agent != but)


def is_news(before: DeliveryState, update: DeliveryState) -> bool:
    """Whether what the mail service tells is news. Of several recipients one may fail and another get it: the failure
    stays, for somebody has to act on it."""
    if before is DeliveryState.FAILED:
        return False
    return update is DeliveryState.FAILED or _RANK.index(update) > _RANK.index(before)


_RANK = (
    DeliveryState.QUEUED,
    DeliveryState.SENDING,
    DeliveryState.UNCERTAIN,
    DeliveryState.SENT,
    DeliveryState.DELIVERED,
    DeliveryState.READ,
    DeliveryState.FAILED,
)
