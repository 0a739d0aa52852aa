"""Our reactions to what customers write. Slack names its emoji; the usual ones have the names below.

Source: reference of reactions.add and reactions.remove; names as in the Unicode CLDR short names that Slack shows.
"""

import re

from chalicelib.channels import slack_api as api
from chalicelib.channels.base import CannotSay, Credentials, Outgoing, Steps
from chalicelib.channels.slack_files import opened
from chalicelib.channels.untrusted import text
from chalicelib.domain.inbox import Inbox

NAMES = {
    "👍": "+1",
    "👎": "-1",
    "❤": "heart",
    "😀": "grinning",
    "😃": "smiley",
    "😄": "smile",
    "😁": "grin",
    "😂": "joy",
    "🤣": "rolling_on_the_floor_laughing",
    "😊": "blush",
    "🙂": "slightly_smiling_face",
    "😉": "wink",
    "😍": "heart_eyes",
    "🥰": "smiling_face_with_3_hearts",
    "😘": "kissing_heart",
    "😎": "sunglasses",
    "🤔": "thinking_face",
    "😐": "neutral_face",
    "😮": "open_mouth",
    "😢": "cry",
    "😭": "sob",
    "😡": "rage",
    "😱": "scream",
    "🙏": "pray",
    "👏": "clap",
    "🙌": "raised_hands",
    "👋": "wave",
    "👌": "ok_hand",
    "💪": "muscle",
    "👀": "eyes",
    "🎉": "tada",
    "🎂": "birthday",
    "🎁": "gift",
    "🔥": "fire",
    "⭐": "star",
    "✨": "sparkles",
    "💯": "100",
    "✅": "white_check_mark",
    "❌": "x",
    "❓": "question",
    "❗": "exclamation",
    "⚠": "warning",
    "🚀": "rocket",
    "📦": "package",
    "🚚": "truck",
    "📞": "telephone_receiver",
    "📧": "email",
    "☕": "coffee",
    "🍞": "bread",
    "🍕": "pizza",
}
_NAMED = re.compile(r":([a-z0-9_+\-']{1,100}(?:::skin-tone-[2-6])?):", re.IGNORECASE)
# From the Unicode modifiers to Slack's numbers for them.
_TONES = {chr(0x1F3FB + place): place + 2 for place in range(5)}
# Says that a sign is to be shown in colour.
_IN_COLOUR = "\ufe0f"


def name_of(emoji: str) -> str:
    """Slack's name of an emoji, which may be written as one. Raises CannotSay."""
    named = _NAMED.fullmatch(emoji)
    if named:
        return named[1]
    plain = emoji.replace(_IN_COLOUR, "")
    base, tone = (plain[:-1], _TONES[plain[-1]]) if plain[-1:] in _TONES else (plain, None)
    if base not in NAMES:
        raise CannotSay(
            "Slack names its emoji, and this one's name is not known here. Write the name, as in :tada:.",
            field="content.emoji",
        )
    return f"{NAMES[base]}::skin-tone-{tone}" if tone else NAMES[base]


def check(message: Outgoing) -> tuple[str, str, str]:
    """The call, the message's `ts` and the emoji's name. An empty emoji takes back the one in `previous`.

    Raises CannotSay."""
    target = text(message.content.get("target"))
    if not api.is_ts(target):
        raise CannotSay("Slack does not know the message to react to.", field="content.target")
    emoji = text(message.content.get("emoji"))
    if emoji:
        return "reactions.add", target, name_of(emoji)
    previous = text(message.content.get("previous"))
    if not previous:
        raise CannotSay("Say in `previous` which reaction is to be taken back.", field="content.previous")
    return "reactions.remove", target, name_of(previous)


def reacting(message: Outgoing, inbox: Inbox, credentials: Credentials) -> Steps:
    """Done twice it is refused as done, which counts as success."""
    method, target, name = check(message)
    channel = yield from opened(api.place(message.to, None)["channel"], inbox, credentials)
    return api.post(method, {"channel": channel, "timestamp": target, "name": name}, inbox, credentials)
