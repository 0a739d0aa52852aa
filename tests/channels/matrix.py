"""The capability matrix of docs/channels/README.md, from the channels themselves: `python -m tests.channels.matrix`.

Prints the table; with `--write` it puts it into the page, between the two marks.
"""

import re
import sys
from pathlib import Path

from chalicelib.channels import registry
from chalicelib.channels.base import Capabilities
from chalicelib.domain.message import MessageKind

PAGE = Path(__file__).parents[2] / "docs" / "channels" / "README.md"
BEGIN, END = "<!-- matrix: python -m tests.channels.matrix --write -->", "<!-- end of matrix -->"
FLAGS = ("delivered", "read", "typing_in", "typing_out", "read_out", "reply_to", "resend_safe", "echoes_tracker")


def size(count: int) -> str:
    return f"{count // 1024**2} MB" if count >= 1024**2 else f"{count // 1024} KB"


def limits(capabilities: Capabilities) -> str:
    by_size: dict[str, list[str]] = {}
    for family, count in sorted(capabilities.max_bytes.items()):
        by_size.setdefault(size(count), []).append(family)
    return "; ".join(f"{', '.join(families)} {shown}" for shown, families in by_size.items()) or "–"


def window(capabilities: Capabilities) -> str:
    if not capabilities.kinds_out:
        return "–"
    if capabilities.window_seconds is None:
        return "always open"
    outside = ", ".join(sorted(capabilities.outside_window)) or "nothing"
    return f"{capabilities.window_seconds // 3600} h, then {outside}"


def rows(name: str, capabilities: Capabilities) -> dict[str, str]:
    kinds = ", ".join(kind for kind in MessageKind if kind in capabilities.kinds_out) or "–"
    marks = {flag: "yes" if getattr(capabilities, flag) else "–" for flag in FLAGS}
    caption = str(capabilities.max_caption) if capabilities.max_caption is not None else "–"
    return {
        "channel": f"[{name}]({name}.md)",
        "kinds out": kinds,
        "text": f"{capabilities.max_text} {capabilities.text_unit}" if capabilities.kinds_out else "–",
        "caption": caption,
        "files": limits(capabilities),
        "buttons": str(capabilities.max_buttons or "–"),
        "window": window(capabilities),
        **marks,
    }


def table() -> str:
    """A column for each channel, a row for each capability."""
    columns = [rows(name, registry.load(name).CAPABILITIES) for name in registry.CHANNELS]
    names = list(columns[0])
    lines = ["| " + " | ".join([name, *(column[name] for column in columns)]) + " |" for name in names]
    return "\n".join([lines[0], "|" + "---|" * (len(columns) + 1), *lines[1:]])


def page(text: str) -> str:
    """The page with the table as it is now."""
    between = re.compile(f"({re.escape(BEGIN)}).*?({re.escape(END)})", re.DOTALL)
    return between.sub(lambda found: f"{found[1]}\n{table()}\n{found[2]}", text)


def main(arguments: list[str]) -> int:
    if arguments == ["--write"]:
        PAGE.write_text(page(PAGE.read_text("utf-8")), "utf-8")
        return 0
    print(table())
    return 0 if not arguments else 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
