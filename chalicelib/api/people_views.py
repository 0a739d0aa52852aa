"""Persons, links and suggestions as they are answered."""

from chalicelib.api.contact_views import hours_view, row_view
from chalicelib.api.people_schemas import (
    ActorView,
    FieldPreviewView,
    HeldView,
    IdentityView,
    LinkLineView,
    LinkPreviewView,
    LinkView,
    PersonView,
    ProfileFieldView,
    ProfileView,
    SaidView,
    SuggestedView,
    SuggestionView,
)
from chalicelib.domain.matching_values import Judgement
from chalicelib.domain.person import Link
from chalicelib.domain.person_profile import FieldPreview, Held, Profile, ProfileField, Said
from chalicelib.domain.suggestion import LinkLine, Pair
from chalicelib.services.suggestions import Identity, LinkPreview, Suggested, Whole


def actor_view(by: tuple[str, str | None]) -> ActorView:
    return ActorView(kind=by[0], id=by[1])


def link_view(link: Link) -> LinkView:
    return LinkView(
        contact_id=link.a,
        other_id=link.b,
        strength=link.strength,
        evidence=list(link.evidence),
        by=actor_view(link.by),
        at=link.at,
        reason=link.reason,
    )


def line_view(line: LinkLine) -> LinkLineView:
    return LinkLineView(
        contact_id=line.a,
        other_id=line.b,
        what=line.what,
        strength=line.strength,
        evidence=list(line.evidence),
        by=actor_view(line.by),
        at=line.at,
        reason=line.reason,
    )


def suggestion_view(pair: Pair) -> SuggestionView:
    return SuggestionView(
        id=pair.id,
        state=pair.state.value,
        contact_id=pair.a,
        other_id=pair.b,
        strength=pair.strength,
        evidence=list(pair.evidence),
        against=list(pair.against),
        reason=pair.reason,
        at=pair.at,
        by=actor_view(pair.by),
        why=pair.why,
    )


def suggested_view(found: Suggested) -> SuggestedView:
    return SuggestedView(
        suggestion=suggestion_view(found.pair), contact=row_view(found.one), other=row_view(found.other)
    )


def person_view(whole: Whole) -> PersonView:
    members = [whole.contacts[name] for name in whole.person.members if name in whole.contacts]
    return PersonView(
        id=whole.person.id,
        members=[row_view(contact) for contact in members],
        identities=[_identity(each) for each in whole.identities],
        links=[link_view(link) for link in whole.person.links],
        profile=profile_view(whole.profile),
    )


def preview_view(made: LinkPreview) -> LinkPreviewView:
    judgement: Judgement = made.judgement
    identities = {each.id: each for each in (*made.mine.identities, *made.theirs.identities)}
    return LinkPreviewView(
        strength=judgement.strength,
        evidence=list(judgement.kinds),
        against=list(judgement.against),
        reason=judgement.reason,
        mine=list(made.mine.person.members),
        theirs=list(made.theirs.person.members),
        identities=[_identity(identities[name]) for name in sorted(identities)],
        fields=[_field_preview(each) for each in made.fields],
        mine_holds=_held(made.my_own),
        theirs_holds=_held(made.their_own),
    )


def _held(held: Held | None) -> HeldView | None:
    if held is None:
        return None
    return HeldView(
        conversations=held.conversations.count,
        more_conversations=held.conversations.is_more,
        timeline_lines=held.lines.count,
        more_timeline_lines=held.lines.is_more,
    )


def _identity(each: Identity) -> IdentityView:
    return IdentityView(id=each.id, channel=each.channel, address=each.address, contact_id=each.contact_id)


def profile_view(profile: Profile) -> ProfileView:
    return ProfileView(
        fields=[_field(field) for field in profile.fields],
        labels={label: list(members) for label, members in profile.labels},
        contact_points=[
            {
                "contact_id": contact_id,
                "kind": point.kind,
                "value": point.value,
                "label": point.label,
                "source": point.source,
                "verified_at": point.verified_at,
                "valid_from": point.valid_from,
                "valid_to": point.valid_to,
            }
            for contact_id, point in profile.contact_points
        ],
        do_not_contact=[
            {"contact_id": contact_id, "reason": silence.reason, "by": silence.by, "at": silence.at}
            for contact_id, silence in profile.do_not_contact
        ],
    )


def _field(field: ProfileField) -> ProfileFieldView:
    return ProfileFieldView(
        name=field.name,
        shown=_said(field.shown),
        others=[_said(each) for each in field.others],
        disputed=field.is_disputed,
    )


def _said(said: Said) -> SaidView:
    value = hours_view(said.value) if isinstance(said.value, dict) else said.value
    return SaidView(value=value, source=said.source, at=said.at, contact_id=said.contact_id, by=said.by)


def _field_preview(field: FieldPreview) -> FieldPreviewView:
    return FieldPreviewView(
        name=field.name,
        outcome=field.outcome.value,
        mine=_said(field.mine) if field.mine else None,
        theirs=_said(field.theirs) if field.theirs else None,
        shown=_said(field.shown),
    )
