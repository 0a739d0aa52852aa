"""Reports in Slack: the main numbers of each section, and where the whole of it is. Slack says it once: see
`team_slack`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from chalicelib.channels.slack_text import escaped
from chalicelib.domain.report_run import Fate, ReportRun
from chalicelib.domain.report_schedule import Form
from chalicelib.services.report_delivery_ports import Went
from chalicelib.services.report_text import summary
from chalicelib.services.team_slack_api import SlackFailed

MAX_TEXT = 3500


class Posting(Protocol):
    def post(self, channel_id: str, words: str, *, once: str) -> str: ...


@dataclass(frozen=True, slots=True)
class PostedReports:
    """`link`: where a run is read, for who signs in; "" where that is not known."""

    team: Posting
    link: Callable[[str], str]

    def send(self, run: ReportRun, place: int, document: Mapping[str, Any], files: Mapping[Form, bytes]) -> Went:
        channel = run.deliveries[place].recipient.address
        try:
            self.team.post(channel, said_in_slack(run, document, self.link(run.id)), once=f"report:{run.id}:{channel}")
        except SlackFailed as failed:
            return (Fate.AGAIN if failed.may_pass else Fate.FAILED), f"Slack: {failed.detail}"
        return Fate.SENT, ""


def said_in_slack(run: ReportRun, document: Mapping[str, Any], link: str) -> str:
    lines = [f"*{escaped(document['name'])}*", *map(escaped, summary(document, run.layout.language))]
    text = "\n".join(lines)
    if len(text) > MAX_TEXT:
        text = f"{text[:MAX_TEXT].rpartition(chr(10))[0]}\n…"
    return f"{text}\n{link}" if link else text
