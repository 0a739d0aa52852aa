"""The desk table's stream: which events a change announces.

Every write of an aggregate sets `events` and raises `version` together, or sets neither: an image whose version did
not grow announces nothing.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

from chalicelib.aws import keys
from chalicelib.aws.codec import Item, from_attributes
from chalicelib.aws.codec_announcement import announcement_from
from chalicelib.aws.codec_contact_note import contact_note_from
from chalicelib.aws.codec_conversation import conversation_from
from chalicelib.aws.codec_message import message_from
from chalicelib.aws.codec_notices import back_from, notice_from
from chalicelib.aws.codec_pairs import pair_from
from chalicelib.aws.codec_people import person_from
from chalicelib.aws.codec_promise import promise_from
from chalicelib.aws.codec_report_run import run_from
from chalicelib.aws.codec_routing import workload_from
from chalicelib.aws.codec_scheduled import scheduled_from
from chalicelib.aws.codec_side_thread import side_message_from, side_thread_from
from chalicelib.aws.codec_sla import clock_from
from chalicelib.aws.codec_slack import slack_health_from
from chalicelib.aws.codec_template import health_from, template_from
from chalicelib.aws.codec_timeline import line_from
from chalicelib.aws.codec_together import following_from, following_snapshot, task_from
from chalicelib.aws.codec_warning import warned_from
from chalicelib.aws.codec_webhook import endpoint_from
from chalicelib.aws.codec_windows import question_from, watch_from
from chalicelib.domain.announcement import announcement_snapshot
from chalicelib.domain.contact_note import note_snapshot
from chalicelib.domain.envelope import envelope
from chalicelib.domain.notice import notice_snapshot
from chalicelib.domain.person import person_snapshot
from chalicelib.domain.promise import promise_snapshot
from chalicelib.domain.question import question_snapshot
from chalicelib.domain.report_run import run_snapshot
from chalicelib.domain.returning import back_snapshot
from chalicelib.domain.side_thread_words import side_message_snapshot, side_thread_snapshot
from chalicelib.domain.slack_app import health_snapshot as slack_snapshot
from chalicelib.domain.snapshots import (
    agent_snapshot,
    clock_snapshot,
    conversation_snapshot,
    health_snapshot,
    line_snapshot,
    message_snapshot,
    scheduled_snapshot,
    template_snapshot,
)
from chalicelib.domain.suggestion import pair_snapshot
from chalicelib.domain.task import task_snapshot
from chalicelib.domain.warning import warning_snapshot
from chalicelib.domain.webhook_endpoint import endpoint_snapshot
from chalicelib.domain.window_guard import watch_snapshot


def announcements(record: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The events of one stream record, in their wire form; none for removals and silent writes."""
    images = record["dynamodb"]
    if "NewImage" not in images or "events" not in images["NewImage"]:
        return []
    item = from_attributes(images["NewImage"])
    before = images.get("OldImage", {}).get("version", {}).get("N")
    if before is not None and int(before) >= item["version"]:
        return []
    kind, snapshot = _aggregate(item)
    return [
        envelope(
            stored,
            kind=kind,
            identifier=snapshot["id"],
            version=item["version"],
            place=place,
            snapshot=snapshot,
        )
        for place, stored in enumerate(json.loads(item["events"]))
    ]


def _aggregate(item: Item) -> tuple[str, Mapping[str, Any]]:
    collection, part = item["pk"].partition("#")[0], item["sk"].partition("#")[0]
    kind, snapshot = _PARTS.get((collection, part)) or _AGGREGATES[collection]
    return kind, snapshot(item)


def _clock(item: Item) -> Mapping[str, Any]:
    return clock_snapshot(keys.identifier(item["pk"]), keys.sort_identifier(item["sk"]), clock_from(item))


# Parts of a collection that are told of by themselves: by the kinds of both keys.
_PARTS: Mapping[tuple[str, str], tuple[str, Callable[[Item], Mapping[str, Any]]]] = {
    ("CNV", "C"): ("clock", _clock),
    ("CNV", "I"): ("window", lambda item: watch_snapshot(watch_from(item))),
    ("CNV", "J"): ("question", lambda item: question_snapshot(question_from(item))),
    ("CON", "N"): ("contact_note", lambda item: note_snapshot(contact_note_from(item))),
    ("CNV", "G"): ("promise", lambda item: promise_snapshot(promise_from(item))),
    ("CNV", "F"): ("followers", lambda item: following_snapshot(following_from(item))),
    ("CNV", "K"): ("task", lambda item: task_snapshot(task_from(item))),
    ("CNV", "KT"): ("side_thread", lambda item: side_thread_snapshot(side_thread_from(item))),
    ("CNV", "KM"): ("side_message", lambda item: side_message_snapshot(side_message_from(item))),
    ("CNV", "M"): ("return", lambda item: back_snapshot(back_from(item))),
    ("CNV", "L"): ("scheduled_message", lambda item: scheduled_snapshot(scheduled_from(item))),
}

# By the kind of collection.
_AGGREGATES: Mapping[str, tuple[str, Callable[[Item], Mapping[str, Any]]]] = {
    "CNV": ("conversation", lambda item: conversation_snapshot(conversation_from(item))),
    "LEG": ("message", lambda item: message_snapshot(message_from(item))),
    "TML": ("timeline_line", lambda item: line_snapshot(line_from(item))),
    "TPL": ("template", lambda item: template_snapshot(template_from(item))),
    "SLACKAPP": ("slack_app", lambda item: slack_snapshot(slack_health_from(item))),
    "IBH": ("inbox_health", lambda item: health_snapshot(health_from(item))),
    "AGT": ("agent", lambda item: agent_snapshot(workload_from(item))),
    "ERA": ("erasure", lambda item: {"id": keys.identifier(item["pk"])}),
    "CON": ("contact", lambda item: {"id": keys.identifier(item["pk"])}),
    "PRS": ("person", lambda item: person_snapshot(person_from(item))),
    "TSK": ("task", lambda item: task_snapshot(task_from(item))),
    "NTC": ("notice", lambda item: notice_snapshot(notice_from(item))),
    "RPR": ("report_run", lambda item: run_snapshot(run_from(item))),
    "WHK": ("webhook_endpoint", lambda item: endpoint_snapshot(endpoint_from(item))),
    "ANN": ("announcement", lambda item: announcement_snapshot(announcement_from(item))),
    "WRN": ("warning", lambda item: warning_snapshot(warned_from(item))),
    "PAR": ("suggestion", lambda item: pair_snapshot(pair_from(item))),
}
