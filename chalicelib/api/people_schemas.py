"""What persons, links and suggestions look like when they are answered."""

from datetime import datetime
from typing import Any

from chalicelib.api.contact_views import ContactRow
from chalicelib.api.schemas import Json, View


class ActorView(View, frozen=True, kw_only=True):
    """Whose doing it was: agent, api_key or system."""

    kind: str
    id: str | None


class LinkView(View, frozen=True, kw_only=True):
    """Two contacts are one person. `evidence`: email, phone, name, said_so (somebody's word). `strength`: 0 to 100."""

    contact_id: str
    other_id: str
    strength: int
    evidence: list[str]
    by: ActorView
    at: datetime
    reason: str


class IdentityView(View, frozen=True, kw_only=True):
    """An address of a member. What is said there stays there, and is answered there."""

    id: str
    channel: str
    address: str
    contact_id: str


class SaidView(View, frozen=True, kw_only=True):
    """What a source says of a field. `value` is a text, a list or a mapping, as the field is."""

    value: Any
    source: str
    at: datetime
    contact_id: str
    by: str


class ProfileFieldView(View, frozen=True, kw_only=True):
    """`shown`: the strongest source's word, of equal ones the newest. `disputed`: another word differs."""

    name: str
    shown: SaidView
    others: list[SaidView]
    disputed: bool


class ProfileView(View, frozen=True, kw_only=True):
    """`labels`: by label the members that have it. `contact_points`, `do_not_contact`: by member."""

    fields: list[ProfileFieldView]
    labels: dict[str, list[str]]
    contact_points: list[Json]
    do_not_contact: list[Json]


class PersonView(View, frozen=True, kw_only=True):
    """A person: its contacts, the links that make them one, and the profile of all of them. A contact that is linked
    with none is a person of its own."""

    id: str
    members: list[ContactRow]
    identities: list[IdentityView]
    links: list[LinkView]
    profile: ProfileView


class FieldPreviewView(View, frozen=True, kw_only=True):
    """`outcome`: kept, adopted (the first side has none) or conflicting (both are kept, `shown` is shown)."""

    name: str
    outcome: str
    mine: SaidView | None
    theirs: SaidView | None
    shown: SaidView


class HeldView(View, frozen=True, kw_only=True):
    """What a side has before the link and after it. With `more_...` it is that many at least."""

    conversations: int
    more_conversations: bool
    timeline_lines: int
    more_timeline_lines: bool


class LinkPreviewView(View, frozen=True, kw_only=True):
    """What a link makes of both persons. Nothing is moved: contacts, identities, messages, conversations and timelines
    stay where they are, and each address is answered at that address. `against`: what speaks against it. `mine_holds`,
    `theirs_holds`: how much stays with each side; counted in a dry run alone, else null."""

    strength: int
    evidence: list[str]
    against: list[str]
    reason: str
    mine: list[str]
    theirs: list[str]
    identities: list[IdentityView]
    fields: list[FieldPreviewView]
    mine_holds: HeldView | None
    theirs_holds: HeldView | None


class LinkedView(View, frozen=True, kw_only=True):
    """`person` is as it is, or (`dry_run`) as it is without the link."""

    dry_run: bool
    preview: LinkPreviewView
    person: PersonView


class UnlinkedView(View, frozen=True, kw_only=True):
    """Both as they are now. `parted` is false where another path joins them still."""

    parted: bool
    person: PersonView
    other_person: PersonView


class LinkLineView(View, frozen=True, kw_only=True):
    """`what`: linked, unlinked or dismissed (a suggestion was)."""

    contact_id: str
    other_id: str
    what: str
    strength: int
    evidence: list[str]
    by: ActorView
    at: datetime
    reason: str


class LinkLinePage(View, frozen=True, kw_only=True):
    items: list[LinkLineView]
    next_cursor: str | None


class SuggestionView(View, frozen=True, kw_only=True):
    """`state`: open, withdrawn, dismissed, linked or apart. `reason` is what it rests on, `why` what was said of it."""

    id: str
    state: str
    contact_id: str
    other_id: str
    strength: int
    evidence: list[str]
    against: list[str]
    reason: str
    at: datetime
    by: ActorView
    why: str


class SuggestedView(View, frozen=True, kw_only=True):
    suggestion: SuggestionView
    contact: ContactRow
    other: ContactRow


class SuggestionPage(View, frozen=True, kw_only=True):
    items: list[SuggestedView]
    next_cursor: str | None


class AcceptedView(View, frozen=True, kw_only=True):
    suggestion: SuggestionView
    person: PersonView
