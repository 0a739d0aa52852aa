"""Hours at the desk: customers write on three channels while one agent answers in a real browser, reloads, loses the
network and comes back. Prints each minute how much the page holds, and at the end what was lost, said twice or out of
order. Not a test: `make soak` beside a running `make run` (MINUTES=60)."""

import argparse
import json
import random
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex

from playwright.sync_api import CDPSession, Error, Locator, Page

from infra.local.accounts import CUSTOM_SYSTEM, MAIL_ADDRESS
from infra.local.desk import Json
from infra.local.home import Home
from infra.local.running import attached
from infra.local.workspace import AGENT
from tests.web.browser import Visit, WebDesk, chromium, launched

NUMBER = "106540352242922"
PATIENCE_MS = 60_000
SAYING = "Where is my parcel, it was to come today. The lamp is broken! Can I have it in green? Спасибо 謝謝"


@dataclass
class Customer:
    """Somebody on one channel: what they said, and what reached them. `patient`: writes again only once they were
    answered."""

    name: str
    say: Callable[[str], object]
    reached: Callable[[], list[str]]
    said: list[str] = field(default_factory=list)
    answered: list[str] = field(default_factory=list)
    patient: bool = False


@dataclass
class Soak:
    desk: WebDesk
    visit: Visit
    customers: list[Customer]
    dice: random.Random
    faults: list[str] = field(default_factory=list)
    count: int = 0

    @property
    def page(self) -> Page:
        return self.visit.page

    @property
    def grid(self) -> Locator:
        return self.page.get_by_role("grid", name="Conversations")

    def words(self) -> str:
        self.count += 1
        return f"{' '.join(self.dice.sample(SAYING.split(), self.dice.randint(2, 9)))} #{self.count}"

    def customer_writes(self) -> None:
        ready = [each for each in self.customers if not each.patient or len(each.said) == len(each.answered)]
        customer, text = self.dice.choice(ready), self.words()
        customer.say(text)
        customer.said.append(text)

    def agent_answers(self) -> None:
        """Opens what a customer said last, and answers it."""
        waiting = [each for each in self.customers if len(each.said) > len(each.answered)]
        if not waiting:
            return
        customer = self.dice.choice(waiting)
        self.open(customer)
        log = self.page.get_by_role("log", name=f"Messages with {customer.name}")
        log.get_by_text(customer.said[-1], exact=True).first.wait_for(timeout=PATIENCE_MS)
        text = self.words()
        field_ = self.page.locator("[data-composer] textarea")
        field_.fill(text)
        field_.press("ControlOrMeta+Enter")
        log.get_by_text(text, exact=True).first.wait_for(timeout=5_000)
        customer.answered.append(text)
        self.send_anyway()

    def open(self, customer: Customer) -> None:
        """From the top of the list, in its newest order; who is not there is searched for."""
        rows, search = self.grid.get_by_role("row"), self.page.get_by_role("textbox", name="Search customers")
        rows.first.focus()
        self.page.keyboard.press("Home")
        if (apply := self.page.get_by_role("button", name="Order changed")).is_visible():
            apply.click()
        row = rows.filter(has_text=customer.name).first
        if row.is_visible():
            row.click(timeout=PATIENCE_MS)
            return
        search.fill(customer.name)
        row.click(timeout=PATIENCE_MS)
        search.fill("")

    def send_anyway(self) -> None:
        """Where the customer was faster, the page asks."""
        button = self.page.get_by_role("button", name="Send anyway").first
        if button.is_visible():
            button.click()

    def agent_reloads(self) -> None:
        self.page.reload()
        self.grid.wait_for(timeout=PATIENCE_MS)

    def network_fails(self) -> None:
        self.page.context.set_offline(True)
        self.customer_writes()
        self.page.wait_for_timeout(self.dice.randint(2_000, 20_000))
        self.page.context.set_offline(False)

    def agent_looks_round(self) -> None:
        self.page.keyboard.press("Escape")
        self.grid.get_by_role("row").first.focus()
        for _ in range(self.dice.randint(1, 6)):
            self.page.keyboard.press(self.dice.choice(["ArrowDown", "ArrowUp", "PageDown", "Home"]))

    def step(self) -> None:
        acts = [self.customer_writes] * 4 + [self.agent_answers] * 4 + [self.agent_looks_round, self.network_fails]
        act = self.agent_reloads if self.dice.random() < 0.01 else self.dice.choice(acts)
        try:
            act()
        except Error as fault:
            self.faults.append(f"{datetime.now(UTC):%H:%M:%S} {act.__name__}: {str(fault)[:300]}")
            self.page.screenshot(path=f"build/soak-{len(self.faults)}.png")

    def wrong(self) -> list[str]:
        """What has not arrived, arrived twice, or in another order than it was sent."""
        found = []
        for customer in self.customers:
            reached = [text for text in customer.reached() if "#" in text]
            if reached != customer.answered:
                found.append(f"{customer.name}: answered {customer.answered}, reached {reached}")
        return found


@contextmanager
def soaking(home: Path, page: str, seed: int) -> Iterator[Soak]:
    running = attached(4566, 4570, Home(home))
    browser = chromium()
    if running is None or browser is None:
        sys.exit("it needs a desk that runs (make run) and Chromium")
    cloud, workspace = running
    with launched(browser) as opened:
        desk = WebDesk(page, cloud, workspace, opened)
        visit = desk.signed_in(AGENT, "/inbox/all?sort=newest")
        yield Soak(desk, visit, _customers(desk, 12), random.Random(seed))
        desk.close()


def _customers(desk: WebDesk, each: int) -> list[Customer]:
    providers, mark = desk.cloud.providers, token_hex(2)

    def whatsapp(place: int) -> Customer:
        phone, name = f"4917{int(mark, 16):05}{place:04}", f"Willa {mark} {place:02}"
        return Customer(
            name,
            lambda text: providers.whatsapp_says(NUMBER, phone, text=text, name=name),
            lambda: [m["text"] for m in providers.whatsapp_phone(NUMBER, phone) if m["author"] == "business"],
        )

    def custom(place: int) -> Customer:
        name = f"Cora {mark} {place:02}"
        contact = name.lower().replace(" ", "-")
        return Customer(
            name,
            lambda text: providers.custom_says(CUSTOM_SYSTEM, contact, text=text, contact={"name": name}),
            lambda: [
                str(m["text"]) for m in providers.custom_phone(CUSTOM_SYSTEM, contact) if m["author"] != "contact"
            ],
        )

    def mail(place: int) -> Customer:
        box, name = f"emil.{mark}.{place}@example.test", f"Emil {mark} {place:02}"

        def ours() -> list[Json]:
            return [one for one in providers.mailbox(MAIL_ADDRESS, box) if one["author"] == "desk"]

        def say(text: str) -> None:
            """An answer to what we wrote last; a new mail would be another matter."""
            if found := ours():
                providers.email_answers(MAIL_ADDRESS, box, found[-1]["id"], text=text, name=name)
            else:
                providers.email_says(MAIL_ADDRESS, box, text=text, subject="About my order", name=name)

        return Customer(name, say, lambda: [str(one["text"]).split("\n")[0] for one in ours()], patient=True)

    return [make(place) for make in (whatsapp, custom, mail) for place in range(each)]


def held(session: CDPSession) -> dict[str, int]:
    """What the page holds after its garbage is collected."""
    session.send("HeapProfiler.collectGarbage")
    found = {one["name"]: one["value"] for one in session.send("Performance.getMetrics")["metrics"]}
    return {
        "heap_kb": int(found["JSHeapUsedSize"] / 1024),
        "nodes": int(found["Nodes"]),
        "listeners": int(found["JSEventListeners"]),
    }


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--minutes", type=float, default=60)
    asked.add_argument("--pause", type=float, default=3.0, help="seconds between two things that happen")
    asked.add_argument("--home", type=Path, default=Path(".local"))
    asked.add_argument("--page", default="http://127.0.0.1:4580")
    asked.add_argument("--seed", type=int, default=1)
    told = asked.parse_args()
    Path("build").mkdir(exist_ok=True)
    with soaking(told.home, told.page, told.seed) as soak:
        session = soak.page.context.new_cdp_session(soak.page)
        session.send("Performance.enable")
        ends, minute = time.monotonic() + told.minutes * 60, -1
        while time.monotonic() < ends:
            soak.step()
            soak.page.wait_for_timeout(told.pause * 1_000)
            if (now := int(time.monotonic() / 60)) != minute:
                minute = now
                print(
                    json.dumps(
                        {
                            "at": f"{datetime.now(UTC):%H:%M:%S}",
                            "acts": soak.count,
                            "faults": len(soak.faults),
                            **held(session),
                        }
                    ),
                    flush=True,
                )
        _settle(soak)
        sys.exit(_verdict(soak))


def _settle(soak: Soak) -> None:
    """What waits is sent, and questions of the composers are answered."""
    ends = time.monotonic() + 180
    while soak.wrong() and time.monotonic() < ends:
        for customer in soak.customers:
            if [text for text in customer.reached() if "#" in text] != customer.answered:
                row = soak.page.get_by_role("row").filter(has_text=customer.name).first
                if row.is_visible():
                    row.click()
                    soak.page.wait_for_timeout(1_000)
                    soak.send_anyway()
        soak.page.wait_for_timeout(3_000)


def _verdict(soak: Soak) -> int:
    complaints = [each for each in soak.visit.complaints if "409" not in each]
    said = {
        "customers_said": sum(len(each.said) for each in soak.customers),
        "agent_answered": sum(len(each.answered) for each in soak.customers),
        "wrong": soak.wrong(),
        "faults": soak.faults,
        "complaints": complaints[:20],
    }
    print(json.dumps(said, indent=1, ensure_ascii=False))
    return 1 if said["wrong"] or soak.faults or complaints else 0


if __name__ == "__main__":
    main()
