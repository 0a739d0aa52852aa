"""Intake: one signed webhook in, everything it holds stored (or spilled) before the provider gets its 2xx.

Answers: bad signature 401 and nothing stored; unknown inbox 404; signed but unreadable 200, kept in quarantine; our
own fault 5xx, only where even the spill queue failed. One bad item never loses its neighbours.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol, cast

from chalicelib.channels import registry, wire
from chalicelib.channels.base import (
    AccountNotice,
    Channel,
    Credentials,
    IdentityChanged,
    Ignored,
    Inbound,
    InboundMessage,
    PayloadNotUnderstood,
    PeerTyping,
    Pointer,
    PointingChannel,
    ReachabilityChanged,
    Reply,
    SealedChannel,
    SignatureMismatch,
    SpeakingChannel,
    StatusUpdate,
    TimelineEvent,
    WebhookRequest,
)
from chalicelib.domain import ids
from chalicelib.domain.errors import StoreUnavailable, TooLarge
from chalicelib.domain.inbox import Inbox
from chalicelib.services import fitting
from chalicelib.services.asides import Asides
from chalicelib.services.customer_typing import note_typing
from chalicelib.services.identity import change_identity
from chalicelib.services.marks import apply_status
from chalicelib.services.ports import (
    DeliveryStore,
    InboundStore,
    InboxDirectory,
    Live,
    Pointed,
    Quarantine,
    Signals,
    Spill,
    Written,
)
from chalicelib.services.reachability import change_reachability
from chalicelib.services.receive import receive
from chalicelib.services.webhook_watch import WebhookWatch

if TYPE_CHECKING:  # rare: a start must not pay for them
    from chalicelib.services.timeline import TimelineStore

OK = Reply(200)
# Of a disabled inbox, to callers who can keep what they have. Providers would drop it: theirs is stored all the same.
DISABLED = Reply(
    503, '{"code": "inbox_disabled", "detail": "The inbox is disabled: nothing was taken."}', "application/problem+json"
)
MAX_BODY = 4 * 1024 * 1024
METHODS = frozenset({"GET", "HEAD", "POST"})
# A provider's clock may be ahead of ours, by less than this.
MAX_AHEAD = timedelta(days=1)


class News(Protocol):
    def take(self, inbox: Inbox, channel: Channel, notice: AccountNotice, request: WebhookRequest) -> bool:
        """Keep what a provider tells of an account; whether it was of use. Raises StoreUnavailable."""


class Requests(Protocol):
    def take(self, inbox: Inbox, notice: AccountNotice, now: datetime) -> object:
        """Write down what a provider asks for the sake of privacy, once. Raises StoreUnavailable."""


@dataclass(slots=True)
class Tally:
    """What one webhook held, for metrics: names from `messages`, `duplicates`, `statuses`, `spilled` ..."""

    counts: Counter[str] = field(default_factory=Counter)
    notices: list[AccountNotice] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Intake:
    inbound: InboundStore
    deliveries: DeliveryStore
    inboxes: InboxDirectory
    live: Live
    signals: Signals
    spill: Spill
    quarantine: Quarantine
    pointed: Pointed
    timelines: TimelineStore
    asides: Asides
    news: News
    requests: Requests
    watch: WebhookWatch

    def take(self, channel_name: str, inbox_id: str, request: WebhookRequest) -> tuple[Reply, Tally]:
        """Answer one call. Raises StoreUnavailable where nothing could keep what it holds: let the provider repeat."""
        tally = Tally()
        inbox = self.inboxes.inbox(inbox_id)
        if inbox is None or inbox.channel != channel_name:
            return _refuse(404, "unknown_inbox", tally)
        refused = _form(request)
        if refused is not None:
            return _refuse(*refused, tally)
        return self._answer(registry.load(channel_name), inbox, request, tally)

    def _answer(self, channel: Channel, inbox: Inbox, request: WebhookRequest, tally: Tally) -> tuple[Reply, Tally]:
        credentials = self.inboxes.credentials(inbox)
        handshake = channel.challenge(request, credentials)
        if handshake is not None:
            self.watch.note_check(inbox.id, request.received_at, passed=handshake.status < 300)
            return handshake, tally
        if request.method != "POST":
            return _refuse(405, "method", tally)
        try:
            request = self._verified(channel, inbox, request, credentials)
        except SignatureMismatch:
            self.watch.note(inbox.id, request.received_at, accepted=False)
            return _refuse(401, "signature", tally)
        if not inbox.enabled and channel.CAPABILITIES.answers_caller:
            tally.counts["refused_disabled"] += 1
            return DISABLED, tally
        reply = self._keep(channel, inbox, request, credentials, tally)
        self.watch.note(inbox.id, request.received_at, accepted=True)
        return reply, tally

    def _verified(
        self, channel: Channel, inbox: Inbox, request: WebhookRequest, credentials: Credentials
    ) -> WebhookRequest:
        """The request, with what its proof needed. Raises SignatureMismatch, StoreUnavailable."""
        if channel.CAPABILITIES.points:
            request = replace(request, inbox=inbox, credentials=credentials)
            try:
                request = self._followed(request, cast(PointingChannel, channel).pointers_to_proof(request, inbox))
            except TooLarge as error:
                raise SignatureMismatch("what should prove it is too large") from error
        channel.verify(request, credentials)
        return request

    def _followed(self, request: WebhookRequest, pointers: Sequence[Pointer]) -> WebhookRequest:
        """The request, with what the pointers lead to."""
        found = {pointer.name: self.pointed.fetch(pointer) for pointer in pointers}
        kept = {name: body for name, body in found.items() if body is not None}
        return replace(request, fetched={**request.fetched, **kept})

    def _keep(
        self, channel: Channel, inbox: Inbox, request: WebhookRequest, credentials: Credentials, tally: Tally
    ) -> Reply:
        try:
            if channel.CAPABILITIES.sealed:
                request = cast(SealedChannel, channel).opened(request, credentials)
            if channel.CAPABILITIES.points:
                request = self._followed(request, cast(PointingChannel, channel).pointers_to_content(request, inbox))
            items = channel.normalise(request)
        except (PayloadNotUnderstood, TooLarge) as error:
            return self._quarantined(channel, inbox, request, str(error), tally)
        try:
            arrived = ((item, _arrived(request, place)) for place, item in enumerate(items))
            outcomes = [self.take_item(inbox, channel, item, call, tally) for item, call in arrived]
        except StoreUnavailable:
            heard = _spoken(channel, request, inbox)
            if heard is None:
                raise
            tally.counts["not_kept"] += 1
            return heard
        repeats = frozenset(place for place, outcome in enumerate(outcomes) if outcome is Written.DUPLICATE)
        return channel.answer(request, inbox, items, repeats) or OK

    def _quarantined(self, channel: Channel, inbox: Inbox, request: WebhookRequest, reason: str, tally: Tally) -> Reply:
        self._keep_whole(channel, inbox, request, reason, tally)
        return _spoken(channel, request, inbox) or OK

    def _keep_whole(self, channel: Channel, inbox: Inbox, request: WebhookRequest, reason: str, tally: Tally) -> str:
        """The payload as it came, for somebody to look at; gives where it is."""
        key = f"{inbox.id}/{request.received_at:%Y/%m/%d}/{hashlib.sha256(request.body).hexdigest()}"
        facts = {
            "channel": channel.NAME,
            "reason": reason.encode("ascii", "replace").decode()[:200],
        }
        self.quarantine.keep(key, request.body, facts)
        tally.counts["quarantined"] += 1
        return key

    def channel(self, inbox: Inbox) -> Channel:
        return registry.load(inbox.channel)

    def take_item(
        self, inbox: Inbox, channel: Channel, item: Inbound, request: WebhookRequest, tally: Tally
    ) -> Written | None:
        """Store one item, or spill it; DUPLICATE where it is stored already."""
        if isinstance(item, Ignored):
            tally.counts["ignored"] += 1
            return None
        if isinstance(item, AccountNotice):
            self._take_notice(inbox, channel, item, request, tally)
            return None
        target = self._inbox_of(inbox, channel, item.account_id, request)
        if target is None:
            tally.counts["foreign"] += 1
            return None
        unfit = _unfit(item, request)
        if unfit:
            self._keep_whole(channel, target, request, unfit, tally)
            return None
        if isinstance(item, InboundMessage | StatusUpdate | TimelineEvent):
            fit = self._fitted(target, channel, item, request, tally)
            return self._store_or_spill(target, fit, request.received_at, tally)
        self._take_passing(target, item, request.received_at, tally)
        return None

    def _take_notice(
        self, inbox: Inbox, channel: Channel, item: AccountNotice, request: WebhookRequest, tally: Tally
    ) -> None:
        """Counted; what the law gives a time for is kept as well, and is an administrator's work from now on."""
        tally.counts["notices"] += 1
        tally.notices.append(item)
        if self.news.take(inbox, channel, item, request):
            tally.counts["notices_kept"] += 1
        if item.kind.startswith("privacy."):
            self._keep_whole(channel, inbox, request, item.kind, tally)
            concerned = self._inbox_of(inbox, channel, item.account_id, request) or inbox
            self.requests.take(concerned, item, request.received_at)

    def _fitted(
        self, inbox: Inbox, channel: Channel, item: fitting.Kept, request: WebhookRequest, tally: Tally
    ) -> fitting.Kept:
        """The item, or its beginning where no store could hold it; then the payload is kept whole."""
        size = len(request.body) + sum(map(len, request.fetched.values()))
        fit = item if size <= fitting.ALWAYS_FITS else fitting.fitted(item)
        if fit is item:
            return item
        return fitting.marked(fit, self._keep_whole(channel, inbox, request, "an item is too large", tally))

    def _store_or_spill(self, inbox: Inbox, item: fitting.Kept, now: datetime, tally: Tally) -> Written | None:
        try:
            if isinstance(item, TimelineEvent):
                return store_event(self.timelines, inbox, item, now, tally)
            return store_item(self.inbound, self.deliveries, inbox, item, now, tally, self.asides)
        except StoreUnavailable:
            self.spill.keep(_group(inbox, item), _dedupe(inbox, item), wire.dumps(inbox.id, item))
            tally.counts["spilled"] += 1
            return None

    def _inbox_of(self, inbox: Inbox, channel: Channel, account_id: str, request: WebhookRequest) -> Inbox | None:
        """The inbox an item is for. One provider call may hold items of several accounts; another account's are only
        taken where its own secret proves the call too."""
        if account_id in (inbox.account_id, inbox.id):
            return inbox
        other = self.inboxes.inbox_of_account(channel.NAME, account_id)
        if other is None:
            return None
        try:
            channel.verify(request, self.inboxes.credentials(other))
        except SignatureMismatch:
            return None
        return other

    def _take_passing(
        self,
        inbox: Inbox,
        item: PeerTyping | IdentityChanged | ReachabilityChanged,
        now: datetime,
        tally: Tally,
    ) -> None:
        if isinstance(item, IdentityChanged):
            change_identity(self.inbound, inbox, item, now)
            tally.counts["identity_changes"] += 1
        elif isinstance(item, ReachabilityChanged):
            change_reachability(self.inbound, inbox, item)
            tally.counts["reachability"] += 1
        else:
            note_typing(self.inbound, self.live, self.signals, inbox, item, now)
            tally.counts["typing"] += 1


def store_event(store: TimelineStore, inbox: Inbox, event: TimelineEvent, now: datetime, tally: Tally) -> Written:
    """The one write of a timeline's event, from the webhook and from the spill alike. Raises StoreUnavailable."""
    from chalicelib.services import timeline  # noqa: PLC0415 - few inboxes have events, and each start would pay

    outcome = timeline.add(store, inbox, event, now)
    tally.counts["duplicates" if outcome is Written.DUPLICATE else "timeline_events"] += 1
    return outcome


def store_item(
    inbound: InboundStore,
    deliveries: DeliveryStore,
    inbox: Inbox,
    item: InboundMessage | StatusUpdate,
    now: datetime,
    tally: Tally,
    asides: Asides | None = None,
) -> Written | None:
    """The one write of a message or mark, from the webhook and from the spill alike. Raises StoreUnavailable."""
    if item.aside and asides is not None and asides.took(inbox, item, now):
        tally.counts["asides"] += 1
        return Written.DONE
    if isinstance(item, StatusUpdate):
        known = apply_status(deliveries, inbound, inbox, item, now)
        tally.counts["statuses" if known else "statuses_parked"] += 1
        return None
    if item.echo and _is_our_own(inbound, deliveries, inbox, item):
        tally.counts["own_echoes"] += 1
        return Written.DUPLICATE
    if item.known_only and inbound.find_leg(inbox.id, item.peer.addresses) is None:
        tally.counts["of_unknown"] += 1
        return None
    received = receive(inbound, inbox, item, now)
    tally.counts["duplicates" if received.outcome is Written.DUPLICATE else "messages"] += 1
    return received.outcome


def _is_our_own(inbound: InboundStore, deliveries: DeliveryStore, inbox: Inbox, echo: InboundMessage) -> bool:
    """Whether an echo is of a message we sent ourselves. Some providers echo those too, and may be faster than their
    own answer to the sender: then nobody can tell yet, and the echo comes back by way of the spill."""
    found = inbound.find_leg(inbox.id, echo.peer.addresses)
    if found is None:
        return False
    if deliveries.is_known(found.head.id, echo.external_id):
        return True
    if deliveries.is_sending(found.head.id):
        raise StoreUnavailable("a message of this leg is being sent: its echo has to wait")
    return False


def unavailable(channel_name: str, request: WebhookRequest) -> Reply:
    """The answer where not even the inbox can be read: come again; but nobody is left with silence on the line."""
    channel = registry.load(channel_name) if channel_name in registry.CHANNELS else None
    return (_spoken(channel, request, None) if channel else None) or Reply(503)


def _spoken(channel: Channel, request: WebhookRequest, inbox: Inbox | None) -> Reply | None:
    if not channel.CAPABILITIES.speaks:
        return None
    return cast(SpeakingChannel, channel).spoken(request, inbox)


def _group(inbox: Inbox, item: fitting.Kept) -> str:
    """Spilled items of one leg stay in order, and so do those of one thing."""
    if isinstance(item, TimelineEvent):
        return ids.leg_id(inbox.id, item.subject or item.external_id)
    if item.peer is not None:
        return ids.leg_id(inbox.id, item.peer.primary)
    reference = item.tracker if isinstance(item, StatusUpdate) else None
    return ids.leg_id(inbox.id, reference or item.external_id or "")


def _dedupe(inbox: Inbox, item: fitting.Kept) -> str:
    mark = f"{item.state.value}/{item.tracker}" if isinstance(item, StatusUpdate) else type(item).__name__
    return f"{inbox.id}/{mark}/{item.external_id}/{item.occurred_at.isoformat()}"


def _arrived(request: WebhookRequest, place: int) -> WebhookRequest:
    """Items of one call arrive one after the other, as far as anybody can tell."""
    return replace(request, received_at=request.received_at + timedelta(milliseconds=place))


def _unfit(item: Inbound, request: WebhookRequest) -> str | None:
    """Why a sound item cannot be stored; its payload is kept for somebody to look at."""
    if isinstance(item, InboundMessage | TimelineEvent) and item.occurred_at - request.received_at > MAX_AHEAD:
        # It would stand before all that comes from now on, and keep the channel's window open.
        return "a message's time is in the future"
    return _unfit_event(item) if isinstance(item, TimelineEvent) else None


def _unfit_event(event: TimelineEvent) -> str | None:
    from chalicelib.services import timeline  # noqa: PLC0415 - as above

    return "an event tells nothing of whose it is" if timeline.is_nobodys(event) else None


def _form(request: WebhookRequest) -> tuple[int, str] | None:
    """What is wrong with a call before anything of it is read."""
    if request.method not in METHODS:
        return 405, "method"
    return (413, "too_large") if len(request.body) > MAX_BODY else None


def _refuse(status: int, reason: str, tally: Tally) -> tuple[Reply, Tally]:
    tally.counts[f"refused_{reason}"] += 1
    return Reply(status), tally
