"""Canned responses: found in the order in which they are meant, said in the customer's language."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.domain.agent import Principal, Role
from chalicelib.domain.canned_response import MAX_BODY, CannedResponse, checked, found
from chalicelib.domain.errors import InvalidInput, NotPermitted
from chalicelib.domain.text_scope import EVERYBODYS, Reader, TextScope, Whose, whose_of

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
OWN = Whose(TextScope.PERSONAL, "agt_ana")
TEAM = Whose(TextScope.TEAM, "team_1")
ANA = Reader(Principal("agent", "agt_ana", "Ana", Role.AGENT), ("team_1",))
SUE = Reader(Principal("agent", "agt_sue", "Sue", Role.SUPERVISOR))
KEY = Reader(Principal("api", "key_1", "Shop", Role.ADMIN))


def response(shortcut: str, whose: Whose = OWN, used: int = 0, **more: object) -> CannedResponse:
    made = CannedResponse(f"can_{shortcut}", whose, shortcut, f"About {shortcut}", "Print the label.", AT, "agt_ana")
    return replace(made, used=used, **more)  # type: ignore[arg-type]


def test_the_nearest_comes_first_then_what_is_used_most() -> None:
    texts = [
        response("return-a", EVERYBODYS, used=99),
        response("return-t", TEAM, used=5),
        response("return-b", OWN, used=1),
        response("return-c", OWN, used=2),
        response("refund", OWN, used=50),
    ]
    assert [each.shortcut for each in found(texts, "return")] == ["return-c", "return-b", "return-t", "return-a"]
    assert [each.shortcut for each in found(texts, "return-a")] == ["return-a"]
    assert len(found(texts, "")) == len(texts)


def test_a_shortcut_that_is_typed_whole_comes_first() -> None:
    texts = [response("hi-there", OWN, used=9), response("hi", EVERYBODYS)]
    assert [each.shortcut for each in found(texts, "HI")] == ["hi", "hi-there"]


def test_every_word_has_to_be_there() -> None:
    texts = [response("label", body="How to (print) it"), response("other", body="Nothing of it")]
    assert [each.shortcut for each in found(texts, "prin how")] == ["label"]
    assert found(texts, "print nowhere") == []


def test_only_what_is_for_the_channel_is_offered() -> None:
    texts = [response("a", channels=("email",)), response("b")]
    assert [each.shortcut for each in found(texts, "", "email")] == ["a", "b"]
    assert [each.shortcut for each in found(texts, "", "sms")] == ["b"]


@pytest.mark.parametrize(
    ("locale", "language", "variant"),
    [
        ("pt-BR", None, "pt-BR"),
        ("pt_br", "de", "pt-BR"),
        ("pt-PT", "de", "de"),
        ("de-AT", None, "de"),
        (None, "de-CH", "de"),
        ("fr", None, None),
        (None, None, None),
    ],
)
def test_the_variant_is_the_one_of_whom_it_goes_to(
    locale: str | None, language: str | None, variant: str | None
) -> None:
    text = response("a", variants={"pt-BR": "Olá", "de": "Hallo"})
    name, body = text.body_for(locale, language)
    assert name == variant
    assert body == (text.variants[variant] if variant else text.body)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"body": " "}, "body"),
        ({"body": "x" * (MAX_BODY + 1)}, "body"),
        ({"body": "{{contact.name}}" * 51}, "body"),
        ({"variants": {"de": ""}}, "variants.de"),
        ({"variants": {f"d{place}": "ü" * 9000 for place in range(5)}}, "variants"),
    ],
)
def test_a_text_that_cannot_be_kept_is_refused_with_its_name(change: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        checked(response("a", **change))
    assert refused.value.field == field


def test_who_may_read_and_write_what() -> None:
    assert [ANA.may_read(each) for each in (OWN, TEAM, EVERYBODYS)] == [True, True, True]
    assert [ANA.may_write(each) for each in (OWN, TEAM, EVERYBODYS)] == [True, False, False]
    assert [SUE.may_read(each) for each in (OWN, TEAM, EVERYBODYS)] == [False, True, True]
    assert [SUE.may_write(each) for each in (OWN, TEAM, EVERYBODYS)] == [False, True, True]
    assert KEY.shelves == [EVERYBODYS]
    assert not ANA.may_read(Whose(TextScope.TEAM, "team_2"))
    with pytest.raises(NotPermitted):
        ANA.check_write(EVERYBODYS)
    for scope, team in ((TextScope.TEAM, None), (TextScope.ALL, "team_1"), (TextScope.PERSONAL, "team_1")):
        with pytest.raises(InvalidInput):
            whose_of(ANA.principal, scope, team)
    with pytest.raises(InvalidInput):
        whose_of(KEY.principal, TextScope.PERSONAL, None)
