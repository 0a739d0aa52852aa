"""What administrators set of early warnings: which rules hold, from what on, and who is told."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from chalicelib.domain.warning import Rule, Tell


@dataclass(frozen=True, slots=True)
class QueueRule:
    """`targets`: seconds that nobody should wait for longer, by team, where they differ from `target_seconds`."""

    enabled: bool = True
    tell: Tell = Tell.SUPERVISORS
    target_seconds: int = 300
    targets: Mapping[str, int] = field(default_factory=dict)
    within_minutes: int = 20
    least: int = 5

    def target(self, team_id: str) -> timedelta:
        return timedelta(seconds=self.targets.get(team_id, self.target_seconds))


@dataclass(frozen=True, slots=True)
class BurnRule:
    """`objective_percent`: so many promises of a hundred are to be kept. `burn_rate`: how many times as fast as the
    objective allows they may be broken."""

    enabled: bool = True
    tell: Tell = Tell.SUPERVISORS
    objective_percent: int = 90
    burn_rate: int = 3
    least: int = 20


@dataclass(frozen=True, slots=True)
class VolumeRule:
    """`deviations`: so many usual deviations away from the usual. `least`: customers in an hour that are worth it."""

    enabled: bool = True
    tell: Tell = Tell.SUPERVISORS
    deviations: int = 5
    least: int = 20


@dataclass(frozen=True, slots=True)
class PromisesRule:
    """At least so many promises of a team that are due within so many minutes."""

    enabled: bool = True
    tell: Tell = Tell.SUPERVISORS
    within_minutes: int = 15
    least: int = 5


@dataclass(frozen=True, slots=True)
class WarningPolicy:
    queue_wait: QueueRule = QueueRule()
    sla_burn: BurnRule = BurnRule()
    volume: VolumeRule = VolumeRule()
    promises: PromisesRule = PromisesRule()

    def tell(self, rule: Rule) -> Tell:
        found: Tell = getattr(self, rule.value).tell
        return found
