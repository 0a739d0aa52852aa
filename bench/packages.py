"""What is uploaded: the zips as `make package` makes them, in a folder of their own."""

import subprocess
from collections.abc import Iterator
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.budgets import SKIPPED, Figure, figure
from infra import package

CODE = ("functions.zip", "chalice.zip")
LAYER = "layer.zip"


def measure(*, quick: bool) -> Iterator[Figure]:
    """A quick run leaves the layer out: it is fetched from the package index."""
    with TemporaryDirectory(prefix="parley-bench-") as folder:
        said, why_not = _build(Path(folder), local=quick)
        sizes = package.sizes(Path(folder))
    yield figure("package.code_mb", max(sizes[name] for name in CODE), _described(sizes, said))
    yield figure("package.layer_mb", sizes.get(LAYER), why_not)


def _build(folder: Path, *, local: bool) -> tuple[str, str]:
    """What the packager said, and why there is no layer."""
    said = StringIO()
    try:
        with redirect_stdout(said):
            package.build(local=local, out=folder)
    except (subprocess.CalledProcessError, OSError) as error:
        with redirect_stdout(said):
            package.build(local=True, out=folder)
        return said.getvalue(), f"it cannot be built here ({type(error).__name__}: {str(error)[-120:]})"
    return said.getvalue(), SKIPPED if local else ""


def _described(sizes: dict[str, float], said: str) -> str:
    listed = ", ".join(f"{name} {sizes[name]:.2f}" for name in CODE)
    bare = "; no interpreter of the target version here: WITHOUT byte code" if "without byte code" in said else ""
    return f"{listed}{bare}"
