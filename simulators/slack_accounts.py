"""What the simulated Slack knows: workspaces with an app in them, their channels, people and files."""

from dataclasses import dataclass, field

from simulators.wire import Json

KEPT = 2_000


@dataclass(slots=True)
class Workspace:
    """One workspace, and the app that is installed in it."""

    team_id: str
    bot_token: str = "xoxb-sim-slack-token"
    signing_secret: str = "sim-slack-secret"
    webhook_url: str = ""
    app_id: str = "A0SIMAPP01"
    bot_user_id: str = "U0SIMBOT01"
    channels: dict[str, list[Json]] = field(default_factory=dict)
    files: dict[str, tuple[Json, bytes]] = field(default_factory=dict)
    uploads: dict[str, Json] = field(default_factory=dict)
    refusals: list[str] = field(default_factory=list)
    # E-mail addresses of people; what only one person saw.
    people: dict[str, str] = field(default_factory=dict)
    whispers: dict[str, list[Json]] = field(default_factory=dict)
    last_ts: float = 0.0
    events: int = 0

    def direct(self, user: str) -> str:
        """The channel of the app's direct messages with a person."""
        return f"D{user[1:]}"

    def next_ts(self, now: float) -> str:
        """A time that no message has: Slack's ids within a channel."""
        self.last_ts = max(now, self.last_ts + 0.000001)
        return f"{self.last_ts:.6f}"

    def next_event(self) -> str:
        """An event's number, with a letter before it as Slack's have."""
        self.events += 1
        return f"Ev{self.events:010d}"

    def keep(self, channel: str, message: Json) -> None:
        """Put a message into a channel, forgetting the oldest."""
        screen = self.channels.setdefault(channel, [])
        screen.append(message)
        del screen[:-KEPT]

    def find(self, channel: str, ts: object) -> Json:
        """A message of a channel; LookupError if there is none."""
        for message in self.channels.get(channel, []):
            if message["ts"] == ts:
                return message
        raise LookupError(f"message {ts}")

    def expect_upload(self, name: str, size: int) -> str:
        """A place for a file that is to come."""
        file_id = f"F{len(self.uploads) + 1:09d}U"
        self.uploads[file_id] = {"name": name, "size": size, "content": None}
        return file_id

    def uploaded(self, given: object) -> Json | None:
        """A file that has come, in the form that messages show it in."""
        found = self.uploads.get(str(given.get("id"))) if isinstance(given, dict) else None
        if found is None or found["content"] is None or not isinstance(given, dict):
            return None
        return {"id": given["id"], "title": given.get("title", found["name"]), "size": found["size"]}

    def saved(self) -> Json:
        """What survives a restart."""
        names = ("team_id", "bot_token", "signing_secret", "webhook_url", "app_id", "bot_user_id")
        return {name: getattr(self, name) for name in names}
