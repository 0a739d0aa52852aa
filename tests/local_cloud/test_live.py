"""Live views on the deployed stack: the reference client on real sockets while a customer writes, an agent answers."""

from collections.abc import Callable
from typing import Any

import pytest

from infra.local.flows import hops, phone_number, tag
from infra.local.play import Play
from infra.local.workspace import SUPERVISOR
from parley_live import LiveClient, thread, work_of
from parley_live.outbox import Send
from parley_live.rest import Rest
from parley_live.shell import LiveShell

pytestmark = pytest.mark.local_cloud


def test_an_agent_sees_everything_though_the_line_is_cut(play: Play) -> None:
    desk, me = play.desk, play.desk.call("GET", "/me")["id"]
    told: list[dict[str, Any]] = []
    account, number, name = str(play.workspace.inboxes["whatsapp"].account_id), phone_number(), f"Live {tag()}"
    with LiveShell(Rest(desk.url, desk.headers), told.append) as shell:
        shell.follow(f"work:{me}")
        play.hop("the agent's work is up to date", lambda: shell.look(lambda client: client.complete))

        play.cloud.providers.whatsapp_says(account, number, text=f"Hello {tag()}", name=name)
        row = play.hop("conversation visible in the API", lambda: play.conversation_of(name))
        # Whatever else they hold by now.
        supervisor = play.workspace.desk(play.cloud, SUPERVISOR)
        supervisor.call("POST", f"/conversations/{row['id']}/assignment", {"assignee_id": me, "exceed": True})
        shell.follow(f"conversation:{row['id']}")
        play.hop("it is on the agent's list", lambda: _is_mine(shell, me, row["id"]))
        play.hop("its message is in the thread", lambda: _texts(shell, row["id"], "inbound"))

        answer = f"It leaves today. {tag()}"
        body = {"client_id": tag(), "text": answer}
        path = f"/conversations/{row['id']}/messages"
        shell.send(Send(body["client_id"], row["id"], "POST", path, body))
        play.hop("the answer is sent, once", lambda: _texts(shell, row["id"], "outbound") == [answer])
        shell.cut()
        # While nobody is connected: the marks, and another message.
        play.cloud.providers.whatsapp_says(account, number, text=(more := f"Thank you! {tag()}"), name=name)
        play.hop("stored meanwhile", lambda: play.message(row["id"], more))
        play.hop("seen after the line is back", lambda: more in _texts(shell, row["id"], "inbound"))
        for mark in ("sent", "delivered", "read"):
            play.hop(f"mark {mark} is shown", _marked(shell, row["id"], answer, mark))
        play.hop("complete again", lambda: shell.look(lambda client: client.complete))

        shown = shell.look(lambda client: [(one.id, one.version) for one in thread(client.store, row["id"])])
        entries = desk.messages(row["id"])
        assert [identifier for identifier, _ in shown] == [entry["id"] for entry in entries]
        assert shell.look(lambda client: sum(topic.resets for topic in client.topics.values())) == 0
    hops.expect(any(effect["do"] == "changed" and effect["happened"] for effect in told), "no event was told")


def _is_mine(shell: LiveShell, agent_id: str, conversation_id: str) -> bool:
    held = shell.look(lambda client: [thing.id for thing in work_of(client.store, agent_id)])
    return conversation_id in held


def _texts(shell: LiveShell, conversation_id: str, direction: str) -> list[str]:
    def texts(client: LiveClient) -> list[str]:
        said = (thing.view for thing in thread(client.store, conversation_id) if thing.kind == "message")
        return [view["text"] for view in said if view["direction"] == direction]

    return list(shell.look(texts))


def _marked(shell: LiveShell, conversation_id: str, text: str, mark: str) -> Callable[[], bool]:
    def marked(client: LiveClient) -> bool:
        said = [one.view for one in thread(client.store, conversation_id) if one.kind == "message"]
        return any(mark in view["marks"] for view in said if view["text"] == text)

    return lambda: bool(shell.look(marked))
