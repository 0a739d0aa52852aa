"""An adapter that is made when it is first used."""

from collections.abc import Callable
from typing import Any


class Lazy:
    """Stands for what `make` gives; mypy sees Any, the services' ports are proven where the adapters are made."""

    def __init__(self, make: Callable[[], Any]) -> None:
        self._make = make
        self._made: Any = None

    def __getattr__(self, name: str) -> Any:
        if self._made is None:
            self._made = self._make()
        return getattr(self._made, name)
