"""What a customer has chosen, signed in to or filled in: the data of an interactive answer in neutral form.

Source: MSP REST API, "Interactive messages". Devices send back the question with what was chosen; which field tells the
choice of a quick reply is not confirmed, so its id and its place are both read.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.channels.untrusted import identifier, known, mapping, objects, text, whole
from chalicelib.domain.message import MessageKind

Data = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    kind: MessageKind
    text: str
    content: Mapping[str, Any]


def reply_in(part: Data) -> Answer | None:
    """The answer in an `interactiveData`; None where it makes no sense to us."""
    data = mapping(part.get("data"))
    for name, read in READERS.items():
        if name in data:
            return read(mapping(data[name]), data)
    return None


def _chosen(found: list[dict[str, str]], source: str, data: Data) -> Answer | None:
    """One choice is known by its id, several by their ids in a row, and all of them stand in `selected`."""
    if not found:
        return None
    title = ", ".join(choice["title"] for choice in found if choice["title"])
    said = title or _shown(data)
    content = {"payload": ",".join(choice["id"] for choice in found), "title": said, "source": source}
    return Answer(MessageKind.POSTBACK, said, {**content, "selected": found})


def _choice(item: Data, title: str = "") -> dict[str, str] | None:
    found = identifier(item.get("identifier"))
    return {"id": found, "title": text(item.get("title")) or title} if found else None


def _list_picker(part: Data, data: Data) -> Answer | None:
    """The sections hold what was chosen, and nothing else."""
    rows = (item for section in objects(part.get("sections")) for item in objects(section.get("items")))
    return _chosen([choice for item in rows if (choice := _choice(item))], "list", data)


def _quick_reply(part: Data, data: Data) -> Answer | None:
    offered = objects(part.get("items"))
    wanted, place = identifier(part.get("selectedIdentifier")), whole(part.get("selectedIndex"))
    found = [item for item in offered if wanted is not None and identifier(item.get("identifier")) == wanted]
    if not found and wanted is not None:
        found = [{"identifier": wanted, "title": _shown(data)}]
    if not found and place is not None:
        found = offered[place : place + 1]
    if not found and len(offered) == 1:
        found = offered
    return _chosen([choice for item in found if (choice := _choice(item))], "button", data)


def _time_picker(part: Data, data: Data) -> Answer | None:
    """The event holds the one time that was chosen."""
    slots = objects(part.get("timeslots"))
    found = [choice for slot in slots if (choice := _choice(slot, text(slot.get("startTime"))))]
    answer = _chosen(found[:1], "time", data) if len(slots) == 1 else None
    if answer is None:
        return None
    slot = slots[0]
    time = known(starts_at=text(slot.get("startTime")), duration_seconds=whole(slot.get("duration")))
    return Answer(answer.kind, answer.text, {**answer.content, "time": time})


def _form(part: Data, data: Data) -> Answer | None:
    """A form's pages, each with what was chosen or written on it."""
    pages = objects(part.get("selections"))
    values = {_page(page, place): _values(page) for place, page in enumerate(pages)}
    if not values:
        return None
    name = text(part.get("template")) or "form"
    lines = (
        f"{text(page.get('title')) or _page(page, place)}: {', '.join(_values(page))}"
        for place, page in enumerate(pages)
    )
    return Answer(MessageKind.FORM, "\n".join(lines), {"name": name, "values": values})


def _page(page: Data, place: int) -> str:
    return identifier(page.get("pageIdentifier")) or str(place)


def _values(page: Data) -> list[str]:
    found = (text(item.get("value")) or text(item.get("title")) for item in objects(page.get("items")))
    return [value for value in found if value]


def _signed_in(part: Data, data: Data) -> Answer | None:
    """The token in it is encrypted for the business: it stays in `data`, and out of what is read."""
    status = text(part.get("status"))
    if not status:
        return None
    return Answer(MessageKind.FORM, _shown(data), {"name": "authentication", "values": {"status": status}})


def _shown(data: Data) -> str:
    """What the customer's own bubble says."""
    return text(mapping(data.get("replyMessage")).get("title"))


READERS: Mapping[str, Callable[[Data, Data], Answer | None]] = {
    "listPicker": _list_picker,
    "quick-reply": _quick_reply,
    "event": _time_picker,
    "dynamic": _form,
    "authenticate": _signed_in,
}
