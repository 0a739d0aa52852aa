"""Zip files that are equal when their content is, and byte code for whoever runs it."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from infra.parts import ROOT

# The oldest day that a zip file can name.
SOME_DAY = (1980, 1, 1, 0, 0, 0)
READABLE = 0o100644 << 16
LEFT_OUT = {"__pycache__", "tests", "test"}


def copy_code(source: Path, target: Path) -> None:
    """A package's files, without tests and what interpreters left."""

    def ignored(_: str, names: list[str]) -> list[str]:
        return [name for name in names if name in LEFT_OUT or name.endswith((".pyc", ".md"))]

    shutil.copytree(source, target, ignore=ignored, dirs_exist_ok=True)


def write_zip(folder: Path, path: Path) -> Path:
    """The folder's files, sorted, all of one day and one mode."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for file in sorted(one for one in folder.rglob("*") if one.is_file()):
            entry = zipfile.ZipInfo(file.relative_to(folder).as_posix(), SOME_DAY)
            entry.external_attr = READABLE
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, file.read_bytes())
    return path


def _runs(command: str, version: str) -> bool:
    """Whether it is that Python and starts: a version manager's shim may not."""
    probe = "import sys; print('%d.%d' % sys.version_info[:2])"
    try:
        answer = subprocess.run([command, "-c", probe], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return False
    return answer.stdout.strip() == version


def find_interpreter(version: str) -> str | None:
    """A Python of exactly that version: ours, one on the path, or one of pyenv's."""
    if version == f"{sys.version_info.major}.{sys.version_info.minor}":
        return sys.executable
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    candidates = [
        f"python{version}",
        *map(str, sorted(pyenv.glob(f"{version}*/bin/python{version}"))),
    ]
    return next((one for one in candidates if _runs(one, version)), None)


def compile_code(folder: Path, interpreter: str, deployed_at: str) -> None:
    """Byte code beside the sources, never checked against them: what is deployed stays as it is."""
    subprocess.run(
        [
            interpreter, "-m", "compileall", "-q", "-f", "--invalidation-mode", "unchecked-hash",
            "-s", str(folder), "-p", deployed_at, str(folder),
        ],
        check=True,
        cwd=ROOT,
        # A set's order in byte code follows the hash seed.
        env={**os.environ, "PYTHONHASHSEED": "0"},
    )  # fmt: skip


def drop_sources(folder: Path) -> None:
    """Byte code in its source's place, as Python finds it without one. What says so in tracebacks is file and line."""
    for compiled in sorted(folder.rglob("__pycache__/*.pyc")):
        source = compiled.parent.parent / f"{compiled.name.split('.')[0]}.py"
        compiled.rename(source.with_suffix(".pyc"))
        source.unlink()
    for cache in sorted(folder.rglob("__pycache__")):
        cache.rmdir()
