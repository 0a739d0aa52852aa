"""Drafts with what is known of their customer; what is not known never goes out as a placeholder."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.contact import Contact
from chalicelib.domain.data_source import Consumer
from chalicelib.domain.entitlements import EntitlementRule
from chalicelib.domain.errors import ContactNotFound, InvalidInput, StoreUnavailable
from chalicelib.domain.external_fact import Fact
from chalicelib.domain.placeholders import MAX_DEPTH, MAX_PLACEHOLDERS, filled, names_in, shown
from chalicelib.services.contact_words import ContactWords, check_filled, first_name

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
ADA = Contact("con_ada", NOW, NOW, name="Ada Lovelace", tier="gold", customer_since=date(2020, 1, 2))
RETURNS = EntitlementRule("Gold", "free_return", "Returns are free", {"field": "contact.tier", "is": "gold"})
NO_LOANS = EntitlementRule("No loans", "loan", "A pair on loan", {}, grants=False)


@dataclass
class Office:
    contact: Contact | None = ADA
    values: Mapping[str, Any] = field(default_factory=lambda: {"crm.plan": "Pro", "crm.visits": 3.0, "crm.old": None})
    reads: list[str] = field(default_factory=list)
    broken: bool = False

    @property
    def words(self) -> ContactWords:
        return ContactWords(self, self._rules, lambda: self)

    def get(self, contact_id: str) -> Contact | None:
        self.reads.append("contact")
        return self.contact

    def _rules(self) -> tuple[EntitlementRule, ...]:
        self.reads.append("rules")
        return RETURNS, NO_LOANS

    def read(self, contact: Contact, consumer: Consumer, now: datetime) -> Mapping[str, Fact]:
        self.reads.append(consumer.value)
        if self.broken:
            raise StoreUnavailable("throttled")
        return {name: Fact(name, value, "crm", NOW) for name, value in self.values.items()}

    def text(self, text: str) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
        done = self.words.filled("con_ada", {"text": text}, NOW)
        return done.value["text"], done.missing, done.fell_back


def test_what_is_known_stands_in_the_text() -> None:
    text = "Hello {{contact.first_name|there}} ({{ contact.tier }}), {{entitlement.free_return}}: {{external.crm.plan}}"
    assert Office().text(text) == ("Hello Ada (gold), Returns are free: Pro", (), ())


def test_what_is_not_known_is_told_and_stands_there_still_or_gives_way_to_other_words() -> None:
    text = "{{contact.locale}} {{entitlement.loan|}}{{external.crm.old|none}} {{contact.locale}} {{external.a.b}}"
    missing, fell_back = ("contact.locale", "external.a.b"), ("entitlement.loan", "external.crm.old")
    assert Office().text(text) == ("{{contact.locale}} none {{contact.locale}} {{external.a.b}}", missing, fell_back)


@pytest.mark.parametrize(
    ("text", "reads"),
    [
        ("Hello", []),
        ("{{1}} {{}} {contact.name} {{a b}} {{-}} {{contact.name", []),
        ("{{nmae}}", ["contact"]),
        ("{{contact.name}}", ["contact"]),
        ("{{entitlement.loan|}}", ["contact", "rules"]),
        ("{{external.crm.plan}} {{external.crm.visits}}", ["contact", "templates"]),
    ],
)
def test_only_what_a_text_asks_for_is_read(text: str, reads: list[str]) -> None:
    office = Office()
    office.text(text)
    assert office.reads == reads


def test_a_templates_parameters_are_filled_and_nothing_else_of_it() -> None:
    content = {"name": "{{contact.name}}", "n": 1, "parts": [{"{{contact.tier}}": ["{{external.crm.visits}}", None]}]}
    done = Office().words.filled("con_ada", {"text": "", "content": content}, NOW)
    assert done.value["content"] == {"name": "Ada Lovelace", "n": 1, "parts": [{"{{contact.tier}}": ["3", None]}]}


def test_what_cannot_be_read_is_missing() -> None:
    assert Office(broken=True).text("{{external.crm.plan}}")[1] == ("external.crm.plan",)


def test_a_contact_that_is_gone_and_too_many_placeholders_are_refused() -> None:
    with pytest.raises(ContactNotFound):
        Office(contact=None).text("{{contact.name}}")
    with pytest.raises(InvalidInput):
        Office().text("{{contact.name}}" * (MAX_PLACEHOLDERS + 1))
    deep: Any = "x"
    for _ in range(MAX_DEPTH + 1):
        deep = [deep]
    with pytest.raises(InvalidInput) as refused:
        Office().words.filled("con_ada", {"content": deep}, NOW)
    assert str(refused.value.field).startswith("content[0]")


@given(st.text(alphabet="{}|. contact.nameexternal"), st.text(max_size=40))
def test_what_a_customer_is_called_is_never_taken_for_a_placeholder(rest: str, name: str) -> None:
    office = Office(replace(ADA, name="{{external.crm.plan}} " + name + "{{{contact.tier}}" + rest))
    text, missing, _fell_back = office.text("{{contact.name|you}}")
    assert list(names_in(text)) == []
    assert list(names_in(Office(office.contact).text("{{{contact.name}}}")[0])) == []
    assert missing == ()
    assert "external.crm.plan" in text
    assert "templates" not in office.reads


@given(st.text(max_size=200))
def test_a_text_without_placeholders_stays_as_it_is(text: str) -> None:
    if not list(names_in(text)):
        assert filled(text, {"contact.name": "Ada"}).value == text
        check_filled({"text": text})


@pytest.mark.parametrize(
    ("draft", "named"),
    [
        ({"text": "Hi {{contact.name}}"}, "text"),
        ({"text": "Hi {{contact.name|you}}"}, "text"),
        ({"content": {"parts": [{"text": "{{external.crm.plan}}"}]}}, "content.parts[0].text"),
    ],
)
def test_nothing_goes_out_with_a_placeholder(draft: dict[str, Any], named: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        check_filled(draft)
    assert refused.value.field == named


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, ""),
        (False, ""),
        (True, "yes"),
        (3.0, "3"),
        (3.5, "3.5"),
        (0, "0"),
        (["a", "", "b"], "a, b"),
        (" two\n lines\t", "two lines"),
        ("{{{x}}", "(((x))"),
    ],
)
def test_a_fact_is_one_line(value: Any, words: str) -> None:
    assert shown(value) == words


@pytest.mark.parametrize(
    ("name", "first"),
    [
        (None, None),
        ("", None),
        ("Ada", "Ada"),
        ("Lovelace, Ada", "Ada"),
        ("Ada,", "Ada"),
        ("王小明", "王小明"),
        (",", None),
    ],
)
def test_the_first_name_of_a_name(name: str | None, first: str | None) -> None:
    assert first_name(name) == first
