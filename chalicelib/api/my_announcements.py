"""What is announced to the caller."""

from datetime import datetime

from chalicelib.api.announcement_views import AnnouncementView, ReceiptView, fields, receipt_view
from chalicelib.api.routing import Caller, Resource
from chalicelib.api.schemas import Body, Query, View
from chalicelib.domain.agent import Role
from chalicelib.domain.announcement import Announcement, Receipt
from chalicelib.domain.errors_texts import AnnouncementNotFound
from chalicelib.wiring import texts

resource = Resource("my-announcements")


class ReceiptBody(Body, frozen=True, kw_only=True):
    """`acknowledged`: it is confirmed too."""

    acknowledged: bool = False


class MineQuery(Query, frozen=True, kw_only=True):
    """`all`: what was read already too."""

    all: bool = False


class MyAnnouncement(AnnouncementView, frozen=True, kw_only=True):
    """`read_at`, `acknowledged_at`: the caller's own receipt."""

    read_at: datetime | None
    acknowledged_at: datetime | None


class MyAnnouncements(View, frozen=True, kw_only=True):
    """The most pressing first, then the newest."""

    items: list[MyAnnouncement]


@resource.route("GET", "/me/announcements", role=Role.AGENT, query=MineQuery, gives=MyAnnouncements, people_only=True)
def list_my_announcements(caller: Caller, query: MineQuery) -> MyAnnouncements:
    """What is announced to the caller now, and they have not read yet (or not confirmed, where they have to)."""
    found = texts.announcements().for_reader(texts.reader(caller.principal), caller.now, everything=query.all)
    return MyAnnouncements(items=[_mine(announcement, receipt) for announcement, receipt in found])


@resource.route(
    "POST",
    "/me/announcements/{announcement_id}/receipt",
    role=Role.AGENT,
    body=ReceiptBody,
    gives=ReceiptView,
    refuses=(AnnouncementNotFound,),
    people_only=True,
    example={"acknowledged": True},
)
def read_announcement(caller: Caller, announcement_id: str, body: ReceiptBody) -> ReceiptView:
    """The caller has read it, or confirms it. The first time of each stays, however often it is said."""
    reader = texts.reader(caller.principal)
    return receipt_view(texts.announcements().read(reader, announcement_id, caller.now, acknowledged=body.acknowledged))


def _mine(announcement: Announcement, receipt: Receipt | None) -> MyAnnouncement:
    read_at = receipt.read_at if receipt else None
    acknowledged_at = receipt.acknowledged_at if receipt else None
    return MyAnnouncement(**fields(announcement), read_at=read_at, acknowledged_at=acknowledged_at)
