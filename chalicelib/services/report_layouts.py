"""Whether a report's layout can be answered and sent. Raises InvalidInput, naming the field."""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.agent import Agent
from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.periods import WORDS, Calendar
from chalicelib.domain.report_asks import check, check_where
from chalicelib.domain.report_schedule import (
    MAX_RECIPIENTS,
    MAX_SECTIONS,
    Layout,
    Recipient,
    Section,
    Way,
    both,
)
from chalicelib.domain.slack_app import is_channel

MAX_ADDRESS = 254
# One address as SES takes it: no display name, no list, ASCII. Source: RFC 5321, section 4.1.2, without quoted parts.
_LOCAL = r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}"
_EMAIL = re.compile(_LOCAL + r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}")


@dataclass(frozen=True, slots=True)
class LayoutCheck:
    """`metrics`: the names of those there are."""

    metrics: Collection[str]
    calendar: Callable[[], Calendar]
    agent: Callable[[str], Agent | None]

    def __call__(self, layout: Layout, now: datetime) -> None:
        calendar = self.calendar()
        if not 0 < len(layout.sections) <= MAX_SECTIONS:
            raise InvalidInput(f"A report has 1 to {MAX_SECTIONS} sections.", field="sections")
        _within("where", lambda: check_where(layout.where))
        for place, section in enumerate(layout.sections):
            self._check_section(section, layout, f"sections[{place}]", calendar, now)
        if not len(layout.forms) > 0 or len(set(layout.forms)) != len(layout.forms):
            raise InvalidInput("Give at least one format, each once.", field="formats")
        self._check_recipients(layout)

    def _check_section(self, section: Section, layout: Layout, at: str, calendar: Calendar, now: datetime) -> None:
        if section.period not in WORDS:
            raise InvalidInput(f"A period is one of {', '.join(WORDS)}.", field=f"{at}.period")
        today = calendar.day(now)
        where = both(section.where, layout.where)
        if any(not values for values in where.values()):
            raise InvalidInput("Nothing is in this filter and in that of the whole report.", field=f"{at}.where")
        ask = section.ask(today, calendar.first_weekday)
        _within(at, lambda: check(ask, self.metrics, today))

    def _check_recipients(self, layout: Layout) -> None:
        recipients = layout.recipients
        if not 0 < len(recipients) <= MAX_RECIPIENTS:
            raise InvalidInput(f"Give 1 to {MAX_RECIPIENTS} recipients.", field="recipients")
        seen: set[tuple[Way, str]] = set()
        for place, each in enumerate(recipients):
            at = f"recipients[{place}]"
            key = (each.way, each.address.casefold() if each.way is Way.EMAIL else each.address)
            if key in seen:
                raise InvalidInput("This recipient is there already.", field=at)
            seen.add(key)
            self._check_recipient(each, at)

    def _check_recipient(self, recipient: Recipient, at: str) -> None:
        address = recipient.address
        if recipient.way is Way.SLACK:
            if not is_channel(address):
                raise InvalidInput("Give the id of a Slack channel, such as C0123ABCD.", field=f"{at}.address")
            return
        if recipient.way is Way.EMAIL:
            if len(address) > MAX_ADDRESS or not _EMAIL.fullmatch(address):
                raise InvalidInput("Give one plain e-mail address.", field=f"{at}.address")
            return
        agent = self.agent(address)
        if agent is None or not agent.enabled:
            raise InvalidInput("There is no such agent.", field=f"{at}.address")


def _within(at: str, check_part: Callable[[], None]) -> None:
    """A refusal of a part, with the part's place before its field."""
    try:
        check_part()
    except InvalidInput as refused:
        field = f"{at}.{refused.field}" if refused.field else at
        raise InvalidInput(refused.detail, field=field) from refused
