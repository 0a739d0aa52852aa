"""Slack's text, both ways: what customers write becomes plain text, what agents type is never markup.

Source: "Formatting text for app surfaces" (mrkdwn). Bold and the like stay as Slack marks them.
"""

import re

# `<what|label>`: a link, a mention of a person or channel, or a special mention.
_REFERENCE = re.compile(r"<([^<>|]+)(?:\|([^<>]*))?>")
_MAILTO = ("mailto:", "tel:")


def plain(markup: str) -> str:
    """The text as it is read: references spelt out, `&amp; &lt; &gt;` undone, in this order."""
    spelt = _REFERENCE.sub(_spelt, markup)
    return spelt.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _spelt(found: re.Match[str]) -> str:
    target, label = found[1], found[2] or ""
    if target.startswith("@"):
        return f"@{label or target[1:]}"
    if target.startswith("#"):
        return f"#{label or target[1:]}"
    if target.startswith("!"):
        return label or f"@{target[1:].partition('^')[0]}"
    return _link(target, label) if ":" in target else found[0]


def _link(target: str, label: str) -> str:
    bare = target.partition("://")[2]
    if target.startswith(_MAILTO):
        return label or target.partition(":")[2]
    # Slack turns what looks like an address into a link to it.
    if not label or label in (target, bare):
        return label or target
    return f"{label} ({target})"


def escaped(text: str) -> str:
    """The three characters that would begin markup."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
