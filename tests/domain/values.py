"""Any conversation, message, contact and note, for property tests."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from chalicelib.domain import ids
from chalicelib.domain.consent import ConsentState, ConsentWord, Purpose
from chalicelib.domain.contact import Contact, ContactIdentity, ContactPoint, DoNotContact, Word
from chalicelib.domain.conversation import Conversation, LastMessage, Leg, LegHead, Priority, Status, Stretch
from chalicelib.domain.delivery import DeliveryState, FailureClass
from chalicelib.domain.message import (
    Attachment,
    AttachmentState,
    Author,
    Direction,
    Failure,
    Message,
    MessageKind,
)
from chalicelib.domain.note import Note
from chalicelib.domain.standing import Standing, Taken

EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
times = st.integers(0, 3_000_000_000_000).map(lambda ms: EPOCH + timedelta(milliseconds=ms))
# Anything that is text and can be stored; the empty text is no value in DynamoDB's items.
texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
optional_texts = st.none() | texts
base32 = st.text(ids.ALPHABET, min_size=1, max_size=20)


def identifiers(prefix: str) -> st.SearchStrategy[str]:
    return base32.map(lambda body: f"{prefix}_{body}")


message_ids = st.builds(ids.message_id, times, texts)
leg_ids = st.builds(ids.leg_id, identifiers("ibx"), texts)
scalars = texts | st.integers(-(2**53), 2**53) | st.booleans() | st.floats(allow_nan=False, allow_infinity=False)
contents = st.dictionaries(texts, scalars | st.lists(scalars, max_size=3), max_size=3)
attachments = st.builds(
    Attachment,
    mime=texts,
    name=optional_texts,
    size_bytes=st.none() | st.integers(0, 10**12),
    sha256=optional_texts,
    media_id=optional_texts,
    source_url=optional_texts,
    object_key=optional_texts,
    state=st.sampled_from(AttachmentState),
    reason=optional_texts,
    voice=st.booleans(),
)
failures = st.builds(Failure, code=texts, failure=st.sampled_from(FailureClass), detail=texts, at=times)


@st.composite
def messages(draw: st.DrawFn, direction: Direction | None = None) -> Message:
    way = direction or draw(st.sampled_from(Direction))
    identifier = draw(message_ids)
    ours = way is Direction.OUTBOUND
    more: dict[str, Any] = {}
    if ours:
        more = {
            "state": draw(st.sampled_from(DeliveryState)),
            "attempt": draw(st.integers(1, 9)),
            "marks": draw(st.dictionaries(st.sampled_from([state.value for state in DeliveryState]), times)),
            "failure": draw(st.none() | failures),
            "client_id": draw(optional_texts),
        }
    return Message(
        id=identifier,
        leg_id=draw(leg_ids),
        conversation_id=draw(identifiers("cnv")),
        part=draw(st.integers(0, 3)),
        direction=way,
        kind=draw(st.sampled_from(MessageKind)),
        occurred_at=ids.message_time(identifier),
        stored_at=draw(times),
        author=Author(
            draw(st.sampled_from(("agent", "contact", "api", "bot"))), draw(optional_texts), draw(optional_texts)
        ),
        text=draw(texts | st.just("")),
        external_id=draw(optional_texts),
        reply_to=draw(optional_texts),
        content=draw(contents),
        attachments=tuple(draw(st.lists(attachments, max_size=2))),
        version=draw(st.integers(1, 99)),
        **more,
    )


stretches = st.builds(Stretch, identifiers("cnv"), st.integers(0, 9), message_ids, message_ids)


@st.composite
def legs(draw: st.DrawFn) -> Leg:
    return Leg(
        id=draw(leg_ids),
        inbox_id=draw(identifiers("ibx")),
        channel=draw(texts),
        address=draw(texts),
        first_message_id=draw(message_ids),
        last_message_id=draw(message_ids),
        last_inbound_at=draw(st.none() | times),
        last_inbound_external_id=draw(optional_texts),
        own_first_message_id=draw(st.just("") | message_ids),
        earlier=tuple(draw(st.lists(stretches, max_size=2))),
    )


@st.composite
def last_messages(draw: st.DrawFn) -> LastMessage:
    identifier = draw(message_ids)
    return LastMessage(
        id=identifier,
        leg_id=draw(leg_ids),
        direction=draw(st.sampled_from(Direction)),
        kind=draw(st.sampled_from(MessageKind)).value,
        preview=draw(texts),
        at=ids.message_time(identifier),
        author_kind=draw(texts),
    )


tiers = st.builds(
    Standing,
    path=texts,
    tier=texts,
    place=st.integers(0, 9),
    at=times,
    episode=st.integers(1, 50),
    team_id=st.none() | identifiers("tea"),
    skills=st.dictionaries(texts, st.integers(1, 5), max_size=3),
    ticket=st.booleans(),
    left_by=st.none() | identifiers("agt"),
)


@st.composite
def conversations(draw: st.DrawFn) -> Conversation:
    owner = draw(st.none() | identifiers("agt"))
    taken = draw(st.none() | st.builds(Taken, by=st.just(owner or ""), previous=optional_texts, at=times))
    own = draw(st.lists(legs(), min_size=1, max_size=3, unique_by=lambda leg: leg.id))
    return Conversation(
        id=draw(base32.map(lambda body: f"cnv_{body:0>20}")),
        contact_id=draw(identifiers("con")),
        contact_name=draw(texts),
        inbox_id=draw(identifiers("ibx")),
        channel=draw(texts),
        active_leg_id=own[0].id,
        opened_at=draw(times),
        status_changed_at=draw(times),
        last_activity_at=draw(times),
        view_at=draw(times),
        created_at=draw(times),
        merged_into=draw(st.none() | identifiers("cnv")),
        absorbed=tuple(draw(st.lists(identifiers("cnv"), max_size=2))),
        part=draw(st.integers(0, 3)),
        status=draw(st.sampled_from(Status)),
        episode=draw(st.integers(1, 50)),
        assignee_id=owner,
        tier=draw(st.none() | tiers),
        taken=taken if owner else None,
        team_id=draw(st.none() | identifiers("tea")),
        priority=draw(st.sampled_from(Priority)),
        labels=tuple(draw(st.lists(texts, max_size=3))),
        legs={leg.id: leg for leg in own},
        last_message=draw(st.none() | last_messages()),
        unread=draw(st.integers(0, 999)),
        waiting_since=draw(st.none() | times),
        first_response_at=draw(st.none() | times),
        resolved_at=draw(st.none() | times),
        snoozed_until=draw(st.none() | times),
        version=draw(st.integers(1, 10**6)),
    )


heads = st.builds(
    LegHead,
    id=leg_ids,
    inbox_id=identifiers("ibx"),
    channel=texts,
    address=texts,
    identity_id=identifiers("idn"),
    contact_id=identifiers("con"),
    conversation_id=identifiers("cnv"),
    ordinal=st.integers(0, 99),
    status=st.sampled_from(Status),
    view_at=times,
    resolved_at=st.none() | times,
    contact_name=texts,
)
weekly_hours = st.dictionaries(
    st.integers(0, 6),
    st.lists(st.tuples(st.integers(0, 700), st.integers(701, 1440)), min_size=1, max_size=2).map(tuple),
    max_size=2,
)
contact_points = st.builds(
    ContactPoint,
    kind=st.sampled_from(("email", "phone")),
    value=texts,
    label=texts | st.just(""),
    valid_from=st.none() | st.dates(),
    valid_to=st.none() | st.dates(),
    verified_at=st.none() | times,
    verified_by=texts | st.just(""),
    source=texts,
)


def words_about(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Word]:
    return st.builds(Word, value=st.none() | values, at=times, by=texts | st.just(""))


def consent_words(at: st.SearchStrategy[datetime] = times) -> st.SearchStrategy[ConsentWord]:
    return st.builds(
        ConsentWord,
        channel=st.sampled_from(("any", "email", "sms")),
        purpose=st.sampled_from(Purpose),
        state=st.sampled_from(ConsentState),
        at=at,
        source=texts,
        by=texts | st.just(""),
        note=texts | st.just(""),
    )


contacts = st.builds(
    Contact,
    id=identifiers("con"),
    created_at=times,
    updated_at=times,
    name=optional_texts,
    username=optional_texts,
    phone=optional_texts,
    email=optional_texts,
    locale=optional_texts,
    avatar_url=optional_texts,
    notes=texts | st.just(""),
    attributes=st.dictionaries(texts, texts | st.integers(-(10**9), 10**9) | st.booleans(), max_size=3),
    sources=st.dictionaries(texts, texts, max_size=3),
    identities=st.lists(identifiers("idn"), max_size=3).map(tuple),
    person=st.none() | identifiers("con"),
    language=st.none() | st.sampled_from(("de", "pt-BR", "zh-Hant")),
    dialect=st.none() | st.just("gsw"),
    time_zone=st.none() | st.just("Europe/Berlin"),
    tier=optional_texts,
    customer_since=st.none() | st.dates(),
    preferred_channel=st.none() | st.just("email"),
    contact_hours=weekly_hours,
    interests=st.lists(texts, max_size=2).map(tuple),
    goals=st.lists(texts, max_size=2).map(tuple),
    words=st.fixed_dictionaries(
        {},
        optional={
            "name": st.dictionaries(texts, words_about(texts), max_size=2),
            "customer_since": st.dictionaries(texts, words_about(st.dates()), max_size=2),
            "contact_hours": st.dictionaries(texts, words_about(weekly_hours), max_size=2),
            "interests": st.dictionaries(texts, words_about(st.lists(texts, max_size=2).map(tuple)), max_size=2),
            "attribute.size": st.dictionaries(texts, words_about(st.lists(texts) | st.integers()), max_size=2),
        },
    ),
    contact_points=st.lists(contact_points, max_size=2).map(tuple),
    do_not_contact=st.none() | st.builds(DoNotContact, reason=texts, by=texts, at=times),
    consents=st.lists(consent_words(), max_size=3).map(tuple),
    labels=st.lists(texts, max_size=2).map(tuple),
    version=st.integers(1, 99),
)
contact_identities = st.builds(
    ContactIdentity,
    id=identifiers("idn"),
    channel=texts,
    address=texts,
    contact_id=identifiers("con"),
    created_at=times,
)
notes = st.builds(
    Note,
    id=st.builds(ids.note_id, times, texts),
    conversation_id=identifiers("cnv"),
    kind=st.sampled_from(("note", "activity")),
    author_id=identifiers("agt"),
    author_name=texts,
    at=times,
    text=texts | st.just(""),
    facts=contents,
    audience=st.lists(identifiers("agt"), max_size=3).map(tuple),
    mentions=st.lists(identifiers("agt"), max_size=3).map(tuple),
)
