"""The sender's queue: nothing overtakes a refused entry of its leg."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.aws.queues import OutboundQueue

LEGS = ("leg_a", "leg_b", "leg_c")


class Sqs:
    """Takes entries but for those of `refuses`, once each."""

    def __init__(self, refuses: set[str]) -> None:
        self.refuses = set(refuses)
        self.taken: list[tuple[str, str]] = []

    def send_message_batch(self, QueueUrl: str, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803
        failed = []
        for entry in Entries:
            message = entry["MessageDeduplicationId"]
            if message in self.refuses:
                self.refuses.discard(message)
                failed.append({"Id": entry["Id"]})
            elif (entry["MessageGroupId"], message) not in self.taken:
                self.taken.append((entry["MessageGroupId"], message))
        return {"Failed": failed} if failed else {}


@given(st.lists(st.sampled_from(LEGS), max_size=30), st.data())
def test_each_leg_keeps_its_order_when_some_entries_are_refused_and_come_again(legs: list[str], data: Any) -> None:
    entries = [(leg, f"msg_{place:02d}", 1) for place, leg in enumerate(legs)]
    names = [f"{message}.1" for _, message, _ in entries]
    sqs = Sqs(set(data.draw(st.lists(st.sampled_from(names), unique=True)))) if names else Sqs(set())
    queue = OutboundQueue(sqs, "url")
    rest = entries
    for _ in range(len(entries) + 1):
        failed = queue.put(rest)
        if not failed:
            break
        rest = rest[failed[0] :]  # as the stream does: everything from the first refused one comes again
    for leg in LEGS:
        assert [message for group, message in sqs.taken if group == leg] == [
            f"{message}.1" for group, message, _ in entries if group == leg
        ]
