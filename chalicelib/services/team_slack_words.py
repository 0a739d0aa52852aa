"""Words between the desk and the company's Slack: what is posted there, and what colleagues write as it is meant.

Source: "Formatting text for app surfaces". Everything that people wrote is escaped, so that no customer can call
`<!channel>` or forge a link.
"""

import re
from collections.abc import Callable

from chalicelib.channels.slack_text import escaped, plain
from chalicelib.domain.conversation import Conversation
from chalicelib.domain.slack_app import Happening, SlackApp

# Slack cuts longer texts itself, somewhere.
MAX_SHOWN = 3000
NAME_LENGTH = 80
_MENTION = re.compile(r"<@([UW][A-Z0-9]{1,40})(?:\|([^<>]*))?>")

HOW_TO_LINK = (
    "This did not go to the customer: the desk does not know which of its agents you are. Open your settings in the "
    "desk and choose “Link Slack”; if your addresses differ, an administrator links you. Then write it again."
)
NOT_ALLOWED = "This did not go to the customer: your access to the desk was taken away. Ask an administrator."
ALREADY_SENT = (
    "This is in the desk already: what you change or delete here changes nothing there, nor for the customer."
)
TEST = "Parley is connected: conversations will be told of here."
_TELLS = {
    Happening.WAITING: ":hourglass_flowing_sand: Nobody has taken this conversation yet.",
    Happening.SLA_WARNED: ":warning: A promise to the customer is about to be broken.",
    Happening.SLA_BREACHED: ":rotating_light: A promise to the customer was broken.",
}

__all__ = ["escaped"]


def cut(text: str, most: int = MAX_SHOWN) -> str:
    """Escaped, and cut with a pointer to the rest."""
    if len(text) > most:
        text = f"{text[:most].rstrip()}… (the rest is in the desk)"
    return escaped(text)


def heard(markup: str, name_of: Callable[[str], str]) -> str:
    """What a colleague wrote, as the customer is to read it: mentions by name, links spelt out, entities undone."""
    return plain(_MENTION.sub(lambda found: f"@{escaped(found[2] or name_of(found[1]))}", markup)).strip()


def opening(app: SlackApp, conversation: Conversation) -> str:
    """The first message of a conversation's thread."""
    who = cut(conversation.contact_name or "Somebody", NAME_LENGTH)
    link = app.link_to(conversation.id)
    title = f"<{link}|{who}>" if link else f"{who} ({conversation.id})"
    said = ""
    if app.mirror and conversation.last_message is not None and conversation.last_message.author_kind == "contact":
        said = "\n" + quoted(conversation.last_message.preview)
    how = "_Answer in this thread to answer the customer; begin with `note:` to leave a note for colleagues._"
    return f"*{title}* by {escaped(conversation.channel)}{said}\n{how}"


def quoted(text: str) -> str:
    return "\n".join(f"> {line}" for line in cut(text).splitlines()) or ">"


def told(happening: Happening) -> str:
    """What is said of it, where no name belongs to it."""
    return _TELLS[happening]


def assigned(name: str) -> str:
    return f":bust_in_silhouette: {cut(name, NAME_LENGTH)} has this conversation now."


def mentioned(author: str, names: str, text: str) -> str:
    return f":speech_balloon: {cut(author, NAME_LENGTH)} asks {cut(names, 300)} in a note:\n{quoted(text)}"


def mirrored(name: str, text: str, files: int) -> str:
    """What a customer wrote."""
    attached = f"\n_{files} file{'s' if files > 1 else ''}: see the desk._" if files else ""
    said = f"\n{quoted(text)}" if text.strip() else ""
    return f":incoming_envelope: {cut(name or 'The customer', NAME_LENGTH)}:{said}{attached}"


def refused(detail: str) -> str:
    """Why an answer did not go."""
    return f":no_entry: This did not go to the customer. {cut(detail, 600)}"


def not_kept(detail: str) -> str:
    """Why an answer to a colleague's question is not in the desk."""
    return f":no_entry: This did not reach the desk. {cut(detail, 600)}"


def asked(subject: str, author: str, text: str) -> str:
    """The first message of a side thread."""
    title = f"*{cut(subject, 200)}*\n" if subject else ""
    return f"{title}{said(author, text)}\n_Answers in this thread reach the agent who asks, never the customer._"


def said(author: str, text: str) -> str:
    """What an agent says in a side thread."""
    return f"{cut(author, NAME_LENGTH)}:\n{quoted(text)}"
