"""One conversation goes from WhatsApp to e-mail, to the web chat, to SMS, and stays one: id, owner, clocks, order."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from infra.local.accounts import MAIL_ADDRESS
from infra.local.desk import Desk, Json
from infra.local.flows import hops
from infra.local.flows.chat_apps import Customer
from infra.local.flows.hops import Flows, phone_number, tag, uuid7
from infra.local.play import Play
from infra.local.workspace import ADMIN, SUPERVISOR
from simulators.web_chat import Visitor, identity_token

# A change of policies holds everywhere within this time.
POLICIES_SECONDS = 16
POLICY = {"id": "demo", "name": "Demo", "targets": {"first_response": 3600, "resolution": 86400}}


@dataclass
class Case:
    """A customer with a phone, a mailbox and a browser, and their conversation."""

    play: Play
    number: str
    name: str
    mailbox: str
    id: str = ""
    contact_id: str = ""

    def call(self, method: str, path: str, body: Json | None = None) -> Json:
        return self.play.desk.call(method, f"/conversations/{self.id}{path}", body)

    def inbox(self, channel: str) -> str:
        return self.play.workspace.inboxes[channel].id

    def way(self, channel: str) -> Json | None:
        """The way to the customer by this channel, once it may be used."""
        ways = self.call("GET", "/legs")["items"]
        return next((way for way in ways if way["channel"] == channel and way["usable"]), None)

    def goes(self, channel: str, text: str) -> None:
        way = self.play.hop(f"{channel} may be used, and why is told", lambda: self.way(channel))
        body = {"client_id": uuid7(), "leg_id": way["leg_id"], "text": text}
        done = self.play.hop(f"moved to {channel} (202)", lambda: self.call("POST", "/legs", body))
        hops.expect(done["conversation"]["id"] == self.id, "it became another conversation")

    def mails(self) -> list[Json]:
        found = self.play.cloud.providers.mailbox(MAIL_ADDRESS, self.mailbox)
        return [mail for mail in found if mail["author"] == "desk"]

    def mail(self, said: str) -> Json | None:
        return next((mail for mail in self.mails() if said in mail["text"]), None)

    def kept(self) -> Json:
        """What stays whatever the channel."""
        found = self.call("GET", "")
        names = ("id", "contact_id", "assignee_id", "team_id", "opened_at", "episode", "inbox_id", "channel", "labels")
        clocks = self.call("GET", "/clocks")["items"]
        own = ("kind", "started_at", "due_at", "target_seconds", "policy_id")
        timed = sorted(([clock[name] for name in own] for clock in clocks), key=str)
        return {**{name: found[name] for name in names}, "clocks": timed}


def about(play: Play) -> None:
    """From WhatsApp to e-mail, to the web chat, to SMS: one conversation, one owner, one set of clocks, one order."""
    with _policy(play.workspace.desk(play.cloud, ADMIN)):
        play.begin()
        play.hop("the service level holds everywhere", _policies_hold)
        case = _written(play)
        before = case.kept()
        _verified(case)
        said = [_by_mail(case), _by_chat(case), _by_sms(case)]
        hops.expect(case.kept() == before, f"it has changed: {case.kept()} was {before}")
        thread = [entry["text"] for entry in hops.spoken(play, case.id) if entry["direction"] == "inbound"]
        hops.expect(thread[1:] == said, f"the order is another: {thread}")
        play.hop("one id, owner, set of clocks and order", lambda: True)
        case.call("POST", "/status", {"status": "resolved"})


def _written(play: Play) -> Case:
    account = str(play.workspace.inboxes["whatsapp"].account_id)
    case = Case(play, phone_number(), f"Mira {tag()}", f"mira-{tag()}@customer.test")
    play.cloud.providers.whatsapp_says(account, case.number, text="Where is my parcel?", name=case.name)
    row = play.hop("conversation visible in the API", lambda: play.conversation_of(case.name))
    case.id, case.contact_id = row["id"], row["contact_id"]
    mine = play.desk.call("GET", "/me")["id"]
    supervisor = play.workspace.desk(play.cloud, SUPERVISOR)
    body = {"assignee_id": mine, "team_id": row["team_id"], "exceed": True}
    supervisor.call("POST", f"/conversations/{case.id}/assignment", body)
    play.hop("its clocks run", lambda: len(case.kept()["clocks"]) == 2)
    return case


def _verified(case: Case) -> None:
    """An address that was only typed is refused; a code shows that it is the customer's."""
    play = case.play
    typed = {"client_id": uuid7(), "inbox_id": case.inbox("email"), "address": case.mailbox, "text": "Hello"}
    answer = play.desk.ask("POST", f"/conversations/{case.id}/legs", typed)
    because = (answer.body.get("facts") or {}).get("because") if isinstance(answer.body, dict) else None
    hops.expect(because == "identity_unproven", f"it was not refused for want of proof: {answer.excerpt()}")
    asked = {"kind": "email", "value": case.mailbox, "conversation_id": case.id, "client_id": uuid7()}
    path = f"/contacts/{case.contact_id}/verifications"
    found = play.desk.call("POST", path, {**asked, "inbox_id": case.inbox("email")})
    mail = play.hop("a code is in the customer's mailbox", lambda: next(iter(case.mails()), None))
    (code,) = re.findall(r"\b[0-9]{6}\b", mail["text"])
    hops.expect(code not in str(play.desk.messages(case.id)), "the code stands in the thread")
    done = play.hop("the code shows that the address is theirs", lambda: _checked(play.desk, path, found["id"], code))
    hops.expect(done["state"] == "verified", f"it is {done['state']}")


def _checked(desk: Desk, path: str, verification_id: str, code: str) -> Json:
    return desk.call("POST", f"{path}/{verification_id}/check", {"code": code})


def _by_mail(case: Case) -> str:
    text, said = f"The label follows here. {tag()}", f"I read it at work. {tag()}"
    case.goes("email", text)
    mail = case.play.hop("mail in the customer's mailbox", lambda: case.mail(text))
    hops.expect(mail["text"].startswith("Continuing from WhatsApp."), "it does not say where it comes from")
    hops.expect("Where is my parcel?" in mail["text"], "it does not tell what was said")
    case.play.cloud.providers.email_answers(MAIL_ADDRESS, case.mailbox, mail["id"], text=said)
    case.play.hop("the customer's answer is in the same thread", lambda: case.play.message(case.id, said))
    return said


def _by_chat(case: Case) -> str:
    """The company's site says who its visitor is: the same person, by the e-mail address that was verified."""
    play, account = case.play, case.play.workspace.inboxes["web_chat"]
    visitor = Visitor(play.cloud.inbound_url, account.id)
    text, said = f"I see you on our site. {tag()}", f"Yes, here I am. {tag()}"
    play.hop("visitor's session opened", visitor.start)
    secret, at = account.credentials["identity_secret"], datetime.now(UTC)
    visitor.identify(jwt=identity_token(secret, f"u-{tag()}", account.id, at, email=case.mailbox, name=case.name))
    case.goes("web_chat", text)
    play.hop("on the visitor's page", lambda: any(text in (one.get("text") or "") for one in visitor.messages()))
    visitor.send(said, client_id=uuid7())
    play.hop("the visitor's answer is in the same thread", lambda: play.message(case.id, said))
    return said


def _by_sms(case: Case) -> str:
    play, phone = case.play, Customer(case.play.cloud, "sms", f"+{case.number}")
    text, said = f"Our driver will ring. {tag()}", f"Good, thank you. {tag()}"
    case.goes("sms", text)
    shown = f"{phone.place}/phone"
    play.hop(
        "message on the customer's phone",
        lambda: any(text in (one.get("text") or "") for one in play.cloud.providers.call("GET", shown)["messages"]),
    )
    phone.says(said)
    play.hop("the customer's SMS is in the same thread", lambda: play.message(case.id, said))
    return said


def _policies_hold() -> bool:
    time.sleep(POLICIES_SECONDS)
    return True


@contextmanager
def _policy(admin: Desk) -> Iterator[None]:
    """What is promised to everybody; afterwards the policies are as before."""
    before = admin.call("GET", "/sla/policies")
    body = {"version": before["version"], "policies": [POLICY, *before["policies"]]}
    after = admin.call("PUT", "/sla/policies", body)
    try:
        yield
    finally:
        admin.call("PUT", "/sla/policies", {"version": after["version"], "policies": before["policies"]})


FLOWS: Flows = {"one conversation on four channels": about}
