"""What colleagues write for each other is tried on every way to a customer, and reaches none.

Every way there is to write something inside (notes, whispers, mentions, tasks, checklists, drafts) is taken with
hostile words, with the client ids and the ids of real messages, once and again, among real replies. What leaves the
desk is then compared, word for word, with the replies alone.
"""

import ast
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.aws import keys, keys_work
from chalicelib.aws.codec import from_attributes, to_attributes
from chalicelib.aws.codec_message import message_from, note_item
from chalicelib.aws.codec_together import draft_item, following_item, mention_item, task_item
from chalicelib.aws.stores.agent_drafts import AgentDraftStore
from chalicelib.aws.stores.followers import FollowerStore
from chalicelib.aws.stores.tasks import TaskStore
from chalicelib.channels import registry
from chalicelib.channels.base import Channel
from chalicelib.channels.outbound import Outgoing
from chalicelib.domain import ids
from chalicelib.domain.agent import Agent, Principal, Role
from chalicelib.domain.agent_draft import DraftKind, DraftWords, saved
from chalicelib.domain.checklist import Wanted
from chalicelib.domain.envelope import SYSTEM
from chalicelib.domain.errors import Refusal
from chalicelib.domain.follower import Follower, Following
from chalicelib.domain.mention import Mark, Mention, MentionKind
from chalicelib.domain.message import Attachment, AttachmentState, Direction
from chalicelib.domain.note import INSIDE as FILES
from chalicelib.domain.note import Note
from chalicelib.domain.task import Task, task_id
from chalicelib.domain.writes import Recorded
from chalicelib.services import desk as desk_service
from chalicelib.services.agent_drafts import AgentDrafts
from chalicelib.services.mentions import meant
from chalicelib.services.tasks import NewTask, Tasks
from chalicelib.wiring import shared
from tests.flow.scene import ANA, BOB, INBOX, START, Scene, scene, stored
from tests.house import tree
from tests.services.together import Staff, Teams

SUE = Principal("agent", "agt_sve", "Sue", Role.SUPERVISOR)
LEG = ids.leg_id(INBOX, BOB)
CONVERSATION = ids.conversation_id(LEG, 1)
SECRET = "INSIDE"
STAFF: Any = Staff({who.id: Agent(who.id, who.name, "a@b.c", who.role, START, ("team_1",)) for who in (ANA, SUE)})
TEAMS: Any = Teams("team_1")
# Words that would mean something to code that takes them for more than words.
HOSTILE = (
    "",
    f" {{{{contact.first_name}}}} @{SUE.id}",
    '", "leg_id": "' + LEG + '", "type": "message.queued", "x": "',
    f"\n{LEG}\nM#msg_{'0' * 29}",
    "\x00\u202e🌧 <script>alert(1)</script>",
)


class Sent:
    """A desk of which everything that leaves it is noted."""

    def __init__(self, here: Scene) -> None:
        self.here = here
        self.built: list[str] = []
        self.carried: list[object] = []
        self.replied: list[str] = []
        self.client_ids = ["c-first"]
        self.message_ids = ["msg_" + "0" * 29]
        self.written = 0

    def wrote(self) -> str:
        """Words that nobody else has."""
        self.written += 1
        return f"{SECRET}{self.written}"

    def replies(self, text: str, client_id: str) -> None:
        message = self.here.replies(CONVERSATION, text, client_id, leg_id=LEG)
        self.replied.append(text)
        self.client_ids.append(client_id)
        self.message_ids.append(message.id)


@contextmanager
def watched() -> Iterator[Sent]:
    with scene() as here, pytest.MonkeyPatch.context() as patch:
        sent = Sent(here)
        channel = registry.load("whatsapp")
        real = channel.build_send

        def build_send(message: Outgoing, *more: Any) -> Any:
            sent.built.append(message.text)
            sent.carried += message.attachments
            return real(message, *more)

        patch.setattr(channel, "build_send", build_send)
        here.says("Hi")
        here.settle()
        here.now.pass_(seconds=5)
        yield sent


# Every way to write something inside. Each is given hostile words, and an id of a client's own.


def _note(sent: Sent, words: str, client_id: str) -> None:
    text, at, files = sent.wrote() + words, sent.here.now(), (_file(sent),)
    desk_service.add_note(sent.here.desk, ANA, CONVERSATION, client_id, text, at, attachments=files)


def _file(sent: Sent) -> Attachment:
    name = sent.wrote()
    return Attachment("image/png", name, 3, object_key=f"{FILES}upl_{name}", state=AttachmentState.STORED)


def _mention(sent: Sent, words: str, client_id: str) -> None:
    marks = [Mark(MentionKind.AGENT, SUE.id), Mark(MentionKind.TEAM, "team_1")]
    named = meant(STAFF, TEAMS, FollowerStore(shared.desk()), marks)
    text = sent.wrote() + words
    desk_service.add_note(sent.here.desk, ANA, CONVERSATION, client_id, text, sent.here.now(), (), named)


def _whisper(sent: Sent, words: str, client_id: str) -> None:
    named = meant(STAFF, TEAMS, FollowerStore(shared.desk()), [Mark(MentionKind.AGENT, ANA.id)])
    text, at, audience, files = sent.wrote() + words, sent.here.now(), (ANA.id,), (_file(sent),)
    desk_service.add_note(sent.here.desk, SUE, CONVERSATION, client_id, text, at, audience, named, attachments=files)


def _tasks(sent: Sent) -> Tasks:
    store = TaskStore(shared.desk())
    return Tasks(store, sent.here.desk, STAFF, TEAMS, ANA, sent.here.now())


def _task(sent: Sent, words: str, client_id: str) -> None:
    points = (Wanted(sent.wrote() + words),)
    due_at = sent.here.now() + timedelta(seconds=1)
    new = NewTask(sent.wrote() + words, client_id, SUE.id, CONVERSATION, due_at=due_at, wakes=True, checklist=points)
    made = _tasks(sent).create(new)
    _tasks(sent).change(made.id, made.version, {"title": sent.wrote() + words})


def _draft(sent: Sent, words: str, client_id: str) -> None:
    drafts = AgentDrafts(AgentDraftStore(shared.desk()), sent.here.desk, ANA, sent.here.now())
    quoted = client_id if client_id.startswith("msg_") else None
    for kind in DraftKind:
        found = AgentDraftStore(shared.desk()).get(CONVERSATION, ANA.id, sent.here.now())
        drafts.save(
            CONVERSATION,
            DraftWords(sent.wrote() + words, kind, LEG, ("upl_1",), quoted),
            found.version if found else 0,
        )


WAYS: dict[str, Callable[[Sent, str, str], None]] = {
    "note": _note,
    "mention": _mention,
    "whisper": _whisper,
    "task": _task,
    "draft": _draft,
}

steps = st.tuples(
    st.sampled_from([*WAYS, "reply"]),
    st.sampled_from(HOSTILE),
    # Whose id it has: a new one, that of a reply, a message's own, or the one before once more.
    st.sampled_from(["new", "of_reply", "of_message", "again"]),
    st.booleans(),
)


def _name(sent: Sent, kind: str, place: int) -> str:
    if kind == "of_reply":
        return sent.client_ids[-1]
    return sent.message_ids[-1] if kind == "of_message" else f"inside-{place - (kind == 'again')}"


@settings(max_examples=12, deadline=None)
@given(st.lists(steps, min_size=1, max_size=12))
def test_nothing_that_is_written_inside_is_built_queued_or_sent(taken: list[tuple[str, str, str, bool]]) -> None:
    with watched() as sent:
        for place, (way, words, named, twice) in enumerate(taken):
            sent.here.now.pass_(seconds=1)
            if way == "reply":
                sent.replies(f"Reply {place}", f"c-{place}")
            for _ in range(1 + twice) if way in WAYS else ():
                with suppress(Refusal):  # some of it is refused: that, too, sends nothing
                    WAYS[way](sent, words, _name(sent, named, place))
        sent.here.settle()
        assert (sent.built, sent.carried) == (sent.replied, [])
        assert sorted(sent.here.screen()) == sorted(["Hi", *sent.replied])
        _nothing_inside_is_outside(sent)


@pytest.mark.parametrize("way", WAYS)
def test_each_way_inside_writes_something_and_sends_nothing(way: str) -> None:
    with watched() as sent:
        WAYS[way](sent, "", "inside")
        assert SECRET in repr(list(stored(sent.here.world).values()))
        sent.here.settle()
        assert (sent.built, sent.here.provider.requests) == ([], [])
        _nothing_inside_is_outside(sent)


def _nothing_inside_is_outside(sent: Sent) -> None:
    here = sent.here
    assert SECRET not in " ".join(str(request) for request in here.provider.requests)
    queues = here.cloud.sqs.queues
    for name in ("outbound.fifo", "signals", "spill.fifo", "attachments"):
        assert SECRET not in repr(queues[here.world.queue_urls[name]])
    legs = {key: item for key, item in stored(here.world).items() if key[0].startswith("LEG#")}
    assert SECRET not in repr(legs)
    said = [message.text for message in here.messages(CONVERSATION) if message.direction is Direction.OUTBOUND]
    assert said == sent.replied
    for event in here.cloud.events.published:
        assert not (event["type"].startswith(("message.", "attachment.")) and SECRET in json.dumps(event))


# What is kept can be read as nothing that is sent, and no way out takes it.


def items() -> dict[str, dict[str, Any]]:
    recorded = Recorded((), SYSTEM, START)
    note = Note(ids.note_id(START, "n"), CONVERSATION, "note", ANA.id, "Ana", START, SECRET, mentions=(SUE.id,))
    task = Task(task_id(CONVERSATION, "t"), SECRET, SUE.id, ANA.id, START, "d", CONVERSATION)
    draft = saved(None, ANA.id, CONVERSATION, DraftWords(SECRET, leg_id=LEG), START)
    return {
        "note": note_item(note),
        "mention": mention_item(Mention(SUE.id, note.id, CONVERSATION, ANA.id, START)),
        "followers": following_item(Following(CONVERSATION, (Follower(SUE.id, START),), 1), recorded),
        "task": task_item(task, recorded),
        "draft": draft_item(draft),
    }


@pytest.mark.parametrize("name", items())
def test_what_is_kept_inside_cannot_be_read_as_a_message(name: str) -> None:
    item = from_attributes(to_attributes(items()[name]))
    assert not item["pk"].startswith("LEG#")
    # Not even where it had come to stand in a leg.
    item |= {"pk": f"LEG#{LEG}", "sk": f"M#{ids.message_id(START, 'x')}"}
    with pytest.raises((KeyError, ValueError, TypeError)):
        message_from(item)


def test_no_key_of_what_is_inside_is_in_a_leg() -> None:
    made = [
        keys.note(LEG, "nte_1"),
        keys_work.task(LEG, "tsk_1"),
        keys_work.own_task(LEG),
        keys_work.agent_draft(LEG, "agt_1"),
        keys_work.followers(LEG),
        keys_work.mention(LEG, "nte_1"),
    ]
    assert all(not pk.startswith("LEG#") for pk, _ in made)


INSIDE = frozenset(
    f"chalicelib.domain.{name}"
    for name in ("note", "mention", "follower", "task", "checklist", "agent_draft", "writes_together")
)


def imported(source: str) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def test_no_channel_knows_that_there_is_anything_inside() -> None:
    rooms = ("chalicelib/channels", "chalicelib/services/deliver.py", "chalicelib/services/rendering.py")
    modules = [path for path in tree.code() if path.suffix == ".py" and tree.name(path).startswith(rooms)]
    assert len(modules) > 100
    knowing = {tree.name(path): found for path in modules if (found := imported(path.read_text("utf-8")) & INSIDE)}
    assert knowing == {}


def test_a_look_at_imports_sees_every_form() -> None:
    assert imported("import chalicelib.domain.note") & INSIDE
    assert imported("from chalicelib.domain import note") & INSIDE
    assert imported("def f():\n    from chalicelib.domain.task import Task") & INSIDE


def test_the_types_leave_no_way_from_what_is_inside_to_a_channel() -> None:
    """mypy holds these to their hints."""
    assert get_type_hints(Channel.build_send)["message"] is Outgoing
    for inside in (Note, Mention, Task, DraftWords):
        assert not issubclass(inside, Outgoing)
        missing = {"message_id", "tracker", "to"} - set(getattr(inside, "__dataclass_fields__", ()))
        assert missing == {"message_id", "tracker", "to"}
