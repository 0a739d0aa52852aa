"""Who gets which conversation: given, offered, taken over and given back; and what is sent later, once."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from infra.local.accounts import CUSTOM_SYSTEM
from infra.local.desk import Desk, Json
from infra.local.flows.hops import Flows, on_screen, tag
from infra.local.play import Play
from infra.local.workspace import ADMIN, SUPERVISOR

# A change of rules holds everywhere within this time.
RULES_SECONDS = 16
# Enough for what may wait in the queues already.
UNITS = 900


def given(play: Play) -> None:
    """A customer writes; who is there gets it at once, and the desk says why. A supervisor takes it over and back."""
    with _at_work(play):
        contact, row = _written(play)
        mine = play.desk.call("GET", "/me")["id"]
        play.hop("given to the agent who is there", lambda: _owner(play, row) == mine)
        play.hop("the decision is explained", lambda: mine == _decision(play, row)["agent_id"])
        supervisor = play.workspace.desk(play.cloud, SUPERVISOR)
        taken = supervisor.call("POST", f"/conversations/{row['id']}/take-over", {"reason": "A key customer"})
        play.hop("taken over by the supervisor", lambda: _owner(play, row) == taken["assignee_id"] != mine)
        supervisor.call("POST", f"/conversations/{row['id']}/give-back", {})
        play.hop("given back to the agent", lambda: _owner(play, row) == mine)
        _later(play, contact, row)
        play.desk.call("POST", f"/conversations/{row['id']}/status", {"status": "resolved"})


def offered(play: Play) -> None:
    """Where a queue's agents are asked first: the offer comes, is accepted, and the conversation is theirs."""
    word, admin = tag(), play.workspace.desk(play.cloud, ADMIN)
    team = admin.call("POST", "/teams", {"name": f"Asked first {word}"})["id"]
    with _at_work(play, team), _rules(admin, word, team):
        play.begin()
        play.hop("the rules hold everywhere", _rules_hold)
        _, row = _written(play, word)
        offer = play.hop("offered to the agent", lambda: _offer(play, row))
        play.desk.call("POST", f"/conversations/{offer['conversation_id']}/offer/accept", {})
        play.hop("accepted: it is theirs", lambda: _owner(play, row) == play.desk.call("GET", "/me")["id"])
        play.desk.call("POST", f"/conversations/{row['id']}/status", {"status": "resolved"})


def _rules_hold() -> bool:
    time.sleep(RULES_SECONDS)
    return True


def _later(play: Play, contact: str, row: Json) -> None:
    """A message for in a moment: it comes, once."""
    text = f"It is on its way now. {tag()}"
    at = (datetime.now(UTC) + timedelta(seconds=3)).isoformat()
    body = {"client_id": str(uuid4()), "text": text, "send_at": at}
    play.desk.call("POST", f"/conversations/{row['id']}/scheduled", body)
    phone = play.cloud.providers.custom_phone
    play.hop("the scheduled message on the customer's screen", lambda: on_screen(phone(CUSTOM_SYSTEM, contact), text))


def _written(play: Play, word: str = "") -> tuple[str, Json]:
    contact, said = f"customer-{tag()}", " ".join(filter(None, ("Where is my parcel?", word, tag())))
    play.begin()
    play.cloud.providers.custom_says(CUSTOM_SYSTEM, contact, text=said)
    return contact, play.hop("conversation visible in the API", lambda: play.newest_is(said))


def _owner(play: Play, row: Json) -> str | None:
    owner: str | None = play.desk.call("GET", f"/conversations/{row['id']}")["assignee_id"]
    return owner


def _decision(play: Play, row: Json) -> Json:
    """The newest one that gave it to somebody."""
    decisions = play.desk.call("GET", f"/conversations/{row['id']}/routing")["decisions"]
    found: Json = next(each for each in decisions if each["outcome"] == "assigned" and each["sentence"])
    return found


def _offer(play: Play, row: Json) -> Json | None:
    return next((each for each in play.desk.items("/me/offers") if each["conversation_id"] == row["id"]), None)


@contextmanager
def _at_work(play: Play, team: str | None = None) -> Iterator[None]:
    """The agent is there, with much room; afterwards they are as before."""
    admin, me = play.workspace.desk(play.cloud, ADMIN), play.desk.call("GET", "/me")
    before = play.desk.call("GET", "/me/presence")
    _set_units(admin, before, UNITS)
    if team:
        known = admin.call("GET", f"/agents/{me['id']}")
        admin.call("PATCH", f"/agents/{me['id']}", {"version": known["version"], "team_ids": [team]})
    play.desk.call("PUT", "/me/presence", {"intent": "online"})
    try:
        yield
    finally:
        play.desk.call("PUT", "/me/presence", {"intent": "offline"})
        _set_units(admin, play.desk.call("GET", "/me/presence"), before["units"])


def _set_units(admin: Desk, presence: Json, units: int) -> None:
    body = {"version": presence["version"], "units": units, "reserve": presence["reserve"]}
    admin.call("PUT", f"/agents/{presence['agent_id']}/capacity", body)


@contextmanager
def _rules(admin: Desk, word: str, team: str) -> Iterator[None]:
    """What says this word goes to the team, whose agents are asked first; afterwards the rules are as before."""
    before = admin.call("GET", "/routing/rules")
    route = {"name": "Asked first", "condition": {"field": "text", "contains": word}, "team_id": team}
    after = admin.call("PUT", "/routing/rules", {**before, "routes": [route], "modes": {team: "offer"}})
    try:
        yield
    finally:
        admin.call("PUT", "/routing/rules", {**before, "version": after["version"]})


FLOWS: Flows = {"the right agent at once": given, "an offer": offered}
