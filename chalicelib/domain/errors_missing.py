"""What is asked for and is not there. `domain/errors.py` has all refusals."""

from chalicelib.domain.refusal import Refusal


class ConversationNotFound(Refusal):
    code = "conversation_not_found"
    kind = "missing"


class MessageNotFound(Refusal):
    code = "message_not_found"
    kind = "missing"


class ContactNotFound(Refusal):
    code = "contact_not_found"
    kind = "missing"


class InboxNotFound(Refusal):
    code = "inbox_not_found"
    kind = "missing"


class AgentNotFound(Refusal):
    code = "agent_not_found"
    kind = "missing"


class TeamNotFound(Refusal):
    code = "team_not_found"
    kind = "missing"


class QueueNotFound(Refusal):
    code = "queue_not_found"
    kind = "missing"


class HoursNotFound(Refusal):
    code = "hours_not_found"
    kind = "missing"


class ReplayNotFound(Refusal):
    code = "replay_not_found"
    kind = "missing"


class UploadNotFound(Refusal):
    code = "upload_not_found"
    kind = "missing"


class ApiKeyNotFound(Refusal):
    code = "api_key_not_found"
    kind = "missing"
