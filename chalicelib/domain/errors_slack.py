"""What the Slack app for teams refuses. `domain/errors.py` has all refusals."""

from chalicelib.domain.refusal import Refusal


class SlackNotConnected(Refusal):
    """No workspace is connected: an administrator does that."""

    code = "slack_not_connected"
    kind = "conflict"


class SlackRefused(Refusal):
    """Slack does not take it: `facts.slack` is its own word."""

    code = "slack_refused"


class SlackUserTaken(Refusal):
    """This person of the workspace is another agent already: `facts.agent_id` says who."""

    code = "slack_user_taken"
    kind = "conflict"


class SlackLinkNotFound(Refusal):
    """The agent is nobody in Slack as far as the desk knows."""

    code = "slack_link_not_found"
    kind = "missing"
