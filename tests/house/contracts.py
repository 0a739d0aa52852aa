"""A kind of import contract that import-linter lacks: families of modules, strangers to each other.

A channel is `<name>.py` and, where it is long, its parts `<name>_<part>.py`: a family. Its members
may import each other and the shared modules; shared modules import only each other.
"""

from collections.abc import Iterator
from typing import Any

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class FamiliesContract(Contract):
    type_name = "families"

    container: Any = fields.StringField()
    shared: Any = fields.ListField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        strays = [
            f"{importer} -> {imported} (l.{detail['line_number']})"
            for importer, imported in self._imports(graph)
            if not self._is_allowed(self._child(importer), self._child(imported))
            for detail in graph.get_import_details(importer=importer, imported=imported)
        ]
        return ContractCheck(kept=not strays, metadata={"strays": strays})

    def render_broken_contract(self, check: ContractCheck) -> None:
        for stray in check.metadata["strays"]:
            output.print_error(f"- {stray}")

    def _imports(self, graph: ImportGraph) -> Iterator[tuple[str, str]]:
        members = graph.find_descendants(self.container)
        for importer in sorted(members):
            for imported in sorted(graph.find_modules_directly_imported_by(importer) & members):
                yield importer, imported

    def _is_allowed(self, importer: str, imported: str) -> bool:
        if imported in self.shared:
            return True
        return importer not in self.shared and _family(importer) == _family(imported)

    def _child(self, module: str) -> str:
        name: str = module.removeprefix(f"{self.container}.").partition(".")[0]
        return name


def _family(name: str) -> str:
    return name.partition("_")[0]
