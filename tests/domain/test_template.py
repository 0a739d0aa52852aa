"""Templates: whatever the order in which news of one come, it ends up the same; and what is to be sent fits, or not."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.template import (
    Button,
    Header,
    Parts,
    Template,
    TemplateNews,
    TemplateStatus,
    changed_pieces,
    merged,
)
from chalicelib.domain.template_fit import Misfit, check, fill, placeholders

START = datetime(2026, 3, 2, 9, 0, 0, tzinfo=UTC)
EMPTY = Template("ibx_1", "order_update", "en")
PARTS = Parts(
    body="Hi {{1}}, your order {{2}} is on its way.",
    header=Header("text", "Order {{1}}"),
    footer="Shop",
    buttons=(Button("quick_reply", "Thanks"), Button("url", "Track", "https://shop.example/{{1}}")),
)

news = st.builds(
    TemplateNews,
    at=st.integers(0, 3).map(lambda seconds: START + timedelta(seconds=seconds)),
    external_id=st.none() | st.sampled_from(["1", "2"]),
    status=st.none() | st.sampled_from(TemplateStatus),
    reason=st.none() | st.sampled_from(["A", "B"]),
    quality=st.none() | st.sampled_from(["green", "red"]),
    category=st.none() | st.sampled_from(["utility", "marketing"]),
    parts=st.none() | st.sampled_from([PARTS, Parts("Other")]),
)


def told(template: Template, all_news: list[TemplateNews]) -> Template:
    for one in all_news:
        template = merged(template, one)
    return template


# --- what providers say ------------------------------------------------------------------------------------------


@given(st.lists(news, max_size=6), st.randoms())
def test_news_come_to_the_same_in_any_order_and_however_often(all_news: list[TemplateNews], random: Any) -> None:
    shuffled = [*all_news, *all_news]
    random.shuffle(shuffled)

    assert told(EMPTY, shuffled) == told(EMPTY, all_news)


@given(st.lists(news, max_size=6))
def test_what_was_told_is_no_news(all_news: list[TemplateNews]) -> None:
    template = told(EMPTY, all_news)

    for one in all_news:
        assert merged(template, one) == template


def test_a_later_word_wins_and_a_late_one_is_dropped() -> None:
    approved = TemplateNews(START, status=TemplateStatus.APPROVED)
    paused = TemplateNews(START + timedelta(seconds=1), status=TemplateStatus.PAUSED, reason="Low quality")

    template = told(EMPTY, [paused, approved])

    assert (template.status, template.reason, template.updated_at) == (
        TemplateStatus.PAUSED,
        "Low quality",
        paused.at,
    )


def test_pieces_are_told_apart() -> None:
    first = told(EMPTY, [TemplateNews(START + timedelta(hours=1), status=TemplateStatus.APPROVED)])
    after = merged(first, TemplateNews(START, quality="red"))

    assert (after.status, after.quality) == (TemplateStatus.APPROVED, "red")
    assert changed_pieces(first, after) == ("quality",)
    assert changed_pieces(after, merged(after, TemplateNews(START + timedelta(days=1), quality="red"))) == ()


# --- what is to be sent ------------------------------------------------------------------------------------------


def said(*texts: str) -> list[dict[str, Any]]:
    return [{"type": "text", "text": text} for text in texts]


def components(**changed: Any) -> list[dict[str, Any]]:
    """A send that fits `PARTS`; `header`, `body`, `button` take the place of its parts, None leaves one out."""
    fits: dict[str, Any] = {
        "header": {"type": "header", "parameters": said("1001")},
        "body": {"type": "body", "parameters": said("Ana", "1001")},
        "button": {"type": "button", "sub_type": "url", "index": "1", "parameters": said("1001")},
    }
    return [part for part in (fits | changed).values() if part is not None]


def test_a_send_that_fits_reads_as_its_reader_sees_it() -> None:
    assert check(PARTS, components()) == ()
    assert fill(PARTS, components()) == "Order 1001\nHi Ana, your order 1001 is on its way.\nShop\n[Thanks] [Track]"


BODY = "content.components[1]"


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"body": {"type": "body", "parameters": said("Ana")}}, f"{BODY}.parameters", "{{2}}"),
        ({"body": {"type": "body", "parameters": said("Ana", "1", "2")}}, f"{BODY}.parameters[2]", "no place"),
        ({"body": {"type": "body", "parameters": said("Ana", " ")}}, f"{BODY}.parameters[1].text", "{{2}}"),
        (
            {"body": {"type": "body", "parameters": [*said("Ana"), {"type": "image"}]}},
            f"{BODY}.parameters[1].type",
            "text",
        ),
        ({"body": {"type": "body", "parameters": said("A" * 1020, "1")}}, f"{BODY}.parameters", "1024"),
        ({"body": None}, "content.components", "{{1}}"),
        ({"header": None}, "content.components", "header"),
        ({"header": {"type": "header", "parameters": said("1" * 60)}}, "content.components[0].parameters", "60"),
        ({"button": None}, "content.components", "Track"),
        (
            {"button": {"type": "button", "sub_type": "url", "index": 2, "parameters": said("1")}},
            "content.components[2].index",
            "number 2",
        ),
        (
            {"button": {"type": "button", "sub_type": "url", "index": 0, "parameters": said("1")}},
            "content.components[2].sub_type",
            "quick_reply",
        ),
        (
            {"button": {"type": "button", "sub_type": "url", "index": 1, "parameters": []}},
            "content.components[2].parameters",
            "one value",
        ),
        ({"again": {"type": "body", "parameters": said("Ana", "1")}}, "content.components[3]", "twice"),
    ],
)
def test_what_does_not_fit_is_named(changed: dict[str, Any], field: str, words: str) -> None:
    found = check(PARTS, components(**changed))

    assert found[0].field == field
    assert words in found[0].reason


def test_named_values_go_where_their_names_are() -> None:
    parts = Parts("Hi {{name}}, {{order}} is here.")
    given = [
        {"type": "text", "parameter_name": "order", "text": "1001"},
        {"type": "text", "parameter_name": "name", "text": "Ana"},
    ]
    body = {"type": "body", "parameters": given}

    assert check(parts, [body]) == ()
    assert fill(parts, [body]) == "Hi Ana, 1001 is here."
    unknown = {"type": "body", "parameters": [*given, {"type": "text", "parameter_name": "x", "text": "1"}]}
    (misfit,) = check(parts, [unknown])
    assert (misfit.field, "{{x}}" in misfit.reason) == ("content.components[0].parameters[2]", True)


def test_numbers_count_as_they_are_written() -> None:
    parts = Parts("{{2}} for {{1}}")

    assert fill(parts, [{"type": "body", "parameters": said("Ana", "1001")}]) == "1001 for Ana"


@pytest.mark.parametrize("kind", ["image", "video", "document", "location"])
def test_a_header_that_is_no_text_needs_its_own_kind(kind: str) -> None:
    parts = Parts("Hello", Header(kind))
    good = [{"type": "header", "parameters": [{"type": kind, kind: {}}]}]

    assert check(parts, good) == ()
    assert check(parts, [{"type": "header", "parameters": said("x")}])[0].field == "content.components[0].parameters[0]"
    assert kind in check(parts, [])[0].reason
    assert check(Parts("Hello"), good) == (Misfit("content.components[0].parameters", "The template has no header."),)


def test_what_only_the_provider_knows_is_left_to_it() -> None:
    parts = Parts("Hello", Header("other"), others=("carousel",))

    assert check(parts, [{"type": "carousel", "cards": []}]) == ()
    assert fill(parts, []) == "Hello"


def test_a_copied_code_needs_its_value() -> None:
    parts = Parts("Hello", buttons=(Button("copy_code", "Copy"),))
    given = {"type": "button", "sub_type": "copy_code", "index": "0"}

    assert check(parts, [{**given, "parameters": [{"type": "coupon_code", "coupon_code": "SAVE"}]}]) == ()
    assert check(parts, [])
    assert check(parts, [{**given, "parameters": said("SAVE")}])


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from(["body", "text", "button"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["type", "parameters", "text", "index", "sub_type", "parameter_name", "currency"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(st.lists(st.dictionaries(st.sampled_from(["type", "parameters", "index", "sub_type"]), anything), max_size=4))
def test_no_content_raises(given_components: list[dict[str, Any]]) -> None:
    assert all(isinstance(one, Misfit) for one in check(PARTS, given_components))
    assert isinstance(fill(PARTS, given_components), str)


@given(st.lists(st.text(st.characters(categories=["Lu", "Ll"]), min_size=1, max_size=5), unique=True, max_size=4))
def test_every_value_stands_in_the_text_that_is_sent(names: list[str]) -> None:
    parts = Parts(" ".join("{{" + name + "}}" for name in names))
    given_values = [{"type": "text", "parameter_name": name, "text": f"<{name}>"} for name in names]

    assert placeholders(parts.body) == tuple(names)
    assert fill(parts, [{"type": "body", "parameters": given_values}]) == " ".join(f"<{name}>" for name in names)
