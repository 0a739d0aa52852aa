"""The files of the project, as git sees them: tracked, or new and not ignored."""

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
CODE = {".css", ".js", ".mjs", ".py", ".sh", ".ts", ".tsx"}
PROSE_AND_CONFIGURATION = {"", ".html", ".in", ".json", ".md", ".toml", ".txt", ".yaml", ".yml"}


@cache
def files() -> tuple[Path, ...]:
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
    ).stdout.decode()
    paths = (ROOT / name for name in sorted(set(listing.split("\0"))) if name)
    return tuple(path for path in paths if path.is_file())


def code() -> tuple[Path, ...]:
    return tuple(path for path in files() if path.suffix in CODE)


def texts() -> tuple[Path, ...]:
    return tuple(path for path in files() if path.suffix in CODE | PROSE_AND_CONFIGURATION)


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()
