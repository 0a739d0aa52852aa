"""Real payloads of Instagram and our own: nothing that they say is lost."""

from pathlib import Path

import pytest

from chalicelib.channels import instagram
from tests.channels.test_messenger_corpus import files, lost


@pytest.mark.parametrize("path", files("instagram"), ids=lambda path: path.stem)
def test_nothing_that_a_payload_says_is_lost(path: Path) -> None:
    assert not lost(instagram, path)
