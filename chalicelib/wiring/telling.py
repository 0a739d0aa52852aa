"""What the function `notifications` is made of."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from chalicelib.aws.clients import client, once_client
from chalicelib.aws.notice_queue import NoticeQueue
from chalicelib.aws.stores.agent_reader import AgentReader
from chalicelib.aws.stores.desk import DeskStore
from chalicelib.services.at_the_desk import AtTheDesk
from chalicelib.services.digests import DigestSending, Mailing
from chalicelib.services.notice_telling import Telling
from chalicelib.wiring import viewing
from chalicelib.wiring.lazy import Lazy
from chalicelib.wiring.notifications import NOBODY, notice_store, subscriptions, vapid
from chalicelib.wiring.shared import desk, settings

if TYPE_CHECKING:
    from chalicelib.aws.mail import MailSender
    from chalicelib.services.notice_slack import SlackDirect
    from chalicelib.services.web_push import Vapid, WebPush


@cache
def telling() -> Telling:
    return Telling(
        store=notice_store(),
        conversations=DeskStore(desk()),
        people=AgentReader(desk()),
        looking=looking(),
        queue=queue(),
        pushing=Lazy(_web_push),
        slack=Lazy(_slack),
        digests=digests(),
    )


@cache
def digests() -> DigestSending:
    made = settings()
    mailing = Mailing(Lazy(_mails), made.notices_address, made.web_origin)
    return DigestSending(notice_store(), AgentReader(desk()), looking(), queue(), mailing)


@cache
def looking() -> AtTheDesk:
    return AtTheDesk(DeskStore(desk()), viewing.looking())


@cache
def queue() -> NoticeQueue:
    return NoticeQueue(client("sqs"), settings().notifications_sqs_url)


def _mails() -> MailSender:
    from chalicelib.aws.mail import MailSender

    return MailSender(once_client("sesv2"))


def _web_push() -> WebPush:
    """Encryption is imported with the first push."""
    from chalicelib.egress.http import HttpSender
    from chalicelib.services.web_push import WebPush

    return WebPush(subscriptions(), HttpSender(settings().trusted_hosts), _vapid, settings().web_origin)


def _vapid() -> Vapid:
    sender, web = settings().notices_address, settings().web_origin
    return vapid(f"mailto:{sender}" if sender else web if web.startswith("https:") else NOBODY)


def _slack() -> SlackDirect:
    from chalicelib.services.notice_slack import SlackDirect
    from chalicelib.wiring.team_slack import team_slack

    return SlackDirect(team_slack())
