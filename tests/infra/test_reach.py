"""The walk that role tests rest on finds what code calls, and only that."""

from pathlib import Path

import pytest

from tests.infra.actions import called
from tests.infra.reach import Program, Walk

STORES = """
class Queue:
    def __init__(self, client, url):
        self._client = client

    def put(self, body):
        self._client.send_message_batch(Entries=[body])

    def delay(self, handle):
        self._client.change_message_visibility(ReceiptHandle=handle)

class Blobs:
    def __init__(self, client):
        self._client = client

    def put(self, key):
        self._client.put_object(Key=key)

    def url(self, key):
        return self._client.generate_presigned_url("get_object", Params={"Key": key})
"""

DOOR = """
class Put: ...
class Update: ...

Write = Put | Update

class Desk:
    def __init__(self, client):
        self._client = client

    def write(self, write: Write):
        call = self._client.put_item if isinstance(write, Put) else self._client.update_item
        call()

    def get(self, key):
        return self._client.get_item(Key=key)
"""


def actions(folder: Path, handler: str, **modules: str) -> set[str]:
    """What `functions.f.handler` comes to, with the stores above."""
    sources = {
        "chalicelib/aws/stores.py": STORES,
        "chalicelib/aws/transaction.py": DOOR,
        "functions/f/handler.py": handler,
    } | {f"chalicelib/{name}.py": source for name, source in modules.items()}
    for name, source in sources.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source)
    return set(called(Walk(Program(folder)).start("functions.f.handler", "handler")))


def test_a_call_of_a_made_object_counts(tmp_path: Path) -> None:
    handler = """
from chalicelib.aws.stores import Queue
def handler(event, context):
    Queue(None, "").put("x")
"""
    assert actions(tmp_path, handler) == {"sqs:SendMessage"}


def test_a_method_that_nobody_calls_does_not(tmp_path: Path) -> None:
    handler = """
from chalicelib.aws.stores import Queue
def handler(event, context):
    queue = Queue(None, "")
"""
    assert actions(tmp_path, handler) == set()


def test_a_class_of_another_name_with_the_same_method_does_not(tmp_path: Path) -> None:
    handler = """
from chalicelib.aws.stores import Blobs, Queue
def handler(event, context, queue: Queue = Queue(None, "")):
    blobs = Blobs(None)
    queue.put("x")
"""
    assert actions(tmp_path, handler) == {"sqs:SendMessage"}


def test_a_protocol_stands_for_what_is_made_of_its_shape(tmp_path: Path) -> None:
    ports = """
from typing import Protocol
class Waiting(Protocol):
    def delay(self, handle): ...
class Service:
    def __init__(self, waiting: Waiting):
        self._waiting = waiting
    def run(self):
        self._waiting.delay("h")
"""
    handler = """
from chalicelib.aws.stores import Blobs, Queue
from chalicelib.ports import Service
def handler(event, context):
    Service(Queue(None, "")).run()
    Blobs(None)
"""
    assert actions(tmp_path, handler, ports=ports) == {"sqs:ChangeMessageVisibility"}


def test_a_container_s_method_is_not_a_stores(tmp_path: Path) -> None:
    handler = """
from chalicelib.aws.transaction import Desk
def handler(event, context):
    desk = Desk(None)
    return event.get("x")
"""
    assert actions(tmp_path, handler) == set()


@pytest.mark.parametrize(("made", "action"), [("Put", "dynamodb:PutItem"), ("Update", "dynamodb:UpdateItem")])
def test_the_desks_door_takes_what_its_callers_make(tmp_path: Path, made: str, action: str) -> None:
    handler = f"""
from chalicelib.aws.transaction import Desk, {made}
def handler(event, context):
    desk = Desk(None)
    desk.write({made}())
"""
    assert actions(tmp_path, handler) == {action}


def test_an_address_needs_the_right_that_it_signs(tmp_path: Path) -> None:
    handler = """
from chalicelib.aws.stores import Blobs
def handler(event, context):
    return Blobs(None).url("k")
"""
    assert actions(tmp_path, handler) == {"s3:GetObject"}


def test_imports_inside_functions_and_tables_of_functions_are_followed(tmp_path: Path) -> None:
    tables = """
def react(queue):
    from chalicelib.aws.stores import Queue
    queue: Queue = Queue(None, "")
    queue.put("x")
REACTIONS = {"created": (react,)}
"""
    handler = """
def handler(event, context):
    from chalicelib import tables
    for each in tables.REACTIONS[event["type"]]:
        each(None)
"""
    assert actions(tmp_path, handler, tables=tables) == {"sqs:SendMessage"}


def test_a_finding_tells_its_way(tmp_path: Path) -> None:
    actions(tmp_path, "from chalicelib.aws.stores import Queue\ndef handler(e, c):\n    Queue(None, '').put(1)\n")

    ways = called(Walk(Program(tmp_path)).start("functions.f.handler", "handler"))

    assert ways["sqs:SendMessage"] == "chalicelib.aws.stores.Queue.put < functions.f.handler.handler"
