"""The Slack app for teams, made on first use: the API imports this, and most of its requests want none of it."""

from __future__ import annotations

import time
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chalicelib.aws.stores.slack_app import SlackHealthStore, SlackLinks
    from chalicelib.egress.http import HttpSender
    from chalicelib.services.team_slack import TeamSlack
    from chalicelib.services.team_slack_api import SlackApi
    from chalicelib.services.team_slack_setup import SlackSetup


@cache
def http() -> HttpSender:
    from chalicelib.egress.http import HttpSender
    from chalicelib.wiring.shared import settings

    return HttpSender(settings().trusted_hosts)


@cache
def api() -> SlackApi:
    from chalicelib.services.team_slack_api import SlackApi

    return SlackApi(http())


@cache
def links() -> SlackLinks:
    from chalicelib.aws.stores.slack_app import SlackLinks
    from chalicelib.wiring.shared import desk

    return SlackLinks(desk())


@cache
def health() -> SlackHealthStore:
    from chalicelib.aws.stores.slack_app import SlackHealthStore
    from chalicelib.wiring.shared import desk

    return SlackHealthStore(desk())


@cache
def team_slack() -> TeamSlack:
    """For whatever has something to tell to agents or channels."""
    from chalicelib.aws.clients import client
    from chalicelib.aws.stores.slack_posts import SlackPosts
    from chalicelib.aws.transaction import Desk
    from chalicelib.services.team_slack import TeamSlack
    from chalicelib.wiring.shared import now, settings
    from chalicelib.wiring.slack_apps import apps

    posts = SlackPosts(Desk(client("dynamodb"), settings().live_table))
    return TeamSlack(apps(), links(), health(), posts, api(), now, time.sleep)


@cache
def setup() -> SlackSetup:
    """For the API."""
    from chalicelib.services.team_slack_setup import SlackSetup
    from chalicelib.wiring import api as desk_api
    from chalicelib.wiring.shared import secrets
    from chalicelib.wiring.slack_apps import documents

    return SlackSetup(documents(), secrets(), desk_api.teams(), api(), team_slack())


def events_url() -> str:
    """What an administrator enters in Slack, as the address of events."""
    from chalicelib.wiring.shared import settings

    return f"{settings().public_url}/slack-app/events"
