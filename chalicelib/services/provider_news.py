"""News of templates and of the account itself, from webhooks: kept for every inbox they are about."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from chalicelib.channels.base import AccountNotice, Channel, SignatureMismatch, TemplatingChannel, WebhookRequest
from chalicelib.domain.envelope import Actor
from chalicelib.domain.errors import StoreUnavailable
from chalicelib.domain.events import TemplateChanged
from chalicelib.domain.inbox import Inbox
from chalicelib.domain.inbox_health import Notice, with_notice
from chalicelib.domain.template import Template, TemplateNews, changed_pieces, merged
from chalicelib.domain.writes import Recorded, Written
from chalicelib.services.inbox_ports import HealthStore, TemplateStore
from chalicelib.services.ports import InboxDirectory

ATTEMPTS = 5
PROVIDER = Actor("provider")
# What an administrator has to see of an inbox. Other notices are about customers or calls.
SHOWN = ("account.", "number.", "provider.")


@dataclass(frozen=True, slots=True)
class ProviderNews:
    """`every` lists all inboxes: news of a whole account name none of them."""

    templates: TemplateStore
    health: HealthStore
    inboxes: InboxDirectory
    every: Callable[[], Sequence[Inbox]]

    def take(self, inbox: Inbox, channel: Channel, notice: AccountNotice, request: WebhookRequest) -> bool:
        """Whether it was of use. Repeats and late ones change nothing. Raises StoreUnavailable."""
        news = None
        if channel.CAPABILITIES.templates:
            news = cast(TemplatingChannel, channel).template_news(notice)
        if news is None and not notice.kind.startswith(SHOWN):
            return False
        for concerned in self._concerned(inbox, channel, notice, request):
            if news is not None:
                keep_template(self.templates, concerned.id, news, request.received_at)
            else:
                keep_notice(self.health, concerned.id, Notice(notice.kind, notice.occurred_at, notice.detail))
        return True

    def _concerned(
        self, inbox: Inbox, channel: Channel, notice: AccountNotice, request: WebhookRequest
    ) -> Iterator[Inbox]:
        """The inboxes of the account that the notice names, as far as their own secrets prove it. An inbox that does
        not know its business account takes what comes to its own address."""
        for one in self.every():
            if one.id == inbox.id:
                named = _is_about(one, notice.account_id) or not one.settings.get("waba_id")
            else:
                named = one.channel == channel.NAME and _is_about(one, notice.account_id)
                named = named and self._proves(one, channel, request)
            if named:
                yield one

    def _proves(self, inbox: Inbox, channel: Channel, request: WebhookRequest) -> bool:
        try:
            channel.verify(request, self.inboxes.credentials(inbox))
        except SignatureMismatch:
            return False
        return True


def _is_about(inbox: Inbox, account_id: str) -> bool:
    """WhatsApp names its whole business account, which may have several numbers."""
    business = inbox.settings.get("waba_id")
    return account_id in (inbox.account_id, inbox.id, business)


def keep_notice(store: HealthStore, inbox_id: str, notice: Notice) -> bool:
    """Whether it was news. Raises StoreUnavailable."""
    for _ in range(ATTEMPTS):
        before = store.get(inbox_id)
        after = with_notice(before, notice)
        if after is before:
            return False
        if store.save(after, None) is Written.DONE:
            return True
    raise StoreUnavailable("too many writers at once")


def keep_template(
    store: TemplateStore, inbox_id: str, news: TemplateNews, now: datetime, actor: Actor = PROVIDER
) -> bool:
    """Keep what is news; whether anything was. Repeated and late news change nothing. Raises StoreUnavailable."""
    named = _named(store, inbox_id, news)
    if named is None:
        return False
    for _ in range(ATTEMPTS):
        before = store.get(inbox_id, *named) or Template(inbox_id, *named)
        after = merged(before, news)
        if after == before:
            return False
        changed = changed_pieces(before, after)
        recorded = Recorded((_event(before, after, changed),), actor, now) if changed or not before.revision else None
        if store.save(after, recorded) is Written.DONE:
            return recorded is not None
    raise StoreUnavailable("too many writers at once")


def _event(before: Template, after: Template, changed: tuple[str, ...]) -> TemplateChanged:
    return TemplateChanged(
        inbox_id=after.inbox_id,
        previous_status=before.status.value if before.revision else None,
        status=after.status.value,
        fields=changed,
    )


def _named(store: TemplateStore, inbox_id: str, news: TemplateNews) -> tuple[str, str] | None:
    """Name and language of the template that is meant. Some news tell its id alone, or leave the language out."""
    if news.name and news.language:
        return news.name, news.language
    known, _ = store.of_inbox(inbox_id)
    same = [one for one in known if news.external_id and one.external_id == news.external_id]
    if not same and news.name:
        same = [one for one in known if one.name == news.name]
    if len(same) == 1:
        return same[0].name, same[0].language
    # Nobody can tell which language: kept by its name, until the list says more.
    return (news.name, "") if news.name else None
