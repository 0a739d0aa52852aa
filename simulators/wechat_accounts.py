"""What the simulated WeChat knows: accounts, their access tokens, followers, and files."""

import secrets
from dataclasses import dataclass, field

from simulators.wire import Json

KEPT, KEPT_FILES = 2_000, 400
MODES = ("plain", "compatible", "safe")
TOKEN_SECONDS = 7200.0


@dataclass(slots=True)
class Follower:
    """One person's chat with an account. `window_from`: when they last did something that may be answered; `sent`:
    how many answers there were since."""

    openid: str
    following: bool = True
    window_from: float | None = None
    sent: int = 0
    typing: bool = False
    messages: list[Json] = field(default_factory=list)

    def keep(self, message: Json) -> None:
        """Put a message on the screen, forgetting the oldest."""
        self.messages.append(message)
        del self.messages[:-KEPT]


@dataclass(slots=True)
class Account:
    """One official account. `tokens`: every access token that was given, with its end."""

    id: str
    name: str = "Simulated account"
    app_id: str = "wx0000000000000sim"
    app_secret: str = "sim-wechat-secret"
    token: str = "sim-wechat-token"
    encoding_aes_key: str = ""
    mode: str = "plain"
    webhook_url: str = ""
    templates: list[str] = field(default_factory=lambda: ["tpl-order"])
    followers: dict[str, Follower] = field(default_factory=dict)
    files: dict[str, tuple[bytes, str]] = field(default_factory=dict)
    tokens: dict[str, float] = field(default_factory=dict)
    tokens_given: int = 0

    def follower(self, openid: str) -> Follower:
        """A follower, known or new."""
        return self.followers.setdefault(openid, Follower(openid))

    def stable_token(self, now: float) -> tuple[str, int]:
        """The same for everybody, until it ends."""
        for token, until in self.tokens.items():
            if until > now:
                return token, int(until - now)
        return self.new_token(now), int(TOKEN_SECONDS)

    def new_token(self, now: float) -> str:
        """A new one, which ends all before it."""
        self.tokens_given += 1
        self.expire()
        token = f"sim-{self.tokens_given}-{secrets.token_hex(8)}"
        self.tokens[token] = now + TOKEN_SECONDS
        return token

    def expire(self) -> None:
        """Every token given so far is over."""
        self.tokens = dict.fromkeys(self.tokens, 0.0)

    def keep_file(self, content: bytes, mime: str) -> str:
        """Store a file; the oldest make room."""
        media_id = secrets.token_urlsafe(24)
        self.files[media_id] = (content, mime)
        while len(self.files) > KEPT_FILES:
            del self.files[next(iter(self.files))]
        return media_id

    def forget(self) -> None:
        """Forget what happened."""
        self.followers.clear()
        self.files.clear()
        self.tokens.clear()

    def saved(self) -> Json:
        """What survives a restart."""
        names = ("id", "name", "app_id", "app_secret", "token", "encoding_aes_key", "mode", "webhook_url", "templates")
        return {name: getattr(self, name) for name in names}
