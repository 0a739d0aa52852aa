"""From a customer's word to a number of a report, over the functions themselves."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.aws.stores.rollups import RollupStore
from chalicelib.domain.measure import Dimension
from chalicelib.domain.rollup import Grain
from chalicelib.wiring import numbers
from functions.aggregate import handler as counting
from functions.measures import handler as measuring
from tests.flow.scene import Scene, scene

ASKED = {"Records": [{"messageId": "1", "body": "{}"}]}
BY_CHANNEL = (Dimension.CHANNEL,)


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    with scene() as made:
        made.world.is_measured = True
        for module in (counting, measuring):
            monkeypatch.setattr(module, "now", made.now)
        yield made


def test_an_answer_is_in_the_roll_ups(here: Scene, capsys: pytest.CaptureFixture[str]) -> None:
    here.says("Where is my refund?")
    here.settle()
    here.now.pass_(minutes=10)
    here.replies(here.conversation.id, "It is on its way.", "r1")
    here.settle()
    here.now.pass_(minutes=5)
    assert counting.handler(ASKED, None) == {"batchItemFailures": []}
    today = here.now().date()
    kinds = ["arrivals", "messages_in", "messages_out", "first_response"]
    cells = RollupStore(numbers.facts()).read(Grain.DAY, BY_CHANNEL, None, today - timedelta(days=1), today, kinds)
    (((_, group), held),) = cells.items()
    assert (group, {kind: cell.n for kind, cell in held.items()}) == (("whatsapp",), dict.fromkeys(kinds, 1))
    assert held["first_response"].total == 600_000
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines() if '"Arrivals"' in line]
    assert [(line["channel"], line["Arrivals"]) for line in told] == [("whatsapp", [1.0])]
    # Asked again at once: there is nothing new.
    assert counting.handler(ASKED, None) == {"batchItemFailures": []}


@pytest.mark.parametrize("body", ["no json", "[]", json.dumps({"detail": {}}), json.dumps({"detail": None})])
def test_what_cannot_be_read_comes_back_alone(here: Scene, body: Any) -> None:
    records = {"Records": [{"messageId": "bad", "body": body}]}
    assert measuring.handler(records, None) == {"batchItemFailures": [{"itemIdentifier": "bad"}]}
