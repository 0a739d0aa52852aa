"""The simulated Instagram Direct: professional accounts, and the people who write to them or comment on their posts."""

from typing import ClassVar

from simulators.meta_accounts import MEGABYTE, Flavour
from simulators.meta_http import MetaHttp, routes_of
from simulators.wire import Route

INSTAGRAM = Flavour(
    provider="instagram",
    object="instagram",
    comment_field="comments",
    answers_edge="replies",
    max_text=1000,
    text_in_bytes=True,
    watermarks=False,
    max_bytes={"image": 8 * MEGABYTE, "audio": 25 * MEGABYTE, "video": 25 * MEGABYTE, "file": 25 * MEGABYTE},
)


class InstagramHttp(MetaHttp):
    """Its routes."""

    routes: ClassVar[tuple[Route, ...]] = routes_of(INSTAGRAM)
