"""Whatever JSON is sent, the answer is a refusal in Meta's shape, never a crash."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from simulators.whatsapp_bodies import CHECKS, check_send
from simulators.whatsapp_errors import GraphError
from simulators.whatsapp_templates import default_templates, match

KEYS = st.sampled_from(
    [
        "action",
        "body",
        "buttons",
        "code",
        "components",
        "emoji",
        "footer",
        "header",
        "id",
        "language",
        "latitude",
        "link",
        "longitude",
        "message_id",
        "name",
        "parameters",
        "reply",
        "rows",
        "sections",
        "text",
        "title",
        "type",
    ]
)
WORDS = st.sampled_from(["", "button", "list", "flow", "cta_url", "body", "text", "hello_world", "en_US", "x" * 30])
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | WORDS
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=20,
)


@settings(deadline=None, max_examples=300)
@given(kind=st.sampled_from(sorted(CHECKS)), part=VALUES, context=VALUES, recipient=VALUES)
def test_only_graph_errors_are_raised_when_the_parts_are_anything(
    kind: str, part: Any, context: Any, recipient: Any
) -> None:
    body = {"messaging_product": "whatsapp", "to": "351910000001", "type": kind, kind: part}
    try:
        check_send(body | {"context": context, "recipient": recipient})
        if kind == "template":
            match(default_templates(), body["template"])
    except GraphError as refusal:
        assert refusal.status >= 400


@settings(deadline=None, max_examples=100)
@given(body=st.dictionaries(st.sampled_from(["type", "to", "text", "status"]), VALUES))
def test_only_graph_errors_are_raised_when_the_envelope_is_anything(body: dict[str, Any]) -> None:
    try:
        check_send({"messaging_product": "whatsapp", **body})
    except GraphError as refusal:
        assert refusal.status >= 400
