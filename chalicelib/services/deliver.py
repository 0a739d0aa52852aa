"""Delivering: one queued message to its provider, never twice blindly.

The claim is written before the provider is called: a crash before it leaves the message queued (safe to repeat), a
crash after it leaves a claim, and then nobody knows whether the provider took the message: it becomes `uncertain`
and is settled by the provider's own delivery mark, or by an agent's explicit retry.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from math import ceil
from typing import Protocol

from chalicelib.channels import registry
from chalicelib.channels.base import (
    CannotSay,
    Capabilities,
    Channel,
    Credentials,
    HttpRequest,
    MailRequest,
    Outgoing,
    ProviderError,
    SendResult,
    StepRefused,
)
from chalicelib.domain.conversation import Reach
from chalicelib.domain.delivery import DeliveryState, FailureClass
from chalicelib.domain.envelope import SYSTEM
from chalicelib.domain.errors import StoreUnavailable
from chalicelib.domain.inbox import Inbox
from chalicelib.domain.message import Attachment, Failure, Message
from chalicelib.services.calls import Calls
from chalicelib.services.late_sends import why_too_late
from chalicelib.services.marks import mark_of
from chalicelib.services.pacing import Pacer
from chalicelib.services.ports import (
    BlobStore,
    DeliveryStore,
    InboxDirectory,
    LegAddress,
    NotSent,
    OutcomeUnknown,
    ParkedMark,
)
from chalicelib.services.reply import answering, outgoing
from chalicelib.services.watch import SendWatch

# A refusal that may pass is repeated for this long, then the agent decides.
RETRY_FOR = timedelta(hours=24)
FIRST_DELAY_SECONDS = 2
MAX_DELAY_SECONDS = 900
MAX_PACED_SECONDS = 30
LINK_SECONDS = 3600
ALIAS_TRIES = 3
MAX_FILE_BYTES = 100 * 1024 * 1024
UNKNOWN = "It is not known whether the message arrived. Wait for its mark, or send it again."


@dataclass(frozen=True, slots=True)
class Retry:
    """Not now: try again after `delay_seconds` (messages behind it on the same leg wait for it)."""

    delay_seconds: int


@dataclass(frozen=True, slots=True)
class Route:
    """Where messages of a leg go."""

    inbox: Inbox
    channel: Channel
    address: str
    credentials: Credentials
    reach: Reach | None = None

    @property
    def capabilities(self) -> Capabilities:
        return self.channel.CAPABILITIES


class Routes(Protocol):
    def __call__(self, leg_id: str, *, fresh: bool = False) -> LegAddress | None:
        """Where a leg's messages go, as it was within the last minute, or (`fresh`) as it is."""


def _as_it_is(message: Message) -> Message:
    return message


@dataclass(frozen=True, slots=True)
class Delivery:
    """What delivering needs. `clock` is read again after the provider answered."""

    deliveries: DeliveryStore
    routes: Routes
    inboxes: InboxDirectory
    blobs: BlobStore
    calls: Calls
    clock: Callable[[], datetime]
    pacer: Pacer
    watch: SendWatch
    # What is put into a message only where it is sent. Raises CannotSay.
    filled: Callable[[Message], Message] = _as_it_is

    def deliver(self, leg_id: str, message_id: str, tries: int) -> Retry | None:
        """Send one message if it is still queued. `tries` counts earlier ones. Raises StoreUnavailable."""
        route = self._route(leg_id)
        waits = self.pacer.wait(route.inbox, route.capabilities, route.address, self.clock())
        if waits:
            return Retry(paced_seconds(tries, waits))
        message = self.deliveries.claim(leg_id, message_id, self.clock())
        if message is None:
            return self._settle_lost_claim(route, leg_id, message_id)
        retry = self._settle(route, message, self._send(route, message), tries)
        self.watch.write(route.inbox, self.clock())
        return retry

    def _route(self, leg_id: str) -> Route:
        leg = self.routes(leg_id)
        inbox = self.inboxes.inbox(leg.inbox_id) if leg else None
        if leg is None or inbox is None:
            raise StoreUnavailable("the leg or its inbox is gone")
        channel = registry.load(inbox.channel)
        # Who has come back within the last minute is not refused for what was known before.
        if channel.CAPABILITIES.closable or (leg.reach is not None and not leg.reach.reachable):
            leg = self.routes(leg_id, fresh=True) or leg
        return Route(inbox, channel, leg.address, self.inboxes.credentials(inbox), leg.reach)

    def _settle_lost_claim(self, route: Route, leg_id: str, message_id: str) -> Retry | None:
        """Not queued. A claim left behind means that an earlier try died while it talked to the provider."""
        message = self.deliveries.message(leg_id, message_id)
        if message is None or message.state is not DeliveryState.SENDING:
            return None
        if route.capabilities.resend_safe and not _may_have_gone_once(route.capabilities, message):
            self.deliveries.release(message, self._failure("interrupted", FailureClass.RETRY, UNKNOWN))
            return Retry(0)
        self._mark(
            message,
            DeliveryState.UNCERTAIN,
            self._failure("interrupted", FailureClass.RETRY, UNKNOWN),
        )
        return None

    def _barred(self, route: Route) -> SendResult | None:
        """Why the provider is not even asked."""
        if not route.inbox.enabled:
            detail = f"The inbox {route.inbox.name} is disabled: enable it and send the message again."
            return _refused("inbox_disabled", FailureClass.CONFIG, detail)
        if route.reach is not None and not route.reach.reachable:
            detail = route.reach.detail or "The customer can no longer be written to here: use another channel."
            return _refused(route.reach.reason, FailureClass.RECIPIENT, detail)
        stopped = self.watch.stop(route.inbox, route.credentials)
        return _refused("credentials_refused", FailureClass.REAUTH, stopped) if stopped else None

    def _late(self, route: Route, message: Message) -> SendResult | None:
        """Why what has waited goes no longer."""
        try:
            why = why_too_late(self.deliveries, route.inbox, message, self.clock())
        except StoreUnavailable as error:
            return _refused("store_unavailable", FailureClass.RETRY, f"The message cannot be made now: {error}")
        return _refused("window_closed", FailureClass.WINDOW, why) if why else None

    def _send(self, route: Route, message: Message) -> SendResult:
        barred = self._barred(route) or self._late(route, message)
        if barred is not None:
            return barred
        try:
            request = self._request(route, message)
            if isinstance(request, MailRequest) and request.alias:
                self.deliveries.add_alias(message.leg_id, request.alias)
        except StoreUnavailable as error:
            # Nothing was sent, so the claim is given back instead of becoming a doubt.
            return _refused("store_unavailable", FailureClass.RETRY, f"The message cannot be made now: {error}")
        except CannotSay as cannot:
            return _refused("cannot_say", FailureClass.CONTENT, cannot.reason)
        except StepRefused as step:
            return self._noted(route, SendResult(error=step.error, retry_after_seconds=step.retry_after_seconds))
        except KeyError as error:
            return _refused("not_configured", FailureClass.CONFIG, f"The inbox lacks the credential {error}.")
        return self._noted(route, self._call(route, request)) if request else SendResult()

    def _noted(self, route: Route, result: SendResult) -> SendResult:
        self.watch.note(route.inbox, route.credentials, result, self.clock())
        return result

    def _call(self, route: Route, request: HttpRequest | MailRequest) -> SendResult:
        once = isinstance(request, HttpRequest) and request.once
        try:
            response = self.calls.send(request)
            return SendResult(uncertain=True) if once and response.status >= 500 else route.channel.parse_send(response)
        except NotSent as error:
            return _refused("not_sent", FailureClass.RETRY, f"The provider cannot be reached: {error}")
        except OutcomeUnknown as error:
            if route.capabilities.resend_safe and not once:
                return _refused("outcome_unknown", FailureClass.RETRY, str(error))
            return SendResult(uncertain=True)

    def _request(self, route: Route, message: Message) -> HttpRequest | MailRequest | None:
        """The request to send, the steps to it done. Raises CannotSay, StepRefused, KeyError."""
        urls = [
            self.blobs.url(part.object_key or "", seconds=LINK_SECONDS, name=part.name) for part in message.attachments
        ]
        out = replace(outgoing(self.filled(message), to=route.address, urls=urls), attempted_at=self.clock())
        if route.capabilities.answering:
            out = self._answering(out, message)
        call = route.channel.build_send(out, route.inbox, route.credentials)
        if call is None:
            return None
        return self.calls.completed(route.inbox.id, call, [partial(self._file, part) for part in message.attachments])

    def _answering(self, out: Outgoing, message: Message) -> Outgoing:
        """With what the customer said last, and what is quoted."""
        newest, answered = self.deliveries.newest_inbound(message.leg_id)
        quoted = self.deliveries.message(message.leg_id, message.quoted_id) if message.quoted_id else None
        return replace(out, answering=answering(newest, answered=answered), quoted=answering(quoted))

    def _file(self, attachment: Attachment) -> bytes:
        body = self.blobs.read(attachment.object_key or "", limit_bytes=MAX_FILE_BYTES)
        if body is None:
            raise CannotSay("The file is no longer there: attach it again.", field="attachments")
        return body

    def _settle(self, route: Route, message: Message, result: SendResult, tries: int) -> Retry | None:
        if result.uncertain:
            failure = self._failure("outcome_unknown", FailureClass.RETRY, UNKNOWN)
            self._mark(message, DeliveryState.UNCERTAIN, failure)
            return None
        if result.error is None:
            self._accepted(route, message, result.external_id)
            if result.alias:
                self._answerable_at(message, result.alias)
            return None
        failure = self._failure(result.error.code, result.error.failure, result.error.detail)
        self.calls.forget(route.inbox.id)
        if failure.failure is FailureClass.RETRY and failure.at - message.occurred_at < RETRY_FOR:
            self.deliveries.release(message, failure)
            return Retry(delay_seconds(tries, result.retry_after_seconds))
        self._mark(message, DeliveryState.FAILED, failure)
        return None

    def _accepted(self, route: Route, message: Message, external_id: str | None) -> None:
        """Sent. Marks that overtook this answer and name only the external id were parked: apply them now."""
        parked: Sequence[ParkedMark] = ()
        if external_id and not route.capabilities.echoes_tracker:
            parked = self.deliveries.remember_external(message.leg_id, external_id, message.id, message.attempt)
        self._mark(message, DeliveryState.SENT, None, external_id)
        for mark in parked:
            self._mark(message, mark.state, mark.failure, at=mark.at)

    def _answerable_at(self, message: Message, alias: str) -> None:
        """Answers may come by another name. The message is sent whether or not that can be noted now."""
        for _ in range(ALIAS_TRIES):
            with suppress(StoreUnavailable):
                self.deliveries.add_alias(message.leg_id, alias)
                return

    def _failure(self, code: str, failure: FailureClass, detail: str) -> Failure:
        return Failure(code, failure, detail[:300], self.clock())

    def _mark(
        self,
        message: Message,
        state: DeliveryState,
        failure: Failure | None,
        external_id: str | None = None,
        at: datetime | None = None,
    ) -> None:
        now = self.clock()
        parked = ParkedMark(state, at or now, failure)
        self.deliveries.mark(mark_of(parked, message.leg_id, message.id, message.attempt, SYSTEM, now, external_id))


def _may_have_gone_once(capabilities: Capabilities, message: Message) -> bool:
    """Whether a lost try may have been of the kind that cannot be repeated: only the very first one of an answer is."""
    return capabilities.answering and message.attempt == 1 and message.failure is None


def delay_seconds(tries: int, asked: float | None) -> int:
    """Doubling from two seconds to fifteen minutes, or what the provider asked for if that is longer."""
    doubling = min(FIRST_DELAY_SECONDS * 2 ** min(tries, 20), MAX_DELAY_SECONDS)
    return int(min(max(doubling, asked or 0), 12 * 3600))


def paced_seconds(tries: int, waits: float) -> int:
    """Many may wait for one bucket: who has waited in vain asks less often, up to every half minute."""
    return max(ceil(waits), min(1 << min(tries, 10), MAX_PACED_SECONDS))


def _refused(code: str, failure: FailureClass, detail: str) -> SendResult:
    return SendResult(error=ProviderError(code, failure, detail[:300]))
