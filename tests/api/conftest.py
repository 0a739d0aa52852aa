"""One desk for the tests of a module: they make what they need and leave the rest alone."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from chalicelib.wiring import api as wiring
from chalicelib.wiring import authorizer
from tests.api.desk import Desk, PoolHttp, environment, people
from tests.api.gateway import Gateway
from tests.flow.world import create_buckets, memory_world

# What the API asks of these is AWS's own business: signed addresses, sign-in, secrets.
MOTOS = frozenset({"cognito-idp", "s3", "secretsmanager"})


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    with memory_world(MOTOS) as made, pytest.MonkeyPatch.context() as patch:
        create_buckets(made.clients("s3"))
        pool = PoolHttp()
        wiring.forget()
        authorizer.forget()
        environment(patch, pool)
        import app

        ours = Desk(made, Gateway(app.app), app, pool)
        people(ours)
        yield ours
    wiring.forget()
    authorizer.forget()


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch, desk: Desk) -> list[tuple[str, Any]]:
    """What AWS in memory was called for, in order: each operation by its name, with its answer."""
    made: list[tuple[str, Any]] = []
    cloud = desk.world.cloud
    assert cloud is not None
    real = cloud.tap

    def noted(name: str, call: Callable[[], Any]) -> Any:
        answer = real(name, call)
        made.append((name.partition(".")[2].title().replace("_", ""), answer))
        return answer

    monkeypatch.setattr(cloud, "tap", noted)
    return made
