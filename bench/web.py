"""The workspace and the chat widget as they are built: what a browser fetches before anything can be done."""

from collections.abc import Iterator

from bench.budgets import Figure, figure
from infra import web


def measure(*, quick: bool) -> Iterator[Figure]:
    """Without Node there is nothing to be measured."""
    try:
        folder = web.build()
    except web.NoWorkspace as missing:
        for name in ("web.initial_js_kb", "web.widget_closed_kb", "web.widget_open_kb"):
            yield figure(name, None, str(missing).splitlines()[0])
        return
    pages = len(list((folder / "assets").glob("*.js")))
    yield figure("web.initial_js_kb", web.initial_kilobytes(folder), f"one language; {pages} files in all")
    closed, opened = web.widget_kilobytes(folder)
    yield figure("web.widget_closed_kb", closed, "the script that sites load")
    yield figure("web.widget_open_kb", opened, "the program of its page; four languages")
