"""What a channel refuses is told as data too, with the numbers of its sentence."""

from collections.abc import Iterator

import pytest

from chalicelib.channels import registry
from chalicelib.channels.base import CannotSay, Channel, Outgoing, OutgoingAttachment
from chalicelib.domain.message import MEDIA, MessageKind
from chalicelib.services.misfits import Facts, misfit_facts
from chalicelib.services.rendering import rendered
from tests.channels.cases import outgoing

TERABYTE = 1024**4
TALKING = [name for name in registry.CHANNELS if MessageKind.TEXT in registry.load(name).CAPABILITIES.kinds_out]


def refused(name: str, message: Outgoing) -> tuple[Facts, str]:
    channel = registry.load(name)
    with pytest.raises(CannotSay) as cannot:
        rendered(message, channel)
    return misfit_facts(message, channel.CAPABILITIES, cannot.value), cannot.value.reason


def media_of(channel: Channel) -> Iterator[MessageKind]:
    return (kind for kind in MEDIA & channel.CAPABILITIES.kinds_out if kind is not MessageKind.STICKER)


def file(mime: str = "image/jpeg", size: int = 1000) -> OutgoingAttachment:
    return OutgoingAttachment("", mime, "a file", size)


@pytest.mark.parametrize("name", TALKING)
def test_a_text_is_too_long_by_the_channels_own_count(name: str) -> None:
    limit = registry.load(name).CAPABILITIES.max_text
    facts, said = refused(name, outgoing(text="x" * (limit + 1)))
    assert facts["why"] == "text_too_long"
    assert (facts["limit"], facts["length"]) == (limit, limit + 1)
    assert str(limit) in said and str(limit + 1) in said


@pytest.mark.parametrize("name", TALKING)
def test_nothing_is_said_where_nothing_is_written(name: str) -> None:
    assert refused(name, outgoing(text=" "))[0] == {"why": "text_empty"}


@pytest.mark.parametrize("name", [name for name in TALKING if name != "custom"])  # whose connector knows its limits
def test_a_file_above_the_limit_is_told_with_it(name: str) -> None:
    channel = registry.load(name)
    for kind in media_of(channel):
        mime = {"image": "image/jpeg", "audio": "audio/mp4", "video": "video/mp4"}.get(kind.value, "application/pdf")
        facts, _ = refused(name, outgoing(kind=kind, text="", attachments=(file(mime, TERABYTE),)))
        assert facts["why"] in ("file_too_large", "file_type", "files"), (kind, facts)
        if "limit_bytes" in facts:
            assert facts["limit_bytes"] == channel.CAPABILITIES.max_bytes[kind.value]


@pytest.mark.parametrize(
    ("name", "message", "facts"),
    [
        ("line", outgoing(kind=MessageKind.DOCUMENT, text="", attachments=(file("application/pdf"),)), "file_kind"),
        ("line", outgoing(kind=MessageKind.IMAGE, text="", attachments=(file("image/bmp"),)), "file_type"),
        ("viber", outgoing(kind=MessageKind.IMAGE, text="", attachments=(file(),) * 2), "files"),
        ("wechat", outgoing(kind=MessageKind.IMAGE, text="Look", attachments=(file(),)), "text_beside_file"),
        ("email", outgoing(text="Hello", content={"subject": "x" * 5000}), "subject"),
        ("email", outgoing(text="Hello", content={"cc": ["nobody"]}), "copies"),
        ("voice", outgoing(text="Hello"), "kind"),
    ],
)
def test_each_refusal_has_its_word(name: str, message: Outgoing, facts: str) -> None:
    assert refused(name, message)[0]["why"] == facts


def test_what_has_no_word_is_left_to_the_sentence() -> None:
    capabilities = registry.load("voice").CAPABILITIES
    unknown = CannotSay("Name your own phone.", field="content.agent_phone")
    assert misfit_facts(outgoing(text="Hello"), capabilities, unknown) == {}
