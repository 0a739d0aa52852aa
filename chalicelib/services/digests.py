"""The e-mail that collects what an agent has not seen: at most one in the time that the agent chose.

A digest is armed under its due time, then a record comes back until that time. Who sends it says so first: two at once
send one mail. Where the sender dies in the middle, the mail goes again: better twice than never.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chalicelib.channels.base import MailRequest
from chalicelib.domain import notice_digest as rules
from chalicelib.domain.errors import StoreUnavailable
from chalicelib.domain.notice import Notice, Outcome, Tried, Way
from chalicelib.domain.notice_digest import MOST_NAMED, Digest
from chalicelib.domain.notice_ways import Preferences, mail_time
from chalicelib.domain.notice_words import Words, words_of
from chalicelib.domain.quiet_hours import quiet_until
from chalicelib.domain.writes import Written
from chalicelib.services.notice_mail import composed
from chalicelib.services.notice_ports import Looking, NoticeQueue, NoticeStore, People
from chalicelib.services.ports import MailSender, NotSent, OutcomeUnknown

LOOKED_AT = 100
# SES refuses for a while (RFC 9110: 429, 5xx), or for good.
PASSING = frozenset({429, 500, 502, 503, 504})


@dataclass(frozen=True, slots=True)
class Mailing:
    """`sender`: the address that mails of the desk come from ("": it sends none); `desk_url`: where agents work."""

    mails: MailSender
    sender: str
    desk_url: str


@dataclass(frozen=True, slots=True)
class DigestSending:
    store: NoticeStore
    people: People
    looking: Looking
    queue: NoticeQueue
    mailing: Mailing

    def arm(self, agent_id: str, wanted: datetime, own: Preferences, now: datetime) -> None:
        """Raises StoreUnavailable."""
        known = self.store.digest(agent_id)
        if not self.mailing.sender or known.is_armed(now):
            return
        due = rules.due_time(known, wanted, timedelta(minutes=own.digest_minutes))
        # The record first: one that finds nothing armed does nothing, an armed digest without one would never go.
        self.queue.digest(agent_id, _seconds(due - now))
        self._put(replace(known, due_at=due, begun_at=None))

    def due(self, agent_id: str, now: datetime) -> None:
        """A record's call: it may come early, late or twice. Raises StoreUnavailable."""
        known = self.store.digest(agent_id)
        if known.due_at is None:
            return
        if known.due_at > now:
            self.queue.digest(agent_id, _seconds(known.due_at - now))
            return
        if known.is_being_sent(now):
            raise StoreUnavailable("somebody sends this mail just now")
        own = self.store.preferences(agent_id)
        later = self._later(agent_id, own, now)
        if later is not None:
            self.queue.digest(agent_id, _seconds(later - now))
            self._put(replace(known, due_at=later))
            return
        told = self._untold(agent_id, own)
        if not told:
            self._settle(known, own, now)
            return
        if self._put(replace(known, begun_at=now)):
            self._send(replace(known, begun_at=now, version=known.version + 1), own, told, now)

    def _later(self, agent_id: str, own: Preferences, now: datetime) -> datetime | None:
        """Who is at the desk sees it there; who wants quiet gets it after."""
        quiet = quiet_until(own.quiet, now)
        if quiet > now:
            return quiet
        if self.looking.at(agent_id, now):
            return now + timedelta(minutes=own.digest_minutes)
        return None

    def _untold(self, agent_id: str, own: Preferences) -> list[Notice]:
        found = self.store.unseen(agent_id, LOOKED_AT)
        return [each for each in found if Way.EMAIL in own.ways_of(each.kind) and Way.EMAIL not in each.tried]

    def _send(self, digest: Digest, own: Preferences, told: Sequence[Notice], now: datetime) -> None:
        agent = self.people.get(digest.agent_id)
        outcome = Outcome.NOWHERE
        if agent is not None and agent.enabled:
            mail = composed(self.mailing.sender, self.mailing.desk_url, agent, self._words(told, own), len(told))
            outcome = self._sent(mail, digest)
        for notice in told:
            self.store.end(notice, Way.EMAIL, Tried(outcome, now))
        self._settle(replace(digest, sent_at=now), own, now)

    def _settle(self, digest: Digest, own: Preferences, now: datetime) -> None:
        """Nothing is armed any more; what was noted meanwhile, while it still was, is armed anew."""
        self._put(replace(digest, due_at=None, begun_at=None))
        if self._untold(digest.agent_id, own):
            self.arm(digest.agent_id, mail_time(own, now), own, now)

    def _words(self, told: Sequence[Notice], own: Preferences) -> list[Words]:
        named = told[:MOST_NAMED]
        found = [words_of(*each) for each in zip(named, self.store.details(named), strict=True)]
        return found if own.previews else [Words(words.title, "") for words in found]

    def _sent(self, mail: MailRequest, digest: Digest) -> Outcome:
        """Raises StoreUnavailable where it certainly did not go and may go later."""
        try:
            answer = self.mailing.mails.send(mail)
        except OutcomeUnknown:
            return Outcome.SENDING  # it may have gone: it is not sent again
        except NotSent as error:
            self._put(replace(digest, begun_at=None))
            raise StoreUnavailable("the mail was not sent") from error
        if answer.status in PASSING:
            self._put(replace(digest, begun_at=None))
            raise StoreUnavailable(f"the mail service answers {answer.status}")
        return Outcome.SENT if answer.status < 300 else Outcome.FAILED

    def _put(self, digest: Digest) -> bool:
        """False where somebody else was faster."""
        return self.store.set_digest(replace(digest, version=digest.version + 1)) is Written.DONE


def _seconds(wait: timedelta) -> int:
    return max(1, round(wait.total_seconds()))
