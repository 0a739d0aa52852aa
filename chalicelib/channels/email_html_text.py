"""Tidy HTML written down as text."""

import re
from html.parser import HTMLParser

MAX_QUOTES = 20

_PARAGRAPHS = frozenset(
    ("p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "table", "blockquote", "pre", "figure", "address")
)
_LINES = frozenset(
    ("div", "tr", "li", "dt", "dd", "center", "section", "main", "caption", "details", "summary", "figcaption", "hr")
    + ("br",)
)
_SPACES = re.compile(r"[ \t\r\n\f\xa0]+")


class Writer(HTMLParser):
    """Writes tidy HTML down as text. What it reads was written by the sanitiser: it is well formed."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._lines: list[str] = []
        self._line = ""
        self._quotes = 0
        self._verbatim = 0
        self._lists: list[int | None] = []
        self._link = ("", 0)

    def text(self) -> str:
        self._end_line()
        return "\n".join(self._lines).strip("\n")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self._break(tag)
        if tag == "blockquote":
            self._quotes += 1
        elif tag == "pre":
            self._verbatim += 1
        elif tag in ("ul", "ol"):
            self._lists.append(0 if tag == "ol" else None)
        elif tag == "li":
            self._line += self._bullet()
        elif tag in ("td", "th") and self._line:
            self._line += " "
        elif tag == "a":
            self._link = (values.get("href", ""), len(self._line))
        elif tag == "hr":
            self._line = "-" * 30
            self._end_line()
        elif tag == "img":
            self.handle_data(values.get("alt", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self._end_link()
        elif tag == "blockquote":
            self._end_line()
            self._quotes = max(self._quotes - 1, 0)
        self._break(tag)
        if tag == "pre":
            self._verbatim = max(self._verbatim - 1, 0)
        elif tag in ("ul", "ol") and self._lists:
            self._lists.pop()

    def handle_data(self, data: str) -> None:
        if self._verbatim:
            first, *more = data.replace("\xa0", " ").split("\n")
            self._line += first
            for line in more:
                self._end_line(blank=True)
                self._line = line
            return
        words = _SPACES.sub(" ", data)
        self._line += words.lstrip() if not self._line or self._line.endswith(" ") else words

    def _break(self, tag: str) -> None:
        if tag in _PARAGRAPHS:
            self._end_line()
            if self._lines and self._lines[-1].strip("> "):
                self._lines.append("")
            self._lines[-1:] = [self._prefix().rstrip()] if self._lines else []
        elif tag in _LINES:
            self._end_line(blank=tag == "br")

    def _end_line(self, blank: bool = False) -> None:
        """`blank`: the line counts though nothing stands in it, but never a second one."""
        line = self._line if self._verbatim else self._line.strip()
        is_second = bool(self._lines) and not self._lines[-1].strip("> ")
        if line.strip() or (blank and not is_second):
            self._lines.append(f"{self._prefix()}{line}".rstrip())
        self._line = ""

    def _prefix(self) -> str:
        depth = min(self._quotes, MAX_QUOTES)
        return ">" * depth + " " * (depth > 0)

    def _bullet(self) -> str:
        if not self._lists or self._lists[-1] is None:
            return "- "
        self._lists[-1] += 1
        return f"{self._lists[-1]}. "

    def _end_link(self) -> None:
        """The address of a link stands behind its words, unless they are the address."""
        address, start = self._link
        label = self._line[start:].strip() if start <= len(self._line) else ""
        bare = address.partition("://")[2].rstrip("/")
        if bare and label and bare not in label:
            self._line = f"{self._line.rstrip()} <{address}>"
        self._link = ("", 0)
