"""What is written beside a conversation's own change, in the same transaction."""

from collections.abc import Iterable

from chalicelib.aws.codec_together import following_item, mention_item, task_item
from chalicelib.aws.transaction import ABSENT, Put
from chalicelib.domain.mention import Mention
from chalicelib.domain.writes_together import Beside, FollowingChange, TaskChange


def beside_writes(beside: Iterable[Beside]) -> list[Put]:
    """One write for each."""
    return [_write(each) for each in beside]


def _write(each: Beside) -> Put:
    if isinstance(each, Mention):
        return Put(mention_item(each))
    return put_following(each) if isinstance(each, FollowingChange) else put_task(each)


def put_following(change: FollowingChange) -> Put:
    item = following_item(change.after, change.recorded)
    if change.read_version == 0:
        return Put(item, ABSENT)
    return Put(item, "version = :read", {":read": change.read_version})


def put_task(change: TaskChange) -> Put:
    item = task_item(change.after, change.recorded)
    if change.read_version == 0:
        return Put(item, ABSENT)
    return Put(item, "version = :read", {":read": change.read_version})
