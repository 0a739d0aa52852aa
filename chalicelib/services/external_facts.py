"""What other systems know of a contact, for agents, rules, templates and bots: one way to all of it.

Sources are asked when somebody reads facts that are not there, all at once and within their time-outs. What is stale is
shown with its age, and asked for anew behind the answer: by the function `people`, for the API's own process stands
still once it has answered. Rules see what is there and never wait.
"""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Protocol

from chalicelib.channels.http import HttpRequest, HttpResponse
from chalicelib.domain.contact import Contact
from chalicelib.domain.data_source import Consumer, DataSource
from chalicelib.domain.errors import InvalidInput, StoreUnavailable
from chalicelib.domain.events import ConversationCreated
from chalicelib.domain.external_fact import NAME, Answered, Breaker, Fact, Freshness, is_storable
from chalicelib.services.known_facts import KnownFacts, KnownStore
from chalicelib.services.ports import HttpSender
from chalicelib.services.source_calls import (
    EXCERPT,
    MASK,
    Credentials,
    Said,
    SourceFailed,
    masked,
    request_for,
    said_by,
    values_of,
)

WANTED = "facts.wanted"
MAX_AT_ONCE = 8
# A source that failed for a contact is not asked for them again at once.
RETRY_AFTER = timedelta(seconds=30)
# Beyond the sources' own time-outs: names that resolve slowly, servers that drip.
PATIENCE_SECONDS = 3.0
BEHIND_SECONDS = 2.0
LATE = "It did not answer in time."
OURS = "Its credentials could not be read just now."
MAX_FUTURE = timedelta(minutes=5)
MAX_PUSHED = 100
NAMES_OF_CONTACT = 200


class FactStore(KnownStore, Protocol):
    def keep(self, contact_id: str, answered: Answered, until: datetime) -> None:
        """Until it may be forgotten."""

    def keep_breaker(self, source_id: str, breaker: Breaker, until: datetime) -> None: ...

    def push(self, contact_id: str, fact: Fact) -> bool:
        """False where something as new, or newer, is known."""

    def addresses(self, identity_ids: Sequence[str]) -> Sequence[str]:
        """Of a contact's identities. One read."""


class Wanted(Protocol):
    def put(self, contact_id: str) -> None:
        """Have the stale facts of a contact asked for anew, behind the answer."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A call that was made to look at it: secrets are masked. `error` is why there are no facts."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: str
    status: int | None
    excerpt: str
    took_ms: int
    facts: Mapping[str, Any]
    faults: Mapping[str, str]
    error: str


@dataclass(frozen=True, slots=True)
class ExternalFacts:
    """`sources`: those there are; `credentials`: of a source; `seconds`: any clock that only grows."""

    store: FactStore
    sources: Callable[[], Sequence[DataSource]]
    credentials: Callable[[DataSource], Credentials]
    http: HttpSender
    wanted: Wanted
    seconds: Callable[[], float]
    patience: float = field(default=PATIENCE_SECONDS)

    def known(self, contact: Contact, consumer: Consumer, now: datetime) -> dict[str, Fact]:
        """What is there, whatever its age; nobody is asked."""
        return self._known.known(contact, consumer, now)

    @property
    def _known(self) -> KnownFacts:
        return KnownFacts(self.store, self.sources)

    def read(self, contact: Contact, consumer: Consumer, now: datetime) -> dict[str, Fact]:
        """What is there, and what can be had in time. Raises StoreUnavailable."""
        sources = self._known.seen_by(consumer)
        answered, breakers = self._answered(contact, sources)
        missing = [each for each in sources if _is_missing(each, answered.get(each.id), now)]
        asked = self._asked(contact, missing, answered, breakers, now, self.patience)
        if any(_is_stale(each, answered.get(each.id), now) for each in sources):
            self.wanted.put(contact.id)
        return self._known.shown(contact, sources, {**answered, **asked}, now)

    def refresh(self, contact: Contact, now: datetime) -> None:
        """Ask for what is missing or stale. Raises StoreUnavailable."""
        sources = [each for each in self.sources() if each.enabled]
        answered, breakers = self._answered(contact, sources)
        old = [each for each in sources if _is_missing(each, answered.get(each.id), now)]
        old += [each for each in sources if _is_stale(each, answered.get(each.id), now)]
        self._asked(contact, old, answered, breakers, now, min(self.patience, BEHIND_SECONDS))

    def trial(self, source: DataSource, contact: Contact) -> Trial:
        """One call that is kept nowhere."""
        credentials, began = self.credentials(source), self.seconds()
        request: HttpRequest | None = None
        response: HttpResponse | None = None
        facts: Mapping[str, Any] = {}
        faults: Mapping[str, str] = {}
        error = ""
        try:
            request = request_for(source, self._values(source, contact), credentials)
            said = said_by(source, self.http, request)
            response, facts, faults = said.response, said.values, said.faults
        except SourceFailed as failed:
            response, error = failed.response, str(failed)
        took = round((self.seconds() - began) * 1000)
        if request is None:
            return Trial(source.method.value, source.url, {}, "", None, "", took, {}, {}, error)
        headers = {**request.headers, **dict.fromkeys(request.secret_headers, MASK)}
        text = response.body.decode("utf-8", "replace") if response else ""
        excerpt = masked(text, credentials, request)[:EXCERPT]
        shown = {
            name: masked(value, credentials, request) if isinstance(value, str) else value
            for name, value in facts.items()
        }
        url, body = masked(request.url, credentials, request), masked(request.body.decode(), credentials, request)
        status = response.status if response else None
        return Trial(request.method, url, headers, body, status, excerpt, took, shown, faults, error)

    def _answered(
        self, contact: Contact, sources: Sequence[DataSource]
    ) -> tuple[Mapping[str, Answered], Mapping[str, Breaker]]:
        return self.store.answered(contact.id, [each.id for each in sources]) if sources else ({}, {})

    def _values(self, source: DataSource, contact: Contact) -> dict[str, str]:
        names = contact.identities[:NAMES_OF_CONTACT] if source.asks_external_id else ()
        return values_of(source, contact, self.store.addresses(names) if names else ())

    def _asked(
        self,
        contact: Contact,
        sources: Sequence[DataSource],
        answered: Mapping[str, Answered],
        breakers: Mapping[str, Breaker],
        now: datetime,
        patience: float,
    ) -> dict[str, Answered]:
        """All at once; who is late is not waited for."""
        open_ones = {each.id for each in sources if breakers.get(each.id, Breaker()).is_open(now)}
        found = {
            each.id: replace(_before(each, answered.get(each.id)), error="It failed several times: it is left alone.")
            for each in sources
            if each.id in open_ones
        }
        called = [each for each in sources if each.id not in open_ones]
        if not called:
            return found
        executor = ThreadPoolExecutor(max_workers=min(len(called), MAX_AT_ONCE))
        try:
            calls = {each.id: executor.submit(self._call, each, contact) for each in called}
            wait(calls.values(), timeout=patience)
        finally:
            executor.shutdown(wait=False, cancel_futures=True)
        for each in called:
            made, fared = _outcome(each, answered.get(each.id), calls[each.id], now)
            self._note(contact, each, made, breakers.get(each.id, Breaker()), fared, now)
            found[each.id] = made
        return found

    def _call(self, source: DataSource, contact: Contact) -> Said:
        return said_by(source, self.http, request_for(source, self._values(source, contact), self.credentials(source)))

    def _note(
        self, contact: Contact, source: DataSource, made: Answered, before: Breaker, fared: bool | None, now: datetime
    ) -> None:
        kept = now + timedelta(seconds=source.ttl_seconds + source.stale_seconds + RETRY_AFTER.seconds)
        self.store.keep(contact.id, made, kept)
        after = before if fared is None else Breaker() if fared else before.failed(now)
        if after != before:
            self.store.keep_breaker(source.id, after, now + timedelta(days=1))


def _is_missing(source: DataSource, answered: Answered | None, now: datetime) -> bool:
    if answered is None:
        return True
    return answered.freshness(source, now) is Freshness.GONE and not _is_hot(source, answered, now)


def _is_stale(source: DataSource, answered: Answered | None, now: datetime) -> bool:
    if answered is None or answered.freshness(source, now) is not Freshness.STALE:
        return False
    return not _is_hot(source, answered, now)


def _is_hot(source: DataSource, answered: Answered, now: datetime) -> bool:
    """Whether it was asked a moment ago, as it is now, and failed."""
    tried = answered.tried_at if answered.error and answered.version == source.version else None
    return tried is not None and now - tried < RETRY_AFTER


def _before(source: DataSource, answered: Answered | None) -> Answered:
    """What a source said before, where it is still the same source."""
    if answered is None or answered.version != source.version:
        return Answered(source.id, source.version)
    return answered


def _outcome(
    source: DataSource, known: Answered | None, call: "Future[Said]", now: datetime
) -> tuple[Answered, bool | None]:
    """What is known of a source now, and whether it answered; None: it was not even asked."""
    before = _before(source, known)
    if not call.done() or call.cancelled():
        return replace(before, error=LATE, tried_at=now), False
    failure = call.exception()
    if failure is None:
        said = call.result()
        return Answered(source.id, source.version, now, said.values, said.faults, tried_at=now), True
    if isinstance(failure, StoreUnavailable):
        return replace(before, error=OURS, tried_at=now), None
    if isinstance(failure, SourceFailed):
        return replace(before, error=str(failure), tried_at=now), False if failure.was_asked else None
    raise failure


def pushed_fact(name: str, value: Any, source: str, at: datetime, now: datetime, place: str) -> Fact:
    """A fact that another system tells us, checked. Raises InvalidInput, with `place` before the field's name."""
    if not NAME.fullmatch(name):
        raise InvalidInput("A name is <system>.<fact>, in small letters: crm.score.", field=f"{place}.name")
    if value is not None and not is_storable(value):
        raise InvalidInput("Give a text, a number, true or false, or a list of texts.", field=f"{place}.value")
    if at > now + MAX_FUTURE:
        raise InvalidInput("This is in the future.", field=f"{place}.at")
    return Fact(name, value, source, at)


def push(store: FactStore, contact: Contact, facts: Sequence[Fact]) -> list[bool]:
    """Which of them are news: of each name the newest counts, in whatever order they come.

    Raises InvalidInput, StoreUnavailable."""
    known = {fact.name for fact in store.pushed(contact.id)}
    if len(known | {fact.name for fact in facts}) > MAX_PUSHED:
        raise InvalidInput(f"A contact has at most {MAX_PUSHED} facts that were pushed.", field="facts")
    return [store.push(contact.id, fact) for fact in facts]


@dataclass(frozen=True, slots=True)
class FactsReaction:
    """Facts are asked for when a customer begins a conversation, so that they are there when somebody looks; and when
    somebody has seen stale ones."""

    facts: ExternalFacts
    contacts: Callable[[str], Contact | None]

    def react(self, event: Mapping[str, Any], now: datetime) -> None:
        """Raises StoreUnavailable."""
        if event["type"] == WANTED:
            self._refresh(event["aggregate"]["id"], now)
        elif event["type"] == ConversationCreated.TYPE:
            self._refresh(event.get("snapshot", {}).get("contact_id") or "", now)

    def _refresh(self, contact_id: str, now: datetime) -> None:
        if not any(each.enabled for each in self.facts.sources()):
            return
        contact = self.contacts(contact_id) if contact_id else None
        if contact is not None:
            self.facts.refresh(contact, now)
