"""Reads the template's parts: CloudFormation in YAML, with its short functions (!Ref, !Sub)."""

import tomllib
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
PARTS = ROOT / "infra" / "parts"

Template = dict[str, Any]


class PartError(Exception):
    """A part that cannot be read or merged: the message names it."""


# libyaml's where PyYAML came with it: a tenth of the time.
_SafeLoader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_SafeLoader):
    """Safe YAML, plus CloudFormation's tags; a repeated key is an error, not the last one's win."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        names = [key.value for key, _ in node.value]
        for name in names:
            if names.count(name) > 1:
                raise PartError(f"{name} is repeated{node.start_mark}")
        return super().construct_mapping(node, deep)


def _plain(loader: yaml.SafeLoader, node: yaml.Node) -> Any:
    if isinstance(node, yaml.ScalarNode):
        return loader.construct_scalar(node)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    raise PartError(f"a function of a mapping{node.start_mark}")


def _function(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    value = _plain(loader, node)
    if suffix in ("Ref", "Condition"):
        return {suffix: value}
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {f"Fn::{suffix}": value}


_Loader.add_multi_constructor("!", _function)


def load(path: Path) -> Template:
    """One file, with every short function in its long form."""
    try:
        # The loader is a SafeLoader.
        loaded = yaml.load(path.read_text(), Loader=_Loader)  # noqa: S506
    except yaml.YAMLError as error:
        raise PartError(f"{path.name}: {error}") from error
    except PartError as error:
        raise PartError(f"{path.name}: {error}") from error
    if not isinstance(loaded, dict):
        raise PartError(f"{path.name}: it must be a mapping")
    return loaded


def merge(into: Template, part: Template, name: str) -> None:
    """Adds a part's sections; what another part already declares is an error."""
    for section, entries in part.items():
        known = into.setdefault(section, {})
        if repeated := sorted(set(known) & set(entries)):
            raise PartError(f"{name}: {section} {', '.join(repeated)} is declared twice")
        known.update(entries)


def lambda_runtime() -> str:
    """The runtime that pyproject.toml names for everything deployed."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    runtime: str = project["tool"]["parley"]["lambda_runtime"]
    return runtime


def camel(name: str) -> str:
    """webhook_intake -> WebhookIntake: the stem of a function's logical names."""
    return "".join(word.capitalize() for word in name.split("_"))
