"""Asking the function `people` for a contact's facts anew: a record of the form that the bus sends."""

import json
from typing import Any

from chalicelib.aws.border import store_errors


class WantedFacts:
    def __init__(self, client: Any, url: str, kind: str) -> None:
        """`kind`: the type by which the record is known."""
        self._client, self._url, self._kind = client, url, kind

    def put(self, contact_id: str) -> None:
        detail = {"type": self._kind, "aggregate": {"kind": "contact", "id": contact_id}, "data": {}, "snapshot": {}}
        with store_errors():
            self._client.send_message(QueueUrl=self._url, MessageBody=json.dumps({"detail": detail}))
