"""That keyword rules have looked at a message, where no change of its conversation says so."""

from contextlib import suppress

from chalicelib.aws.border import ConditionFailed
from chalicelib.aws.stores.writes import put_once
from chalicelib.aws.transaction import Desk
from chalicelib.domain.writes import Once


class LabelMarks:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def mark(self, once: Once) -> None:
        with suppress(ConditionFailed):
            self._desk.write(put_once(once))
