"""WhatsApp: there and back with the marks, every webhook three times, and a picture."""

from infra.local.flows import hops
from infra.local.flows.hops import COPIES, PNG, Flows, phone_number, tag
from infra.local.play import Play


def there_and_back(play: Play) -> None:
    """There and back, with the marks."""
    account, number, name = _number(play), phone_number(), f"Marta {tag()}"
    providers = play.cloud.providers
    said = f"Where is my parcel? {tag()}"
    play.begin()
    providers.whatsapp_says(account, number, text=said, name=name)
    play.hop("signed webhook accepted", lambda: play.accepted("whatsapp", account, said))
    row = play.hop("conversation visible in the API", lambda: play.conversation_of(name))
    hops.expect(row["unread"] == 1, f"unread is {row['unread']}, not 1")
    play.hop("its message is in the thread", lambda: play.message(row["id"], said))
    answer = f"It leaves our warehouse today. {tag()}"
    sent = hops.answered(play, row["id"], answer)
    play.hop(
        "message on the customer's phone",
        lambda: hops.on_screen(providers.whatsapp_phone(account, number), answer),
    )
    hops.marked(play, row["id"], sent["id"], ("sent", "delivered", "read"))


def duplicates(play: Play) -> None:
    """Every webhook three times: one message."""
    account, number, name = _number(play), phone_number(), f"Tom {tag()}"
    providers = play.cloud.providers
    play.begin()
    said = f"Only once, please. {tag()}"
    providers.knobs("whatsapp", duplicates=COPIES)
    try:
        providers.whatsapp_says(account, number, text=said, name=name)
        play.hop(
            f"the same webhook accepted {COPIES} times",
            lambda: play.accepted("whatsapp", account, said, COPIES),
        )
    finally:
        providers.no_faults("whatsapp")
    row = play.hop("conversation visible in the API", lambda: play.conversation_of(name))
    play.hop("it has one message, unread once", lambda: hops.is_alone(play, row["id"], said))


def picture(play: Play) -> None:
    """A picture: fetched with the provider's token, kept, and served by a link that ends."""
    account, number, name = _number(play), phone_number(), f"Ines {tag()}"
    play.begin()
    play.cloud.providers.whatsapp_sends_file(account, number, "image", PNG, mime_type="image/png", name=name)
    play.hop("signed webhook with a picture accepted", lambda: play.accepted("whatsapp", account, name))
    row = play.hop("conversation visible in the API", lambda: play.conversation_of(name))
    hops.file_kept(play, row["id"], PNG)


def _number(play: Play) -> str:
    return str(play.workspace.inboxes["whatsapp"].account_id)


FLOWS: Flows = {
    "a message there and back": there_and_back,
    "redelivered webhooks": duplicates,
    "an attachment": picture,
}
