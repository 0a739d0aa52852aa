"""Carrying out retention rules, in portions: each looks at one page of what is old enough.

A page goes on from where the last one ended, whatever of it was removed: a portion that is repeated finds less, and
never anything younger.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from chalicelib.domain.agent import Principal, Role
from chalicelib.domain.errors import ContactNotFound, ErasureRefused
from chalicelib.domain.job import Job
from chalicelib.domain.reads import Page
from chalicelib.domain.retention import Kind, Old, Outcome, Rule, rules_from
from chalicelib.services import people
from chalicelib.services.erasure import Holds, held
from chalicelib.services.jobs import Jobs
from chalicelib.services.people import PeopleStore

KIND = "retention.run"
AT_ONCE = 10
# The document of the rules in force.
DOCUMENT, RULES = "retention", "rules"
SCHEDULE = "retention"  # who asked, where nobody did

# Erases the person of a contact; raises ErasureRefused.
Erase = Callable[[Principal, str, datetime], None]


class RetentionStore(Protocol):
    def old(self, rule: Rule, before: datetime, limit: int, start: Mapping[str, Any] | None) -> Page[Old]:
        """What a rule is about, the oldest first; it may be empty and still have a next one."""

    def remove(self, rule: Rule, old: Old, before: datetime, now: datetime) -> None:
        """Once more is no trouble. Contacts are not removed here."""


def ask(jobs: Jobs, principal: Principal, rules: Mapping[str, Any], now: datetime, *, dry_run: bool) -> Job:
    """Carry out these rules, or count what they would remove. Raises InvalidInput, StoreUnavailable."""
    rules_from(rules)
    return jobs.ask(KIND, principal.id, {"rules": dict(rules), "dry_run": dry_run}, now)


def ask_daily(jobs: Jobs, rules: Mapping[str, Any] | None, day: str, now: datetime) -> Job | None:
    """Carry out the rules in force for a day (`2026-03-02`), once however often it is asked for; None where there are
    none. Raises InvalidInput, StoreUnavailable."""
    if rules is None or not rules_from(rules):
        return None
    return jobs.ask(KIND, SCHEDULE, {"rules": dict(rules), "dry_run": False}, now, f"daily/{day}")


@dataclass(frozen=True, slots=True)
class Retaining:
    store: RetentionStore
    people: PeopleStore
    holds: Holds
    erase: Erase

    def step(self, job: Job, now: datetime) -> Job:
        """A portion, as a job's. Raises StoreUnavailable."""
        rules = rules_from(job.params["rules"])
        place = job.cursor.get("place", 0)
        if place >= len(rules):
            return job.ended(now, {"dry_run": job.params["dry_run"], **job.cursor.get("outcomes", {})})
        rule = rules[place]
        before = rule.before(job.asked_at)
        outcomes = dict(job.cursor.get("outcomes", {}))
        found = _outcome(outcomes.get(rule.kind.value))
        page = self.store.old(rule, before, AT_ONCE, job.cursor.get("start"))
        for old in page.items:
            found = self._one(job, rule, old, before, found, now)
        outcomes[rule.kind.value] = asdict(found)
        after = {"place": place + (page.next is None), "start": page.next, "outcomes": outcomes}
        return replace(job, cursor=after, done=sum(each["count"] for each in outcomes.values()))

    def _one(self, job: Job, rule: Rule, old: Old, before: datetime, found: Outcome, now: datetime) -> Outcome:
        if held(self.holds, self._members(old.contact_id)) is not None:
            return found.with_held()
        if not job.params["dry_run"]:
            if rule.kind is Kind.CONTACTS:
                try:
                    self.erase(_asker(job), old.contact_id, now)
                except (ErasureRefused, ContactNotFound):
                    return found
            else:
                self.store.remove(rule, old, before, now)
        return found.with_one(old.id)

    def _members(self, contact_id: str) -> Sequence[str]:
        try:
            person, _ = people.person_of(self.people, contact_id)
        except ContactNotFound:
            return (contact_id,)
        return person.members


def _asker(job: Job) -> Principal:
    return Principal("agent", job.asked_by, job.asked_by, Role.ADMIN)


def _outcome(stored: Mapping[str, Any] | None) -> Outcome:
    return Outcome(stored["count"], stored["held"], tuple(stored["samples"])) if stored else Outcome()
