"""The customer, whole: two channels are one person and one case, a file brings contacts, a person is erased."""

import csv
import io
from urllib.parse import quote

from infra.local.desk import Desk, Json
from infra.local.flows import hops
from infra.local.flows.chat_apps import Customer
from infra.local.flows.hops import Flows, phone_number, tag, uuid7
from infra.local.http_json import call
from infra.local.play import Play
from infra.local.workspace import ADMIN

ROWS = 120


def found(desk: Desk, words: str) -> list[Json]:
    return desk.items(f"/contacts/search?region=DE&q={quote(words)}")


def job_done(play: Play, name: str, job_id: str) -> Json:
    """The job once it has ended well."""
    admin = play.workspace.desk(play.cloud, ADMIN)

    def ended() -> Json | None:
        job = admin.call("GET", f"/jobs/{job_id}")
        hops.expect(job["state"] not in ("failed", "cancelled"), f"the job is {job['state']}: {job['detail']}")
        return job if job["state"] == "done" else None

    return play.hop(name, ended)


# --- one person ----------------------------------------------------------------------------------------------------


def one_person(play: Play) -> None:
    """Somebody writes by WhatsApp, then by SMS from the same phone: one person, one case, found by any of it."""
    play.begin()
    number, name, first = phone_number(), f"Noor {tag()}", f"Where are my shoes? {tag()}"
    account = str(play.workspace.inboxes["whatsapp"].account_id)
    play.cloud.providers.whatsapp_says(account, number, text=first, name=name)
    case = play.hop("the first conversation is there", lambda: play.conversation_of(name))
    then = f"I write from the train now. {tag()}"
    Customer(play.cloud, "sms", f"+{number}").says(then)
    person = play.hop("both contacts are one person", lambda: _person(play, case["contact_id"]))
    play.hop("the SMS is in the same conversation", lambda: play.message(case["id"], then))
    _seen(play, case["id"], number, name)
    link = person["links"][0]
    hops.expect((link["strength"], link["evidence"]) == (90, ["phone"]), f"it was linked for another reason: {link}")
    _undone(play, link)
    play.desk.call("POST", f"/conversations/{case['id']}/status", {"status": "resolved"})


def _person(play: Play, contact_id: str) -> Json | None:
    person = play.desk.call("GET", f"/contacts/{contact_id}/person")
    return person if len(person["members"]) == 2 else None


def _seen(play: Play, conversation_id: str, number: str, name: str) -> None:
    screen = play.desk.call("GET", f"/conversations/{conversation_id}/screen")
    hops.expect(screen["contact"]["display_name"] == name, "the screen shows somebody else")
    hops.expect(screen["person_id"] and len(screen["person"]) == 1, "the screen does not show the other contact")
    for words in (name.split()[1], f"0{number[2:]}", f"+{number[:2]} {number[2:]}"):
        play.hop(f"found by {words}", lambda words=words: found(play.desk, words))  # type: ignore[misc]


def _undone(play: Play, link: Json) -> None:
    path = f"/contacts/{link['contact_id']}/links/{link['other_id']}"
    done = play.desk.call("DELETE", path)
    hops.expect(done["parted"], "they are one person still")
    alone = play.desk.call("GET", f"/contacts/{link['contact_id']}/person")
    hops.expect(len(alone["members"]) == 1, "the link is still there")
    play.hop("undone, and both are as before", lambda: True)


# --- a file --------------------------------------------------------------------------------------------------------


def from_a_file(play: Play) -> None:
    """A file of contacts: tried out, imported, imported once more without doing anything, found, exported."""
    play.begin()
    company = f"Acme{tag()}"
    body = _file(company)
    rehearsed = job_done(play, "tried out", _import(play, body, dry_run=True))
    hops.expect(rehearsed["result"]["created"] == ROWS, f"it would make {rehearsed['result']}")
    hops.expect(not found(play.desk, company), "a rehearsal has made contacts")
    made = job_done(play, "imported", _import(play, body))
    hops.expect((made["result"]["created"], made["errors"]) == (ROWS, 1), f"it made {made['result']}, {made['errors']}")
    play.hop("found by name", lambda: len(found(play.desk, company)) > 0)
    again = job_done(play, "imported once more", _import(play, body))
    hops.expect(again["result"]["created"] == 0, f"it made more: {again['result']}")
    admin = play.workspace.desk(play.cloud, ADMIN)
    asked = admin.call("POST", "/contacts/exports", {"format": "csv", "fields": ["name", "email"]})
    job_done(play, "exported", asked["id"])
    link = admin.call("GET", f"/contacts/exports/{asked['id']}/file")
    rows = list(csv.DictReader(io.StringIO(call("GET", link["url"]).raw.decode("utf-8-sig"))))
    hops.expect(sum(company in row["name"] for row in rows) == ROWS, "the file does not hold them all")


def _file(company: str) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["name", "email", "language"])
    for number in range(ROWS):
        writer.writerow([f"Person{number} {company}", f"person{number}@{company.lower()}.test", "de"])
    writer.writerow([f"Broken {company}", "no address at all", "de"])
    return out.getvalue().encode()


def _import(play: Play, body: bytes, *, dry_run: bool = False) -> str:
    admin = play.workspace.desk(play.cloud, ADMIN)
    told = {"name": "contacts.csv", "mime": "text/csv", "size_bytes": len(body)}
    upload = admin.call("POST", "/uploads", told)
    put = call(upload["method"], upload["url"], raw=body, headers=upload["headers"])
    hops.expect(put.ok, f"the file was not taken: {put.excerpt()}")
    asked = {"upload_id": upload["id"], "format": "csv", "dry_run": dry_run, "client_id": uuid7()}
    return str(admin.call("POST", "/contacts/imports", asked)["id"])


# --- a person is erased --------------------------------------------------------------------------------------------


def erased(play: Play) -> None:
    """Somebody wants to be forgotten: nothing of them is left, and a certificate says so."""
    play.begin()
    number, name = phone_number(), f"Zoe {tag()}"
    account = str(play.workspace.inboxes["whatsapp"].account_id)
    play.cloud.providers.whatsapp_says(account, number, text="Please forget me.", name=name)
    case = play.hop("the conversation is there", lambda: play.conversation_of(name))
    play.hop("found by name", lambda: found(play.desk, name))
    admin, contact = play.workspace.desk(play.cloud, ADMIN), case["contact_id"]
    hops.answered(play, case["id"], "We shall.")
    given_out = admin.call("POST", f"/contacts/{contact}/personal-data")
    job_done(play, "everything about them is in a file", given_out["id"])
    wrong = admin.ask("POST", f"/contacts/{contact}/erasure", {"confirmation": "con_0", "reason": "Asked for"})
    hops.expect(wrong.body["code"] == "erasure_refused", f"a wrong id was taken: {wrong.excerpt()}")
    asked = admin.call("POST", f"/contacts/{contact}/erasure", {"confirmation": contact, "reason": "Asked for"})
    job_done(play, "erased", asked["job"]["id"])
    gone = admin.call("GET", f"/privacy/erasures/{asked['erasure']['id']}")
    hops.expect((gone["state"], gone["findings"]) == ("done", []), f"it is {gone['state']}: {gone['findings']}")
    hops.expect(admin.ask("GET", f"/contacts/{contact}").status == 404, "the contact is there still")
    hops.expect(admin.ask("GET", f"/conversations/{case['id']}").status == 404, "the conversation is there still")
    hops.expect(not found(play.desk, name), "they are found still")
    sealed = {"certificate": gone["certificate"], "signature": gone["signature"]}
    verdict = admin.call("POST", "/privacy/certificates/verify", sealed)
    hops.expect(verdict["genuine"], f"the certificate is not genuine: {verdict['because']}")
    play.hop("nothing is left, and the certificate is genuine", lambda: True)


FLOWS: Flows = {
    "two channels, one person": one_person,
    "contacts from a file": from_a_file,
    "a person is erased": erased,
}
