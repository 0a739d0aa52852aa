"""Who is told what: a reply that was overtaken, a colleague who is meant, a task that is due, an integrator."""

import time
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from infra.local.desk import Desk, DeskRefused, Json
from infra.local.flows import hops
from infra.local.flows.hops import Flows, phone_number, tag
from infra.local.play import Play
from infra.local.workspace import ADMIN, SUPERVISOR

# A change of an endpoint holds everywhere within this time.
ENDPOINT_SECONDS = 16


def kept_back(play: Play) -> None:
    """The customer writes on while an agent answers: the answer is kept back, with what was said; then it goes."""
    number, name, mark = phone_number(), f"Vera {tag()}", tag()
    row = _written(play, number, name, f"Where is it? {mark}")
    shown = play.desk.call("GET", f"/conversations/{row['id']}/messages")
    seen = _seen(shown)
    _says(play, number, name, f"Forget it, it is here! {mark}")
    play.hop("the customer wrote meanwhile", lambda: play.message(row["id"], f"Forget it, it is here! {mark}"))
    since = _refused(play.desk, row["id"], f"I look for it. {mark}", seen)
    hops.expect([one["text"] for one in since] == [f"Forget it, it is here! {mark}"], f"told as unseen: {since}")
    now = _seen(play.desk.call("GET", f"/conversations/{row['id']}/messages"))
    fine = f"Good to hear. {mark}"
    play.hop("sent, having seen it", lambda: play.desk.reply(row["id"], fine, seen=now))
    phone = play.cloud.providers.whatsapp_phone
    play.hop("only that is on the customer's phone", lambda: hops.on_screen(phone(_account(play), number), fine))
    texts = [message.get("text") for message in phone(_account(play), number)]
    hops.expect(f"I look for it. {mark}" not in texts, "what was kept back was sent")


def colleagues(play: Play) -> None:
    """A supervisor means an agent in a note: the agent is told, and follows; the customer is not. A task comes due."""
    number, mark = phone_number(), tag()
    row = _written(play, number, f"Ugo {mark}", f"The bill is wrong. {mark}")
    me = play.desk.call("GET", "/me")["id"]
    note = {"client_id": str(uuid4()), "text": f"Can you look? {mark}", "mentions": [{"kind": "agent", "id": me}]}
    play.workspace.desk(play.cloud, SUPERVISOR).call("POST", f"/conversations/{row['id']}/notes", note)
    play.hop("the mention is on the agent's list", lambda: _mentioned(play.desk, row["id"]))
    play.hop("the agent is told once", lambda: len(_notices(play.desk, row["id"], "mention")) == 1)
    at = (datetime.now(UTC) + timedelta(seconds=3)).isoformat()
    play.desk.call("POST", f"/conversations/{row['id']}/reminders", {"at": at})
    play.hop("the reminder came", lambda: _notices(play.desk, row["id"], "task_due"))
    phone = play.cloud.providers.whatsapp_phone(_account(play), number)
    hops.expect(not [one for one in phone if one.get("author") == "business"], "the customer saw something of it")


def integrator(play: Play) -> None:
    """An integrator's server takes each event once, signed."""
    name, mark, admin = f"crm-{tag()}", tag(), play.workspace.desk(play.cloud, ADMIN)
    url = f"{play.cloud.providers.url}/receiver/{name}"
    made = admin.call("POST", "/webhook-endpoints", {"url": url, "types": ["message.created"]})
    play.cloud.providers.call("PUT", f"/receiver/{name}", {"secrets": [made["secret"]]})
    play.begin()
    play.hop("the endpoint holds everywhere", _endpoint_holds)
    row = _written(play, phone_number(), f"Ida {mark}", f"Hello CRM {mark}")
    told = play.hop("taken by the integrator, signed", lambda: _taken(play, name, row["id"]))
    hops.expect([one["status"] for one in told].count(200) == 1, f"the integrator answered {told}")
    admin.call("DELETE", f"/webhook-endpoints/{made['endpoint']['id']}")


def _account(play: Play) -> str:
    return str(play.workspace.inboxes["whatsapp"].account_id)


def _says(play: Play, number: str, name: str, text: str) -> None:
    play.cloud.providers.whatsapp_says(_account(play), number, text=text, name=name)


def _written(play: Play, number: str, name: str, text: str) -> Json:
    play.begin()
    _says(play, number, name, text)
    return play.hop("conversation visible in the API", lambda: play.conversation_of(name))


def _seen(thread: Json) -> Json:
    return {"version": thread["conversation"]["version"], "entry_id": thread["items"][-1]["id"]}


def _refused(desk: Desk, conversation_id: str, text: str, seen: Json) -> list[Json]:
    """What was said since, as the refusal tells."""
    try:
        desk.reply(conversation_id, text, seen=seen)
    except DeskRefused as refused:
        hops.expect(refused.body["code"] == "moved_on", f"refused for another reason: {refused}")
        since: list[Json] = refused.body["facts"]["since"]
        return since
    hops.expect(False, "the overtaken reply was sent")
    return []


def _mentioned(desk: Desk, conversation_id: str) -> Json | None:
    found = desk.items("/me/mentions")
    return next((one for one in found if one["conversation_id"] == conversation_id), None)


def _notices(desk: Desk, conversation_id: str, kind: str) -> list[Json]:
    found = desk.items("/me/notifications")
    return [one for one in found if one["conversation_id"] == conversation_id and one["kind"] == kind]


def _endpoint_holds() -> bool:
    time.sleep(ENDPOINT_SECONDS)
    return True


def _taken(play: Play, name: str, conversation_id: str) -> list[Json] | None:
    """All that the server was told of the conversation's message, once it has taken it."""
    received = play.cloud.providers.call("GET", f"/receiver/{name}")["received"]
    ours = [one for one in received if conversation_id in str(one["body"])]
    return ours if any(one["status"] == 200 for one in ours) else None


FLOWS: Flows = {
    "a reply that was overtaken": kept_back,
    "a colleague who is meant": colleagues,
    "an integrator": integrator,
}
