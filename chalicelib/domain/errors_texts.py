"""What canned responses, macros, views and announcements refuse. `domain/errors.py` has all refusals."""

from chalicelib.domain.refusal import Refusal


class CannedResponseNotFound(Refusal):
    code = "canned_response_not_found"
    kind = "missing"


class MacroNotFound(Refusal):
    code = "macro_not_found"
    kind = "missing"


class MacroRunNotFound(Refusal):
    code = "macro_run_not_found"
    kind = "missing"


class ViewNotFound(Refusal):
    code = "view_not_found"
    kind = "missing"


class AnnouncementNotFound(Refusal):
    code = "announcement_not_found"
    kind = "missing"


class TextNameTaken(Refusal):
    """Its owner has another of this name, or with this shortcut."""

    code = "text_name_taken"
    kind = "conflict"


class TextsTooMany(Refusal):
    code = "texts_too_many"
    kind = "conflict"


class TextUnsuited(Refusal):
    """It is not for this channel, or cannot be used in this way."""

    code = "text_unsuited"
    kind = "conflict"


class MacroRefused(Refusal):
    """An action would be refused, so nothing was done: `facts.actions` has what would have become of each."""

    code = "macro_refused"
    kind = "conflict"


class UndoRefused(Refusal):
    """It is too late, it was undone already, or it changed nothing that can be put back."""

    code = "undo_refused"
    kind = "conflict"


class AnnouncementOver(Refusal):
    code = "announcement_over"
    kind = "conflict"
