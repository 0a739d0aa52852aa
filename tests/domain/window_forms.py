"""Items whose events tell of messaging windows and of questions to customers."""

from datetime import datetime, timedelta
from typing import Any

from chalicelib.aws.codec_windows import question_item, watch_item
from chalicelib.domain.envelope import Actor
from chalicelib.domain.question import Question, QuestionKind, answered
from chalicelib.domain.window_guard import Watch, WatchState


def asked_or_watched(event_type: str, conversation: str, leg: str, message: str, at: datetime) -> dict[str, Any]:
    if event_type.startswith("conversation."):
        state = WatchState.CLOSED if event_type.endswith("closed") else WatchState.CLOSING
        owed = ("waiting", "promise")[: 1 if state is WatchState.CLOSED else 2]
        closes_at = at + timedelta(hours=2)
        return watch_item(Watch(conversation, leg, closes_at, state, owed, ("prm_1",), 180, "con_1", 4), None)
    asked = Question(
        id="qst_1",
        conversation_id=conversation,
        leg_id=leg,
        kind=QuestionKind.CONSENT,
        options=("yes",),
        asked_at=at,
        asked_by=Actor("agent", "agt_1"),
        language="en",
        client_id="consent 1",
        about={"channel": "email", "address": "bob@example.com"},
        text="May we write to Bob?",
    )
    done = answered(asked, "yes", message, at + timedelta(minutes=1))
    return question_item(asked if event_type == "question.asked" else done, None)
