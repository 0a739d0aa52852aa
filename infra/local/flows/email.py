"""E-mail: a mail, its answer, the answer to that; every notification three times; a file."""

from infra.local.accounts import MAIL_ADDRESS
from infra.local.desk import Json
from infra.local.flows import hops
from infra.local.flows.hops import PNG, Flows, tag
from infra.local.play import Play


def there_and_back(play: Play) -> None:
    """A mail, its answer, and the customer's answer to that, by a program that has lost the reply address."""
    providers, mailbox, name = play.cloud.providers, _mailbox("ida"), f"Ida {tag()}"
    said = f"Do you repair lamps? {tag()}"
    play.begin()
    providers.email_says(MAIL_ADDRESS, mailbox, text=said, name=name, subject="Lamps")
    row = play.hop("signed notification, mail read, conversation visible", lambda: play.conversation_of(name))
    play.hop("its message is in the thread", lambda: play.message(row["id"], said))
    answer = f"We do. {tag()}"
    sent = hops.answered(play, row["id"], answer)
    mail = play.hop("mail in the customer's mailbox", lambda: _in_mailbox(play, mailbox, answer))
    hops.marked(play, row["id"], sent["id"], ("delivered",))
    thanks = f"Thank you. {tag()}"
    providers.email_answers(MAIL_ADDRESS, mailbox, mail["id"], text=thanks, drop=["token"])
    play.hop("the customer's answer is in the same thread", lambda: play.message(row["id"], thanks))


def attachment(play: Play) -> None:
    """A mail with a file."""
    name, file = f"Emil {tag()}", {"name": "lamp.png", "mime": "image/png", "content": hops.encoded(PNG)}
    play.begin()
    play.cloud.providers.email_says(MAIL_ADDRESS, _mailbox("emil"), text="See there.", name=name, files=[file])
    row = play.hop("signed notification, mail read, conversation visible", lambda: play.conversation_of(name))
    hops.file_kept(play, row["id"], PNG)


def duplicates(play: Play) -> None:
    """Every notification three times: one message."""
    name, said = f"Olga {tag()}", f"Only once, please. {tag()}"
    play.begin()
    hops.repeated(
        play,
        "email",
        lambda: play.cloud.providers.email_says(MAIL_ADDRESS, _mailbox("olga"), text=said, name=name, subject="Once"),
    )
    row = play.hop("conversation visible in the API", lambda: play.conversation_of(name))
    play.hop("it has one message, unread once", lambda: hops.is_alone(play, row["id"], said))


def _mailbox(name: str) -> str:
    return f"{name}-{tag()}@customer.test"


def _in_mailbox(play: Play, mailbox: str, text: str) -> Json | None:
    mails = play.cloud.providers.mailbox(MAIL_ADDRESS, mailbox)
    return next((mail for mail in mails if mail["author"] == "desk" and mail["text"].strip() == text), None)


FLOWS: Flows = {
    "a mail there and back": there_and_back,
    "an attachment": attachment,
    "redelivered notifications": duplicates,
}
