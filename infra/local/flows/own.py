"""What is our own: the web chat, and the channel by which other systems connect."""

from infra.local.accounts import CUSTOM_SYSTEM
from infra.local.flows import hops
from infra.local.flows.hops import Flows, tag, uuid7
from infra.local.play import Play
from simulators.web_chat import Visitor


def web_chat(play: Play) -> None:
    """A visitor writes, reads the answer, and the desk sees that it was read."""
    visitor = Visitor(play.cloud.inbound_url, play.workspace.inboxes["web_chat"].id)
    said = f"Do you ship to Norway? {tag()}"
    play.begin()
    play.hop("visitor's session opened", visitor.start)
    play.hop("visitor's message accepted", lambda: visitor.send(said, client_id=uuid7()))
    row = play.hop("conversation visible in the API", lambda: play.newest_is(said))
    answer = f"Yes, in three days. {tag()}"
    sent = hops.answered(play, row["id"], answer)
    play.hop(
        "reply on the visitor's page",
        lambda: next((m for m in visitor.messages() if m.get("text") == answer), None),
    )
    visitor.read(up_to=sent["id"])
    hops.marked(play, row["id"], sent["id"], ("read",))


def web_chat_repeats(play: Play) -> None:
    """A visitor whose line breaks sends again under the same id: one message."""
    visitor = Visitor(play.cloud.inbound_url, play.workspace.inboxes["web_chat"].id)
    said, client_id = f"Hello? {tag()}", uuid7()
    play.begin()
    play.hop("visitor's session opened", visitor.start)
    for place in range(hops.COPIES):
        play.hop(f"message accepted, time {place + 1}", lambda: visitor.send(said, client_id=client_id))
    row = play.hop("conversation visible in the API", lambda: play.newest_is(said))
    play.hop("it has one message, unread once", lambda: hops.is_alone(play, row["id"], said))


def custom(play: Play) -> None:
    """A connected system: there and back, signed both ways, with the marks."""
    providers, contact = play.cloud.providers, f"customer-{tag()}"
    name, said = f"Ravi {tag()}", f"Please change order 4711. {tag()}"
    play.begin()
    providers.custom_says(CUSTOM_SYSTEM, contact, text=said, contact={"name": name})
    play.hop("signed event accepted", lambda: play.accepted("custom", CUSTOM_SYSTEM, said))
    row = play.hop("conversation visible in the API", lambda: play.conversation_of(name))
    answer = f"Changed. {tag()}"
    sent = hops.answered(play, row["id"], answer)
    play.hop(
        "message on the contact's screen",
        lambda: hops.on_screen(providers.custom_phone(CUSTOM_SYSTEM, contact), answer),
    )
    hops.marked(play, row["id"], sent["id"], ("sent", "delivered", "read"))


def custom_duplicates(play: Play) -> None:
    """Every event three times: one message."""
    contact, said = f"customer-{tag()}", f"Only once, please. {tag()}"
    play.begin()
    hops.repeated(play, "custom", lambda: play.cloud.providers.custom_says(CUSTOM_SYSTEM, contact, text=said))
    row = play.hop("conversation visible in the API", lambda: play.newest_is(said))
    play.hop("it has one message, unread once", lambda: hops.is_alone(play, row["id"], said))


WEB_CHAT: Flows = {"a message there and back": web_chat, "a message sent again": web_chat_repeats}
CUSTOM: Flows = {"a message there and back": custom, "redelivered webhooks": custom_duplicates}
