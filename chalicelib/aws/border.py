"""The one border where SDK errors become ours."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.domain.errors import StoreUnavailable

CONDITION_FAILED = "ConditionalCheckFailed"
CONTENDED = "TransactionConflict"


class ConditionFailed(Exception):
    """A single write's condition did not hold; `item` is what is there (raw attributes), if it was asked for."""

    def __init__(self, item: dict[str, Any] | None) -> None:
        super().__init__("condition failed")
        self.item = item


class TransactionRefused(Exception):
    """A transaction whose conditions did not hold (or that met another): one code per item, "None" where it passed."""

    def __init__(self, codes: Sequence[str]) -> None:
        super().__init__(", ".join(codes))
        self.codes = codes

    @property
    def only_contended(self) -> bool:
        """No condition failed: another transaction was at work on one of the items."""
        return CONDITION_FAILED not in self.codes

    def failed(self, place: int) -> bool:
        return self.codes[place] == CONDITION_FAILED


@contextmanager
def store_errors() -> Iterator[None]:
    """Map what DynamoDB, SQS, S3, Secrets Manager and EventBridge raise; anything unknown is `StoreUnavailable` too:
    whether the call took effect is then unknown, and every caller's write may be repeated."""
    try:
        yield
    except ClientError as error:
        raise _translated(error) from error
    except BotoCoreError as error:
        raise StoreUnavailable(type(error).__name__) from error


def _translated(error: ClientError) -> Exception:
    code = error.response.get("Error", {}).get("Code", "")
    if code == "ConditionalCheckFailedException":
        item: Any = error.response.get("Item")
        return ConditionFailed(item)
    if code == "TransactionCanceledException":
        codes = [reason.get("Code", "None") for reason in error.response.get("CancellationReasons", [])]
        if codes and all(code in ("None", CONDITION_FAILED, CONTENDED) for code in codes):
            return TransactionRefused(codes)
    return StoreUnavailable(code)
