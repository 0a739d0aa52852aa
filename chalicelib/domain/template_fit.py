"""Whether what is to be sent fits a template, and how it will read: pure, and before anything is stored.

`components` are those of a send, as the channels take them: `{"type": "body", "parameters": [...]}`, and for buttons
`{"type": "button", "sub_type": "url", "index": 0, "parameters": [...]}`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chalicelib.domain.template import Button, Header, Parts

PLACEHOLDER = re.compile(r"\{\{\s*(\w{1,100})\s*\}\}")
MAX_HEADER, MAX_BODY = 60, 1024
FILES = frozenset({"image", "video", "document"})
# What may stand for a placeholder in a text.
SAID = frozenset({"text", "currency", "date_time"})
# A header of which is not known whether it is there, or what it takes.
UNTOLD = "other"
# Buttons whose value has to be given with each send, and the type of that value.
NEEDED = {"copy_code": "coupon_code"}

Component = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Misfit:
    """What does not fit, with the field of the message that has to be changed."""

    field: str
    reason: str


def placeholders(text: str) -> tuple[str, ...]:
    """The names (or numbers) in a text, each once, in their order."""
    return tuple(dict.fromkeys(PLACEHOLDER.findall(text)))


def fill(parts: Parts, components: Sequence[Component]) -> str:
    """The message as its reader will see it; what is not given stays as it is written in the template."""
    header, body = _first(components, "header"), _first(components, "body")
    lines = [_header_line(parts.header, header), _filled(parts.body, body), parts.footer]
    lines.append(" ".join(f"[{button.text}]" for button in parts.buttons if button.text))
    return "\n".join(line for line in lines if line)


def check(parts: Parts, components: Sequence[Component]) -> tuple[Misfit, ...]:
    """Everything that does not fit, in the order of the message."""
    return tuple(_misfits(parts, components))


def _misfits(parts: Parts, components: Sequence[Component]) -> Iterator[Misfit]:
    seen: set[tuple[str, str]] = set()
    for place, component in enumerate(components):
        where, kind = f"content.components[{place}]", _word(component.get("type"))
        one = (kind, str(component.get("index")) if kind == "button" else "")
        if one in seen:
            yield Misfit(where, f"The {kind} is given twice.")
        seen.add(one)
        if kind == "header":
            yield from _header(parts.header, component, where)
        elif kind == "body":
            yield from _text("body", parts.body, component, where, MAX_BODY)
        elif kind == "button":
            yield from _button(parts, component, where)
    yield from _left_out(parts, seen)


def _left_out(parts: Parts, seen: set[tuple[str, str]]) -> Iterator[Misfit]:
    """Parts that need values and are not there at all."""
    end = "content.components"
    if parts.header is not None and ("header", "") not in seen:
        yield from _header(parts.header, {}, end)
    if ("body", "") not in seen:
        yield from _text("body", parts.body, {}, end, MAX_BODY)
    if ("buttons", "") in seen:  # Messenger takes them all in one part
        return
    for index, button in enumerate(parts.buttons):
        if needs_value(button) and ("button", str(index)) not in seen:
            yield Misfit(end, f"The button “{button.text}” (number {index}) needs its value.")


def needs_value(button: Button) -> bool:
    return button.kind in NEEDED or (button.kind == "url" and bool(placeholders(button.url)))


def _header(header: Header | None, component: Component, where: str) -> Iterator[Misfit]:
    given = _parameters(component)
    if header is None:
        if given:
            yield Misfit(f"{where}.parameters", "The template has no header.")
    elif header.kind == UNTOLD:
        return
    elif header.kind == "text":
        yield from _text("header", header.text, component, where, MAX_HEADER)
    elif len(given) != 1 or _word(given[0].get("type")) != header.kind:
        what = f"{header.kind}: attach the file" if header.kind in FILES else header.kind
        yield Misfit(_at(where, component, 0), f"The template's header needs its {what}.")


def _text(part: str, text: str, component: Component, where: str, limit: int) -> Iterator[Misfit]:
    wanted, given = placeholders(text), _parameters(component)
    values = _values(wanted, given)
    for place, (name, parameter) in enumerate(values):
        at = f"{where}.parameters[{place}]"
        if name is None:
            named = parameter.get("parameter_name")
            yield Misfit(at, f"The template's {part} has no place for {_shown(named) if named else 'this value'}.")
        elif _word(parameter.get("type")) not in SAID:
            yield Misfit(f"{at}.type", f"{_shown(name)} of the {part} has to be a text.")
        elif not _said(parameter).strip():
            yield Misfit(f"{at}.text", f"{_shown(name)} of the {part} is empty.")
    found = {name for name, _ in values}
    for name in wanted:
        if name not in found:
            yield Misfit(_at(where, component, None), f"The {part} needs a value for {_shown(name)}.")
    length = len(_filled(text, component))
    if values and length > limit:
        yield Misfit(_at(where, component, None), f"The {part} would have {length} characters; at most {limit} go.")


def _button(parts: Parts, component: Component, where: str) -> Iterator[Misfit]:
    index = _word(component.get("index"))
    button = next((one for place, one in enumerate(parts.buttons) if str(place) == index), None)
    kind = _word(component.get("sub_type"))
    if button is None:
        yield Misfit(f"{where}.index", f"The template has no button number {index[:20] or '?'}, counted from 0.")
    elif kind != button.kind:
        yield Misfit(f"{where}.sub_type", f"The button “{button.text}” is of the kind {button.kind}.")
    elif needs_value(button):
        wanted = NEEDED.get(button.kind, "text")
        given = _parameters(component)
        if len(given) != 1 or _word(given[0].get("type")) != wanted or not str(given[0].get(wanted) or "").strip():
            yield Misfit(f"{where}.parameters", f"The button “{button.text}” needs one value of the type {wanted}.")


def _values(wanted: Sequence[str], given: Sequence[Component]) -> list[tuple[str | None, Component]]:
    """Each given value with the placeholder it is for: by its name, else by its place. None: there is no such."""
    values: list[tuple[str | None, Component]] = []
    for place, parameter in enumerate(given):
        named = parameter.get("parameter_name")
        if named is not None:
            values.append((str(named) if str(named) in wanted else None, parameter))
        else:
            values.append((_numbered(wanted, place), parameter))
    return values


def _numbered(wanted: Sequence[str], place: int) -> str | None:
    """Numbers count as they are written, not as they stand in the text: {{2}} may come before {{1}}."""
    numbers = all(name.isdecimal() for name in wanted)
    order = sorted(wanted, key=int) if numbers else list(wanted)
    return order[place] if place < len(order) else None


def _filled(text: str, component: Component) -> str:
    values = _values(placeholders(text), _parameters(component))
    known = {name: _said(parameter) for name, parameter in values if name is not None}
    return PLACEHOLDER.sub(lambda found: known.get(found[1]) or found[0], text)


def _said(parameter: Component) -> str:
    kind = _word(parameter.get("type"))
    if kind in ("currency", "date_time"):
        inner = parameter.get(kind)
        return str(inner.get("fallback_value") or "") if isinstance(inner, Mapping) else ""
    value = parameter.get("text")
    return value if isinstance(value, str) else ""


def _header_line(header: Header | None, component: Component) -> str:
    if header is None:
        return ""
    if header.kind == UNTOLD:
        return ""
    return _filled(header.text, component) if header.kind == "text" else f"[{header.kind}]"


def _first(components: Sequence[Component], kind: str) -> Component:
    return next((one for one in components if _word(one.get("type")) == kind), {})


def _parameters(component: Component) -> list[Component]:
    found = component.get("parameters")
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list | tuple) else []


def _at(where: str, component: Component, place: int | None) -> str:
    if not component:
        return where
    return f"{where}.parameters" if place is None or not _parameters(component) else f"{where}.parameters[{place}]"


def _shown(name: Any) -> str:
    return "{{" + str(name)[:100] + "}}"


def _word(value: Any) -> str:
    return str(value).lower() if isinstance(value, str | int) and not isinstance(value, bool) else ""
