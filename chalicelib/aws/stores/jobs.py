"""Long work as items: one each, with all of it as text."""

from collections.abc import Mapping
from typing import Any

from chalicelib.aws import keys, keys_contact
from chalicelib.aws.border import ConditionFailed
from chalicelib.aws.packed import packed, unpacked
from chalicelib.aws.transaction import Desk, Put
from chalicelib.domain.job import KEPT_FOR, Job
from chalicelib.domain.reads import Page
from chalicelib.domain.writes import Written


class JobStore:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def get(self, job_id: str) -> Job | None:
        item = self._desk.get(keys_contact.job(job_id))
        return unpacked(item["z"], Job) if item else None

    def list(self, limit: int, start: Mapping[str, Any] | None) -> Page[Job]:
        """The newest first: one query and one read."""
        items, after = self._desk.whole_of_kind(keys_contact.JOBS, limit, start)
        return Page([unpacked(item["z"], Job) for item in items], after)

    def put(self, job: Job, read_version: int) -> Written:
        pk, sk = keys_contact.job(job.id)
        item = {
            "pk": pk,
            "sk": sk,
            "epoch": job.version,
            "z": packed(job),
            "kind_key": keys_contact.JOBS,
            "kind_sort": keys.view_key(job.asked_at),
            "expires_at": int((job.asked_at + KEPT_FOR).timestamp()),
        }
        condition = "epoch = :read" if read_version else "attribute_not_exists(pk)"
        try:
            self._desk.write(Put(item, condition, {":read": read_version} if read_version else None))
        except ConditionFailed:
            return Written.CONFLICT
        return Written.DONE
