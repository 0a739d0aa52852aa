"""The workspace as it is built: what a browser fetches before anything can be done."""

from collections.abc import Iterator

from bench.budgets import Figure, figure
from infra import web


def measure(*, quick: bool) -> Iterator[Figure]:
    """Without Node there is nothing to be measured."""
    try:
        folder = web.build()
    except web.NoWorkspace as missing:
        yield figure("web.initial_js_kb", None, str(missing).splitlines()[0])
        return
    pages = len(list((folder / "assets").glob("*.js")))
    yield figure("web.initial_js_kb", web.initial_kilobytes(folder), f"one language; {pages} files in all")
