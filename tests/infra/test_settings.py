"""The variables of the template, the settings that code reads, and the table in docs/architecture.md are one list."""

import re

import pytest

from chalicelib.settings import Settings
from infra.parts import ROOT
from tests.infra.test_roles import program, walk_of
from tests.infra.views import FUNCTIONS, Resources

ROW = re.compile(r"^\| `(?P<name>\w+)` \|.*\| (?P<settings>[A-Z_ ]+) \|$", re.MULTILINE)
# Read by app.py itself, which Chalice loads before there are settings.
AT_PACKAGING = {"api": {"WEB_ORIGIN"}}
PROPERTIES = {name for name, one in vars(Settings).items() if isinstance(one, property)}


def documented() -> dict[str, set[str]]:
    table = (ROOT / "docs" / "architecture.md").read_text()
    return {row["name"]: set(row["settings"].split()) for row in ROW.finditer(table)}


def variables(resources: Resources, name: str) -> set[str]:
    names = resources.function(name)["Environment"]["Variables"]
    return {one.removeprefix("PARLEY_") for one in names if one.startswith("PARLEY_")}


def test_the_document_names_every_function() -> None:
    assert set(documented()) == set(FUNCTIONS)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_has_the_variables_that_are_documented(resources: Resources, name: str) -> None:
    assert variables(resources, name) - AT_PACKAGING.get(name, set()) == documented()[name]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_has_the_variables_that_its_code_reads(resources: Resources, name: str) -> None:
    read = {
        use.node.attr.upper()
        for use in walk_of(name).uses
        if use.node.attr in PROPERTIES and "Settings" in program().types(use.node.value, use.owner)
    }

    assert variables(resources, name) - AT_PACKAGING.get(name, set()) == read


def test_every_setting_is_somebodys() -> None:
    assert set().union(*documented().values()) == {name.upper() for name in PROPERTIES}


def test_no_variable_holds_a_secret(resources: Resources) -> None:
    """Secrets go by name: nothing is resolved into a variable."""
    for name in FUNCTIONS:
        for variable, value in resources.function(name)["Environment"]["Variables"].items():
            assert "resolve:" not in str(value), f"{name}: {variable}"
            assert "CursorSecret" not in str(value), f"{name}: {variable}"
