"""Whether a mail was sent by a program: whoever answers such mail automatically answers without end."""

from email.message import Message

from chalicelib.channels import email_addresses, email_headers

_AUTORESPONDERS = ("x-autoreply", "x-autorespond", "x-autoresponder", "x-autoreply-from", "x-mail-autoreply")
_BULK = ("bulk", "junk", "list", "auto_reply", "auto-reply")
_SUPPRESSED = ("dr", "autoreply", "all", "oof")
_LISTS = ("list-id", "list-unsubscribe", "list-post", "list-help")
# By these nobody writes: what they are called, in the part before the `@`.
_PROGRAMS = ("mailer-daemon", "mail-daemon", "no-reply", "noreply", "do-not-reply", "donotreply", "autoresponder")


def reason(message: Message) -> str | None:
    """Why a mail is no person's; None where it seems to be one's."""
    checks = {
        "auto-submitted": _is_auto_submitted,
        "report": _is_report,
        "autoresponder": _is_autoresponder,
        "precedence": _is_bulk,
        "suppress": _is_suppressed,
        "loop": lambda mail: _has(mail, "x-loop"),
        "rules-loop": lambda mail: _has(mail, "x-ms-exchange-inbox-rules-loop"),
        "list": lambda mail: any(_has(mail, name) for name in _LISTS),
        "null-sender": _has_no_sender,
        "program": _is_from_program,
    }
    return next((why for why, check in checks.items() if check(message)), None)


def _has(message: Message, name: str) -> bool:
    return bool(email_headers.raw_values(message, name))


def _first_words(message: Message, *names: str) -> list[str]:
    """What the values begin with: parameters and comments may follow."""
    found = [value for name in names for value in email_headers.raw_values(message, name)]
    return [(value.replace(";", " ").replace("(", " ").split() or [""])[0].lower() for value in found]


def _is_auto_submitted(message: Message) -> bool:
    return any(word != "no" for word in _first_words(message, "auto-submitted"))


def _is_report(message: Message) -> bool:
    return message.get_content_type() == "multipart/report"


def _is_autoresponder(message: Message) -> bool:
    says_so = any(word not in ("no", "") for word in _first_words(message, *_AUTORESPONDERS))
    delivered = [value.lower() for value in email_headers.raw_values(message, "delivered-to")]
    return says_so or any("autoresponder" in value for value in delivered)


def _is_bulk(message: Message) -> bool:
    return any(word in _BULK for word in _first_words(message, "precedence", "x-precedence"))


def _is_suppressed(message: Message) -> bool:
    found = ",".join(email_headers.raw_values(message, "x-auto-response-suppress")).lower()
    return any(word.strip() in _SUPPRESSED for word in found.split(","))


def _has_no_sender(message: Message) -> bool:
    return any(value.replace(" ", "") == "<>" for value in email_headers.raw_values(message, "return-path"))


def _is_from_program(message: Message) -> bool:
    local = [box.address.partition("@")[0].lower() for box in email_addresses.addresses(message, "from")]
    return any(name in _PROGRAMS for name in local)
