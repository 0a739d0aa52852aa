"""Notices as agents read them, made on first use: the API imports this, and most of its requests want none of it (see
`api`)."""

from __future__ import annotations

from functools import cache, lru_cache
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chalicelib.aws.stores.notices import NoticeStore
    from chalicelib.aws.stores.push_subscriptions import SubscriptionStore
    from chalicelib.services.notices import NoticeList
    from chalicelib.services.web_push import Vapid

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
    return vapid(NOBODY).public_key


def vapid(subject: str) -> Vapid:
    """Made anew every few minutes, so that its secret can be rotated."""
    return _vapid(subject, int(monotonic() / SECRET_SECONDS))


@lru_cache(maxsize=2)
def _vapid(subject: str, _period: int) -> Vapid:
    from chalicelib.services.web_push import Vapid
    from chalicelib.wiring.shared import secrets

    return Vapid(secrets().text("web-push"), subject)
