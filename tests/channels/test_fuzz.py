"""A taste of the fuzzer, and proof that it would find something."""

from typing import Any

import pytest

from chalicelib.channels import whatsapp
from tests.channels import fuzz
from tests.channels.kits import KITS


def test_two_seconds_of_wrong_payloads_find_nothing() -> None:
    found = fuzz.run(seconds=2, seed=20260801)
    assert set(found.tried) == set(KITS)
    assert not found.failures, "\n".join(found.failures[:5])


def test_a_channel_that_raises_is_found(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def careless(request: Any) -> Any:
        raise KeyError("entry")

    monkeypatch.setattr(whatsapp, "normalise", careless)
    assert fuzz.main(["--seconds", "0", "--seed", "7"]) == 1
    shown = capsys.readouterr().out
    assert "seed 7" in shown
    assert "KeyError: 'entry'" in shown
