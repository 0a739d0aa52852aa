"""Where the company's Slack calls in: no more than proves a call and queues it."""

from functools import cache

from chalicelib.aws.clients import client
from chalicelib.aws.slack_queue import HeardQueue
from chalicelib.services.team_slack_intake import SlackIntake
from chalicelib.wiring.shared import settings
from chalicelib.wiring.slack_apps import apps

PREFIX = "/slack-app/"


@cache
def intake() -> SlackIntake:
    return SlackIntake(apps(), HeardQueue(client("sqs"), settings().slack_heard_sqs_url))
