"""XML fixtures as JSON values and back: whatever takes fixtures apart does so in one form."""

import json
from typing import Any
from xml.etree.ElementTree import Element, fromstring
from xml.sax.saxutils import escape


def xml_values(body: bytes) -> Any:
    """An XML fixture as JSON values: elements by name, in lists where they are repeated."""
    return _values(fromstring(body.decode()))


def _values(element: Element) -> Any:
    if not len(element):
        return element.text or ""
    found: dict[str, Any] = {}
    for child in element:
        value, known = _values(child), found.get(child.tag)
        found[child.tag] = value if known is None else [*(known if isinstance(known, list) else [known]), value]
    return found


def xml_body(body: bytes) -> bytes:
    """JSON values as XML, for what takes fixtures apart; what is no JSON object stays as it is."""
    try:
        payload = json.loads(body)
    except (ValueError, RecursionError):
        return body
    return f"<xml>{_xml(payload)}</xml>".encode("utf-8", "replace") if isinstance(payload, dict) else body


def _xml(value: Any) -> str:
    if isinstance(value, dict):
        parts = [(name, each) for name, part in value.items() for each in (part if isinstance(part, list) else [part])]
        return "".join(f"<{name}>{_xml(part)}</{name}>" for name, part in parts)
    return escape(value if isinstance(value, str) else json.dumps(value))
