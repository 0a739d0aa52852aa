"""Real mails and the providers' own examples: none raises."""

import json
from dataclasses import replace

import pytest

from chalicelib.channels import email
from chalicelib.channels.base import (
    InboundMessage,
    SignatureMismatch,
    StatusUpdate,
)
from tests.channels import sns
from tests.channels.kits import mail_request
from tests.channels.mails import INBOX, KIT
from tests.channels.test_corpus import CORPUS, needs_corpus


@needs_corpus
@pytest.mark.parametrize("folder", ["email", "email-bounces", "email-reply-trim"])
def test_no_real_mail_raises(folder: str) -> None:
    paths = sorted((CORPUS / folder).glob("**/*.eml"))
    assert paths or folder == "email-reply-trim"
    for path in paths:
        raw, payload = path.read_bytes(), KIT.payload("received__first")
        made = mail_request(sns.envelope(json.dumps(payload)), inbox=INBOX)
        items = email.normalise(replace(made, fetched={"mail": raw}))
        assert items, path.name
        for item in items:
            if isinstance(item, InboundMessage):
                assert item.peer.addresses and all(item.peer.addresses), path.name
                json.dumps([item.text, dict(item.content)], allow_nan=False, ensure_ascii=False).encode()


@needs_corpus
def test_the_providers_own_examples_are_understood() -> None:
    for path in sorted((CORPUS / "ses-sns").glob("ses_notification_*.json")):
        items = email.normalise(mail_request(sns.envelope(path.read_text())))
        assert [item for item in items if isinstance(item, StatusUpdate)], path.name
    for path in sorted((CORPUS / "ses-sns").glob("sns_http_*.json")):
        made = mail_request(json.loads(path.read_bytes()))
        with pytest.raises(SignatureMismatch):
            email.verify(made, {})
