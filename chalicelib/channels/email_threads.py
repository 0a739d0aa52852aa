"""Which thread a mail belongs to: the names that lead to its leg, the most certain first.

Our own token (in a plus-address, or in an id of ours) is signed, so it names a leg whoever wrote the mail. The ids of
In-Reply-To and References are known to whoever has seen the thread, so they count only for senders who are proven; for
the others they lead to nothing but what the same unproven sender began. The subject never counts.
"""

import re
from collections.abc import Iterable, Sequence

from chalicelib.channels.base import Credentials, first
from chalicelib.channels.email_mail import Mail
from chalicelib.channels.signing import hmac_sha256, same, valid
from chalicelib.domain import ids

MAC_LENGTH = 16  # 80 bits
TOKEN_LENGTH = ids.DIGEST_LENGTH + MAC_LENGTH
MAX_TOKENS = 3
# Ids of one mail that are looked for; with the tokens and its own id it stays below what intake keeps.
MAX_NAMES = 7
# What stands before the address of a sender that nothing proves: it is another person's until an agent says otherwise.
UNPROVEN = "unverified:"

# What is signed to name a leg, and a side thread: neither can be taken for the other.
_LEG, _ASIDE = "thread", "aside"
_TOKEN = re.compile(rf"(?:^|[+.<])([{ids.ALPHABET}]{{{TOKEN_LENGTH}}})@")
# SES writes its own ids over ours: only the part before the @ is the same in every region.
_SES_ID = re.compile(r"([A-Za-z0-9-]{20,200})@(?:[a-z0-9-]+\.)?amazonses\.com", re.IGNORECASE)


def token_of(leg_id: str, credentials: Credentials) -> str | None:
    """Our signed name of a leg, fit for an address; None where there is no such leg or no secret."""
    secrets = valid(credentials, "token_secret")
    if not secrets or not ids.is_id("leg", leg_id) or len(leg_id) <= len("leg_") + ids.DIGEST_LENGTH:
        return None
    return leg_id[-ids.DIGEST_LENGTH :] + _mac(secrets[0], _LEG, leg_id)


def aside_token(thread_id: str, credentials: Credentials) -> str:
    """Our signed name of a side thread, fit for an address. Raises KeyError where the inbox has no secret."""
    return thread_id[-ids.DIGEST_LENGTH :] + _mac(first(credentials, "token_secret"), _ASIDE, thread_id)


def asides_named(texts: Iterable[str], credentials: Credentials) -> list[str]:
    """The side threads whose tokens stand in these addresses or ids, each once."""
    found: list[str] = []
    for token in dict.fromkeys(token for text in texts for token in _TOKEN.findall(text.lower())):
        thread_id, given = f"sth_{token[: ids.DIGEST_LENGTH]}", token[ids.DIGEST_LENGTH :]
        matches = [same(given, _mac(secret, _ASIDE, thread_id)) for secret in valid(credentials, "token_secret")]
        found += [thread_id] if any(matches) else []
    return found


def _mac(secret: str, what: str, identifier: str) -> str:
    raw = hmac_sha256(secret, f"{what}:{identifier}".encode())
    return ids.encode(int.from_bytes(raw[:10], "big"), MAC_LENGTH)


def leg_of(token: str, inbox_id: str, credentials: Credentials) -> str | None:
    """The leg of a token that we signed for this inbox; None for any other text."""
    leg_id = f"leg_{inbox_id.removeprefix('ibx_')}{token[: ids.DIGEST_LENGTH]}"
    given = token[ids.DIGEST_LENGTH :]
    matches = [same(given, _mac(secret, _LEG, leg_id)) for secret in valid(credentials, "token_secret")]
    return leg_id if any(matches) else None


def thread_name(leg_id: str) -> str:
    """The address by which our tokens lead to a leg."""
    return f"thread:{leg_id}"


def legs_named(texts: Iterable[str], inbox_id: str, credentials: Credentials) -> list[str]:
    """The legs whose tokens stand in these addresses or ids, each once."""
    tokens = [token for text in texts for token in _TOKEN.findall(text.lower())]
    found = (leg_of(token, inbox_id, credentials) for token in dict.fromkeys(tokens))
    return [leg for leg in found if leg is not None][:MAX_TOKENS]


def ses_id(message_id: str) -> str | None:
    """The id by which SES knows a mail it sent; None for ids of others."""
    found = _SES_ID.fullmatch(message_id)
    return found[1] if found else None


def name_of(message_id: str) -> str:
    """The address by which a mail's id leads to its thread."""
    sent = ses_id(message_id)
    return f"ses:{sent}" if sent else f"mid:{_short(message_id)}"


def _short(text: str) -> str:
    """As it is, or a digest: keys have an end."""
    return text if len(text) <= 400 else ids.digest(text)


def names(mail: Mail, legs: Sequence[str], sender: str, *, proven: bool) -> tuple[str, ...]:
    """Every name that leads to the mail's leg: tokens, then what it answers, then itself. With a token an unproven
    sender adds no names to the leg: they would let in whoever claims to be that sender."""
    if legs and not proven:
        return tuple(map(thread_name, legs))
    answered = [*mail.in_reply_to, *reversed(mail.references)]
    others = [one for one in dict.fromkeys(answered) if one and one != mail.message_id][:MAX_NAMES]
    own = [*others, mail.message_id]
    found = [name_of(one) if proven else f"from:{ids.digest(sender, one)}" for one in own]
    return tuple(dict.fromkeys([*map(thread_name, legs), *found]))
