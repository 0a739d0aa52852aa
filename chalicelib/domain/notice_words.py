"""The words of a notice: a title and a line below it, put together when they are shown.

The title names the customer and colleagues, as the lists of the desk do. The line below quotes what was said: it stays
at the desk unless the agent lets it out (`notice_ways.Preferences.previews`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from chalicelib.domain.notice import Notice, NoticeKind

MAX_BODY = 160
MAX_NAME = 60
MINUTE, HOUR, DAY = 60, 3600, 24 * 3600
CLOCKS = {"first_response": "First answer", "next_response": "Answer", "resolution": "Solution"}


@dataclass(frozen=True, slots=True)
class Detail:
    """What is there to tell of a notice at this moment. `quote`: what was said, where the agent may read it."""

    customer: str = ""
    colleague: str = ""
    quote: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """`customer` and `colleague`: the names in the title, for who says it in another language."""

    title: str
    body: str
    customer: str = ""
    colleague: str = ""


def words_of(notice: Notice, detail: Detail) -> Words:
    who = cut(detail.customer, MAX_NAME) or "A customer"
    names = cut(detail.customer, MAX_NAME), cut(detail.colleague, MAX_NAME)
    return Words(_TITLES[notice.kind](notice, detail, who), cut(detail.quote, MAX_BODY), *names)


def cut(text: str, most: int) -> str:
    """One line of at most so many characters."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"


def span(seconds: int) -> str:
    """A length of time as people say it: 45 s, 52 min, 3 h 10 min, 2 days."""
    if seconds < MINUTE:
        return f"{max(seconds, 0)} s"
    if seconds < HOUR:
        return f"{seconds // MINUTE} min"
    if seconds < DAY:
        hours, minutes = seconds // HOUR, seconds % HOUR // MINUTE
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    days = seconds // DAY
    return f"{days} day{'s' if days > 1 else ''}"


def _mention(notice: Notice, detail: Detail, who: str) -> str:
    return f"{cut(detail.colleague, MAX_NAME) or 'A colleague'} mentioned you: {who}"


def _clock(said: str) -> Callable[[Notice, Detail, str], str]:
    def title(notice: Notice, detail: Detail, who: str) -> str:
        return f"{CLOCKS.get(str(notice.about.get('clock')), 'Answer')} {said}: {who}"

    return title


def _closing(notice: Notice, detail: Detail, who: str) -> str:
    return f"{who} can be answered until {str(notice.about.get('closes_at', ''))[11:16]} UTC only"


def _returned(notice: Notice, detail: Detail, who: str) -> str:
    unread = int(notice.about.get("unread", 0))
    tail = f", unread: {unread}" if unread else ""
    return f"{who} is back after {span(int(notice.about.get('idle_seconds', 0)))}{tail}"


def _side_thread(notice: Notice, detail: Detail, who: str) -> str:
    did = "asks you" if notice.about.get("asked") else "answered you"
    return f"{cut(detail.colleague, MAX_NAME) or 'Somebody'} {did} about {who}"


def _webhook(notice: Notice, detail: Detail, who: str) -> str:
    became = "is disabled" if "reason" in notice.about else "takes nothing"
    return f"The webhook endpoint {cut(str(notice.about.get('host', '')), MAX_NAME)} {became}"


def _report(notice: Notice, detail: Detail, who: str) -> str:
    state = str(notice.about.get("state", ""))
    became = {"retrying": "is tried again", "partly": "did not reach everybody"}.get(state, "was not sent")
    return f"The report {cut(str(notice.about.get('name', '')), MAX_NAME)} {became}"


def _floor(notice: Notice) -> str:
    return cut(str(notice.about.get("said", "")), MAX_BODY) or "Something may go wrong on the floor"


_TITLES: Mapping[NoticeKind, Callable[[Notice, Detail, str], str]] = {
    NoticeKind.MENTION: _mention,
    NoticeKind.ASSIGNED: lambda notice, detail, who: f"Yours now: {who}",
    NoticeKind.OFFERED: lambda notice, detail, who: f"Offered to you: {who}",
    NoticeKind.MESSAGE: lambda notice, detail, who: f"{who} wrote",
    NoticeKind.SLA_WARNED: _clock("is due soon"),
    NoticeKind.SLA_BREACHED: _clock("is late"),
    NoticeKind.WINDOW_CLOSING: _closing,
    NoticeKind.TASK_DUE: lambda notice, detail, who: f"A task is due: {who}" if detail.customer else "A task is due",
    NoticeKind.SIDE_THREAD: _side_thread,
    NoticeKind.ANNOUNCEMENT: lambda notice, detail, who: f"News: {cut(str(notice.about.get('title', '')), MAX_BODY)}",
    NoticeKind.RETURNED: _returned,
    NoticeKind.WEBHOOK: _webhook,
    NoticeKind.REPORT: _report,
    NoticeKind.FLOOR_WARNING: lambda notice, detail, who: _floor(notice),
    NoticeKind.FLOOR_CALM: lambda notice, detail, who: f"Over: {_floor(notice)}",
}
