"""The body of a mail that we write: a text and the same as HTML, then its files."""

from collections.abc import Sequence
from email.message import EmailMessage
from email.policy import SMTP

from chalicelib.channels import untrusted
from chalicelib.channels.email_mime import one_line, page_of, plain_type
from chalicelib.domain import ids
from chalicelib.domain.inbox import Inbox


def body_of(text: str, files: Sequence[tuple[str | None, str, bytes]], seed: str) -> bytes:
    """`files` are name, type and bytes. The same mail each time it is made of the same `seed`."""
    part = EmailMessage(policy=SMTP)
    part.set_content(text, cte="quoted-printable")
    part.add_alternative(page_of(text), subtype="html", cte="quoted-printable")
    for name, mime, body in files:
        maintype, _, subtype = plain_type(mime).partition("/")
        part.add_attachment(body, maintype=maintype, subtype=subtype, filename=one_line(name or "file")[:150])
    # Neither encoding that is used here can write "=_".
    for place, one in enumerate(part.walk()):
        if one.is_multipart():
            one.set_boundary(f"=_{ids.digest(seed, str(place))}")
    return part.as_bytes()


def signed(text: str, inbox: Inbox) -> str:
    """The text with the inbox's signature, in lines that a mail can have."""
    signature = untrusted.text(inbox.settings.get("signature")).strip()
    text = text.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "replace").decode()
    return f"{text}\n\n-- \n{signature}\n" if signature else f"{text}\n"
