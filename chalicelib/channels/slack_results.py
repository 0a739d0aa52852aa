"""What Slack's answers to sends mean.

Source: reference of chat.postMessage, files.completeUploadExternal and reactions.add.
"""

from collections.abc import Mapping
from typing import Any

from chalicelib.channels import slack_api as api
from chalicelib.channels import untrusted
from chalicelib.channels.base import HttpResponse, SendResult
from chalicelib.channels.slack_errors import DONE_BEFORE, MAYBE_DONE, code_of, failure_of

# All that an answer holds where there is nothing to tell.
BARE = frozenset({"ok", "warning", "response_metadata"})


def result_of(response: HttpResponse) -> SendResult:
    """Accepted with a `ts`, refused with a class, or taken as far as anybody can tell."""
    payload = api.payload_of(response)
    done = 200 <= response.status < 300
    if done and payload.get("ok") is not False:
        return _accepted(payload)
    if code_of(payload, response.status) in DONE_BEFORE:
        return SendResult()
    if code_of(payload, response.status) in MAYBE_DONE:
        return SendResult(uncertain=True)
    error = failure_of(payload, response.status)
    return SendResult(error=error, retry_after_seconds=untrusted.retry_after(response.headers))


def _accepted(payload: Mapping[str, Any]) -> SendResult:
    """A message has a `ts`, posted files only their own ids, a reaction nothing at all.

    In a channel, what is done to our message names it and not its thread: it is an address of the thread, too."""
    ts, channel = untrusted.text(payload.get("ts")), untrusted.text(payload.get("channel"))
    if untrusted.identifier(ts):
        inside = untrusted.text(untrusted.mapping(payload.get("message")).get("thread_ts"))
        is_alias = inside and inside != ts and api.is_ts(ts) and not api.is_direct(channel)
        return SendResult(external_id=ts, alias=api.address(channel, "", ts) if is_alias else None)
    posted = next(iter(untrusted.objects(payload.get("files"))), None)
    if posted is not None:
        return SendResult(external_id=untrusted.identifier(posted.get("id")))
    return SendResult(uncertain=payload.get("ok") is not True or not payload.keys() <= BARE)
