"""The workspace's own checks and tests (web/test), run by Node: types against the API's document, Vitest, its size."""

import pytest

from infra import web

BUDGET_KB = 250


@pytest.fixture(scope="module", autouse=True)
def node() -> None:
    try:
        web.install()
    except web.NoWorkspace as missing:
        pytest.skip(str(missing))


def test_types_are_those_of_the_api() -> None:
    """The API's types are made from the golden OpenAPI document: a page that asks otherwise does not compile."""
    web.npm("run", "--silent", "check")


def test_vitest_passes() -> None:
    told = web.npm("run", "--silent", "test", "--", "--reporter=json")

    assert '"success":true' in told and '"numFailedTests":0' in told


def test_what_is_fetched_first_is_within_its_budget() -> None:
    web.build()

    assert 50 < web.initial_kilobytes() <= BUDGET_KB


def test_the_chat_widget_is_within_its_budgets() -> None:
    web.build()
    closed, opened = web.widget_kilobytes()

    assert 1 < closed <= 8
    assert 10 < opened <= 45
