"""What a provider asks for the sake of a person's privacy: kept until an administrator has carried it out."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

# What Shopify gives, as the laws behind it do.
DUE_AFTER = timedelta(days=30)


class Wish(StrEnum):
    """Everything about a person, as a file; a person erased; all that came from one shop erased."""

    EXPORT = "export"
    ERASURE = "erasure"
    SHOP_ERASURE = "shop_erasure"


# By the kind of the provider's notice.
WISHES: Mapping[str, Wish] = {
    "privacy.data_request": Wish.EXPORT,
    "privacy.customer_redact": Wish.ERASURE,
    "privacy.shop_redact": Wish.SHOP_ERASURE,
}


class RequestState(StrEnum):
    """`under_way`: the work was asked for, and is not all done."""

    WAITING = "waiting"
    UNDER_WAY = "under_way"
    DONE = "done"
    REFUSED = "refused"


OVER = frozenset({RequestState.DONE, RequestState.REFUSED})
NOBODY = "Nobody here is known by what the notice names."


@dataclass(frozen=True, slots=True)
class Named:
    """Whom a notice names: ids of identities, e-mail addresses and phone numbers in their one form, and names of what
    a shop's events happened to (`order:1001`)."""

    identities: tuple[str, ...] = ()
    evidence: tuple[tuple[str, str], ...] = ()
    subjects: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Work:
    """What was asked for a contact: the id of an erasure, or of a job that writes the file. The contact is named while
    the request is open only."""

    id: str
    contact_id: str = ""


@dataclass(frozen=True, slots=True)
class PrivacyRequest:
    """`reference`: the provider's own number of it. `trails`: digests that lead to whom it names, while it is open.
    `reason`: why it is over, or was refused."""

    id: str
    wish: Wish
    channel: str
    inbox_id: str
    account_id: str
    received_at: datetime
    reference: str = ""
    trails: tuple[str, ...] = ()
    state: RequestState = RequestState.WAITING
    work: tuple[Work, ...] = ()
    reason: str = ""
    closed_by: str = ""
    closed_at: datetime | None = None
    version: int = 1

    @property
    def due_at(self) -> datetime:
        return self.received_at + DUE_AFTER

    @property
    def is_over(self) -> bool:
        return self.state in OVER

    def is_overdue(self, now: datetime) -> bool:
        return not self.is_over and now > self.due_at

    def work_of(self, contact_id: str) -> Work | None:
        return next((each for each in self.work if each.contact_id == contact_id), None)

    def with_work(self, made: Work) -> "PrivacyRequest":
        """The newest word of each contact."""
        others = tuple(each for each in self.work if each.contact_id != made.contact_id)
        return replace(self, state=RequestState.UNDER_WAY, work=(*others, made))

    def closed(self, state: RequestState, by: str, reason: str, now: datetime) -> "PrivacyRequest":
        """Over: it names nobody any more."""
        work = tuple(Work(each.id) for each in self.work)
        return replace(self, state=state, trails=(), work=work, closed_by=by, reason=reason, closed_at=now)
