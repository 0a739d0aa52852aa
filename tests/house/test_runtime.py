"""Lambda's Python is the newest that everything deployed is ready for."""

import re
import tomllib
from importlib.metadata import distribution

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.house.locks import asked
from tests.house.tree import ROOT

DECLARED = re.compile(r"Programming Language :: Python :: (3\.\d+)$")


def chosen() -> Version:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    return Version(settings["tool"]["parley"]["lambda_runtime"].removeprefix("python"))


def declared(name: str) -> set[Version]:
    classifiers = distribution(name).metadata.get_all("Classifier") or []
    return {Version(match[1]) for text in classifiers if (match := DECLARED.match(text))}


def required(name: str) -> str:
    return next(iter(distribution(name).metadata.get_all("Requires-Python") or []), "")


def reachable(requirements: list[Requirement]) -> set[str]:
    """The names that get deployed: what is asked for, and what that needs in turn."""
    names: set[str] = set()
    waiting = list(requirements)
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        needed = [Requirement(text) for text in distribution(name).requires or []]
        fitting = [
            need
            for need in needed
            for extra in ("", *requirement.extras)
            if not need.marker or need.marker.evaluate({"python_version": str(chosen()), "extra": extra})
        ]
        waiting += [need for need in fitting if canonicalize_name(need.name) not in names | {name}]
        names.add(name)
    return names


def is_pure(name: str) -> bool:
    return "Root-Is-Purelib: true" in (distribution(name).read_text("WHEEL") or "")


def is_stable(name: str) -> bool:
    """Built for Python's stable ABI: one wheel runs on every later one, so it names none."""
    return not declared(name) and "-abi3-" in (distribution(name).read_text("WHEEL") or "")


def says_nothing(name: str) -> bool:
    """Python alone, with no word on its versions: it runs wherever `Requires-Python` lets it, and so do its tests."""
    return is_pure(name) and not declared(name)


def test_the_runtime_is_the_newest_that_every_direct_dependency_declares() -> None:
    names = [each.name for each in asked("requirements/runtime.in")]
    common = set.intersection(*(declared(name) for name in names if not is_stable(name) and not says_nothing(name)))

    assert chosen() == max(common)


def test_what_those_bring_along_declares_it_too_or_is_pure_python() -> None:
    unready = {
        name
        for name in reachable(asked("requirements/runtime.in"))
        if chosen() not in declared(name) and not is_pure(name) and not is_stable(name)
    }

    assert not unready


def test_nothing_deployed_refuses_the_runtime() -> None:
    refusing = {
        name for name in reachable(asked("requirements/runtime.in")) if chosen() not in SpecifierSet(required(name))
    }

    assert not refusing


def test_the_project_itself_runs_on_it() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

    assert chosen() in SpecifierSet(project["requires-python"])
