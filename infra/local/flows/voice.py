"""Telephone: a call that is answered, one that ends in a message, one that is missed and called back."""

from typing import Any

from infra.local.accounts import AGENT_PHONE, place_of
from infra.local.cloud import LocalCloud
from infra.local.desk import Json
from infra.local.flows import hops
from infra.local.flows.hops import Flows, phone_number, uuid7
from infra.local.play import HopFailed, Play

SOUND = b"ID3" + bytes(64)


def answered(play: Play) -> None:
    """It rings, an agent picks up, they talk."""
    phone = f"+{phone_number()}"
    play.begin()
    call = play.hop("the caller hears the greeting, the agents' phones ring", lambda: rings(play.cloud, phone))
    row = play.hop("the call is visible in the API", lambda: _conversation(play, phone))
    play.hop("its card says: ringing", lambda: _card(play, row["id"], call, state="ringing"))
    do(play.cloud, call, "pick_up", number=AGENT_PHONE)
    play.hop("answered", lambda: _card(play, row["id"], call, state="answered"))
    do(play.cloud, call, "hang_up")
    play.hop("ended, and how long it was", lambda: _ended(play, row["id"], call))


def voicemail(play: Play) -> None:
    """Nobody picks up: after the queue a message is left."""
    phone, words = f"+{phone_number()}", "Please call me back about order 1042."
    play.begin()
    call = play.hop("the agents' phones ring", lambda: rings(play.cloud, phone))
    row = play.hop("the call is visible in the API", lambda: _conversation(play, phone))
    do(play.cloud, call, "ring_out")
    play.hop("nobody picks up: the caller waits in the queue", lambda: _card(play, row["id"], call, state="queued"))
    do(play.cloud, call, "pass_time", seconds=60)
    do(play.cloud, call, "leave_message", content=hops.encoded(SOUND), transcript=words)
    card = play.hop("the card says: voicemail", lambda: _card(play, row["id"], call, outcome="voicemail"))
    hops.expect(card["callback_requested"], "nobody is asked to call back")
    play.hop("with its words", lambda: _transcript(play, row["id"], call) == words)
    hops.file_kept(play, row["id"], SOUND)


def called_back(play: Play) -> None:
    """The caller hangs up; an agent calls back with one click."""
    phone = f"+{phone_number()}"
    play.begin()
    call = play.hop("the agents' phones ring", lambda: rings(play.cloud, phone))
    row = play.hop("the call is visible in the API", lambda: _conversation(play, phone))
    do(play.cloud, call, "hang_up")
    play.hop("the card says: missed", lambda: _card(play, row["id"], call, outcome="missed"))
    body = {"client_id": uuid7(), "agent_phone": AGENT_PHONE}
    path = f"/conversations/{row['id']}/calls"
    placed = play.hop("agent's call accepted (202)", lambda: play.desk.call("POST", path, body))
    play.hop("the same click again is the same call", lambda: play.desk.call("POST", path, body)["id"] == placed["id"])
    back = play.hop("the agent's phone rings", lambda: _placed(play, row["id"], placed["id"]))
    do(play.cloud, back, "pick_up")
    play.hop("picked up: the customer's phone rings", lambda: _dialled(play, back))
    do(play.cloud, back, "pick_up")
    do(play.cloud, back, "hang_up")
    hops.marked(play, row["id"], placed["id"], ("delivered",))
    play.hop("the customer answered", lambda: _card(play, row["id"], back, outcome="answered"))


def rings(cloud: LocalCloud, phone: str) -> str:
    """The call's id, once our answer has made the agents' phones ring."""
    call = cloud.providers.call("POST", f"{place_of('voice')}/phones/{phone}/call", {})
    if call["waiting"] != "phones":
        raise HopFailed(f"the call waits for {call['waiting'] or 'nothing'}; the caller heard {call['heard']}")
    return str(call["sid"])


def do(cloud: LocalCloud, call: str, deed: str, **more: Any) -> None:
    """Somebody on the line does something."""
    cloud.providers.call("POST", f"{place_of('voice')}/calls/{call}/{deed}", more)


def _conversation(play: Play, phone: str) -> Json | None:
    rows = play.desk.items("/conversations?view=all&limit=100")
    return next((row for row in rows if row["channel"] == "voice" and row["contact_name"] == phone), None)


def _card(play: Play, conversation_id: str, call: str, **wanted: str) -> Json | None:
    """The call's card, once it says so."""
    for entry in hops.spoken(play, conversation_id):
        card: Json | None = entry["call"]
        if entry["external_id"] == call and card and all(card[name] == value for name, value in wanted.items()):
            return card
    return None


def _ended(play: Play, conversation_id: str, call: str) -> bool:
    card = _card(play, conversation_id, call, state="ended", outcome="answered")
    return bool(card and card["duration_seconds"])


def _transcript(play: Play, conversation_id: str, call: str) -> str | None:
    card = _card(play, conversation_id, call) or {"recordings": []}
    return next((part["transcript"] for part in card["recordings"]), None)


def _placed(play: Play, conversation_id: str, message_id: str) -> str | None:
    """The provider's id of our call, while the agent's phone rings."""
    found = hops.in_state(play, conversation_id, message_id, "sent")
    return found["external_id"] if found else None


def _dialled(play: Play, call: str) -> bool:
    shown = play.cloud.providers.call("GET", f"{place_of('voice')}/calls/{call}")
    return bool(shown["waiting"] == "phones")


FLOWS: Flows = {
    "a call that is answered": answered,
    "a message after the tone": voicemail,
    "a missed call, called back": called_back,
}
