"""What administrating the desk asks of the world: its people, machines, inboxes, their secrets, and uploads."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from chalicelib.channels.base import Credentials
from chalicelib.domain.agent import Agent, ApiKey, Role, Team
from chalicelib.domain.inbox import Inbox
from chalicelib.domain.reads import Page
from chalicelib.domain.upload import Ticket, Upload
from chalicelib.domain.writes import Written

Place = Mapping[str, Any] | None


class Ids(Protocol):
    """What must be unguessable."""

    def new(self, prefix: str) -> str: ...

    def secret(self) -> str:
        """256 random bits in letters and digits."""


class AgentStore(Protocol):
    def put(self, agent: Agent) -> Written:
        """A new agent. DUPLICATE: there is one with this id."""

    def replace(self, agent: Agent, read_version: int) -> Written: ...

    def get(self, agent_id: str) -> Agent | None: ...

    def list(self, limit: int, start: Place) -> Page[Agent]:
        """By name."""


class TeamStore(Protocol):
    def put(self, team: Team) -> Written: ...

    def replace(self, team: Team, read_version: int) -> Written: ...

    def get(self, team_id: str) -> Team | None: ...

    def list(self, limit: int, start: Place) -> Page[Team]: ...

    def delete(self, team_id: str) -> None: ...


class ApiKeyStore(Protocol):
    def put(self, key: ApiKey, secret_hash: str) -> Written: ...

    def get(self, key_id: str) -> ApiKey | None: ...

    def with_hash(self, key_id: str) -> tuple[ApiKey, str] | None:
        """A key and the hash of its secret."""

    def list(self, limit: int, start: Place) -> Page[ApiKey]: ...

    def revoke(self, key_id: str, at: datetime) -> ApiKey | None:
        """The key as it is afterwards (revoked before: as it was); None where there is none."""

    def note_use(self, key_id: str, at: datetime) -> None: ...


class People(Protocol):
    """Who may sign in. Every call may be repeated."""

    def invite(self, agent: Agent, temporary_password: str | None) -> None:
        """Make the account; by e-mail, or silently with a password that must be changed at the first sign-in."""

    def set_role(self, agent_id: str, role: Role) -> None: ...

    def set_enabled(self, agent_id: str, *, enabled: bool) -> None: ...


class InboxStore(Protocol):
    def put(self, inbox: Inbox) -> Written:
        """DUPLICATE: there is one with this id. CONFLICT: the account belongs to another inbox."""

    def replace(self, inbox: Inbox, read_version: int) -> Written: ...

    def get(self, inbox_id: str) -> Inbox | None: ...

    def list(self) -> Sequence[Inbox]: ...

    def of_account(self, channel: str, account_id: str) -> str | None: ...


class SecretStore(Protocol):
    def read(self, ref: str) -> Credentials: ...

    def write(self, ref: str, credentials: Credentials) -> None: ...


class UploadStore(Protocol):
    def put(self, upload: Upload) -> None: ...

    def get(self, upload_id: str) -> Upload | None: ...

    def lend(self, object_key: str, upload: Upload) -> None:
        """A copy of a kept file, where this upload arrives."""

    def ticket(self, upload: Upload, *, seconds: int) -> Ticket: ...

    def keep(self, upload: Upload) -> str | None:
        """Move the bytes to where they stay, once however often it is called; gives the object's key, or None where
        they have not arrived in the announced size."""

    def keep_inside(self, upload: Upload) -> str | None:
        """The same for a note, apart from what is sent; the upload is `inside` from then on."""


class Tokens(Protocol):
    def claims(self, token: str) -> Mapping[str, Any]:
        """What a person's token says. Raises NotAuthenticated where it is not valid here and now."""
