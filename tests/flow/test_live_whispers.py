"""A whisper on live views: nobody whom it is not for learns that it is."""

import json

from chalicelib.domain.agent import Principal, Role
from chalicelib.domain.live import CONVERSATION
from chalicelib.domain.redaction import Wanted
from chalicelib.services import desk as desk_service
from chalicelib.wiring import privacy
from tests.flow.chat import Visitor
from tests.flow.live_chat import live_chat
from tests.flow.scene import ANA

BEN = Principal("agent", "agt_ben", "Ben", Role.AGENT)
SUE = Principal("agent", "agt_sue", "Sue", Role.SUPERVISOR)
EVE = Principal("agent", "agt_eve", "Eve", Role.SUPERVISOR)


def test_a_whisper_is_told_to_whom_it_is_for_and_leaves_no_trace_for_others() -> None:
    with live_chat() as live:
        Visitor(live.here).says("Hello")
        live.here.world.pump()
        case = live.here.conversation.id
        ana, ben, eve = (live.agent(each, f"{CONVERSATION}:{case}") for each in (ANA, BEN, EVE))
        desk_service.add_note(live.here.desk, SUE, case, "n1", "for all", live.here.now.pass_(seconds=1))
        live.fan()
        before = len(live.pushed.of(ben))
        note = desk_service.add_note(
            live.here.desk, SUE, case, "w1", "careful", live.here.now.pass_(seconds=1), [ANA.id]
        )
        live.fan()

        told = json.dumps(live.pushed.of(ben)[before:])
        assert all(word not in told for word in ("careful", note.id, SUE.id, "note.created"))
        assert "for all" in json.dumps(live.pushed.of(ben)[:before])
        for connection in (ana, eve):
            assert "careful" in json.dumps(live.pushed.of(connection)[before:])

        before = len(live.pushed.of(ben))
        whole, now = Wanted(whole=True), live.here.now.pass_(seconds=1)
        privacy.redacting.cache_clear()
        privacy.redacting().redact_note(SUE, case, note.id, whole, "By mistake", now)
        live.fan()
        told = json.dumps(live.pushed.of(ben)[before:])
        assert all(word not in told for word in (note.id, SUE.id, "note.redacted", "By mistake"))
        for connection in (ana, eve):
            assert "█" in json.dumps(live.pushed.of(connection)[before:], ensure_ascii=False)
        kept = live.here.cloud.tables["live"].items.values()
        assert "careful" not in str(list(kept))
