"""The simulated Messenger: pages, and the people who write to them or comment below their posts."""

from typing import ClassVar

from simulators.meta_accounts import MEGABYTE, Flavour
from simulators.meta_http import MetaHttp, routes_of
from simulators.wire import Route

MESSENGER = Flavour(
    provider="messenger",
    object="page",
    comment_field="feed",
    answers_edge="comments",
    max_text=2000,
    text_in_bytes=False,
    watermarks=True,
    max_bytes={"image": 8 * MEGABYTE, "audio": 25 * MEGABYTE, "video": 25 * MEGABYTE, "file": 25 * MEGABYTE},
)


class MessengerHttp(MetaHttp):
    """Its routes."""

    routes: ClassVar[tuple[Route, ...]] = routes_of(MESSENGER)
