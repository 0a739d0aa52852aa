"""The administrators' escalation paths, to and from the values that escalation works with. Raises InvalidInput with the
path of what is wrong."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from chalicelib.domain.conditions import check
from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.escalation import Path, Tier
from chalicelib.domain.routing_policy import FACTS
from chalicelib.domain.skills import MAX_LEVEL
from chalicelib.services.document_fields import MAX_NAME, items_of, number_of, object_of, text_of, truth_of
from chalicelib.services.paperwork import DocumentStore, save

PUBLISHED = "published"
MAX_PATHS = 50
MAX_TIERS = 10
MAX_SKILLS = 20
MAX_SECONDS = 30 * 24 * 3600
PATH_FIELDS = frozenset({"name", "condition", "tiers", "after_breach"})
TIER_FIELDS = frozenset({"name", "team_id", "skills", "ticket", "reply_seconds"})

Named = TypeVar("Named", Path, Tier)


def paths_from(body: Mapping[str, Any]) -> tuple[Path, ...]:
    """In the administrators' order: the first that applies is taken."""
    given = items_of(body.get("paths", []), "paths", MAX_PATHS)
    return _distinct([_path(path, f"paths[{place}]") for place, path in enumerate(given)], "paths")


def paths_body(paths: Sequence[Path]) -> Mapping[str, Any]:
    return {
        "paths": [
            {
                "name": path.name,
                "condition": dict(path.condition),
                "after_breach": path.after_breach,
                "tiers": [tier_body(tier) for tier in path.tiers],
            }
            for path in paths
        ]
    }


def tier_body(tier: Tier) -> Mapping[str, Any]:
    return {
        "name": tier.name,
        "team_id": tier.team_id,
        "skills": dict(tier.skills),
        "ticket": tier.ticket,
        "reply_seconds": tier.reply_seconds,
    }


def published(documents: DocumentStore) -> tuple[Sequence[Path], int]:
    """The paths in force and their version; 0 where there never were any."""
    document = documents.get(PUBLISHED)
    return (paths_from(document.body), document.version) if document else ((), 0)


def put_published(
    documents: DocumentStore, teams: Mapping[str, str], paths: Sequence[Any], read_version: int
) -> Sequence[Path]:
    """Put these in place of those of `read_version`. What stands on a tier stays there. Raises InvalidInput,
    VersionConflict."""
    found = paths_from({"paths": list(paths)})
    for place, path in enumerate(found):
        for number, tier in enumerate(path.tiers):
            if tier.team_id is not None and tier.team_id not in teams:
                raise InvalidInput("There is no such team.", field=f"paths[{place}].tiers[{number}].team_id")
    save(documents, PUBLISHED, paths_body(found), read_version)
    return found


def _path(path: Any, at: str) -> Path:
    path = object_of(path, at, PATH_FIELDS)
    condition = path.get("condition", {})
    check(condition, FACTS, f"{at}.condition")
    tiers = items_of(path.get("tiers"), f"{at}.tiers", MAX_TIERS)
    if not tiers:
        raise InvalidInput("A path has at least one tier.", field=f"{at}.tiers")
    found = [_tier(tier, f"{at}.tiers[{place}]") for place, tier in enumerate(tiers)]
    return Path(
        name=text_of(path.get("name"), f"{at}.name"),
        tiers=_distinct(found, f"{at}.tiers"),
        condition=condition,
        after_breach=truth_of(path.get("after_breach", False), f"{at}.after_breach"),
    )


def _tier(tier: Any, at: str) -> Tier:
    tier = object_of(tier, at, TIER_FIELDS)
    team_id = tier.get("team_id")
    return Tier(
        name=text_of(tier.get("name"), f"{at}.name"),
        team_id=None if team_id is None else text_of(team_id, f"{at}.team_id"),
        skills=_skills(tier.get("skills", {}), f"{at}.skills"),
        ticket=truth_of(tier.get("ticket", False), f"{at}.ticket"),
        reply_seconds=number_of(tier.get("reply_seconds", 0), f"{at}.reply_seconds", 0, MAX_SECONDS),
    )


def _distinct(found: Sequence[Named], at: str) -> tuple[Named, ...]:
    """Names tell them apart. Raises InvalidInput."""
    known: set[str] = set()
    for place, one in enumerate(found):
        if one.name in known:
            raise InvalidInput("This name is taken already.", field=f"{at}[{place}].name")
        known.add(one.name)
    return tuple(found)


def _skills(value: Any, at: str) -> Mapping[str, int]:
    if not isinstance(value, Mapping) or len(value) > MAX_SKILLS:
        raise InvalidInput(f"Give an object of at most {MAX_SKILLS} skills with their levels.", field=at)
    return {
        text_of(name, at): number_of(level, f"{at}.{str(name)[:MAX_NAME]}", 1, MAX_LEVEL)
        for name, level in value.items()
    }
