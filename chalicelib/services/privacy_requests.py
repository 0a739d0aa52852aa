"""What providers ask for the sake of a person's privacy: noted once, carried out by an administrator, never forgotten.

Nothing is erased by a notice alone: what tells a shop's topics apart is not signed, and nobody can take it back.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from chalicelib.channels.base import AccountNotice
from chalicelib.domain import ids
from chalicelib.domain.agent import Principal
from chalicelib.domain.errors import PrivacyRequestNotFound, PrivacyRequestRefused, VersionConflict
from chalicelib.domain.evidence import EMAIL, PHONE
from chalicelib.domain.inbox import Inbox
from chalicelib.domain.privacy_request import NOBODY, WISHES, Named, PrivacyRequest, RequestState, Wish, Work
from chalicelib.domain.reads import Page
from chalicelib.domain.writes import Written
from chalicelib.services.evidence import normal

# States of erasures and jobs in which nothing is left to ask for again.
GOES_ON = frozenset({"waiting", "running", "done"})
DONE = "done"


class PrivacyRequestStore(Protocol):
    def get(self, request_id: str) -> PrivacyRequest | None: ...

    def list(self, limit: int, start: Mapping[str, Any] | None) -> Page[PrivacyRequest]:
        """Newest first."""

    def put(self, request: PrivacyRequest, read_version: int) -> Written:
        """CONFLICT: there is one already (`read_version` 0), or somebody has changed it since."""

    def trails(self, inbox_id: str, named: Named) -> tuple[str, ...]:
        """What leads to whom is named, without their addresses."""

    def owners(self, trails: tuple[str, ...]) -> Mapping[str, bool]:
        """Contacts that are known by it now, and whether for certain."""


@dataclass(frozen=True, slots=True)
class Noting:
    """Of notices, as they come in."""

    store: PrivacyRequestStore

    def take(self, inbox: Inbox, notice: AccountNotice, now: datetime) -> PrivacyRequest | None:
        """Write a request down, once however often its notice comes; None where the notice asks for nothing. Where
        nobody is known by what it names it is closed at once. Raises StoreUnavailable."""
        wish = WISHES.get(notice.kind)
        if wish is None:
            return None
        trails = self.store.trails(inbox.id, _named(inbox, notice))
        request = PrivacyRequest(
            id=f"prq_{ids.digest(inbox.id, notice.account_id, notice.kind, notice.external_id)}",
            wish=wish,
            channel=inbox.channel,
            inbox_id=inbox.id,
            account_id=notice.account_id,
            received_at=now,
            reference=str(notice.detail.get("request", "")),
            trails=trails,
        )
        if wish is not Wish.SHOP_ERASURE and not self.store.owners(trails):
            request = request.closed(RequestState.DONE, "", NOBODY, now)
        self.store.put(request, 0)
        return request


def _named(inbox: Inbox, notice: AccountNotice) -> Named:
    addresses = [pair for pair in notice.known_as if pair[0] not in (EMAIL, PHONE)]
    known = [(kind, normal(kind, value)) for kind, value in notice.known_as if kind in (EMAIL, PHONE)]
    return Named(
        identities=tuple(ids.identity_id(channel, address) for channel, address in addresses),
        evidence=tuple(pair for pair in known if pair[1]),
        # Its orders' numbers are another shop's elsewhere.
        subjects=notice.subjects if notice.account_id in (inbox.account_id, inbox.id) else (),
    )


@dataclass(frozen=True, slots=True)
class CarryingOut:
    """`ask` begins an export or erasure for a contact and gives the id of the job or erasure; it raises
    ContactNotFound, ErasureRefused. `state_of` tells its state; None where nobody knows any more."""

    store: PrivacyRequestStore
    ask: Callable[[PrivacyRequest, Principal, str, datetime], str]
    state_of: Callable[[Wish, str], str | None]

    def get(self, request_id: str, now: datetime) -> PrivacyRequest:
        """As it is now: what is all carried out is closed. Raises PrivacyRequestNotFound, StoreUnavailable."""
        return self.settled(self._read(request_id), now)

    def list(self, limit: int, start: Mapping[str, Any] | None, now: datetime) -> Page[PrivacyRequest]:
        """Newest first. Raises StoreUnavailable."""
        page = self.store.list(limit, start)
        return Page([self.settled(each, now) for each in page.items], page.next)

    def carry_out(
        self, principal: Principal, request_id: str, contact_ids: Sequence[str], now: datetime
    ) -> PrivacyRequest:
        """Begin what is asked for these contacts, which the request has to lead to. A repeat begins only what failed.
        Where nobody is known any more, it is closed.

        Raises PrivacyRequestNotFound, PrivacyRequestRefused, ContactNotFound, ErasureRefused, VersionConflict,
        StoreUnavailable."""
        request = self.get(request_id, now)
        if request.is_over:
            raise _over(request)
        if request.wish is Wish.SHOP_ERASURE:
            raise PrivacyRequestRefused(
                "It names nobody: erase whom it is about one by one, then close it.", because="shop"
            )
        owners = self.store.owners(request.trails)
        if not owners and not request.work:
            return self._put(request.closed(RequestState.DONE, "", NOBODY, now))
        for contact_id in contact_ids:
            if contact_id not in owners and request.work_of(contact_id) is None:
                raise PrivacyRequestRefused(
                    "The request does not lead to this contact.", field="contact_ids", because="contact"
                )
        for contact_id in dict.fromkeys(contact_ids):
            request = self._begun(request, principal, contact_id, now)
        return request

    def close(
        self, principal: Principal, request_id: str, state: RequestState, reason: str, now: datetime
    ) -> PrivacyRequest:
        """Say how it ended: carried out by hand, or refused, and why. A repeat changes nothing.

        Raises PrivacyRequestNotFound, PrivacyRequestRefused, VersionConflict, StoreUnavailable."""
        request = self._read(request_id)
        if (request.state, request.reason) == (state, reason):
            return request
        if request.is_over:
            raise _over(request)
        return self._put(request.closed(state, principal.id, reason, now))

    def owners(self, request: PrivacyRequest) -> Mapping[str, bool]:
        """Whom an open request leads to now, and whether for certain."""
        return self.store.owners(request.trails) if request.trails else {}

    def settled(self, request: PrivacyRequest, now: datetime) -> PrivacyRequest:
        """Closed, where all that was begun is done."""
        if request.state is not RequestState.UNDER_WAY:
            return request
        if any(self.state_of(request.wish, each.id) != DONE for each in request.work):
            return request
        try:
            return self._put(request.closed(RequestState.DONE, "", "", now))
        except VersionConflict:  # somebody else is at it: they are right
            return self._read(request.id)

    def _begun(self, request: PrivacyRequest, principal: Principal, contact_id: str, now: datetime) -> PrivacyRequest:
        """Written down for each contact: a refusal of one leaves the others' work known."""
        known = request.work_of(contact_id)
        if known is not None and self.state_of(request.wish, known.id) in GOES_ON:
            return request
        return self._put(request.with_work(Work(self.ask(request, principal, contact_id, now), contact_id)))

    def _read(self, request_id: str) -> PrivacyRequest:
        found = self.store.get(request_id) if ids.is_id("prq", request_id) else None
        if found is None:
            raise PrivacyRequestNotFound("There is no such request.")
        return found

    def _put(self, request: PrivacyRequest) -> PrivacyRequest:
        made = replace(request, version=request.version + 1)
        if self.store.put(made, request.version) is not Written.DONE:
            raise VersionConflict("Somebody else changed the request meanwhile: read it again.")
        return made


def _over(request: PrivacyRequest) -> PrivacyRequestRefused:
    return PrivacyRequestRefused(f"The request is {request.state.value} already.", because="over")
