"""What people call what numbers are shared out by: agents, teams, inboxes and labels by their names."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from chalicelib.domain.measure import NONE, Dimension

# All of a kind there are, by id; few enough to be read whole, and remembered for a while.
All = Callable[[], Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class ReportNames:
    """`known`: of each dimension whose values are ids. The other values are their own names."""

    known: Mapping[Dimension, All]

    def names(self, dimension: Dimension, values: Sequence[str]) -> Mapping[str, str]:
        """Of those that have one. Raises StoreUnavailable."""
        wanted = [value for value in values if value != NONE]
        if dimension not in self.known or not wanted:
            return {}
        known = self.known[dimension]()
        return {value: known[value] for value in wanted if value in known}
