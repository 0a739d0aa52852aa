"""Hops: one observable step each, timed, told, and counted when it fails."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from infra.local.accounts import provider_account
from infra.local.cloud import LocalCloud, eventually
from infra.local.desk import Desk, Json
from infra.local.progress import LocalCloudError, Progress
from infra.local.providers import Providers
from infra.local.workspace import AGENT, Workspace

T = TypeVar("T")
# The first message after a start waits until the functions behind the queues have begun.
HOP_SECONDS = 60.0


class HopFailed(LocalCloudError):
    """A hop did not come about; those after it make no sense."""


@dataclass(frozen=True, slots=True)
class Post:
    """The webhooks that a provider posts for an account from now on. `before`: those it had posted."""

    providers: Providers
    provider: str
    account: str
    before: frozenset[str]

    def accepted(self, count: int = 1) -> bool:
        """Whether there are so many (or more), and all were answered with a 2xx."""
        log = self.providers.deliveries(self.provider, self.account)
        return _all_accepted([one for one in log if one["id"] not in self.before], count)


def _all_accepted(told: list[Json], count: int) -> bool:
    refused = next((one for one in told if one["state"] == "given_up"), None)
    if refused:
        raise HopFailed(f"the webhook was refused: {refused['attempts']} {refused['answer']}")
    return len(told) >= count and all(one["state"] == "delivered" for one in told)


@dataclass(slots=True)
class Play:
    """One flow under way: its cloud, its people, and a clock that hops are told by."""

    cloud: LocalCloud
    workspace: Workspace
    progress: Progress
    seconds: dict[str, float] = field(default_factory=dict)
    _began: float = field(default_factory=time.monotonic)

    @property
    def desk(self) -> Desk:
        """The API, signed in as an agent."""
        return self.workspace.desk(self.cloud, AGENT)

    def begin(self) -> None:
        """The next hop's time counts from here."""
        self._began = time.monotonic()

    def hop(self, name: str, look: Callable[[], T | None]) -> T:
        """Try `look` until it answers something truthy; HopFailed when that takes too long or is refused."""
        started = time.monotonic()
        try:
            found: T = eventually(look, name, HOP_SECONDS)
        except Exception as fault:  # whatever it was, the hop has not come about
            raise HopFailed(f"{name}: {str(fault) or type(fault).__name__}") from fault
        now = time.monotonic()
        self.seconds[name] = now - started
        self.progress.say(f"  {now - self._began:6.2f} s  +{now - started:5.2f} s  {name}")
        return found

    def conversation_of(self, contact_name: str) -> Json | None:
        """The open conversation of a contact with this name."""
        rows = self.desk.items("/conversations?view=all&limit=100")
        return next((row for row in rows if row["contact_name"] == contact_name), None)

    def message(self, conversation_id: str, text: str) -> Json | None:
        """A thread's message with this text."""
        return next((m for m in self.desk.messages(conversation_id) if m.get("text") == text), None)

    def newest_is(self, text: str) -> Json | None:
        """The conversation whose newest message this is."""
        rows = self.desk.items("/conversations?view=all&limit=100")
        return next((row for row in rows if (row["last_message"] or {}).get("preview") == text), None)

    def post(self, channel: str) -> Post:
        """What the channel's provider posts from now on, for our account there."""
        providers, account = self.cloud.providers, provider_account(channel)
        before = frozenset(one["id"] for one in providers.deliveries(channel, account))
        return Post(providers, channel, account, before)

    def accepted(self, provider: str, account: str, needle: str, count: int = 1) -> bool:
        """Whether the webhooks that tell of `needle` were all answered with a 2xx."""
        told = [one for one in self.cloud.providers.deliveries(provider, account) if needle in one["body"]]
        return _all_accepted(told, count) and len(told) == count
