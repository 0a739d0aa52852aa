"""Colleagues together: a supplier is asked behind the scenes, and the answer goes to the customer with its file."""

from infra.local.accounts import MAIL_ADDRESS
from infra.local.desk import Json
from infra.local.flows import hops
from infra.local.flows.hops import PNG, Flows, tag
from infra.local.play import Play


def side_thread(play: Play) -> None:
    """A customer asks by mail, the agent asks the supplier by mail, the supplier's answer is quoted to the customer."""
    providers, mark = play.cloud.providers, tag()
    customer, supplier, name = f"nora-{mark}@customer.test", f"lager-{mark}@supplier.test", f"Nora {mark}"
    play.begin()
    providers.email_says(MAIL_ADDRESS, customer, text=f"When is it back? {mark}", name=name, subject="Stock")
    row = play.hop("the customer's conversation visible", lambda: play.conversation_of(name))
    at, asked = f"/conversations/{row['id']}/side-threads", f"When is 4711 back? {mark}"
    body = {"client_id": f"ask-{mark}", "kind": "email", "subject": f"4711 {mark}", "text": asked}
    thread = play.hop("side thread started", lambda: play.desk.call("POST", at, {**body, "with": {"to": [supplier]}}))
    mail = play.hop("question in the supplier's mailbox", lambda: _in_mailbox(play, supplier, asked))

    file = {"name": "stock.png", "mime": "image/png", "content": hops.encoded(PNG)}
    providers.email_answers(MAIL_ADDRESS, supplier, mail["id"], text=f"On Friday. {mark}", files=[file])
    answer = play.hop(
        "the answer is in the side thread, its file kept", lambda: _answered(play, f"{at}/{thread['id']}")
    )
    hops.expect(answer["origin"] == "asked", f"the answer's origin is {answer['origin']}")
    hops.expect(len(hops.spoken(play, row["id"])) == 1, "the customer's conversation has more than one message")

    chosen = {"message_ids": [answer["id"]]}
    quote = play.hop("quoted", lambda: play.desk.call("POST", f"{at}/{thread['id']}/quote", chosen))
    reply = {
        "client_id": f"reply-{mark}",
        "kind": "document",
        "text": f"I asked for you:\n{quote['text']}",
        "attachments": [upload["id"] for upload in quote["attachments"]],
    }
    play.hop(
        "reply with the file accepted", lambda: play.desk.call("POST", f"/conversations/{row['id']}/messages", reply)
    )
    told = play.hop("quote and file in the customer's mailbox", lambda: _in_mailbox(play, customer, "> On Friday."))
    hops.expect(told["files"] == ["stock.png"], f"the customer got {told['files']}")


def _in_mailbox(play: Play, mailbox: str, text: str) -> Json | None:
    mails = play.cloud.providers.mailbox(MAIL_ADDRESS, mailbox)
    return next((mail for mail in mails if mail["author"] == "desk" and text in mail["text"]), None)


def _answered(play: Play, thread: str) -> Json | None:
    """The newest message, once it came from outside and its file is kept."""
    newest: Json = play.desk.call("GET", thread)["items"][0]
    is_there = newest["came"] and all(file["state"] == "stored" for file in newest["attachments"])
    return newest if is_there and newest["attachments"] else None


FLOWS: Flows = {"a side thread by mail": side_thread}
