"""The administrators' policy of legs, to and from its document. Raises InvalidInput with the path of what is wrong."""

from collections.abc import Mapping
from typing import Any, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from chalicelib.channels.registry import CHANNELS
from chalicelib.domain.consent import Purpose
from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.leg_choice_policy import ANY, DAY, Cost, LegPolicy, Need
from chalicelib.services.document_fields import truth_of
from chalicelib.services.paperwork import DocumentStore

KIND, PUBLISHED = "legs", "published"
MAX_QUOTED, MAX_CHARACTERS, MAX_AWAKE = 20, 5000, 24 * 3600
T = TypeVar("T", Cost, Need)


def leg_policy_from(body: Mapping[str, Any], version: int) -> LegPolicy:
    default = LegPolicy()
    return LegPolicy(
        quote_messages=_number(body, "quote_messages", default.quote_messages, MAX_QUOTED),
        quote_characters=_number(body, "quote_characters", default.quote_characters, MAX_CHARACTERS),
        quiet_from=_minutes(body.get("quiet_from", "21:00"), "quiet_from"),
        quiet_to=_minutes(body.get("quiet_to", "08:00"), "quiet_to"),
        quiet_channels=_channels(body.get("quiet_channels", sorted(default.quiet_channels)), "quiet_channels"),
        quiet_strict=truth_of(body.get("quiet_strict", False), "quiet_strict"),
        awake_seconds=_number(body, "awake_seconds", default.awake_seconds, MAX_AWAKE),
        time_zone=_zone(body.get("time_zone")),
        needs=_needs(body.get("needs", {})),
        costs={_channel(name, "costs"): _word(Cost, one, f"costs.{name}") for name, one in _map(body, "costs").items()},
        version=version,
    )


def leg_policy_body(policy: LegPolicy) -> Mapping[str, Any]:
    needs: dict[str, dict[str, str]] = {}
    for (purpose, channel), need in sorted(policy.needs.items()):
        needs.setdefault(purpose.value, {})[channel] = need.value
    return {
        "quote_messages": policy.quote_messages,
        "quote_characters": policy.quote_characters,
        "quiet_from": _clock(policy.quiet_from),
        "quiet_to": _clock(policy.quiet_to),
        "quiet_channels": sorted(policy.quiet_channels),
        "quiet_strict": policy.quiet_strict,
        "awake_seconds": policy.awake_seconds,
        "time_zone": policy.time_zone,
        "needs": needs,
        "costs": {channel: cost.value for channel, cost in sorted(policy.costs.items())},
    }


def published(documents: DocumentStore) -> LegPolicy:
    """The policy in force; the desk's own (version 0) where nobody has written any."""
    found = documents.get(PUBLISHED)
    return leg_policy_from(found.body, found.version) if found else LegPolicy()


def _map(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = body.get(name, {})
    if not isinstance(value, Mapping):
        raise InvalidInput("Give an object.", field=name)
    return value


def _number(body: Mapping[str, Any], name: str, default: int, highest: int) -> int:
    value = body.get(name, default)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= highest:
        raise InvalidInput(f"Give a whole number from 0 to {highest}.", field=name)
    return value


def _minutes(value: Any, at: str) -> int:
    hours, colon, minutes = value.partition(":") if isinstance(value, str) else ("", "", "")
    is_form = bool(colon) and all(part.isascii() and part.isdigit() and len(part) == 2 for part in (hours, minutes))
    found = int(hours) * 60 + int(minutes) if is_form else DAY
    if found >= DAY or int(minutes) > 59:
        raise InvalidInput('A time is written as "09:30".', field=at)
    return found


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _channel(name: Any, at: str) -> str:
    if not isinstance(name, str) or name not in CHANNELS:
        raise InvalidInput(f"There is no channel {str(name)[:60]!r}.", field=at)
    return name


def _channels(value: Any, at: str) -> frozenset[str]:
    if not isinstance(value, list):
        raise InvalidInput("Give a list of channels.", field=at)
    return frozenset(_channel(name, f"{at}[{place}]") for place, name in enumerate(value))


def _zone(value: Any) -> str | None:
    if value is None:
        return None
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, TypeError, OSError) as error:
        raise InvalidInput("There is no such time zone: give one such as Europe/Berlin.", field="time_zone") from error
    return str(value)


def _word(kind: type[T], value: Any, at: str) -> T:
    if not isinstance(value, str) or value not in {str(each) for each in kind}:
        raise InvalidInput(f"There are: {', '.join(str(each) for each in kind)}.", field=at)
    return kind(value)


def _needs(value: Any) -> Mapping[tuple[Purpose, str], Need]:
    found: dict[tuple[Purpose, str], Need] = {}
    for name, channels in _map({"needs": value}, "needs").items():
        if name not in {str(each) for each in Purpose}:
            raise InvalidInput(f"There are the purposes {', '.join(Purpose)}.", field=f"needs.{str(name)[:60]}")
        for channel, need in _map({f"needs.{name}": channels}, f"needs.{name}").items():
            known = channel if channel == ANY else _channel(channel, f"needs.{name}")
            found[Purpose(name), known] = _word(Need, need, f"needs.{name}.{channel}")
    return found
