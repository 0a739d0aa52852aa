"""Which AWS actions a handler's code can come to, read from the source.

From an entry point it follows imports, names and attributes, function by function. A method is
reached only on a class that reached code makes (not one that it merely names in an annotation). What
a receiver is, its annotations tell: those of every parameter, field and return value in the program,
by name. A Protocol stands for each class made that has all its methods.

Limits. Names stand for themselves across the program (`desk: Desk` somewhere makes each `desk` and
`_desk` a Desk), so it finds too much rather than too little; an unannotated receiver may be any class
made, unless the method is also one of Python's own containers. Code chosen by getattr or by strings
is not seen, but for dotted module names. Resources are not compared, only actions.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

PACKAGES = ("chalicelib", "functions", "app")
CONTAINERS = {name for kind in (dict, list, set, str, bytes, tuple) for name in dir(kind)}


@dataclass
class Class:
    module: str
    node: ast.ClassDef
    methods: dict[str, ast.AST] = field(default_factory=dict)

    @cached_property
    def bases(self) -> set[str]:
        return {name for base in self.node.bases for name in _names(base)}

    @cached_property
    def is_protocol(self) -> bool:
        return "Protocol" in self.bases

    @cached_property
    def public(self) -> set[str]:
        return {name for name in self.methods if not name.startswith("_")}


@dataclass(frozen=True)
class Use:
    """An attribute that reached code takes: of what, and where."""

    module: str
    owner: str | None
    node: ast.Attribute
    call: ast.Call | None
    scope: str


# What is looked at; of an attribute also the call that it is called by.
Step = tuple[ast.Attribute | ast.Name | ast.Constant | ast.Import | ast.ImportFrom, ast.Call | None]


def _names(node: ast.AST | None) -> set[str]:
    """Every name in an annotation, quoted ones too."""
    found = set()
    for one in ast.walk(node) if node else ():
        if isinstance(one, ast.Name):
            found.add(one.id)
        elif isinstance(one, ast.Attribute):
            found.add(one.attr)
        elif isinstance(one, ast.Constant) and isinstance(one.value, str):
            found |= _names(ast.parse(one.value, mode="eval")) if one.value.isidentifier() else set()
    return found


def last(node: ast.AST) -> str | None:
    """What a receiver is called: `self._desk` and `desk` are both desk."""
    if isinstance(node, ast.Name):
        return node.id.lstrip("_")
    if isinstance(node, ast.Attribute):
        return node.attr.lstrip("_")
    if isinstance(node, ast.Subscript):
        return last(node.value)
    return None


class Program:
    """Every module of the packages that ship, indexed by name."""

    def __init__(self, root: Path) -> None:
        self.modules: dict[str, ast.Module] = {}
        self.objects: dict[tuple[str, str], ast.AST] = {}
        self.imports: dict[str, dict[str, set[tuple[str, str | None]]]] = {}
        self.classes: dict[str, list[Class]] = {}
        self.annotated: dict[str, set[str]] = {}
        self.returned: dict[str, set[str]] = {}
        # Several walks ask the same of the same nodes, which live as long as this does.
        self._types: dict[tuple[int, str | None], set[str]] = {}
        self._read: dict[int, list[Step]] = {}
        self._may_be: dict[tuple[int, str | None, int], bool] = {}
        for path in sorted(found for package in PACKAGES for found in _sources(root, package)):
            parts = path.relative_to(root).with_suffix("").parts
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            self.modules[name] = ast.parse(path.read_text())
        for name, tree in self.modules.items():
            self._index(name, tree)

    def _index(self, module: str, tree: ast.Module) -> None:
        self.imports[module] = {}
        for node in tree.body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                self.objects[module, node.name] = node
        for one in ast.walk(tree):
            if isinstance(one, ast.ClassDef):
                self._index_class(module, one)
            elif isinstance(one, ast.Import | ast.ImportFrom):
                self._index_import(module, one)
            else:
                self._index_types(one)

    def _index_class(self, module: str, node: ast.ClassDef) -> None:
        methods = {one.name: one for one in node.body if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)}
        self.classes.setdefault(node.name, []).append(Class(module, node, dict(methods)))

    def _index_import(self, module: str, node: ast.Import | ast.ImportFrom) -> None:
        for alias in node.names:
            if isinstance(node, ast.Import):
                target: tuple[str, str | None] = (alias.name, None)
            elif f"{node.module}.{alias.name}" in self.modules:
                target = (f"{node.module}.{alias.name}", None)
            else:
                target = (node.module or "", alias.name)
            # A function may import what the module imports under the same name: both count.
            self.imports[module].setdefault(alias.asname or alias.name, set()).add(target)

    def _index_types(self, node: ast.AST) -> None:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            self.returned.setdefault(node.name, set()).update(_names(node.returns))
        elif isinstance(node, ast.arg):
            self._annotate(node.arg, _names(node.annotation))
        elif isinstance(node, ast.AnnAssign):
            self._annotate(last(node.target), _names(node.annotation))
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            for target in node.targets:
                self._annotate(last(target), {last(node.value.func) or ""})

    def _annotate(self, name: str | None, types: set[str]) -> None:
        if name:
            self.annotated.setdefault(name.lstrip("_"), set()).update(types)

    def types(self, node: ast.AST, owner: str | None) -> set[str]:
        """The classes of the program that an expression may be of."""
        known = self._types.get((id(node), owner))
        if known is None:
            known = self._types[id(node), owner] = self._types_of(node, owner)
        return known

    def steps(self, node: ast.AST) -> list["Step"]:
        """What a walk looks at in a scope, in the order of the source."""
        known = self._read.get(id(node))
        if known is None:
            known = self._read[id(node)] = list(_steps(node))
        return known

    def may_be(self, use: "Use", one: Class) -> bool:
        """Whether what a use takes can be this class's method."""
        key = (id(use.node), use.owner, id(one.node))
        known = self._may_be.get(key)
        if known is None:
            types = self.types(use.node.value, use.owner)
            name = use.node.attr
            known = self._is_of(one, types, name) if types else name not in CONTAINERS
            self._may_be[key] = known
        return known

    def _is_of(self, one: Class, types: set[str], method: str) -> bool:
        """Whether this method can be asked of the class under one of these types."""
        wanted = [kind for name in types for kind in self.classes[name]]
        return any(
            kind.public <= one.public and (method in kind.methods or kind.bases != {"Protocol"})
            if kind.is_protocol
            else kind.node is one.node or kind.node.name in one.bases or one.node.name in kind.bases
            for kind in wanted
        )

    def _types_of(self, node: ast.AST, owner: str | None) -> set[str]:
        if isinstance(node, ast.Name) and node.id in ("self", "cls") and owner:
            return {owner}
        if isinstance(node, ast.IfExp):
            return self.types(node.body, owner) | self.types(node.orelse, owner)
        if isinstance(node, ast.BoolOp):
            return set().union(*(self.types(value, owner) for value in node.values))
        if isinstance(node, ast.Call):
            called = last(node.func) or ""
            found = {called} | self.returned.get(called, set())
        else:
            called = last(node) or ""
            found = {called} | self.annotated.get(called, set()) | self.returned.get(called, set())
        known = found & set(self.classes)
        # What a helper returned may be what another of that name returns: one step is enough.
        return known | {each for name in found - known for each in self.returned.get(name, set())} & set(self.classes)


class Walk:
    """What one entry point reaches."""

    def __init__(self, program: Program, *, registered: bool = False) -> None:
        self.program = program
        # Decorated functions of a module are entry points too: Chalice's routes.
        self.registered = registered
        self.made: dict[str, Class] = {}
        self.uses: list[Use] = []
        self._having: dict[str, list[Class]] = {}
        self._modules: set[str] = set()
        self._seen: set[int] = set()
        # Scope -> the scope that led to it first, to explain a finding.
        self._led_from: dict[str, str] = {}
        self._scopes: list[str] = []

    def start(self, module: str, name: str | None) -> "Walk":
        self._module(module)
        if name:
            self._object(module, name)
        size = -1
        while size != (size := len(self._seen) + len(self.made)):
            for use in list(self.uses):
                self._scopes = [use.scope]
                self._follow(use)
        return self

    def way(self, scope: str) -> str:
        """How the walk came to a scope, newest first."""
        steps = [scope]
        while (scope := self._led_from.get(scope, "")) and scope not in steps:
            steps.append(scope)
        return " < ".join(steps)

    def _module(self, name: str) -> None:
        if name in self._modules or name not in self.program.modules:
            return
        self._modules.add(name)
        for node in self.program.modules[name].body:
            if isinstance(node, ast.ClassDef) or _is_alias(node):
                continue
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                if self.registered and node.decorator_list:
                    self._scope(name, None, node)
                continue
            self._scope(name, None, node)

    def _object(self, module: str, name: str | None) -> None:
        self._module(module)
        if name is None:
            return
        node = self.program.objects.get((module, name))
        if isinstance(node, ast.ClassDef):
            self._make(next(c for c in self.program.classes[name] if c.node is node))
        elif node is not None:
            self._scope(module, None, node)
        else:
            self._imported(module, name)

    def _imported(self, module: str, name: str) -> None:
        for target in self.program.imports.get(module, {}).get(name, ()):
            self._object(*target)

    def _make(self, one: Class) -> None:
        key = f"{one.module}:{one.node.name}"
        if key in self.made:
            return
        self._note(key, one)
        if self._scopes:
            self._led_from.setdefault(key, self._scopes[-1])
        for base in one.bases:
            for parent in self.program.classes.get(base, ()):
                if not parent.is_protocol:
                    self._make(parent)
        for name, method in one.methods.items():
            if name.startswith("__"):
                self._scope(one.module, one.node.name, method)
        for node in one.node.body:
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                self._scope(one.module, one.node.name, node)

    def _note(self, key: str, one: Class) -> None:
        self.made[key] = one
        for name in one.methods:
            self._having.setdefault(name, []).append(one)

    def _scope(self, module: str, owner: str | None, node: ast.AST) -> None:
        if id(node) in self._seen:
            return
        self._seen.add(id(node))
        scope = ".".join(filter(None, (module, owner, getattr(node, "name", None))))
        if self._scopes:
            self._led_from.setdefault(scope, self._scopes[-1])
        self._scopes.append(scope)
        self._module(module)
        self._read(module, owner, node, scope)
        self._scopes.pop()

    def _read(self, module: str, owner: str | None, node: ast.AST, scope: str) -> None:
        for one, call in self.program.steps(node):
            if isinstance(one, ast.Attribute):
                self.uses.append(Use(module, owner, one, call, scope))
            elif isinstance(one, ast.Name):
                self._name(module, one.id)
            elif isinstance(one, ast.Constant):
                self._module(str(one.value))
            else:
                self._import(one)

    def _import(self, node: ast.Import | ast.ImportFrom) -> None:
        for alias in node.names:
            if isinstance(node, ast.Import):
                self._module(alias.name)
            else:
                self._module(node.module or "")
                self._module(f"{node.module}.{alias.name}")

    def _name(self, module: str, name: str) -> None:
        if (module, name) in self.program.objects:
            self._object(module, name)
        self._imported(module, name)

    def _follow(self, use: Use) -> None:
        name, receiver = use.node.attr, use.node.value
        if isinstance(receiver, ast.Name):
            for module, inner in self.program.imports[use.module].get(receiver.id, ()):
                if inner is None:
                    self._object(module, name)
        having = [one for one in self._having.get(name, ()) if id(one.methods[name]) not in self._seen]
        for one in having:
            if self.program.may_be(use, one):
                self._scope(one.module, one.node.name, one.methods[name])


def _sources(root: Path, package: str) -> list[Path]:
    """A package's modules, or the one module of that name."""
    module = root / f"{package}.py"
    return [module] if module.exists() else list((root / package).rglob("*.py"))


def _steps(node: ast.AST) -> Iterator["Step"]:
    calls = {}
    for one in _executed(node):
        if isinstance(one, ast.Call):
            calls[id(one.func)] = one
        elif isinstance(one, ast.Attribute):
            yield one, calls.get(id(one))
        elif (
            isinstance(one, ast.Import | ast.ImportFrom | ast.Name)
            or isinstance(one, ast.Constant)
            and isinstance(one.value, str)
        ):
            yield one, None


def _is_alias(node: ast.AST) -> bool:
    """`Write = Put | Update` makes neither."""
    return isinstance(node, ast.Assign) and isinstance(node.value, ast.BinOp) and isinstance(node.value.op, ast.BitOr)


def _executed(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes that run: no annotations, and no class that is only compared with or cast to."""
    yield node
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns"):
            continue
        children = value if isinstance(value, list) else [value]
        if isinstance(node, ast.Call) and name == "args":
            called = last(node.func)
            children = {"isinstance": children[:1], "cast": children[1:]}.get(called or "", children)
        for child in children:
            if isinstance(child, ast.AST):
                yield from _executed(child)
