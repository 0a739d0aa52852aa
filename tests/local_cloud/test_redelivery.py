"""Providers deliver at least once, in any order, several at a time: the desk keeps each message once."""

import random
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from infra.local.flows import phone_number, tag
from infra.local.http_json import Answer
from infra.local.play import Play
from tests.local_cloud import signed

pytestmark = pytest.mark.local_cloud

THREADS = 8
MESSAGES = 6


@pytest.fixture
def bodies(play: Play) -> tuple[str, list[bytes]]:
    """A new customer's messages, a second apart, oldest first."""
    account, number, name = str(play.workspace.inboxes["whatsapp"].account_id), phone_number(), f"Redi {tag()}"
    began = int(time.time()) - MESSAGES
    made = [
        signed.text_message(
            account, number, name, wamid=f"wamid.{tag()}{place}", at=began + place, text=f"message {place}"
        )
        for place in range(MESSAGES)
    ]
    return name, made


def _deliver(play: Play, bodies: list[bytes], seed: int, barrier: Barrier) -> list[Answer]:
    shuffled = random.Random(seed).sample(bodies, len(bodies))
    barrier.wait(timeout=30)
    return [signed.post(play, body) for body in shuffled]


def test_one_message_each_when_all_arrive_eight_times_at_once(play: Play, bodies: tuple[str, list[bytes]]) -> None:
    name, made = bodies
    barrier = Barrier(THREADS)
    with ThreadPoolExecutor(THREADS) as pool:
        answers = [pool.submit(_deliver, play, made, seed, barrier) for seed in range(THREADS)]
        statuses = [answer.status for each in answers for answer in each.result(timeout=120)]
    assert set(statuses) == {200}
    row = play.hop("conversation visible", lambda: play.conversation_of(name))
    # What the store could not take at once comes by the spill queue.
    play.hop("every message is there", lambda: len(play.desk.messages(row["id"])) >= MESSAGES)
    assert [entry["text"] for entry in play.desk.messages(row["id"])] == [f"message {n}" for n in range(MESSAGES)]
    whole = play.desk.call("GET", f"/conversations/{row['id']}")
    assert whole["unread"] == MESSAGES
    assert whole["last_message"]["preview"] == f"message {MESSAGES - 1}"
    rows = play.desk.items("/conversations?view=all&limit=100")
    assert [each["contact_name"] for each in rows].count(name) == 1


def test_a_redelivery_after_the_answer_changes_nothing(play: Play, bodies: tuple[str, list[bytes]]) -> None:
    name, made = bodies
    assert signed.post(play, made[0]).status == 200
    row = play.hop("conversation visible", lambda: play.conversation_of(name))
    play.desk.call("POST", f"/conversations/{row['id']}/read")
    before = play.desk.call("GET", f"/conversations/{row['id']}")
    assert signed.post(play, made[0]).status == 200
    assert play.desk.call("GET", f"/conversations/{row['id']}") == before
    assert len(play.desk.messages(row["id"])) == 1


def test_the_same_reply_sent_twice_reaches_the_customer_once(play: Play, bodies: tuple[str, list[bytes]]) -> None:
    account, number, name = str(play.workspace.inboxes["whatsapp"].account_id), phone_number(), f"Once {tag()}"
    play.cloud.providers.whatsapp_says(account, number, text="Hello?", name=name)
    row = play.hop("conversation visible", lambda: play.conversation_of(name))
    body = {"client_id": f"once-{tag()}", "text": f"Once. {tag()}"}
    path = f"/conversations/{row['id']}/messages"
    with ThreadPoolExecutor(2) as pool:
        sent = [answer.result() for answer in [pool.submit(play.desk.call, "POST", path, body) for _ in range(2)]]
    assert sent[0]["id"] == sent[1]["id"]
    play.hop("on the phone", lambda: _answers(play, account, number))
    play.hop("read", lambda: play.desk.messages(row["id"])[-1]["state"] == "read")
    assert _answers(play, account, number) == [body["text"]]


def _answers(play: Play, account: str, number: str) -> list[str]:
    shown = play.cloud.providers.whatsapp_phone(account, number)
    return [message["text"] for message in shown if message["author"] == "business"]
