"""What supervisors set up for an agent: checks, and a mark that changes with it."""

from chalicelib.domain.capacity import Capacity
from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.ids import digest
from chalicelib.domain.skills import MAX_LEVEL, Skills
from chalicelib.domain.workload import Workload

MAX_SKILLS = 100
MAX_SKILL_NAME = 60


def setup_mark(workload: Workload) -> str:
    """Changes whenever capacity, hours or skills do, and only then: a heartbeat changes the workload's version."""
    capacity = workload.capacity
    weights = sorted(f"{kind.value}={weight}" for kind, weight in capacity.weights.items())
    skills = sorted(f"{name}={level}" for name, level in workload.skills.items())
    hours = workload.presence.hours_id or ""
    return digest(str(capacity.units), str(capacity.reserve), hours, *weights, "skills", *skills)


def check_capacity(capacity: Capacity) -> None:
    """Raises InvalidInput."""
    if capacity.reserve > capacity.units:
        raise InvalidInput("The reserve is a part of the units: give at most as many.", field="reserve")


def check_skills(skills: Skills) -> None:
    """Raises InvalidInput."""
    if len(skills) > MAX_SKILLS:
        raise InvalidInput(f"At most {MAX_SKILLS} skills.", field="skills")
    for name, level in skills.items():
        at = f"skills.{name[:MAX_SKILL_NAME]}"
        if not 0 < len(name) <= MAX_SKILL_NAME or name != name.strip():
            raise InvalidInput(f"A skill has a name of at most {MAX_SKILL_NAME} characters.", field=at)
        if not 1 <= level <= MAX_LEVEL:
            raise InvalidInput(f"A level is a whole number from 1 to {MAX_LEVEL}: leave out what is none.", field=at)
