"""Reading and merging the template's parts."""

from pathlib import Path

import pytest

from infra.build import write
from infra.parts import PartError, Template, camel, load, merge


def part(folder: Path, text: str) -> Path:
    path = folder / "part.yaml"
    path.write_text(text)
    return path


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("!Ref Table", {"Ref": "Table"}),
        ("!GetAtt Table.Arn", {"Fn::GetAtt": ["Table", "Arn"]}),
        ('!Sub "${Table.Arn}/*"', {"Fn::Sub": "${Table.Arn}/*"}),
        ("!If [InAws, a, !Ref b]", {"Fn::If": ["InAws", "a", {"Ref": "b"}]}),
        ("!Condition InAws", {"Condition": "InAws"}),
        ("!Not [!Equals [a, b]]", {"Fn::Not": [{"Fn::Equals": ["a", "b"]}]}),
    ],
)
def test_short_functions_become_long(tmp_path: Path, short: str, long: object) -> None:
    assert load(part(tmp_path, f"value: {short}\n")) == {"value": long}


@pytest.mark.parametrize("text", ["a: 1\na: 2\n", "a: [\n", "- a\n", "a: !Sub\n  b: 1\n"])
def test_a_part_that_is_not_clear_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(PartError, match=r"part\.yaml"):
        load(part(tmp_path, text))


def test_parts_are_merged_by_section() -> None:
    merged: Template = {"Resources": {"A": 1}}

    merge(merged, {"Resources": {"B": 2}, "Outputs": {"A": 3}}, "b.yaml")

    assert merged == {"Resources": {"A": 1, "B": 2}, "Outputs": {"A": 3}}


def test_what_two_parts_declare_is_refused() -> None:
    with pytest.raises(PartError, match=r"b\.yaml: Resources A is declared twice"):
        merge({"Resources": {"A": 1}}, {"Resources": {"A": 1}}, "b.yaml")


def test_the_same_parts_make_the_same_file(tmp_path: Path) -> None:
    assert write(tmp_path / "a").read_bytes() == write(tmp_path / "b").read_bytes()


def test_logical_names() -> None:
    assert camel("webhook_intake") == "WebhookIntake"
