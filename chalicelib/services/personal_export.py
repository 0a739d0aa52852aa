"""Everything about a person, as one JSON file: by store, as it is kept, with where each of their files is found.

A portion is a step's worth of stores, written as a file of its own; the last one puts them together.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from chalicelib.domain.agent import Principal
from chalicelib.domain.erasure import STEPS, Case, Step, Survey
from chalicelib.domain.errors import ContactNotFound, InvalidInput
from chalicelib.domain.ids import is_id
from chalicelib.domain.job import Job
from chalicelib.services import people, rescan
from chalicelib.services.jobs import Jobs
from chalicelib.services.people import PeopleStore
from chalicelib.services.personal_data import PersonalData

KIND = "privacy.export"
FORM = "parley/personal-data/1"
MIME = "application/json"
MAX_BYTES = 64 * 1024 * 1024
LINK_SECONDS = 600
# For every leg all that was ever said.
ALL_TIME = 2**52


class ExportFiles(Protocol):
    def put(self, key: str, body: bytes, mime: str) -> None: ...

    def read(self, key: str, *, limit_bytes: int) -> bytes | None: ...


class ExportLinks(Protocol):
    def url(self, key: str, *, seconds: int, name: str | None = None) -> str: ...


@dataclass(frozen=True, slots=True)
class ExportAsking:
    people: PeopleStore
    files: ExportLinks

    def ask(self, jobs: Jobs, principal: Principal, contact_id: str, now: datetime) -> Job:
        """Raises ContactNotFound, StoreUnavailable."""
        if not is_id("con", contact_id):
            raise ContactNotFound("There is no such contact.")
        person, _ = people.person_of(self.people, contact_id)
        return jobs.ask(KIND, principal.id, {"contact_ids": list(person.members)}, now)

    def link(self, job: Job) -> str:
        """Where the file is, for ten minutes. Raises InvalidInput while there is none."""
        if job.kind != KIND or "file" not in job.result:
            raise InvalidInput("This job has written no file (yet).", field="job_id")
        return self.files.url(job.result["file"], seconds=LINK_SECONDS, name="personal-data.json")


@dataclass(frozen=True, slots=True)
class Exporting:
    data: PersonalData
    files: ExportFiles

    def step(self, job: Job, now: datetime) -> Job:
        """A portion, as a job's. Raises StoreUnavailable, TooLarge."""
        place = job.cursor.get("place", 0)
        if place == len(STEPS):
            key = self._put_together(job, now)
            return replace(job, done=place + 1, total=place + 1).ended(
                now, {"file": key, "pieces": job.cursor["pieces"]}
            )
        case = self._case(job)
        survey = Survey(case)
        found: dict[str, list[Any]] = {}
        for piece in self.data.pieces(STEPS[place], survey):
            found.setdefault(piece.store, []).append(piece.data)
        if STEPS[place] is Step.CONTACTS:
            for piece in self.data.heads(case):
                found.setdefault(piece.store, []).append(piece.data)
        self.files.put(_part(job, place), _json(found), MIME)
        pieces = job.cursor.get("pieces", 0) + sum(map(len, found.values()))
        cursor = {"place": place + 1, "pieces": pieces, "conversations": list(survey.case.conversations)}
        return replace(job, cursor=cursor, done=place + 1, total=len(STEPS) + 1)

    def _case(self, job: Job) -> Case:
        members = tuple(job.params["contact_ids"])
        contacts = list(self.data.contacts(members).values())
        pairs = rescan.named(contacts, self.data.addresses(members))
        return Case(
            members,
            dict.fromkeys(self.data.legs(members), ALL_TIME),
            tuple(job.cursor.get("conversations", ())),
            rescan.needles(contacts, pairs),
            pairs,
        )

    def _put_together(self, job: Job, now: datetime) -> str:
        sections: dict[str, list[Any]] = {}
        for place in range(len(STEPS)):
            body = self.files.read(_part(job, place), limit_bytes=MAX_BYTES)
            for store, rows in json.loads(body or b"{}").items():
                sections.setdefault(store, []).extend(rows)
        whole = {
            "form": FORM,
            "contact_ids": job.params["contact_ids"],
            "exported_at": now.isoformat(),
            "sections": dict(sorted(sections.items())),
            "files": _files([*sections.get("messages", ()), *sections.get("conversations", ())]),
        }
        key = f"jobs/{job.id}/personal-data.json"
        self.files.put(key, _json(whole), MIME)
        return key


def _part(job: Job, place: int) -> str:
    return f"jobs/{job.id}/part-{place}.json"


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def _files(entries: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Every file of every message and note, with the path of the API that gives a link to it."""
    found: list[Mapping[str, Any]] = []
    for entry in entries:
        for place, file in enumerate(entry.get("attachments", ())):
            identifier = entry["sk"].partition("#")[2]
            conversation = entry.get("conversation") or entry["pk"].partition("#")[2]
            path = f"/conversations/{conversation}/messages/{identifier}/attachments/{place}"
            known = {name: file.get(name) for name in ("name", "mime", "size", "sha256", "state")}
            found.append({**known, "message": identifier, "path": path})
    return found
