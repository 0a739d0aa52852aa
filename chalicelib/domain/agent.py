"""People and machines that use the desk, and what each role may do."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    """Each role may do what those before it may."""

    AGENT = "agent"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"


ORDER = {role: place for place, role in enumerate(Role)}


@dataclass(frozen=True, slots=True)
class Agent:
    """A person of the desk; `id` is stable, `email` signs in."""

    id: str
    name: str
    email: str
    role: Role
    created_at: datetime
    team_ids: tuple[str, ...] = ()
    enabled: bool = True
    version: int = 1


@dataclass(frozen=True, slots=True)
class Team:
    id: str
    name: str
    created_at: datetime
    version: int = 1


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A machine's key: only its hash is kept; revoked keys stay listed. `used_at` may be some minutes behind."""

    id: str
    name: str
    role: Role
    created_at: datetime
    created_by: str
    revoked_at: datetime | None = None
    last_four: str = ""
    used_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Principal:
    """Who calls the API: an agent (`id` is the agent's) or a machine (`id` is the key's)."""

    kind: str
    id: str
    name: str
    role: Role

    def may(self, role: Role) -> bool:
        return ORDER[self.role] >= ORDER[role]
