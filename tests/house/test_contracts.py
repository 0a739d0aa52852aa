"""The contract that keeps channels strangers to each other."""

import pytest
from grimp import ImportGraph

from tests.house.contracts import FamiliesContract

CONTRACT = FamiliesContract("channels", {}, {"container": "desk.channels", "shared": ["base", "signing"]})


def strays(*imports: tuple[str, str]) -> list[str]:
    graph = ImportGraph()
    graph.add_module("desk.channels")
    for importer, imported in imports:
        graph.add_import(
            importer=f"desk.channels.{importer}",
            imported=f"desk.channels.{imported}",
            line_number=3,
            line_contents="import it",
        )
    check = CONTRACT.check(graph, verbose=False)
    assert check.kept == (not check.metadata["strays"])
    return check.metadata["strays"]


@pytest.mark.parametrize(
    "allowed",
    [
        ("pigeon", "base"),
        ("signing", "base"),
        ("pigeon", "pigeon_bodies"),
        ("pigeon_bodies", "pigeon_people"),
        ("pigeon.bodies", "pigeon.people"),
        ("registry", "base"),
    ],
)
def test_a_family_and_what_is_shared_may_be_imported(allowed: tuple[str, str]) -> None:
    assert strays(allowed) == []


@pytest.mark.parametrize(
    "stray",
    [
        ("pigeon", "telegraph"),
        ("pigeon_bodies", "telegraph_bodies"),
        ("base", "pigeon"),
        ("pigeon", "registry"),
        ("registry", "pigeon"),
    ],
)
def test_another_family_may_not_be_imported(stray: tuple[str, str]) -> None:
    importer, imported = stray

    assert strays(("pigeon", "base"), stray) == [f"desk.channels.{importer} -> desk.channels.{imported} (l.3)"]
