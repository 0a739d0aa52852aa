"""Notices, made on first use: the API imports this, and most of its requests want none of it (see `api`)."""

from __future__ import annotations

from functools import cache, lru_cache
from time import monotonic
from typing import TYPE_CHECKING

from chalicelib.wiring.lazy import Lazy

if TYPE_CHECKING:
    from chalicelib.aws.stores.notices import NoticeStore
    from chalicelib.aws.stores.push_subscriptions import SubscriptionStore
    from chalicelib.services.at_the_desk import AtTheDesk
    from chalicelib.services.digests import DigestSending
    from chalicelib.services.notice_slack import SlackDirect
    from chalicelib.services.notice_telling import Telling
    from chalicelib.services.notices import NoticeList
    from chalicelib.services.web_push import Vapid, WebPush

SECRET_SECONDS = 300.0
# Whom push services can turn to, where neither a domain for mail nor the agents' application is known.
NOBODY = "https://parley.invalid"


@cache
def notice_store() -> NoticeStore:
    from chalicelib.aws.stores.notices import NoticeStore
    from chalicelib.wiring.shared import desk

    return NoticeStore(desk())


@cache
def notice_list() -> NoticeList:
    from chalicelib.services.notices import NoticeList

    return NoticeList(notice_store())


@cache
def subscriptions() -> SubscriptionStore:
    from chalicelib.aws.stores.push_subscriptions import SubscriptionStore
    from chalicelib.wiring.shared import desk

    return SubscriptionStore(desk())


def push_key() -> str:
    """As browsers take it."""
    return _vapid(NOBODY, int(monotonic() / SECRET_SECONDS)).public_key


def vapid() -> Vapid:
    """Read again every few minutes, so that its secret can be rotated."""
    from chalicelib.wiring.shared import settings

    sender, web = settings().notices_address, settings().web_origin
    subject = f"mailto:{sender}" if sender else web if web.startswith("https:") else NOBODY
    return _vapid(subject, int(monotonic() / SECRET_SECONDS))


@lru_cache(maxsize=2)
def _vapid(subject: str, _period: int) -> Vapid:
    from chalicelib.services.web_push import Vapid
    from chalicelib.wiring.shared import secrets

    return Vapid(secrets().text("web-push"), subject)


# What the function `notifications` does.


@cache
def telling() -> Telling:
    from chalicelib.aws.clients import client
    from chalicelib.aws.notice_queue import NoticeQueue
    from chalicelib.aws.stores.agent_reader import AgentReader
    from chalicelib.aws.stores.returning import ReturnStore
    from chalicelib.services.notice_telling import Telling
    from chalicelib.wiring.shared import desk, settings

    return Telling(
        store=notice_store(),
        conversations=ReturnStore(desk()),
        people=AgentReader(desk()),
        looking=looking(),
        queue=NoticeQueue(client("sqs"), settings().notifications_sqs_url),
        pushing=Lazy(_web_push),
        slack=Lazy(_slack),
        digests=digests(),
    )


@cache
def digests() -> DigestSending:
    from chalicelib.aws.clients import client, once_client
    from chalicelib.aws.mail import MailSender
    from chalicelib.aws.notice_queue import NoticeQueue
    from chalicelib.aws.stores.agent_reader import AgentReader
    from chalicelib.services.digests import DigestSending, Mailing
    from chalicelib.wiring.shared import desk, settings

    made = settings()
    mailing = Mailing(Lazy(lambda: MailSender(once_client("sesv2"))), made.notices_address, made.web_origin)
    queue = NoticeQueue(client("sqs"), made.notifications_sqs_url)
    return DigestSending(notice_store(), AgentReader(desk()), looking(), queue, mailing)


@cache
def looking() -> AtTheDesk:
    from chalicelib.aws.stores.desk import DeskStore
    from chalicelib.services.at_the_desk import AtTheDesk
    from chalicelib.wiring import viewing
    from chalicelib.wiring.shared import desk

    return AtTheDesk(DeskStore(desk()), viewing.looking())


def _web_push() -> WebPush:
    """Encryption is imported with the first push."""
    from chalicelib.egress.http import HttpSender
    from chalicelib.services.web_push import WebPush
    from chalicelib.wiring.shared import settings

    return WebPush(subscriptions(), HttpSender(settings().trusted_hosts), vapid, settings().web_origin)


def _slack() -> SlackDirect:
    from chalicelib.services.notice_slack import SlackDirect
    from chalicelib.wiring.team_slack import team_slack

    return SlackDirect(team_slack())
