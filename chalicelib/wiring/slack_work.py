"""What the function `collaboration` does with the company's Slack, made on first use: it hears what colleagues write
there, tells it what happens, and carries side threads."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from chalicelib.wiring.team_slack import api, http, links, team_slack

if TYPE_CHECKING:
    from chalicelib.aws.stores.slack_app import SlackPlaces
    from chalicelib.services.team_slack_api import SlackFailed
    from chalicelib.services.team_slack_files import SlackFiles
    from chalicelib.services.team_slack_heard import SlackHeard
    from chalicelib.services.team_slack_news import SlackNews
    from chalicelib.services.team_slack_threads import SlackThreads


@cache
def places() -> SlackPlaces:
    from chalicelib.aws.stores.slack_app import SlackPlaces
    from chalicelib.wiring.shared import desk

    return SlackPlaces(desk())


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

    later = LaterQueue(client("sqs"), settings().slack_sqs_url)
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
