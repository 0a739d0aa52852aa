"""The items of contacts and their identities.

A contact's `row` is what list views show: the index projects it whole. A contact that a first message makes has no
more than that: what agents add stands beside it, absent where there is none. `words` by field and source: [at, by,
value]. `points` and `consents` are lists of short maps.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from chalicelib.aws import keys, keys_contact
from chalicelib.aws.codec import Item, from_json, moment, moment_or_none, to_json
from chalicelib.domain.consent import ConsentState, ConsentWord, Purpose
from chalicelib.domain.contact import Contact, ContactIdentity, ContactPoint, DoNotContact, WeeklyHours, Word


def contact_item(contact: Contact) -> Item:
    pk, sk = keys.contact(contact.id)
    return {
        "pk": pk,
        "sk": sk,
        "version": contact.version,
        "row": {
            "name": contact.name,
            "username": contact.username,
            "phone": contact.phone,
            "email": contact.email,
            "locale": contact.locale,
            "avatar_url": contact.avatar_url,
            "created": contact.created_at,
            "updated": contact.updated_at,
        },
        "notes": contact.notes or None,
        "attributes": contact.attributes,
        "sources": contact.sources,
        "identities": contact.identities,
        "person": contact.person,
        **_profile(contact),
        "kind_key": keys.CONTACTS,
        "kind_sort": keys.view_key(contact.created_at),
    }


def _profile(contact: Contact) -> Item:
    return {
        "language": contact.language,
        "dialect": contact.dialect,
        "time_zone": contact.time_zone,
        "tier": contact.tier,
        "since": contact.customer_since.isoformat() if contact.customer_since else None,
        "prefers": contact.preferred_channel,
        "hours": _hours_map(contact.contact_hours),
        "interests": contact.interests,
        "goals": contact.goals,
        "words": to_json(_words(contact)) if contact.words else None,
        "points": tuple(_point_map(point) for point in contact.contact_points),
        "silence": _silence_map(contact.do_not_contact),
        "consents": tuple(_consent_map(word) for word in contact.consents),
        "labels": contact.labels,
    }


def contact_from(item: Item) -> Contact:
    row: Any = item["row"]
    return Contact(
        id=keys.identifier(item["pk"]),
        created_at=moment(row["created"]),
        updated_at=moment(row["updated"]),
        name=row.get("name"),
        username=row.get("username"),
        phone=row.get("phone"),
        email=row.get("email"),
        locale=row.get("locale"),
        avatar_url=row.get("avatar_url"),
        notes=item.get("notes", ""),
        attributes=item.get("attributes", {}),
        sources=item.get("sources", {}),
        identities=tuple(item.get("identities", ())),
        person=item.get("person"),
        language=item.get("language"),
        dialect=item.get("dialect"),
        time_zone=item.get("time_zone"),
        tier=item.get("tier"),
        customer_since=_date(item.get("since")),
        preferred_channel=item.get("prefers"),
        contact_hours=_hours(item.get("hours", {})),
        interests=tuple(item.get("interests", ())),
        goals=tuple(item.get("goals", ())),
        contact_points=tuple(_point(each) for each in item.get("points", ())),
        do_not_contact=_silence(item.get("silence")),
        consents=tuple(_consent(each) for each in item.get("consents", ())),
        words=_words_from(item.get("words")),
        labels=tuple(item.get("labels", ())),
        version=item["version"],
    )


def _words(contact: Contact) -> Mapping[str, Any]:
    return {
        name: {source: [word.at.isoformat(), word.by, _plain(word.value)] for source, word in words.items()}
        for name, words in contact.words.items()
    }


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return _hours_map(value) if isinstance(value, Mapping) else value


def _words_from(text: str | None) -> Mapping[str, Mapping[str, Word]]:
    if text is None:
        return {}
    return {
        name: {
            source: Word(_value(name, value), datetime.fromisoformat(at), by)
            for source, (at, by, value) in words.items()
        }
        for name, words in from_json(text).items()
    }


def _hours(stored: Mapping[str, Any]) -> WeeklyHours:
    return {int(day): tuple((start, end) for start, end in spans) for day, spans in stored.items()}


# What JSON cannot tell from a text or a list; all other values are kept as they are.
_VALUES: Mapping[str, Callable[[Any], Any]] = {
    "customer_since": date.fromisoformat,
    "contact_hours": _hours,
    "interests": tuple,
    "goals": tuple,
}


def _value(name: str, value: Any) -> Any:
    form = _VALUES.get(name)
    return value if value is None or form is None else form(value)


def _hours_map(hours: WeeklyHours) -> Mapping[str, Any]:
    return {str(day): [list(span) for span in spans] for day, spans in hours.items()}


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _point_map(point: ContactPoint) -> Item:
    return {
        "k": point.kind,
        "v": point.value,
        "l": point.label or None,
        "f": point.valid_from.isoformat() if point.valid_from else None,
        "t": point.valid_to.isoformat() if point.valid_to else None,
        "a": point.verified_at,
        "b": point.verified_by or None,
        "s": point.source,
    }


def _point(item: Item) -> ContactPoint:
    return ContactPoint(
        kind=item["k"],
        value=item["v"],
        label=item.get("l", ""),
        valid_from=_date(item.get("f")),
        valid_to=_date(item.get("t")),
        verified_at=moment_or_none(item.get("a")),
        verified_by=item.get("b", ""),
        source=item["s"],
    )


def _silence_map(silence: DoNotContact | None) -> Item | None:
    return {"r": silence.reason, "b": silence.by, "a": silence.at} if silence else None


def _silence(item: Item | None) -> DoNotContact | None:
    return DoNotContact(item["r"], item["b"], moment(item["a"])) if item else None


def _consent_map(word: ConsentWord) -> Item:
    return {
        "c": word.channel,
        "p": word.purpose.value,
        "s": word.state.value,
        "a": word.at,
        "o": word.source,
        "b": word.by or None,
        "n": word.note or None,
    }


def _consent(item: Item) -> ConsentWord:
    return ConsentWord(
        channel=item["c"],
        purpose=Purpose(item["p"]),
        state=ConsentState(item["s"]),
        at=moment(item["a"]),
        source=item["o"],
        by=item.get("b", ""),
        note=item.get("n", ""),
    )


def identity_item(identity: ContactIdentity) -> Item:
    pk, sk = keys.identity(identity.id)
    return {
        "pk": pk,
        "sk": sk,
        "channel": identity.channel,
        "address": identity.address,
        "contact": identity.contact_id,
        "created": identity.created_at,
        **keys_contact.held_place(identity.contact_id, pk),
    }
