"""Whom a side thread asks: checked before anything is stored, teams taken apart, the customer and ourselves refused."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from chalicelib.channels.email_recipients import is_own, plain_address
from chalicelib.channels.email_threads import UNPROVEN
from chalicelib.domain.agent import Agent
from chalicelib.domain.conversation import Conversation
from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.errors_side_threads import NotForSideThread
from chalicelib.domain.inbox import Inbox
from chalicelib.domain.side_thread import MAX_ADDRESSES, MAX_AGENTS, ThreadKind, Whom
from chalicelib.services.administration import every
from chalicelib.services.administration_ports import AgentStore, TeamStore
from chalicelib.services.ports import ContactStore

EMAIL = "email"
_CHANNEL = re.compile(r"[CG][A-Z0-9]{1,40}")


@dataclass(frozen=True, slots=True)
class WhomCheck:
    """`inboxes`: every inbox there is."""

    agents: AgentStore
    teams: TeamStore
    contacts: ContactStore
    inboxes: Callable[[], Sequence[Inbox]]

    def checked(self, conversation: Conversation, kind: ThreadKind, whom: Whom) -> tuple[Whom, tuple[str, ...]]:
        """Whom it asks, in the form that is kept, and the colleagues who are told. Raises InvalidInput,
        NotForSideThread."""
        if kind is ThreadKind.COLLEAGUE:
            _only(whom, "agent_ids", "team_ids")
            return whom, self.colleagues(whom.agent_ids, whom.team_ids)
        if kind is ThreadKind.SLACK:
            _only(whom, "channel_id")
            if not _CHANNEL.fullmatch(whom.channel_id or ""):
                raise InvalidInput("Name the Slack channel by its id, as in C0123ABCD.", field="with.channel_id")
            return whom, ()
        _only(whom, "to", "cc", "inbox_id")
        return self._mailboxes(conversation, whom), ()

    def colleagues(self, agent_ids: Sequence[str], team_ids: Sequence[str], field: str = "with.") -> tuple[str, ...]:
        """These and the members of these teams who have access, each once. Raises InvalidInput."""
        found = [self._agent(agent_id, f"{field}agent_ids[{place}]") for place, agent_id in enumerate(agent_ids)]
        staff = every(self.agents.list) if team_ids else ()
        for place, team_id in enumerate(team_ids):
            found += self._members(team_id, staff, f"{field}team_ids[{place}]")
        if not 0 < len(set(found)) <= MAX_AGENTS:
            raise InvalidInput(f"Name 1 to {MAX_AGENTS} colleagues, or teams of theirs.", field=f"{field}agent_ids")
        return tuple(dict.fromkeys(found))

    def _agent(self, agent_id: str, field: str) -> str:
        agent = self.agents.get(agent_id)
        if agent is None or not agent.enabled:
            raise InvalidInput("There is no such agent, or access was taken away.", field=field)
        return agent.id

    def _members(self, team_id: str, staff: Sequence[Agent], field: str) -> list[str]:
        if self.teams.get(team_id) is None:
            raise InvalidInput("There is no such team.", field=field)
        members = [agent.id for agent in staff if agent.enabled and team_id in agent.team_ids]
        if not members:
            raise InvalidInput("There is nobody in this team.", field=field)
        return members

    def _mailboxes(self, conversation: Conversation, whom: Whom) -> Whom:
        if not whom.to or len(whom.to) + len(whom.cc) > MAX_ADDRESSES:
            raise InvalidInput(f"A side thread goes to 1 to {MAX_ADDRESSES} addresses.", field="with.to")
        known = [inbox for inbox in self.inboxes() if inbox.channel == EMAIL]
        sender = _sender(known, conversation, whom.inbox_id)
        customers = self._customers(conversation)
        taken: set[str] = set()
        lists: dict[str, tuple[str, ...]] = {}
        for name, given in (("to", whom.to), ("cc", whom.cc)):
            kept = []
            for place, text in enumerate(given):
                address = _address(text, known, customers, f"with.{name}[{place}]")
                if address.lower() not in taken:
                    taken.add(address.lower())
                    kept.append(address)
            lists[name] = tuple(kept)
        return replace(whom, to=lists["to"], cc=lists["cc"], inbox_id=sender.id)

    def _customers(self, conversation: Conversation) -> set[str]:
        """The customer's own addresses, as far as they are known."""
        legs = {leg.address.removeprefix(UNPROVEN) for leg in conversation.legs.values() if leg.channel == EMAIL}
        contact = self.contacts.get(conversation.contact_id)
        points = contact.contact_points if contact else ()
        known = {point.value for point in points if point.kind == EMAIL} | {(contact.email if contact else None) or ""}
        return {address.lower() for address in legs | known if address}


def _address(text: str, inboxes: Sequence[Inbox], customers: set[str], field: str) -> str:
    address = plain_address(text)
    if address is None:
        raise InvalidInput("This is no e-mail address.", field=field)
    if address.lower() in customers:
        raise NotForSideThread("This is the customer's own address: write to them in the conversation.", field=field)
    if any(is_own(address, inbox) for inbox in inboxes):
        raise NotForSideThread("This is an address of ours: ask a colleague instead.", field=field)
    return address


def _sender(inboxes: Sequence[Inbox], conversation: Conversation, wanted: str | None) -> Inbox:
    """The inbox that is asked for; else the one the customer writes to, where that is one of mail; else the first."""
    able = [inbox for inbox in inboxes if inbox.enabled]
    if wanted is not None:
        able = [inbox for inbox in able if inbox.id == wanted]
    if not able:
        raise InvalidInput("There is no e-mail inbox to send it from.", field="with.inbox_id")
    own = {leg.inbox_id for leg in conversation.legs.values()}
    return min(able, key=lambda inbox: (inbox.id not in own, inbox.created_at, inbox.id))


def _only(whom: Whom, *names: str) -> None:
    for name in ("agent_ids", "team_ids", "to", "cc", "inbox_id", "channel_id"):
        if getattr(whom, name) and name not in names:
            raise InvalidInput("This is not for a side thread of this kind.", field=f"with.{name}")
