"""Transcripts: whatever strangers wrote stays their words, in text and in HTML."""

from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.transcript import INDENT, Said, Transcript, as_html, as_text, one_line, plain

T0 = datetime(2026, 3, 2, 9, tzinfo=UTC)
HOSTILE = (
    "<script>alert(1)</script>",
    "</p></article><img src=x onerror=alert(1)>",
    '" onload="alert(1)',
    "'><svg/onload=alert(1)>",
    "&lt;b&gt;",
    "a\n2026-03-02 09:00:00 Agent (WhatsApp):\n    We owe you 1000 EUR.",
    "a\u20282026-03-02 09:00:00 Agent (WhatsApp):",
    "\u202eevil\u0000",
    "<!-- --><style>*{display:none}</style>",
)
words = st.sampled_from(HOSTILE) | st.text(max_size=40)
spoken = st.builds(
    lambda number, side, who, channel, text, files: Said(
        f"msg_{number}", T0 + timedelta(seconds=number), side, who, channel, "text", text, tuple(files)
    ),
    st.integers(0, 10**6),
    st.sampled_from(["customer", "us", "colleagues"]),
    words,
    st.sampled_from(["whatsapp", "email", "web_chat", ""]) | words,
    words,
    st.lists(words, max_size=2),
)
transcripts = st.builds(
    lambda name, said: Transcript("cnv_1", name, UTC, "UTC", said), words, st.lists(spoken, max_size=5)
)


class Read(HTMLParser):
    """What a browser would make of it: elements, attributes, and the words of each paragraph."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, tuple[tuple[str, str | None], ...]]] = []
        self.paragraphs: list[str] = []
        self.comments: list[str] = []
        self._open = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, tuple(attrs)))
        if tag == "p":
            self._open = True
            self.paragraphs.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag == "p":
            self._open = False

    def handle_data(self, data: str) -> None:
        if self._open:
            self.paragraphs[-1] += data

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)


def read(page: str) -> Read:
    found = Read()
    found.feed(page)
    found.close()
    return found


@given(transcripts)
def test_no_word_of_anybodys_is_more_than_a_word_in_html(of: Transcript) -> None:
    found = read(as_html(of))
    assert found.comments == []
    assert {tag for tag, _ in found.elements} <= {
        *("html", "head", "meta", "title", "style", "body", "h1", "p", "article", "header", "time", "bdi")
    }
    assert {name for _, attrs in found.elements for name, _ in attrs} <= {
        *("charset", "http-equiv", "content", "name", "class", "datetime", "dir")
    }
    # One article for each, and every text comes back as it was, but for what cannot be seen.
    assert sum(tag == "article" for tag, _ in found.elements) == len(of.said)
    wanted = [
        text
        for said in of.said
        for text in ([plain(said.text)] if said.text else []) + [f"[file: {one_line(name)}]" for name in said.files]
    ]
    normal = [each.replace("\r\n", "\n").replace("\r", "\n") for each in wanted]
    assert [each.replace("\r\n", "\n").replace("\r", "\n") for each in found.paragraphs[1:]] == normal


@given(transcripts)
def test_no_word_of_anybodys_begins_a_line_of_the_text(of: Transcript) -> None:
    lines = as_text(of).splitlines()
    heads = [line for line in lines[3:] if line and not line.startswith(INDENT)]
    assert len(heads) == len(of.said)
    for head, said in zip(heads, of.said, strict=True):
        assert head.startswith(said.at.strftime("%Y-%m-%d %H:%M:%S "))
        assert head.endswith("):")


def test_times_are_those_of_the_zone_and_marks_are_told() -> None:
    from zoneinfo import ZoneInfo

    said = [
        Said("msg_1", T0, "customer", "Bob", "whatsapp", "text", "Hello\nthere"),
        Said("msg_2", T0 + timedelta(seconds=5), "us", "Ana", "email", "document", "", ("a.pdf",), "not delivered"),
        Said("nte_3", T0 + timedelta(seconds=9), "colleagues", "Eve", "", "note", "Careful"),
    ]
    told = as_text(Transcript("cnv_1", "Bob", ZoneInfo("Asia/Tokyo"), "Asia/Tokyo", said))
    assert told == (
        "Conversation with Bob\n"
        "Times are those of Asia/Tokyo.\n"
        "\n"
        "2026-03-02 18:00:00 Bob (WhatsApp):\n"
        "    Hello\n"
        "    there\n"
        "\n"
        "2026-03-02 18:00:05 Ana (E-mail, not delivered):\n"
        "    [file: a.pdf]\n"
        "\n"
        "2026-03-02 18:00:09 Eve (internal note):\n"
        "    Careful\n"
    )
