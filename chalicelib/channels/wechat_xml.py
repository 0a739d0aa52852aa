"""WeChat's XML as plain values: an element with elements in it is a mapping, any other its text, a repeated one a list.

Written over expat, which is a part of Python: WeChat's payloads have no document type, so one is refused as soon as it
begins, before anything in it is declared. Without declarations there are no entities to expand and nothing to fetch.
"""

from typing import Any
from xml.parsers import expat

from chalicelib.channels.base import PayloadNotUnderstood

MAX_DEPTH = 20
MAX_ELEMENTS = 5_000

Element = tuple[str, dict[str, Any], list[str]]


class _Tree:
    """What the parser tells of, as it comes. `open` are the elements begun and not ended yet."""

    def __init__(self) -> None:
        self.open: list[Element] = []
        self.root: Any = None
        self.elements = 0

    def begin(self, name: str, _attributes: dict[str, str]) -> None:
        self.elements += 1
        if len(self.open) >= MAX_DEPTH or self.elements > MAX_ELEMENTS:
            raise PayloadNotUnderstood("XML nested too deeply, or of too many parts", field="body")
        self.open.append((name, {}, []))

    def say(self, said: str) -> None:
        self.open[-1][2].append(said)

    def end(self, _name: str) -> None:
        name, children, said = self.open.pop()
        value: Any = children or "".join(said)
        if not self.open:
            self.root = value
            return
        inside = self.open[-1][1]
        if name not in inside:
            inside[name] = value
        elif isinstance(inside[name], list):
            inside[name].append(value)
        else:
            inside[name] = [inside[name], value]


def elements(body: bytes) -> dict[str, Any]:
    """What is in the root of `body`. Raises PayloadNotUnderstood."""
    tree = _Tree()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refused
    parser.StartElementHandler, parser.EndElementHandler = tree.begin, tree.end
    parser.CharacterDataHandler = tree.say
    try:
        # As text, so that no encoding that is declared, or seems to be, is tried.
        parser.Parse(body.decode("utf-8"), True)
    except (expat.ExpatError, ValueError) as cause:
        raise PayloadNotUnderstood(f"not XML: {str(cause)[:100]}", field="body") from cause
    if not isinstance(tree.root, dict):
        raise PayloadNotUnderstood("the body's root has no elements", field="body")
    return tree.root


def _refused(*_declared: object) -> None:
    raise PayloadNotUnderstood("XML with a document type", field="body")
