"""Drafts with what is known of their customer, over HTTP."""

from tests.api.desk import Desk

TEXT = "Hello {{contact.name|there}}, {{external.crm.plan}}: {{entitlement.free_return|no free returns}}."


def test_a_draft_is_rendered_and_goes_out_only_when_nothing_is_missing(desk: Desk) -> None:
    conversation = desk.customer_says("Hello", "rendered")
    contact = desk.call("GET", f"/conversations/{conversation}").json["contact_id"]
    path = f"/conversations/{conversation}/messages"

    before = desk.call("POST", f"{path}/render", {"text": TEXT, "content": {"parts": ["{{external.crm.plan|Free}}"]}})
    unfilled = desk.call("POST", path, {"client_id": "p-1", "text": before.json["text"]})
    in_content = desk.call(
        "POST", f"{path}/check", {"kind": "template", "content": {"parameters": {"body": ["{{contact.name}}"]}}}
    )
    facts = [{"name": "crm.plan", "value": "Pro", "at": "2026-01-02T09:00:00Z"}]
    pushed = desk.call("PUT", f"/contacts/{contact}/facts", {"source": "crm", "facts": facts})
    after = desk.call("POST", f"{path}/render", {"text": TEXT})
    sent = desk.call("POST", path, {"client_id": "p-1", "text": after.json["text"]})

    assert before.status == 200, before.body
    assert (before.json["ready"], before.json["missing"]) == (False, ["external.crm.plan"])
    assert before.json["content"] == {"parts": ["Free"]}
    assert (unfilled.status, unfilled.json["field"]) == (400, "text")
    assert (in_content.status, in_content.json["field"]) == (400, "content.parameters.body[0]")
    assert pushed.json == {"news": [True]}
    assert (after.json["ready"], after.json["missing"]) == (True, [])
    assert "entitlement.free_return" in after.json["fell_back"]
    assert after.json["text"].endswith(", Pro: no free returns.")
    assert sent.status == 202, sent.body
    assert desk.call("POST", "/conversations/cnv_0000/messages/render", {"text": "x"}).status == 404
