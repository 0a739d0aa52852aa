"""The e-mail that collects what an agent has not seen: when it is due, and what it says."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.domain.notice_words import Words

# So many are named in one mail; of the others it says how many there are.
MOST_NAMED = 25
# Whoever began to send it and has not come back after so long never will.
GIVEN_UP = timedelta(minutes=3)
# A record that should have come by now is lost: another one is sent.
OVERDUE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Digest:
    """`due_at`: when the next mail goes (None: there is nothing to tell); `begun_at`: since when somebody is sending
    it."""

    agent_id: str
    due_at: datetime | None = None
    begun_at: datetime | None = None
    sent_at: datetime | None = None
    version: int = 0

    def is_armed(self, now: datetime) -> bool:
        return self.due_at is not None and now - self.due_at < OVERDUE

    def is_being_sent(self, now: datetime) -> bool:
        return self.begun_at is not None and now - self.begun_at < GIVEN_UP


def due_time(digest: Digest, wanted: datetime, apart: timedelta) -> datetime:
    """Not before `wanted`, and not sooner after the last mail than `apart`."""
    return max(wanted, digest.sent_at + apart) if digest.sent_at else wanted


def subject(count: int) -> str:
    return "One thing at the desk waits for you" if count == 1 else f"{count} things at the desk wait for you"


def text(name: str, told: Sequence[Words], count: int, desk_url: str) -> str:
    """The mail as plain text. `desk_url`: "" where it is not known."""
    lines = [f"Hello {name}," if name else "Hello,", "", "you have not seen this yet:", ""]
    for words in told:
        lines += [f"- {words.title}", *([f"  {words.body}"] if words.body else [])]
    if count > len(told):
        lines.append(f"- and {count - len(told)} more")
    lines += ["", *([f"Open the desk: {desk_url}", ""] if desk_url else [])]
    lines.append(
        "You choose what comes by e-mail, how often and when not: Settings, Notifications. To end these mails,"
    )
    lines.append("take e-mail away from every kind there.")
    return "\n".join(lines) + "\n"
