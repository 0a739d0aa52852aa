"""A record of the stream that cannot be shown holds up nothing behind it."""

import copy
from typing import Any

import pytest

import functions.fanout.handler
from chalicelib.domain.errors import StoreUnavailable
from chalicelib.domain.live import CONVERSATION
from tests.flow.chat import Visitor
from tests.flow.live_chat import live_chat
from tests.flow.scene import ANA

ODD: list[tuple[str, Any]] = [
    ("pk", {"S": "ODD#1"}),  # a kind that nobody knows
    ("row", {"M": {}}),  # an emptied one
    ("events", {"S": "no json"}),
]


@pytest.mark.parametrize(("name", "value"), ODD)
def test_what_cannot_be_shown_is_left_out_and_what_is_behind_it_is_told(name: str, value: Any) -> None:
    with live_chat() as live:
        Visitor(live.here).says("Hello")
        live.here.world.pump()
        connection = live.agent(ANA, f"{CONVERSATION}:{live.here.conversation.id}")
        stream = [each for each in live.here.cloud.tables["desk"].stream if "NewImage" in each["dynamodb"]]
        odd = copy.deepcopy(next(each for each in stream if each["dynamodb"]["NewImage"]["pk"]["S"].startswith("CNV")))
        odd["dynamodb"]["NewImage"][name] = value
        odd["dynamodb"].pop("OldImage", None)
        answer = functions.fanout.handler.handler({"Records": [odd, *stream]}, None)

        assert answer == {"batchItemFailures": []}
        assert "Hello" in [change["view"].get("text") for change in live.changes(connection)]


def test_all_come_again_when_the_store_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(_thing: object) -> Any:
        raise StoreUnavailable("away")

    with live_chat() as live:
        Visitor(live.here).says("Hello")
        live.here.world.pump()
        stream = [each for each in live.here.cloud.tables["desk"].stream if "NewImage" in each["dynamodb"]]
        monkeypatch.setattr(functions.fanout.handler, "told_aside", away)
        # An error, and no answer: the batch is halved before it comes again.
        with pytest.raises(StoreUnavailable):
            functions.fanout.handler.handler({"Records": stream}, None)
