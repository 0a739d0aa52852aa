"""The simulators on a free port, and a webhook receiver they post to."""

import threading
from collections.abc import Iterator

import pytest
from werkzeug.serving import make_server

from simulators import Simulators, running
from tests.simulators.desk import CUSTOMER, HOOK_SECRET, PNID, SECRET, Client, Receiver, Silent


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    app = Receiver()
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Silent)
    app.base_url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield app
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def sim(receiver: Receiver) -> Iterator[Simulators]:
    with running(retry_delays=(0.01, 0.02)) as simulators:
        simulators.whatsapp.register(
            PNID,
            display_phone_number="+1 555-078-3881",
            access_token="token-1",
            app_secret=SECRET,
            verify_token="verify-me",
            webhook_url=receiver.base_url + "/whatsapp",
            waba_id="waba-1",
        )
        simulators.custom.register("acme", secret=HOOK_SECRET, webhook_url=receiver.base_url + "/custom")
        yield simulators


@pytest.fixture
def client(sim: Simulators) -> Client:
    return Client(sim.base_url)


@pytest.fixture
def open_window(sim: Simulators, receiver: Receiver) -> str:
    """The customer wrote a moment ago; returns that message's id."""
    wamid = sim.whatsapp.say(PNID, CUSTOMER, text="Hi", name="Ana")
    assert sim.settle()
    receiver.received.clear()
    return wamid
