"""Reports, the lists behind them and what else is asked of the numbers; made on first use (see `api`)."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from chalicelib.aws.memory import Memory
    from chalicelib.domain.agent import Principal
    from chalicelib.domain.periods import Calendar
    from chalicelib.domain.report import Where
    from chalicelib.services.report_counting import ReportCounting
    from chalicelib.services.report_lists import ReportLists
    from chalicelib.services.report_names import All, ReportNames
    from chalicelib.services.report_patterns import Patterns
    from chalicelib.services.reports import Reports

# Names and the workspace's zone change rarely.
NAMES_SECONDS = 60


@cache
def reports() -> Reports:
    from chalicelib.aws.stores.rollups import RollupReader
    from chalicelib.aws.stores.slices import SliceStore
    from chalicelib.domain.metrics import DEFINITIONS
    from chalicelib.services.reports import Reports
    from chalicelib.wiring.numbers import facts

    return Reports(RollupReader(facts()), SliceStore(facts()), calendar, DEFINITIONS)


def calendar() -> Calendar:
    """The workspace's, as it was within the last minute. Raises StoreUnavailable."""
    found: Calendar = _memory().recall(("calendar",), _calendar)
    return found


def _calendar() -> Calendar:
    from zoneinfo import ZoneInfo

    from chalicelib.domain.periods import Calendar
    from chalicelib.services import numbers_settings
    from chalicelib.wiring import work

    found = numbers_settings.published(work.documents(numbers_settings.KIND))
    return Calendar(ZoneInfo(found.zone), found.first_weekday)


@cache
def lists() -> ReportLists:
    from chalicelib.services.report_lists import ReportLists

    return ReportLists(reports())


@cache
def patterns() -> Patterns:
    from chalicelib.services.report_patterns import Patterns

    return Patterns(reports())


@cache
def counting() -> ReportCounting:
    from chalicelib.services.report_counting import ReportCounting
    from chalicelib.wiring.transfer import files

    return ReportCounting(reports(), files())


def limits(principal: Principal) -> Where:
    """What a caller may ask about. Raises NotPermitted."""
    from chalicelib.domain.agent import Role
    from chalicelib.services import report_scope

    return report_scope.limits(principal, () if principal.may(Role.ADMIN) else team_ids(principal.id))


def team_ids(agent_id: str) -> Sequence[str]:
    """An agent's; a machine has none."""
    from chalicelib.wiring import api

    agent = api.agents().get(agent_id)
    return agent.team_ids if agent else ()


@cache
def names() -> ReportNames:
    from chalicelib.domain.measure import Dimension
    from chalicelib.services.report_names import ReportNames
    from chalicelib.wiring.work import team_names

    return ReportNames(
        {
            Dimension.AGENT: _remembered("agents", _agents),
            Dimension.TEAM: _remembered("teams", team_names),
            Dimension.INBOX: _remembered("inboxes", _inboxes),
            Dimension.LABEL: _remembered("labels", _labels),
        }
    )


@cache
def _memory() -> Memory:
    from chalicelib.aws.memory import Memory

    return Memory(NAMES_SECONDS)


def _remembered(name: str, load: All) -> All:
    def all_of_them() -> Mapping[str, str]:
        found: Mapping[str, str] = _memory().recall((name,), load)
        return found

    return all_of_them


def _agents() -> Mapping[str, str]:
    from chalicelib.services.administration import every
    from chalicelib.wiring import api

    return {agent.id: agent.name for agent in every(api.agents().list)}


def _inboxes() -> Mapping[str, str]:
    from chalicelib.wiring.shared import inboxes

    return {inbox.id: inbox.name for inbox in inboxes().list()}


def _labels() -> Mapping[str, str]:
    from chalicelib.services import label_documents
    from chalicelib.wiring import work

    found = label_documents.vocabulary(work.documents(label_documents.LABELS))
    return {key: label.name for key, label in found.labels.items()}
