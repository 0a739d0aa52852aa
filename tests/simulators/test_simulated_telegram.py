"""The simulated Telegram: the desk's calls, the customers' acts, and updates in Telegram's form."""

import json
from typing import Any

import pytest

from simulators import Simulators
from tests.simulators.desk import Answer, Client, Receiver

BOT, TOKEN, ANA, GROUP = "700000001", "700000001:AAH-sim", 5000000001, -1001900000001
SIM = f"/sim/telegram/{BOT}"


@pytest.fixture(autouse=True)
def bot(sim: Simulators, receiver: Receiver) -> None:
    url = receiver.base_url + "/telegram"
    sim.telegram.register(BOT, token=TOKEN, secret_token="hook-secret", webhook_url=url, username="parley_bot")


@pytest.fixture
def written(sim: Simulators, receiver: Receiver) -> int:
    """Ana wrote a moment ago; returns that message's id."""
    message_id = sim.telegram.say(BOT, ANA, text="Hi", name="Ana")
    assert sim.settle()
    receiver.received.clear()
    return message_id


def call(client: Client, method: str, body: Any = None, token: str = TOKEN) -> Answer:
    return client.call("POST", f"/telegram/bot{token}/{method}", body)


def updates(sim: Simulators, receiver: Receiver) -> list[dict[str, Any]]:
    assert sim.settle()
    return [request.json for request in receiver.received]


def test_a_bot_is_told_who_it_is_when_it_asks(client: Client) -> None:
    assert call(client, "getMe").json["result"]["username"] == "parley_bot"
    wrong = call(client, "getMe", token="1:x")
    assert (wrong.status, wrong.json["description"]) == (401, "Unauthorized")


def test_updates_carry_the_secret_and_rising_numbers_when_a_customer_writes(
    sim: Simulators, receiver: Receiver
) -> None:
    sim.telegram.say(BOT, ANA, text="Hi", name="Ana")
    sim.telegram.say(BOT, ANA, text="Hello?")
    first, second = updates(sim, receiver)
    assert {request.headers["x-telegram-bot-api-secret-token"] for request in receiver.received} == {"hook-secret"}
    assert second["update_id"] == first["update_id"] + 1
    assert (first["message"]["text"], first["message"]["from"]["first_name"]) == ("Hi", "Ana")
    assert first["message"]["chat"] == {"id": ANA, "type": "private", "first_name": "Ana"}


def test_what_the_bot_sends_is_on_the_screen_when_somebody_wrote_before(
    sim: Simulators, client: Client, written: int
) -> None:
    keyboard = {"inline_keyboard": [[{"text": "Yes", "callback_data": "y"}]]}
    body = {"chat_id": ANA, "text": "Sure?", "reply_markup": keyboard, "reply_parameters": {"message_id": written}}
    answer = call(client, "sendMessage", body)
    assert answer.status == 200
    shown = client.call("GET", f"{SIM}/chats/{ANA}/phone").json["messages"][-1]
    assert shown["message_id"] == answer.json["result"]["message_id"]
    assert (shown["author"], shown["text"], shown["reply_parameters"]) == ("bot", "Sure?", {"message_id": written})


@pytest.mark.parametrize(
    ("method", "body", "status"),
    [
        ("sendMessage", {"chat_id": 42, "text": "x"}, 400),
        ("sendMessage", {"chat_id": ANA, "text": ""}, 400),
        ("sendMessage", {"chat_id": ANA, "text": "x" * 4097}, 400),
        ("sendMessage", {"chat_id": ANA, "text": "x", "reply_markup": {"inline_keyboard": [[{"text": "a"}]]}}, 400),
        ("sendLocation", {"chat_id": ANA, "latitude": 1}, 400),
        ("sendLocation", {"chat_id": ANA, "latitude": 1, "longitude": 2}, 200),
        ("sendContact", {"chat_id": ANA, "phone_number": "+1", "first_name": "Rui"}, 200),
        ("sendPhoto", {"chat_id": ANA, "photo": "no-such-file"}, 400),
        ("sendMediaGroup", {"chat_id": ANA, "media": [{}]}, 400),
        ("sendChatAction", {"chat_id": ANA, "action": "typing"}, 200),
        ("setMessageReaction", {"chat_id": ANA, "message_id": 99, "reaction": []}, 400),
        ("answerCallbackQuery", {"callback_query_id": "1"}, 400),
        ("getFile", {"file_id": "no"}, 400),
        ("sendTelepathy", {"chat_id": ANA}, 404),
    ],
)
@pytest.mark.usefixtures("written")
def test_a_call_is_judged_when_it_comes(client: Client, method: str, body: Any, status: int) -> None:
    answer = call(client, method, body)
    assert (answer.status, answer.json["ok"]) == (status, status == 200)


def test_files_are_fetched_by_their_link_when_they_are_sent(
    client: Client, receiver: Receiver, written: int, sim: Simulators
) -> None:
    receiver.files = {"/files/a.pdf": (b"%PDF-1.4", "application/pdf"), "/files/a.doc": (b"x", "application/msword")}
    pdf, doc = (receiver.base_url + path for path in receiver.files)
    assert call(client, "sendDocument", {"chat_id": ANA, "document": pdf, "caption": "Bill"}).status == 200
    assert call(client, "sendDocument", {"chat_id": ANA, "document": doc}).status == 400
    gone = call(client, "sendPhoto", {"chat_id": ANA, "photo": receiver.base_url + "/files/gone"})
    assert gone.json["description"] == "Bad Request: failed to get HTTP URL content"
    album = [{"type": "document", "media": pdf}, {"type": "document", "media": pdf, "caption": "Both"}]
    sent = call(client, "sendMediaGroup", {"chat_id": ANA, "media": album}).json["result"]
    assert len({message["message_id"] for message in sent}) == 2
    assert sim.telegram.phone(BOT, ANA)["messages"][-1]["caption"] == "Both"


def test_a_customers_file_is_had_by_its_id_when_it_is_looked_up(
    sim: Simulators, client: Client, receiver: Receiver
) -> None:
    client.call("POST", f"{SIM}/chats/{ANA}/messages", {"type": "photo", "caption": "Look"})
    (update,) = updates(sim, receiver)
    largest = update["message"]["photo"][-1]
    found = call(client, "getFile", {"file_id": largest["file_id"]}).json["result"]
    content = client.call("GET", f"/telegram/file/bot{TOKEN}/{found['file_path']}").body
    assert len(content) == found["file_size"] == largest["file_size"]
    assert client.call("GET", f"/telegram/file/bot{TOKEN}/photos/none.jpg").status == 404


def test_a_press_counts_as_answered_when_the_webhooks_answer_says_so(
    sim: Simulators, client: Client, receiver: Receiver, written: int
) -> None:
    keyboard = {"inline_keyboard": [[{"text": "Yes", "callback_data": "y"}]]}
    body = {"chat_id": ANA, "text": "Sure?", "reply_markup": keyboard}
    asked = call(client, "sendMessage", body).json["result"]["message_id"]
    press = {"type": "press", "message_id": asked, "data": "y"}
    assert client.call("POST", f"{SIM}/chats/{ANA}/actions", press).status == 202
    (update,) = updates(sim, receiver)
    query = update["callback_query"]
    assert (query["data"], query["message"]["reply_markup"]) == ("y", keyboard)
    assert [press["answered"] for press in sim.telegram.phone(BOT, ANA)["presses"]] == [False]
    sim.webhooks._log[-1].answer = json.dumps({"method": "answerCallbackQuery", "callback_query_id": query["id"]})
    assert [press["answered"] for press in sim.telegram.phone(BOT, ANA)["presses"]] == [True]
    assert call(client, "answerCallbackQuery", {"callback_query_id": query["id"]}).status == 200


def test_the_customers_acts_are_told_when_they_happen(
    sim: Simulators, client: Client, receiver: Receiver, written: int
) -> None:
    for action in (
        {"type": "edit", "message_id": written, "text": "Hello"},
        {"type": "react", "message_id": written, "emoji": "👍"},
        {"type": "react", "message_id": written},
        {"type": "block"},
        {"type": "unblock"},
    ):
        assert client.call("POST", f"{SIM}/chats/{ANA}/actions", action).status == 202
    edited, liked, unliked, blocked, unblocked = updates(sim, receiver)
    assert edited["edited_message"]["text"] == "Hello"
    assert liked["message_reaction"]["new_reaction"] == unliked["message_reaction"]["old_reaction"]
    assert unliked["message_reaction"]["new_reaction"] == []
    statuses = [update["my_chat_member"]["new_chat_member"]["status"] for update in (blocked, unblocked)]
    assert statuses == ["kicked", "member"]


def test_a_bot_that_was_blocked_cannot_write(sim: Simulators, client: Client, written: int) -> None:
    sim.telegram.act(BOT, ANA, "block")
    answer = call(client, "sendMessage", {"chat_id": ANA, "text": "x"})
    assert (answer.status, answer.json["description"]) == (403, "Forbidden: bot was blocked by the user")


def test_a_group_that_moves_refuses_its_old_id(sim: Simulators, client: Client, receiver: Receiver) -> None:
    sim.telegram.say(BOT, GROUP, text="Hi", name="Bakery")
    sim.telegram.act(BOT, GROUP, "migrate", to=-1009)
    said, moved = updates(sim, receiver)
    assert said["message"]["chat"] == {"id": GROUP, "type": "supergroup", "title": "Bakery"}
    assert moved["message"]["migrate_to_chat_id"] == -1009
    answer = call(client, "sendMessage", {"chat_id": GROUP, "text": "x"})
    assert answer.json["parameters"] == {"migrate_to_chat_id": -1009}


def test_a_business_account_tells_of_edits_deletions_and_can_be_read(
    sim: Simulators, client: Client, receiver: Receiver
) -> None:
    message_id = sim.telegram.say(BOT, ANA, text="Hi", business_connection_id="Bc_1")
    sim.telegram.act(BOT, ANA, "edit", message_id=message_id, text="Hello")
    sim.telegram.act(BOT, ANA, "delete", message_id=message_id)
    kinds = [next(kind for kind in update if kind != "update_id") for update in updates(sim, receiver)]
    assert kinds == ["business_message", "edited_business_message", "deleted_business_messages"]
    read = {"chat_id": ANA, "business_connection_id": "Bc_1", "message_id": message_id}
    assert call(client, "readBusinessMessage", read).json["result"] is True
    assert sim.telegram.phone(BOT, ANA)["read_to"] == message_id


def test_telegram_misbehaves_when_its_knobs_are_turned(
    client: Client, sim: Simulators, receiver: Receiver, written: int
) -> None:
    client.call("PUT", "/sim/telegram/knobs", {"rate_limit_next": 1, "server_error_next": 1, "retry_after_seconds": 3})
    body = {"chat_id": ANA, "text": "x"}
    limited, failed, fine = (call(client, "sendMessage", body) for _ in range(3))
    assert [limited.status, failed.status, fine.status] == [429, 500, 200]
    assert limited.json["parameters"] == {"retry_after": 3}
    sim.knobs["telegram"].turn(duplicates=2, bad_signature_next=1)
    sim.telegram.say(BOT, ANA, text="Hi")
    first, second = updates(sim, receiver)
    assert first == second
    assert "hook-secret" not in [request.headers["x-telegram-bot-api-secret-token"] for request in receiver.received]


def test_an_update_is_posted_as_it_is_when_it_is_given_whole(
    sim: Simulators, client: Client, receiver: Receiver
) -> None:
    client.call("POST", f"{SIM}/updates", {"update_id": 1, "from_the_future": {}})
    assert updates(sim, receiver) == [{"update_id": 1, "from_the_future": {}}]


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        (f"{SIM}/chats/{ANA}/actions", {"type": "wave"}, 400),
        (f"{SIM}/chats/77/actions", {"type": "block"}, 404),
        (f"{SIM}/chats/{ANA}/messages", {"type": "hologram"}, 400),
        ("/sim/telegram/1/chats/5/messages", {"text": "x"}, 404),
    ],
)
def test_an_act_is_refused_when_it_makes_no_sense(client: Client, path: str, body: Any, status: int) -> None:
    assert client.call("POST", path, body).status == status


def test_bots_are_set_up_over_http_and_forgotten(client: Client) -> None:
    assert client.call("PUT", "/sim/telegram/8", {"username": "two"}).json["id"] == "8"
    assert client.call("PUT", "/sim/telegram/8", {"token": "no"}).status == 400
    assert client.call("PUT", "/sim/telegram/x", {}).status == 400
    assert [bot["id"] for bot in client.call("GET", "/sim/telegram").json["bots"]] == [BOT, "8"]
    hook = {"url": "http://127.0.0.1:1/x", "secret_token": "s"}
    assert call(client, "setWebhook", hook).json["result"] is True
    assert client.call("GET", SIM).json["webhook_url"] == hook["url"]
    assert client.call("DELETE", "/sim/telegram/8").status == 200
    assert client.call("GET", "/sim/telegram/8").status == 404
