"""TwiML: the XML that tells Twilio what the caller hears next. Everything is escaped here, and nowhere else."""

import re

# What XML 1.0 cannot say at all, escaped or not.
_UNSPEAKABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;", "\t": " ", "\n": " ", "\r": " "}
_SPECIAL = re.compile("|".join(_ESCAPES))


def escaped(text: str) -> str:
    """Fit for an attribute and for text alike."""
    return _SPECIAL.sub(lambda found: _ESCAPES[found[0]], _UNSPEAKABLE.sub("", text))


def verb(name: str, /, *parts: str, **attributes: str | int | bool | None) -> str:
    """An element; `parts` are XML already. Attributes that are None are left out."""
    given = "".join(f' {key}="{escaped(_written(value))}"' for key, value in attributes.items() if value is not None)
    return f"<{name}{given}>{''.join(parts)}</{name}>" if parts else f"<{name}{given}/>"


def _written(value: str | int | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def document(*verbs: str) -> str:
    """A whole answer; without verbs it does nothing."""
    body = "".join(verbs)
    return f'<?xml version="1.0" encoding="UTF-8"?><Response>{body}</Response>' if body else "<Response/>"
