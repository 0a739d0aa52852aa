"""Every channel of the registry fulfils the protocol, is light to import, and has all that belongs to it."""

import ast
import importlib
import inspect
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from chalicelib.channels import (
    apple,
    custom,
    email,
    events,
    instagram,
    line,
    messenger,
    registry,
    shopify,
    slack,
    sms,
    telegram,
    viber,
    voice,
    web_chat,
    wechat,
    whatsapp,
)
from chalicelib.channels.base import Capabilities, Channel, CredentialField
from chalicelib.domain.message import MEDIA
from tests.channels import matrix
from tests.channels.cases import ChannelCases
from tests.channels.kits import FIXTURES, KITS

ROOT = Path(__file__).parents[2]
NAMES = sorted(registry.CHANNELS)
PROTOCOL = [name for name in vars(Channel) if not name.startswith("_") and callable(vars(Channel)[name])]

# mypy proves here that each module fulfils the protocol, to the last argument.
FITTING: tuple[Channel, ...] = (
    apple,
    custom,
    email,
    events,
    instagram,
    line,
    messenger,
    shopify,
    slack,
    sms,
    telegram,
    viber,
    voice,
    web_chat,
    wechat,
    whatsapp,
)
# What a cold start must not pay for. The channels need the standard library and nothing else.
HEAVY = ("jwt", "cryptography", "pydantic", "boto3", "botocore", "pynamodb", "chalice", "requests", "urllib3")


def test_classes() -> Iterator[type[ChannelCases]]:
    for name in NAMES:
        module = importlib.import_module(f"tests.channels.test_{name}")
        for _, found in inspect.getmembers(module, inspect.isclass):
            if issubclass(found, ChannelCases) and found is not ChannelCases:
                yield found


test_classes.__test__ = False  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", NAMES)
def test_a_channel_fulfils_the_protocol(name: str) -> None:
    channel = registry.load(name)
    assert name == channel.NAME
    assert isinstance(channel.CAPABILITIES, Capabilities)
    assert all(isinstance(field, CredentialField) for field in channel.CREDENTIALS)
    for function in PROTOCOL:
        ours = list(inspect.signature(getattr(channel, function)).parameters)
        assert ["self", *ours] == list(inspect.signature(vars(Channel)[function]).parameters), function


@pytest.mark.parametrize("name", NAMES)
def test_a_channels_functions_stand_in_the_protocols_order(name: str) -> None:
    channel = registry.load(name)
    assert isinstance(channel, ModuleType)
    found = [each for each in _names(ast.parse(inspect.getsource(channel))) if each in PROTOCOL]
    assert found == PROTOCOL


def _names(module: ast.Module) -> Iterator[str]:
    """What a module defines, or takes from a shared module under a name of its own."""
    for node in module.body:
        if isinstance(node, ast.FunctionDef):
            yield node.name
        elif isinstance(node, ast.Assign):
            yield from (target.id for target in node.targets if isinstance(target, ast.Name))


@pytest.mark.parametrize("name", NAMES)
def test_capabilities_make_sense(name: str) -> None:
    capabilities = registry.load(name).CAPABILITIES
    assert (capabilities.max_text > 0) is bool(capabilities.kinds_out)
    assert {kind.value for kind in MEDIA & capabilities.kinds_out} == set(capabilities.max_bytes)
    assert capabilities.outside_window <= capabilities.kinds_out
    assert capabilities.window_seconds is not None or not capabilities.outside_window
    if capabilities.human_window_seconds is not None:
        assert capabilities.human_window_seconds > (capabilities.window_seconds or 0)


def test_a_channel_is_loaded_once() -> None:
    assert registry.load("whatsapp") is registry.load("whatsapp")


@pytest.mark.parametrize("name", ["", "pigeon", "../whatsapp", "chalicelib.channels.whatsapp", "base"])
def test_an_unknown_channel_is_refused_by_name(name: str) -> None:
    with pytest.raises(registry.ChannelUnknown) as refusal:
        registry.load(name)
    assert (refusal.value.kind, refusal.value.field) == ("missing", "channel")
    assert "whatsapp" in refusal.value.detail


@pytest.mark.parametrize("name", NAMES)
def test_importing_a_channel_is_light(name: str) -> None:
    code = (
        f"import sys; from chalicelib.channels import registry; registry.load({name!r});"
        f"print([m for m in {HEAVY} if m in sys.modules],"
        f" [c for c in registry.CHANNELS.values() if c in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)
    assert run.stdout.strip() == f"[] ['{registry.CHANNELS[name]}']"


@pytest.mark.parametrize("name", NAMES)
def test_all_that_belongs_to_a_channel_is_there(name: str) -> None:
    assert name in KITS
    assert KITS[name].fixtures(), "fixtures"
    assert name in {found.name for found in test_classes()}, "test class"
    page = ROOT / "docs" / "channels" / f"{name}.md"
    assert page.is_file(), "docs page"
    text = page.read_text("utf-8")
    for heading in ("## Setting it up", "## What it carries", "## Errors", "## What to know"):
        assert heading in text, heading
    for field in registry.load(name).CREDENTIALS:
        assert f"`{field.name}`" in text, field.name


def test_the_matrix_is_up_to_date() -> None:
    text = matrix.PAGE.read_text("utf-8")
    assert matrix.BEGIN in text
    assert matrix.page(text) == text, "run: python -m tests.channels.matrix --write"


def test_fixtures_belong_to_a_channel() -> None:
    assert {path.name for path in FIXTURES.iterdir()} == set(registry.CHANNELS)
