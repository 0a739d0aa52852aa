"""The Slack app as it is configured, remembered for a while."""

from functools import cache

from chalicelib.aws.memory import Memory
from chalicelib.aws.stores.documents import DocumentStore
from chalicelib.domain.slack_app import SlackApp
from chalicelib.services.team_slack_documents import ID, KIND, app_from
from chalicelib.services.team_slack_ports import SECRET, Connected
from chalicelib.wiring.shared import desk, secrets

# A change holds everywhere within this time.
SECONDS = 30.0


class Apps:
    """Fits `team_slack_ports.Apps`."""

    def __init__(self) -> None:
        self._memory = Memory(SECONDS, unknown_seconds=SECONDS)

    def connected(self) -> Connected | None:
        found: Connected | None = self._memory.recall(("slack",), _connected)
        return found


def _connected() -> Connected | None:
    document = documents().get(ID)
    app: SlackApp | None = app_from(document.body, document.version) if document else None
    return Connected(app, secrets().read(SECRET)) if app else None


@cache
def documents() -> DocumentStore:
    return DocumentStore(desk(), KIND)


@cache
def apps() -> Apps:
    return Apps()
