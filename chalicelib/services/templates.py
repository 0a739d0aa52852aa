"""Templates of an inbox, and the provider's list of them, which is taken over when somebody asks for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, cast

from chalicelib.channels import registry
from chalicelib.channels.base import HttpResponse, TemplatePage, TemplatingChannel
from chalicelib.domain.envelope import SYSTEM
from chalicelib.domain.errors import InvalidInput, Kind, Refusal
from chalicelib.domain.inbox import Inbox
from chalicelib.domain.template import Template, TemplateNews, TemplateStatus
from chalicelib.services import inboxes as accounts
from chalicelib.services.inbox_ports import TemplateStore
from chalicelib.services.inboxes import Inboxes
from chalicelib.services.provider_news import keep_template

MAX_PAGES = 100


class TemplatesUnavailable(Refusal):
    """The provider did not give the list of templates; the detail is its own word."""

    code: ClassVar[str] = "templates_unavailable"
    kind: ClassVar[Kind] = "conflict"


@dataclass(frozen=True, slots=True)
class Synced:
    """What a list of the provider's came to."""

    found: int
    changed: int
    at: datetime


def sync(inboxes: Inboxes, store: TemplateStore, inbox_id: str, now: datetime) -> Synced:
    """Take over the provider's list; what is not in it any more is deleted there.

    Raises InboxNotFound, InvalidInput, TemplatesUnavailable."""
    inbox = accounts.get(inboxes.store, inbox_id)
    listed, whole = _listed(inboxes, inbox, now)
    there = {(news.name, news.language) for news in listed}
    known, _ = store.of_inbox(inbox_id)
    gone = [
        TemplateNews(now, one.name, one.language, status=TemplateStatus.DELETED)
        for one in known
        if whole and (one.name, one.language) not in there and one.status is not TemplateStatus.DELETED
    ]
    changed = 0
    for news in [*listed, *gone]:
        if news.language:
            changed += keep_template(store, inbox_id, news, now, SYSTEM)
    store.note_listed(inbox_id, now)
    return Synced(len(listed), changed, now)


def _listed(inboxes: Inboxes, inbox: Inbox, now: datetime) -> tuple[Sequence[TemplateNews], bool]:
    """The provider's list, and whether all of it could be read."""
    channel = registry.load(inbox.channel)
    if not channel.CAPABILITIES.templates:
        raise InvalidInput(f"{inbox.channel} has no templates.", field="inbox_id")
    templating = cast(TemplatingChannel, channel)
    credentials = inboxes.secrets.read(inbox.secret_ref)
    found: list[TemplateNews] = []
    after: str | None = None
    whole = True
    for _ in range(MAX_PAGES):
        try:
            call = templating.build_template_list(inbox, credentials, after)
        except KeyError as missing:
            raise TemplatesUnavailable(f"{missing.args[0]} is not set: set it first.") from missing
        answer = accounts.asked(inboxes.calls, inbox, call)
        page = templating.parse_template_list(answer, now) if isinstance(answer, HttpResponse) else answer
        if not isinstance(page, TemplatePage):
            raise TemplatesUnavailable(page if isinstance(page, str) else page.detail)
        found += page.templates
        whole = whole and not page.unread
        after = page.after
        if after is None:
            return found, whole
    raise TemplatesUnavailable("The provider's list of templates has no end.")


def listed(
    store: TemplateStore, inbox_id: str, status: TemplateStatus | None, q: str | None
) -> tuple[Sequence[Template], datetime | None]:
    """An inbox's templates, those of a status, those whose name or text has `q` in it; and when they were listed."""
    found, at = store.of_inbox(inbox_id)
    wanted = (q or "").casefold().strip()
    return [one for one in found if status in (None, one.status) and wanted in _searched(one)], at


def _searched(template: Template) -> str:
    body = template.parts.body if template.parts else ""
    return f"{template.name}\n{body}".casefold()
