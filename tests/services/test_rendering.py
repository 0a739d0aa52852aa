"""Every kind on every channel: as it is, as something that says the same, or refused with what would go instead."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.api import contents
from chalicelib.channels import registry
from chalicelib.channels.base import CannotSay, Channel, Outgoing, OutgoingAttachment
from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.message import MEDIA, Author, Direction, Message, MessageKind
from chalicelib.services.alternatives import alternatives, goes
from chalicelib.services.rendering import RENDERED_AS, as_sent, neutral, rendered, rendering
from chalicelib.services.splitting import parts
from tests.channels.cases import outgoing
from tests.channels.kits import NOW

SPEAKING = [name for name in registry.CHANNELS if MessageKind.TEXT in registry.load(name).CAPABILITIES.kinds_out]
MIMES = {
    MessageKind.IMAGE: ["image/png", "image/jpeg", "image/tiff"],
    MessageKind.AUDIO: ["audio/mpeg", "audio/ogg", "audio/x-unheard"],
    MessageKind.VIDEO: ["video/mp4", "video/x-matroska"],
    MessageKind.DOCUMENT: ["application/pdf", "text/csv", "image/png"],
    MessageKind.STICKER: ["image/webp"],
}
WORDS = st.text(min_size=1, max_size=40).filter(str.strip)
SHORT = st.text("abc é👍", min_size=1, max_size=12).filter(str.strip)
CARDS = st.builds(
    lambda name, phone: {"name": {"formatted_name": name}, "phones": [{"phone": phone}]}, WORDS, st.just("+4930123456")
)
CHOICES = st.lists(
    st.builds(lambda title: {"title": title}, SHORT), min_size=1, max_size=12, unique_by=lambda row: row["title"]
).map(lambda rows: [{**row, "id": f"id-{place}"} for place, row in enumerate(rows)])
CONTENTS: dict[MessageKind, st.SearchStrategy[dict[str, Any]]] = {
    MessageKind.LOCATION: st.fixed_dictionaries(
        {"latitude": st.floats(-90, 90), "longitude": st.floats(-180, 180)}, optional={"name": SHORT, "address": SHORT}
    ),
    MessageKind.CONTACTS: st.lists(CARDS, min_size=1, max_size=3).map(lambda cards: {"contacts": cards}),
    MessageKind.REACTION: st.fixed_dictionaries({"target": st.just("wamid.1"), "emoji": st.sampled_from(["👍", ""])}),
    MessageKind.BUTTONS: st.fixed_dictionaries({"body": WORDS, "buttons": CHOICES}, optional={"header": SHORT}),
    MessageKind.LIST: st.fixed_dictionaries(
        {"body": WORDS, "button": st.just("Open"), "sections": CHOICES.map(lambda rows: [{"title": "A", "rows": rows}])}
    ),
    MessageKind.TEMPLATE: st.just({"name": "order_ready", "language": "en", "components": []}),
    MessageKind.EDIT: st.just({"target": "wamid.1"}),
    MessageKind.REVOKE: st.just({"target": "wamid.1"}),
}
OURS = [*CONTENTS, *MIMES, MessageKind.TEXT]


@st.composite
def drafts(draw: st.DrawFn) -> Outgoing:
    """What an agent may write: it passes the API's own check."""
    kind = draw(st.sampled_from(OURS))
    texted = kind in MIMES or kind in (MessageKind.TEXT, MessageKind.EDIT, MessageKind.TEMPLATE)
    said = draw(WORDS | WORDS.map(lambda words: words * 90)) if texted else ""
    if kind not in (MessageKind.TEXT, MessageKind.EDIT):
        said = draw(st.sampled_from([said, ""]))
    count = draw(st.integers(1, 3)) if kind in MIMES else 0
    files = tuple(
        OutgoingAttachment("", draw(st.sampled_from(MIMES[kind])), "a.bin", draw(st.sampled_from([10, 10**7, 10**8])))
        for _ in range(count)
    )
    content = draw(CONTENTS.get(kind, st.just({})))
    about = kind in contents.ABOUT_ANOTHER
    answers = draw(st.none() | st.just("wamid.2")) if not about else None
    contents.check(kind, said, content, files=count, answers=answers is not None)
    return outgoing(kind, text=said, content=content, attachments=files, reply_to=answers)


@pytest.mark.parametrize("name", SPEAKING)
@settings(deadline=None, max_examples=50)
@given(message=drafts(), quoted=st.none() | SHORT)
def test_it_goes_or_is_refused_with_what_would_go(name: str, message: Outgoing, quoted: str | None) -> None:
    channel = registry.load(name)
    try:
        shown = rendered(message, channel, quoted)
    except CannotSay as cannot:
        assert cannot.reason.endswith(".") and cannot.field
        check_alternatives(message, channel, cannot, quoted)
        return
    channel.check_send(shown)
    assert shown.kind in channel.CAPABILITIES.kinds_out
    assert_nothing_is_lost(message, shown, channel)


def check_alternatives(message: Outgoing, channel: Channel, cannot: CannotSay, quoted: str | None) -> None:
    """There is always a way on; but for a file of a type that the channel takes in no form."""
    found = alternatives(message, channel, cannot, quoted)
    if not found:
        assert message.kind in MEDIA and cannot.field and cannot.field.startswith(("attachments", "kind", "text"))
    for way in found:
        if way["kind"] == "split":
            assert len(parts(message, channel, quoted)) == way["parts"] > 1
        if way["kind"] in ("image", "document", "list"):
            assert goes(outgoing_as(message, MessageKind(way["kind"]), way), channel, quoted)


def outgoing_as(message: Outgoing, kind: MessageKind, way: Any) -> Outgoing:
    return outgoing(
        kind,
        text=message.text,
        content=way.get("content", message.content),
        attachments=message.attachments,
        reply_to=message.reply_to,
    )


def assert_nothing_is_lost(message: Outgoing, shown: Outgoing, channel: Channel) -> None:
    body = f"{shown.text}\n{shown.content.get('body', '')}"
    assert message.text in body or message.kind is MessageKind.TEMPLATE
    assert shown.attachments == message.attachments
    assert shown.reply_to == message.reply_to or body.startswith("> ") or "\n> " in body
    if shown.kind is MessageKind.TEXT and message.kind is not MessageKind.TEXT:
        for words in told(message):
            assert words.strip() in shown.text


def told(message: Outgoing) -> list[str]:
    """What a text that stands for it has to say."""
    content = message.content
    rows = [*content.get("buttons", ()), *(row for part in content.get("sections", ()) for row in part["rows"])]
    cards = content.get("contacts", ())
    return [
        *(row["title"] for row in rows),
        *(card["name"]["formatted_name"] for card in cards),
        *(phone["phone"] for card in cards for phone in card["phones"]),
        *(content[name] for name in ("body", "header", "address", "emoji") if content.get(name)),
    ]


@pytest.mark.parametrize("name", SPEAKING)
def test_what_nobody_can_write_is_refused(name: str) -> None:
    channel = registry.load(name)
    for kind in (MessageKind.POSTBACK, MessageKind.ORDER, MessageKind.SYSTEM, MessageKind.UNSUPPORTED):
        with pytest.raises(CannotSay) as refusal:
            rendered(outgoing(kind, text="x"), channel)
        assert alternatives(outgoing(kind, text="x"), channel, refusal.value, None) == [{"kind": "text"}]


# --- how it reads ------------------------------------------------------------------------------------------------


def on(name: str, kind: MessageKind, quoted: str | None = None, **values: Any) -> Outgoing:
    return rendered(outgoing(kind, **values), registry.load(name), quoted)


BUTTONS = {
    "header": "Order 4711",
    "body": "Where to?",
    "buttons": [{"id": "a", "title": "Home"}, {"title": "Track it", "url": "https://t.example/1"}],
    "footer": "Free of charge",
}


def test_choices_are_numbered() -> None:
    assert on("sms", MessageKind.BUTTONS, content=BUTTONS).text == (
        "Order 4711\n\nWhere to?\n\n1. Home\n2. Track it: https://t.example/1\n\nFree of charge"
    )
    rows = [{"id": "1", "title": "Monday", "description": "9 to 12"}]
    sections = [{"title": "Morning", "rows": rows}, {"title": "Evening", "rows": [{"id": "2", "title": "Friday"}]}]
    shown = on("web_chat", MessageKind.LIST, text="When?", content={"sections": sections})
    assert (shown.kind, shown.content) == (MessageKind.TEXT, {})
    assert shown.text == "When?\n\nMorning\n1. Monday: 9 to 12\nEvening\n2. Friday"


def test_a_place_is_a_link_to_a_map() -> None:
    place = {"latitude": 52.520008, "longitude": -13.4, "name": "Our shop", "address": "Main Street 1"}
    assert on("sms", MessageKind.LOCATION, content=place).text == (
        "📍 Our shop\nMain Street 1\nhttps://www.google.com/maps/search/?api=1&query=52.520008%2C-13.400000"
    )


def test_people_are_names_and_numbers() -> None:
    cards = [
        {
            "name": {"formatted_name": "Ana Gil"},
            "org": {"company": "Parcels"},
            "phones": [{"phone": "+34 600 000 001"}, {"phone": "+34 600 000 002"}],
            "emails": [{"email": "ana@example.com"}],
        },
        {"name": {"formatted_name": "Bo"}},
    ]
    assert on("instagram", MessageKind.CONTACTS, content={"contacts": cards}).text == (
        "👤 Ana Gil\nParcels\n+34 600 000 001\n+34 600 000 002\nana@example.com\n\n👤 Bo"
    )


def test_what_is_said_of_another_message_names_it() -> None:
    about = {"target": "m.1"}
    assert on("sms", MessageKind.REACTION, "On its way", content={**about, "emoji": "👍"}).text == (
        "Reacted 👍 to “On its way”"
    )
    assert on("sms", MessageKind.EDIT, "On its way", text="It arrived", content=about).text == "Correction: It arrived"
    for kind, content in ((MessageKind.REVOKE, about), (MessageKind.REACTION, {**about, "emoji": ""})):
        with pytest.raises(CannotSay, match="cannot be taken back"):
            on("sms", kind, content=content)


def test_an_answer_quotes_where_the_channel_does_not() -> None:
    answer = on("sms", MessageKind.TEXT, "Where is my parcel?", text="Nearly there", reply_to="SM1")
    assert (answer.text, answer.reply_to) == ("> Where is my parcel?\n\nNearly there", None)
    buttons = on("messenger", MessageKind.BUTTONS, "Hm?", reply_to="m", content={**BUTTONS, "header": "", "footer": ""})
    assert buttons.content["body"] == "> Hm?\n\nWhere to?"
    assert on("whatsapp", MessageKind.TEXT, "Hm?", text="Yes", reply_to="wamid.1").reply_to == "wamid.1"
    file = OutgoingAttachment("", "image/png", None, 10)
    with pytest.raises(CannotSay) as refusal:
        on("messenger", MessageKind.IMAGE, "Hm?", reply_to="m", attachments=(file,))
    assert refusal.value.field == "reply_to"


def test_a_file_goes_as_another_kind_of_file() -> None:
    sticker = OutgoingAttachment("", "image/webp", "hi.webp", 10)
    assert on("web_chat", MessageKind.STICKER, attachments=(sticker,)).kind is MessageKind.IMAGE
    picture = OutgoingAttachment("", "image/png", "plan.png", 10)
    assert on("line", MessageKind.DOCUMENT, attachments=(picture,)).kind is MessageKind.IMAGE
    paper = OutgoingAttachment("", "application/pdf", "plan.pdf", 10)
    with pytest.raises(CannotSay, match="Send a link"):
        on("line", MessageKind.DOCUMENT, attachments=(paper,))


def test_a_template_is_its_text_where_it_is_given() -> None:
    template = {"name": "ready", "language": "en"}
    assert on("sms", MessageKind.TEMPLATE, text="Your order is ready.", content=template).text == "Your order is ready."
    with pytest.raises(CannotSay, match="Send the text"):
        on("sms", MessageKind.TEMPLATE, content=template)


def test_a_channels_own_words_stay() -> None:
    shown = on(
        "instagram", MessageKind.LIST, content={"body": "Q", "sections": [], "comment": "public", "comment_id": "1"}
    )
    assert shown.content == {"comment": "public", "comment_id": "1"}


STORED = Message(
    id="msg_1",
    leg_id="leg_1",
    conversation_id="cnv_1",
    direction=Direction.INBOUND,
    kind=MessageKind.TEXT,
    occurred_at=NOW,
    stored_at=NOW,
    author=Author("contact"),
)


# --- what is kept ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SPEAKING)
@settings(deadline=None, max_examples=50)
@given(message=drafts(), quoted=st.none() | SHORT)
def test_what_is_kept_gives_what_was_checked(name: str, message: Outgoing, quoted: str | None) -> None:
    try:
        shown = rendered(message, registry.load(name), quoted)
    except CannotSay:
        return
    form = rendering(message, shown)
    content = message.content if form is None else {**message.content, RENDERED_AS: form}
    stored = replace(
        STORED,
        direction=Direction.OUTBOUND,
        client_id="c",
        kind=message.kind,
        text=message.text,
        content=content,
        reply_to=message.reply_to,
    )
    sent = as_sent(stored)
    assert (sent.kind, sent.text, sent.reply_to) == (shown.kind, shown.text, shown.reply_to)
    assert dict(sent.content) == dict(shown.content)
    assert neutral(stored) == message.content


def test_a_providers_word_of_the_same_name_is_not_ours() -> None:
    theirs = replace(STORED, content={RENDERED_AS: {"kind": "text", "text": "Another"}})
    assert as_sent(theirs) is theirs
    assert neutral(theirs) == theirs.content
    broken = replace(theirs, direction=Direction.OUTBOUND, client_id="c", content={RENDERED_AS: {"kind": "nothing"}})
    assert as_sent(broken) is broken


# --- the shape of contents ---------------------------------------------------------------------------------------

LONG_LIST = {"body": "Q", "sections": [{"rows": [{"id": "1", "title": "A"}, {"id": "1", "title": "B"}]}]}


@pytest.mark.parametrize(
    ("kind", "text", "content", "field"),
    [
        (MessageKind.LOCATION, "", {"longitude": 1}, "content.latitude"),
        (MessageKind.LOCATION, "", {"latitude": 91, "longitude": 1}, "content.latitude"),
        (MessageKind.LOCATION, "", {"latitude": "1", "longitude": 1}, "content.latitude"),
        (MessageKind.CONTACTS, "", {"contacts": []}, "content.contacts"),
        (MessageKind.CONTACTS, "", {"contacts": [{"name": {}}]}, "content.contacts[0].name.formatted_name"),
        (MessageKind.REACTION, "", {"emoji": "👍"}, "content.target"),
        (MessageKind.REACTION, "Hm", {"target": "m", "emoji": "👍"}, "text"),
        (MessageKind.BUTTONS, "", {"body": "Q", "buttons": []}, "content.buttons"),
        (MessageKind.BUTTONS, "", {"buttons": [{"id": "1", "title": "A"}]}, "content.body"),
        (MessageKind.BUTTONS, "P", {"body": "Q", "buttons": [{"id": "1", "title": "A"}]}, "text"),
        (MessageKind.BUTTONS, "Q", {"buttons": [{"id": "1", "title": "A"}, {"title": "B"}]}, "content.buttons[1].id"),
        (MessageKind.BUTTONS, "Q", {"buttons": [{"id": "1", "title": "A"}] * 2}, "content.buttons"),
        (MessageKind.BUTTONS, "Q", {"buttons": [{"id": "1", "title": " "}]}, "content.buttons[0].title"),
        (MessageKind.BUTTONS, "Q", {"buttons": [{"title": "A", "url": "no link"}]}, "content.buttons[0].url"),
        (MessageKind.LIST, "Q", {"sections": [{"rows": []}]}, "content.sections[0].rows"),
        (MessageKind.LIST, "", LONG_LIST, "content.sections"),
        (MessageKind.TEMPLATE, "", {"name": "a"}, "content.language"),
        (MessageKind.TEMPLATE, "", {"name": "a", "language": {}}, "content.language.code"),
        (MessageKind.EDIT, " ", {"target": "m"}, "text"),
        (MessageKind.REVOKE, "", {}, "content.target"),
        (MessageKind.TEXT, "Hi", {"rendered_as": {}}, "content.rendered_as"),
    ],
)
def test_a_content_of_the_wrong_shape_is_refused_by_its_field(
    kind: MessageKind, text: str, content: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        contents.check(kind, text, content, files=0, answers=False)
    assert refusal.value.field == field


def test_files_and_answers_go_with_the_kinds_that_have_them() -> None:
    place = {"latitude": 1.0, "longitude": 2.0}
    with pytest.raises(InvalidInput, match="Files go with"):
        contents.check(MessageKind.LOCATION, "", place, files=1, answers=False)
    with pytest.raises(InvalidInput, match="content.target"):
        contents.check(MessageKind.REVOKE, "", {"target": "m"}, files=0, answers=True)
    contents.check(MessageKind.LOCATION, "", {**place, "own": "word"}, files=0, answers=True)


def test_each_file_of_a_template_is_named_by_a_value() -> None:
    def checked(files: int, *values: dict[str, Any], **part: Any) -> None:
        components = [{"type": "header", "parameters": list(values), **part}]
        content = {"name": "t", "language": "en", "components": components}
        contents.check(MessageKind.TEMPLATE, "", content, files=files, answers=False)

    image = {"type": "image", "attachment": 0}
    checked(0)
    checked(1, image)
    checked(2, image, cards=[{"components": [{"parameters": [{"type": "image", "attachment": 1}]}]}])
    for files, values in (
        (1, ()),
        (2, (image,)),
        (1, ({"type": "image", "attachment": 1},)),
        (1, ({"attachment": True},)),
    ):
        with pytest.raises(InvalidInput) as refusal:
            checked(files, *values)
        assert refusal.value.field == "attachments"
