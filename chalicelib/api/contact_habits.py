"""How a contact is best reached, and when: what they said, and what was learned."""

from typing import Literal

from chalicelib.api.contact_views import hours_view
from chalicelib.api.routing import Caller, Resource
from chalicelib.api.schemas import View
from chalicelib.domain.agent import Role
from chalicelib.domain.errors import ContactNotFound
from chalicelib.domain.habits import ENOUGH, preferences
from chalicelib.services import contacts
from chalicelib.wiring import api as wiring
from chalicelib.wiring import profile

Source = Literal["declared", "learned"]

resource = Resource("contact-habits")


class BusyHourView(View, frozen=True, kw_only=True):
    """So many openings from `hour` to the next, on a `weekday` (0 is Monday; null: any)."""

    weekday: int | None
    hour: int
    count: int


class LearnedView(View, frozen=True, kw_only=True):
    """From the newest `openings` conversations that the contact began. `is_enough` false: not enough yet; nothing is
    concluded from fewer than three of a kind. Hours are of `time_zone`."""

    openings: int
    is_enough: bool
    channel: str | None
    channel_count: int
    hours: list[BusyHourView]
    time_zone: str


class PreferencesView(View, frozen=True, kw_only=True):
    """What the contact declared comes before what was learned. `channel`, with where it comes from; `hours` as
    declared, by weekday; `hours_source` learned: those of `learned`."""

    channel: str | None
    channel_source: Source | None
    declared_channel: str | None
    hours: dict[str, list[list[str]]]
    hours_source: Source | None
    learned: LearnedView


@resource.route(
    "GET",
    "/contacts/{contact_id}/preferences",
    role=Role.AGENT,
    gives=PreferencesView,
    refuses=(ContactNotFound,),
)
def get_contact_preferences(caller: Caller, contact_id: str) -> PreferencesView:
    """By which channel and when a contact is best reached."""
    contact = contacts.get(wiring.contacts(), contact_id)
    openings, _ = profile.habits().openings(contact_id)
    found = preferences(contact, openings)
    habits = found.learned
    learned = LearnedView(
        openings=habits.openings,
        is_enough=habits.openings >= ENOUGH,
        channel=habits.channel,
        channel_count=habits.channel_count,
        hours=[BusyHourView(weekday=each.weekday, hour=each.hour, count=each.count) for each in habits.hours],
        time_zone=habits.zone,
    )
    return PreferencesView(
        channel=found.channel,
        channel_source=_source(found.channel_source),
        declared_channel=contact.preferred_channel,
        hours=hours_view(found.declared_hours),
        hours_source=_source(found.hours_source),
        learned=learned,
    )


def _source(name: str | None) -> Source | None:
    return None if name is None else "declared" if name == "declared" else "learned"
