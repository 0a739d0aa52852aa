"""The Slack app for teams, made on first use: the API imports this, and most of its requests want none of it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from chalicelib.aws.stores.slack_app import SlackHealthStore, SlackLinks, SlackPlaces
    from chalicelib.egress.http import HttpSender
    from chalicelib.services.team_slack import TeamSlack
    from chalicelib.services.team_slack_api import SlackApi, SlackFailed
    from chalicelib.services.team_slack_files import SlackFiles
    from chalicelib.services.team_slack_heard import SlackHeard
    from chalicelib.services.team_slack_news import SlackNews
    from chalicelib.services.team_slack_setup import SlackSetup
    from chalicelib.services.team_slack_threads import SlackThreads


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
def places() -> SlackPlaces:
    from chalicelib.aws.stores.slack_app import SlackPlaces
    from chalicelib.wiring.shared import desk

    return SlackPlaces(desk())


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


@cache
def files() -> SlackFiles:
    from chalicelib.aws.blobs import BlobStore
    from chalicelib.aws.clients import patient_client
    from chalicelib.services.team_slack_files import SlackFiles
    from chalicelib.wiring.shared import settings

    return SlackFiles(api(), http(), BlobStore(patient_client("s3"), settings().attachments_bucket))


@cache
def transport() -> SlackThreads:
    """By which side threads go to Slack."""
    from chalicelib.services.team_slack_threads import SlackThreads

    return SlackThreads(team_slack(), places(), files())


@cache
def heard() -> SlackHeard:
    from chalicelib.aws.stores.desk import DeskStore
    from chalicelib.aws.stores.replies import ReplyStore
    from chalicelib.services.team_slack_heard import SlackHeard
    from chalicelib.services.team_slack_threads import SlackAnswers
    from chalicelib.wiring import api as desk_api
    from chalicelib.wiring import side_threads
    from chalicelib.wiring.shared import desk, known_inboxes

    return SlackHeard(
        slack=team_slack(),
        links=links(),
        places=places(),
        agents=desk_api.agents(),
        desk=DeskStore(desk()),
        replies=ReplyStore(desk()),
        inboxes=known_inboxes(),
        files=files(),
        side=SlackAnswers(side_threads.side_threads()),
    )


@cache
def news() -> SlackNews:
    from chalicelib.aws.clients import client
    from chalicelib.aws.slack_queue import LaterQueue
    from chalicelib.aws.stores.desk import DeskStore
    from chalicelib.services.team_slack_news import SlackNews
    from chalicelib.wiring import api as desk_api
    from chalicelib.wiring.shared import desk, settings

    later = LaterQueue(client("sqs"), settings().slack_news_sqs_url)
    return SlackNews(team_slack(), places(), DeskStore(desk()), desk_api.agents(), later, _refused)


def _refused(failed: SlackFailed) -> None:
    from chalicelib.observability import count, logger

    logger().warning("Slack took no notice", extra={"code": failed.code})
    count({"slack_notices_refused": 1})


def hear(event: Mapping[str, Any], now: datetime) -> None:
    """A reaction of the function `collaboration`: what colleagues wrote in Slack."""
    heard().react(event, now)


def tell(event: Mapping[str, Any], now: datetime) -> None:
    """A reaction of the function `collaboration`: what Slack is told."""
    news().react(event, now)
