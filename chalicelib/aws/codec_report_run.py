"""The items of reports that are made and sent."""

from chalicelib.aws import keys_work
from chalicelib.aws.codec import Item
from chalicelib.aws.keys import view_key
from chalicelib.aws.packed import packed, unpacked
from chalicelib.domain.report_run import KEPT_FOR, ReportRun


def run_item(run: ReportRun) -> Item:
    pk, sk = keys_work.report_run(run.id)
    place = view_key(run.due_at)
    return {
        "pk": pk,
        "sk": sk,
        "version": run.version,
        "z": packed(run),
        "kind_key": keys_work.report_runs(),
        "kind_sort": place,
        "status_key": keys_work.report_runs(run.schedule_id),
        "owner_key": keys_work.report_runs(owner_id=run.owner_id),
        "view_key": place,
        "expires_at": int((run.made_at + KEPT_FOR).timestamp()),
    }


def run_from(item: Item) -> ReportRun:
    found: ReportRun = unpacked(item["z"], ReportRun)
    return found
