"""What a channel may declare or do besides the protocol of all channels: what an administrator enters, and functions
that only some have. Re-exported by `base`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal, Protocol

from chalicelib.channels.http import HttpResponse, Pointer, Reply, WebhookRequest
from chalicelib.channels.inbound import AccountNotice, Profile, ProviderError
from chalicelib.channels.outbound import Call, Health
from chalicelib.domain.inbox import Inbox

if TYPE_CHECKING:
    from chalicelib.domain.template import TemplateNews

# Named credentials of an inbox, each with every value valid now, the newest first (rotation).
Credentials = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class CredentialField:
    """One credential of an inbox of this channel. `generated`: made here where it is not given; `optional`: some
    accounts need none; `secret` False: it may be shown while it is typed (a public key); `proves`: what the
    provider refuses when it does not take our calls."""

    name: str
    label: str
    generated: bool = False
    optional: bool = False
    help: str = ""
    secret: bool = True
    proves: bool = False


@dataclass(frozen=True, slots=True)
class TemplatePage:
    """One page of the provider's list of templates; `after` is where the next begins, `unread` how many of its entries
    make no sense."""

    templates: tuple[TemplateNews, ...]
    after: str | None = None
    unread: int = 0


@dataclass(frozen=True, slots=True)
class SettingField:
    """One thing that an administrator may (or must) say of an inbox of this channel. `pattern` is for the whole text;
    `default` is what counts where nothing is given."""

    name: str
    label: str
    kind: Literal["text", "url", "number", "boolean", "choice", "list"] = "text"
    required: bool = False
    help: str = ""
    default: str | int | bool | None = None
    pattern: str | None = None
    choices: tuple[str, ...] = ()


class PointingChannel(Protocol):
    """Two more functions of a channel whose webhooks only point at what they are about (`Capabilities.points`).

    What a pointer leads to is in `WebhookRequest.fetched`, under the pointer's name, when the next function runs."""

    def pointers_to_proof(self, request: WebhookRequest, inbox: Inbox) -> Sequence[Pointer]:
        """What `verify` needs beside the request (a certificate). Nothing is proven yet: only the provider's own hosts
        may be named. Raises SignatureMismatch."""

    def pointers_to_content(self, request: WebhookRequest, inbox: Inbox) -> Sequence[Pointer]:
        """What `normalise` needs beside the request (the mail itself), after `verify`. Raises PayloadNotUnderstood."""


class SealedChannel(Protocol):
    """One more function of a channel whose webhooks may be encrypted or compressed (`Capabilities.sealed`)."""

    def opened(self, request: WebhookRequest, credentials: Credentials) -> WebhookRequest:
        """The request with its content in the clear, in `fetched`, after `verify`; its body stays as it came.
        Raises PayloadNotUnderstood."""


class TemplatingChannel(Protocol):
    """Three more functions of a channel whose messages may be templates that the provider approves
    (`Capabilities.templates`)."""

    def build_template_list(self, inbox: Inbox, credentials: Credentials, after: str | None) -> Call:
        """The request for one page of the inbox's templates, the first or that after `after`. Raises KeyError."""

    def parse_template_list(self, response: HttpResponse, at: datetime) -> TemplatePage | ProviderError:
        """The page, told at `at`, and where the next one begins."""

    def template_news(self, notice: AccountNotice) -> TemplateNews | None:
        """What a webhook told of a template; None where it is about something else."""


class RegisteringChannel(Protocol):
    """Two more functions of a channel whose provider can be told by a call where our webhook is
    (`Capabilities.registers`)."""

    def build_register(self, inbox: Inbox, credentials: Credentials, url: str) -> Call:
        """The call, which may be repeated, or the steps to it. Raises KeyError, StepRefused."""

    def parse_register(self, response: HttpResponse) -> Health:
        """Whether the provider will send webhooks, and what it said."""


class PublicChannel(Protocol):
    """One more function of a channel that has public threads beside its conversations (`Capabilities.public`)."""

    def is_public(self, external_id: str) -> bool:
        """Whether the leg whose newest inbound message is this one is a public thread."""


class ProfilingChannel(Protocol):
    """Two more functions of a channel whose provider can be asked who somebody is (`Capabilities.profiles`)."""

    def build_profile(self, address: str, inbox: Inbox, credentials: Credentials) -> Call | None:
        """The call, or the steps to it; None where the address is nobody's (a group). Raises KeyError, StepRefused."""

    def parse_profile(self, response: HttpResponse) -> Profile:
        """What the provider tells, from any bytes whatever; empty where it tells nothing."""


class SpeakingChannel(Protocol):
    """One more function of a channel whose answers are heard by somebody who waits (`Capabilities.speaks`)."""

    def spoken(self, request: WebhookRequest, inbox: Inbox | None) -> Reply | None:
        """What is heard where nothing could be kept; None where nobody listens, and the provider should try again.
        `inbox` is None where not even that could be read: then nothing is proven of the request. Never raises."""
