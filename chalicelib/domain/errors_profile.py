"""Refusals about what is known of contacts."""

from typing import ClassVar

from chalicelib.domain.refusal import Kind, Refusal


class ContactNoteNotFound(Refusal):
    code: ClassVar[str] = "note_not_found"
    kind: ClassVar[Kind] = "missing"
