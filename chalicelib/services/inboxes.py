"""Inboxes: made, changed, given new secrets, tried out. Secrets go in and never come out, save those made here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, ClassVar

from chalicelib.channels import registry
from chalicelib.channels.base import (
    Call,
    CannotSay,
    Channel,
    Credentials,
    Health,
    HttpResponse,
    NotSent,
    OutcomeUnknown,
    Outgoing,
    SendResult,
    StepRefused,
)
from chalicelib.domain import ids
from chalicelib.domain.delivery import FailureClass
from chalicelib.domain.errors import (
    InboxNotFound,
    InvalidInput,
    Kind,
    MessageUnfit,
    Refusal,
    VersionConflict,
)
from chalicelib.domain.inbox import Inbox
from chalicelib.domain.message import MessageKind
from chalicelib.domain.writes import Written
from chalicelib.services import inbox_fields
from chalicelib.services.administration_ports import Ids, InboxStore, SecretStore, TeamStore
from chalicelib.services.calls import Calls
from chalicelib.services.inbox_ports import HealthStore, VitalStore

# The newest value signs and calls; the one before it still verifies, until the provider has switched over.
VALUES_KEPT = 2


class InboxExists(Refusal):
    """The provider's account has an inbox already."""

    code: ClassVar[str] = "inbox_exists"
    kind: ClassVar[Kind] = "conflict"


class CheckFailed(Refusal):
    """The provider does not take what was entered; nothing was made."""

    code: ClassVar[str] = "inbox_check_failed"


@dataclass(frozen=True, slots=True)
class NewInbox:
    channel: str
    name: str
    account_id: str | None = None
    credentials: Mapping[str, str] | None = None
    settings: Mapping[str, Any] | None = None
    team_id: str | None = None
    reopen_seconds: int = 24 * 3600
    check: bool = True


@dataclass(frozen=True, slots=True)
class Inboxes:
    """Where inboxes are kept, and how their providers are reached. `public_url` is where providers reach us."""

    store: InboxStore
    secrets: SecretStore
    teams: TeamStore
    calls: Calls
    ids: Ids
    health: HealthStore
    vitals: VitalStore
    public_url: str


def create(inboxes: Inboxes, new: NewInbox, now: datetime) -> tuple[Inbox, Mapping[str, str]]:
    """The inbox, and the secrets that were made for it, shown this once.

    Its id is made of the account: a request that failed half-way is sent again and finds its own traces.
    Raises InboxExists, InvalidInput, ChannelUnknown, CheckFailed."""
    channel = registry.load(new.channel)
    inbox_fields.check_account(channel, new.account_id)
    inbox_fields.check_settings(channel, new.settings or {})
    made = _made_for(channel, inboxes.ids, new.credentials or {})
    inbox_fields.check_complete(channel, new.credentials or {})
    identifier = _inbox_id(new, inboxes.ids)
    inbox = Inbox(
        id=identifier,
        channel=new.channel,
        name=new.name.strip(),
        account_id=new.account_id or identifier,
        secret_ref=f"inbox/{identifier}",
        created_at=now,
        settings=new.settings or {},
        team_id=_known_team(inboxes.teams, new.team_id),
        reopen_seconds=new.reopen_seconds,
    )
    # Asked before the secret is written, which would else be that of the inbox there is.
    if inboxes.store.get(inbox.id) or inboxes.store.of_account(inbox.channel, inbox.account_id):
        raise _exists()
    credentials = {name: (value,) for name, value in {**(new.credentials or {}), **made}.items()}
    if new.check:
        _check_live(inboxes, inbox, credentials)
    inboxes.secrets.write(inbox.secret_ref, credentials)
    if inboxes.store.put(inbox) is not Written.DONE:
        raise _exists()
    return inbox, made


def _check_live(inboxes: Inboxes, inbox: Inbox, credentials: Credentials) -> None:
    """Nothing is made of what the provider does not take. Raises CheckFailed."""
    found = asked_health(inboxes.calls, inbox, credentials)
    if not found.ok:
        raise CheckFailed(f"The provider was asked, and: {found.detail}", field=_doubted(inbox, found))


def _doubted(inbox: Inbox, found: Health) -> str:
    """The field that is most likely wrong."""
    proofs = [field.name for field in registry.load(inbox.channel).CREDENTIALS if field.proves]
    refused = found.facts.get("class") == FailureClass.REAUTH.value
    return f"credentials.{proofs[0]}" if refused and proofs else "credentials"


def _exists() -> InboxExists:
    return InboxExists("This account has an inbox already.", field="account_id")


def _inbox_id(new: NewInbox, make: Ids) -> str:
    if new.account_id is None:
        return make.new("ibx")
    return f"ibx_{ids.digest(new.channel, new.account_id)}"


def _made_for(channel: Channel, make: Ids, given: Mapping[str, str]) -> Mapping[str, str]:
    """Values for the credentials that are ours to make and were not given; the provider's own may follow by rotation.

    Raises InvalidInput."""
    inbox_fields.check_credentials(channel, given)
    ours = [field.name for field in channel.CREDENTIALS if field.generated]
    return {name: make.secret() for name in ours if name not in given}


def _known_team(teams: TeamStore, team_id: str | None) -> str | None:
    if team_id is not None and teams.get(team_id) is None:
        raise InvalidInput("There is no such team.", field="team_id")
    return team_id


def get(store: InboxStore, inbox_id: str) -> Inbox:
    """Raises InboxNotFound."""
    found = store.get(inbox_id)
    if found is None:
        raise InboxNotFound("There is no such inbox.")
    return found


def listed(store: InboxStore) -> Sequence[Inbox]:
    return sorted(store.list(), key=lambda inbox: (inbox.name.casefold(), inbox.id))


def edit(inboxes: Inboxes, inbox_id: str, version: int, changes: Mapping[str, Any]) -> Inbox:
    """Change name, settings, team_id, reopen_seconds. Raises InboxNotFound, VersionConflict, InvalidInput."""
    before = get(inboxes.store, inbox_id)
    if before.version != version:
        raise _changed()
    if changes.get("team_id") is not None:
        _known_team(inboxes.teams, changes["team_id"])
    if "settings" in changes:
        inbox_fields.check_settings(registry.load(before.channel), changes["settings"])
    after = replace(before, **changes, version=version + 1)
    if inboxes.store.replace(after, version) is not Written.DONE:
        raise _changed()
    return after


def _changed() -> VersionConflict:
    return VersionConflict("The inbox has changed: read it again.", field="version")


def set_enabled(store: InboxStore, inbox_id: str, *, enabled: bool) -> Inbox:
    """A disabled inbox sends nothing; what providers bring is kept, other callers are refused. Repeating it changes
    nothing. Raises InboxNotFound, VersionConflict."""
    before = get(store, inbox_id)
    if before.enabled is enabled:
        return before
    after = replace(before, enabled=enabled, version=before.version + 1)
    if store.replace(after, before.version) is not Written.DONE:
        raise _changed()
    return after


def rotate(
    inboxes: Inboxes, inbox_id: str, values: Mapping[str, str], generate: Sequence[str]
) -> tuple[Mapping[str, int], Mapping[str, str]]:
    """New values become the newest; the newest before them stay valid. Gives how many of each are valid now, and the
    values that were made here. Raises InboxNotFound, InvalidInput."""
    inbox = get(inboxes.store, inbox_id)
    channel = registry.load(inbox.channel)
    inbox_fields.check_credentials(channel, values)
    made = {name: inboxes.ids.secret() for name in _generated(channel, generate, values)}
    fresh = {**values, **made}
    if not fresh:
        raise InvalidInput("Give at least one new value, or have one generated.", field="credentials")
    kept = dict(inboxes.secrets.read(inbox.secret_ref))
    for name, value in fresh.items():
        older = [each for each in kept.get(name, ()) if each != value]
        kept[name] = (value, *older)[:VALUES_KEPT]
    inboxes.secrets.write(inbox.secret_ref, kept)
    return {name: len(valid) for name, valid in sorted(kept.items())}, made


def _generated(channel: Channel, wanted: Sequence[str], given: Mapping[str, str]) -> Sequence[str]:
    ours = {field.name for field in channel.CREDENTIALS if field.generated}
    for place, name in enumerate(wanted):
        if name not in ours:
            raise InvalidInput("This comes from the provider: enter it.", field=f"generate[{place}]")
        if name in given:
            raise InvalidInput("Enter it or have it generated, not both.", field=f"generate[{place}]")
    return wanted


def asked_health(calls: Calls, inbox: Inbox, credentials: Credentials) -> Health:
    """What the provider says of the credentials, now."""
    channel = registry.load(inbox.channel)
    try:
        request = channel.build_health(inbox, credentials)
        if request is None:
            return Health(ok=True, detail="This channel has no provider to ask.")
        answer = asked(calls, inbox, request)
    except KeyError as missing:
        return Health(ok=False, detail=f"{missing.args[0]} is not set.")
    return channel.parse_health(answer) if isinstance(answer, HttpResponse) else Health(False, answer)


def send_test(inboxes: Inboxes, inbox_id: str, to: str, text: str, now: datetime) -> SendResult | str:
    """Send a text past all storing and queueing. Gives the provider's answer, or why there is none.

    Raises InboxNotFound, MessageUnfit."""
    inbox = get(inboxes.store, inbox_id)
    channel = registry.load(inbox.channel)
    identifier = inboxes.ids.new("test")
    message = Outgoing(
        message_id=identifier,
        tracker=identifier,
        to=to,
        kind=MessageKind.TEXT,
        text=text,
        created_at=now,
        attempted_at=now,
    )
    request = _test_request(channel, message, inbox, inboxes.secrets.read(inbox.secret_ref))
    answer = asked(inboxes.calls, inbox, request)
    return channel.parse_send(answer) if isinstance(answer, HttpResponse) else answer


def _test_request(channel: Channel, message: Outgoing, inbox: Inbox, credentials: Credentials) -> Call:
    try:
        channel.check_send(message)
        request = channel.build_send(message, inbox, credentials)
    except CannotSay as cannot:
        raise MessageUnfit(cannot.reason, field=cannot.field) from cannot
    except KeyError as missing:
        raise MessageUnfit(f"The credential {missing.args[0]} is not set.") from missing
    if request is None:
        raise MessageUnfit("This channel shows messages itself: there is no provider to try.")
    return request


def asked(calls: Calls, inbox: Inbox, call: Call) -> HttpResponse | str:
    """The provider's answer, or why there is none. Raises KeyError where a step lacks something."""
    try:
        return calls.send(calls.completed(inbox.id, call))
    except StepRefused as refused:
        return refused.error.detail
    except NotSent:
        return "The provider could not be reached."
    except OutcomeUnknown:
        return "The provider did not answer in time."
