"""Days on a floor, drawn from a seed: who works when with which skills, who writes when in which language.

The profile of the hours, the mix of channels and the lengths are made up, round figures; what they are compared on is
the same day for everybody.
"""

import random
from datetime import UTC, datetime, timedelta

from chalicelib.domain.capacity import Capacity
from chalicelib.domain.priority import PriorityRule
from chalicelib.domain.routing_policy import RouteRule, RoutingPolicy
from chalicelib.domain.skills import Step
from chalicelib.services.recording import Recording
from chalicelib.services.replay import Arrival, Staff

MORNING = datetime(2026, 3, 2, 8, tzinfo=UTC)
NIGHT = MORNING + timedelta(hours=24)
# Of a hundred arrivals, by hour from eight: two peaks.
HOURS = (4, 8, 13, 14, 9, 7, 10, 13, 10, 6, 4, 2)
# Channel: (share, median handling seconds).
CHANNELS = {"web_chat": (30, 540), "whatsapp": (35, 840), "messenger": (15, 780), "email": (20, 900)}
LANGUAGES = {"en": 68, "de": 17, "fr": 11, "yue": 4}
# Of a hundred agents so many speak it (English all of them).
SPEAKERS = {"de": 30, "fr": 20, "yue": 10}
TIERS = {"standard": 85, "vip": 15}
TEAMS = {"team_support": 75, "team_billing": 25}
# Of a hundred conversations so many are of a customer who wrote before on the same day.
RETURNING = 22
SPREAD = 0.6  # of the logarithm of a handling time
SHIFT_HOURS = 8

POLICY = RoutingPolicy(
    routes=(
        *(
            RouteRule(
                f"Language {name}",
                {"field": "contact.language", "is": name},
                skills={f"lang:{name}": 3},
                steps=(Step(120, {f"lang:{name}": 1}), Step(300, {f"lang:{name}": 0})),
            )
            for name in SPEAKERS
        ),
        RouteRule(
            "Billing overflows", {"field": "team_id", "is": "team_billing"}, steps=(Step(90, {}, "team_support"),)
        ),
    ),
    priorities=(
        PriorityRule("Key customers", 10, {"field": "contact.tier", "is": "vip"}),
        PriorityRule("Chat waits by the second", 5, {"field": "channel", "is": "web_chat"}),
    ),
    version=1,
)


def day(seed: int, agents: int, conversations: int) -> Recording:
    """The staff and the arrivals; no decisions yet."""
    chance = random.Random(f"{seed}/{agents}/{conversations}")
    return Recording(tuple(_staff(chance, agents)), tuple(_arrivals(chance, conversations)))


def _drawn(chance: random.Random, shares: dict[str, int]) -> str:
    return chance.choices(list(shares), weights=list(shares.values()))[0]


def _staff(chance: random.Random, count: int) -> list[Staff]:
    """Shifts begin at eight, at ten and at noon, so that the peaks have most of them."""
    made = []
    for number in range(count):
        start = MORNING + timedelta(hours=(0, 2, 4)[number % 3])
        skills = {"lang:en": 5}
        for language, share in SPEAKERS.items():
            if chance.randrange(100) < share:
                skills[f"lang:{language}"] = chance.randint(2, 5)
        team = "team_billing" if number % 4 == 3 else "team_support"
        units = chance.choice((8, 10, 10, 12))
        shift = (start, start + timedelta(hours=SHIFT_HOURS))
        made.append(Staff(f"agt_{number:05d}", f"Agent {number}", (team,), (shift,), Capacity(units, 1), skills))
    return made


def _arrivals(chance: random.Random, count: int) -> list[Arrival]:
    made: list[Arrival] = []
    for number, at in enumerate(sorted(_moment(chance) for _ in range(count))):
        again = chance.randrange(100) < RETURNING
        earlier = [each for each in made[-400:] if at - each.at > timedelta(minutes=40)] if again else []
        made.append(_returning(chance, chance.choice(earlier), at) if earlier else _new(chance, number, at))
    return made


def _moment(chance: random.Random) -> datetime:
    hour = chance.choices(range(len(HOURS)), weights=HOURS)[0]
    return MORNING + timedelta(hours=hour, milliseconds=chance.randrange(3_600_000))


def _new(chance: random.Random, number: int, at: datetime) -> Arrival:
    channel = chance.choices(list(CHANNELS), weights=[share for share, _ in CHANNELS.values()])[0]
    facts = {
        "channel": channel,
        "team_id": _drawn(chance, TEAMS),
        "contact.language": _drawn(chance, LANGUAGES),
        "contact.tier": _drawn(chance, TIERS),
        "episode": 1,
        "is_returning": False,
    }
    return Arrival(f"cnv_{number:06d}", at, facts, _handling(chance, channel))


def _returning(chance: random.Random, before: Arrival, at: datetime) -> Arrival:
    facts = {**before.facts, "episode": before.facts["episode"] + 1, "is_returning": True}
    return Arrival(before.conversation_id, at, facts, _handling(chance, facts["channel"]))


def _handling(chance: random.Random, channel: str) -> int:
    """Most are about as long as the median, a few much longer, nobody's longer than two hours."""
    return min(7200, max(30, round(CHANNELS[channel][1] * chance.lognormvariate(0, SPREAD))))
