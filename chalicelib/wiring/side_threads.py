"""Side threads, made on first use: for whatever reads and writes them. What only the API needs is apart: the intake of
mail imports this."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chalicelib.services.side_mail import SideMail
    from chalicelib.services.side_threads import SideThreads


@cache
def side_threads() -> SideThreads:
    from chalicelib.aws.stores.desk import DeskStore
    from chalicelib.aws.stores.side_threads import SideThreadStore
    from chalicelib.services.side_threads import SideThreads
    from chalicelib.wiring.shared import desk

    return SideThreads(SideThreadStore(desk()), DeskStore(desk()))


@cache
def side_mail() -> SideMail:
    """For mail that comes in."""
    from chalicelib.services.side_mail import SideMail

    return SideMail(side_threads())
