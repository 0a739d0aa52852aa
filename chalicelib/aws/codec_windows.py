"""Messaging windows that are watched, and questions that customers are asked, as items."""

from chalicelib.aws import keys, keys_contact
from chalicelib.aws.codec import Item, events_of, moment, moment_or_none
from chalicelib.domain.envelope import Actor
from chalicelib.domain.question import Question, QuestionKind, QuestionState
from chalicelib.domain.window_guard import Watch, WatchState
from chalicelib.domain.writes import Recorded

NO_NEWS = "[]"


def watch_item(watch: Watch, recorded: Recorded | None) -> Item:
    """On the board (index `by_kind`) only while it closes."""
    pk, sk = keys_contact.window(watch.conversation_id, watch.leg_id)
    row = {
        "s": watch.state.value,
        "c": watch.closes_at,
        "o": list(watch.owed),
        "r": list(watch.refs),
        "v": watch.value,
        "p": watch.contact_id,
    }
    item: Item = {"pk": pk, "sk": sk, "row": row, "version": watch.version}
    item["events"] = events_of(recorded) if recorded is not None else NO_NEWS
    if watch.state is WatchState.CLOSING:
        place = keys_contact.window_place(watch.closes_at, watch.conversation_id, watch.leg_id)
        item |= {"kind_key": keys_contact.WINDOWS, "kind_sort": place}
    return item


def watch_from(item: Item) -> Watch:
    row = item["row"]
    return Watch(
        conversation_id=keys.identifier(item["pk"]),
        leg_id=keys.sort_identifier(item["sk"]),
        closes_at=moment(row["c"]),
        state=WatchState(row["s"]),
        owed=tuple(row.get("o", ())),
        refs=tuple(row.get("r", ())),
        value=row["v"],
        contact_id=row["p"],
        version=item["version"],
    )


def question_item(question: Question, recorded: Recorded | None) -> Item:
    pk, sk = keys_contact.question(question.conversation_id, question.leg_id)
    row = {
        "i": question.id,
        "k": question.kind.value,
        "o": list(question.options),
        "a": question.asked_at,
        "b": [question.asked_by.kind, *([question.asked_by.id] if question.asked_by.id else [])],
        "l": question.language,
        "c": question.client_id,
        "d": dict(question.about),
        "t": question.text,
        "s": question.state.value,
        "n": question.choice,
        "x": question.answered_at,
        "m": question.answered_by,
    }
    events = events_of(recorded) if recorded is not None else NO_NEWS
    return {"pk": pk, "sk": sk, "row": row, "version": question.version, "events": events}


def question_from(item: Item) -> Question:
    row = item["row"]
    return Question(
        id=row["i"],
        conversation_id=keys.identifier(item["pk"]),
        leg_id=keys.sort_identifier(item["sk"]),
        kind=QuestionKind(row["k"]),
        options=tuple(row.get("o", ())),
        asked_at=moment(row["a"]),
        asked_by=Actor(*row["b"]),
        language=row["l"],
        client_id=row["c"],
        about=row.get("d", {}),
        text=row.get("t", ""),
        state=QuestionState(row["s"]),
        choice=row.get("n"),
        answered_at=moment_or_none(row.get("x")),
        answered_by=row.get("m"),
        version=item["version"],
    )
