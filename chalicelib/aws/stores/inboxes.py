"""Inboxes: few, read by every webhook. The path of a message reads them through `InboxDirectory`, cached."""

from collections.abc import Mapping, Sequence

from chalicelib.aws import keys
from chalicelib.aws.border import ConditionFailed, TransactionRefused
from chalicelib.aws.codec import Item, moment
from chalicelib.aws.memory import Memory
from chalicelib.aws.secrets import SecretStore
from chalicelib.aws.transaction import ABSENT, Desk, Put
from chalicelib.domain.ids import is_id
from chalicelib.domain.inbox import Inbox
from chalicelib.domain.writes import Written

CACHE_SECONDS = 60.0
# Webhooks for inboxes that do not exist must not cost a read each; few are remembered, for a short time.
UNKNOWN_SECONDS = 5.0


def _item(inbox: Inbox) -> Item:
    pk, sk = keys.inbox(inbox.id)
    return {
        "pk": pk,
        "sk": sk,
        "channel": inbox.channel,
        "name": inbox.name,
        "account": inbox.account_id,
        "secret_ref": inbox.secret_ref,
        "created": inbox.created_at,
        "settings": inbox.settings,
        "enabled": inbox.enabled,
        "team": inbox.team_id,
        "reopen_seconds": inbox.reopen_seconds,
        "version": inbox.version,
    }


def _inbox(item: Item) -> Inbox:
    return Inbox(
        id=item["sk"],
        channel=item["channel"],
        name=item["name"],
        account_id=item["account"],
        secret_ref=item["secret_ref"],
        created_at=moment(item["created"]),
        settings=item.get("settings", {}),
        enabled=item["enabled"],
        team_id=item.get("team"),
        reopen_seconds=item["reopen_seconds"],
        version=item["version"],
    )


class InboxStore:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def put(self, inbox: Inbox) -> Written:
        """A new inbox. CONFLICT: the account belongs to another inbox already."""
        pk, sk = keys.account(inbox.channel, inbox.account_id)
        account = Put({"pk": pk, "sk": sk, "inbox": inbox.id})
        try:
            self._desk.transact([Put(_item(inbox), ABSENT), account])
        except TransactionRefused as refused:
            return Written.DUPLICATE if refused.failed(0) else Written.CONFLICT
        return Written.DONE

    def replace(self, inbox: Inbox, read_version: int) -> Written:
        """The inbox's new state (same channel and account). CONFLICT: somebody changed it first."""
        put = Put(_item(inbox), condition="version = :read", values={":read": read_version})
        try:
            self._desk.write(put)
        except ConditionFailed:
            return Written.CONFLICT
        return Written.DONE

    def get(self, inbox_id: str) -> Inbox | None:
        item = self._desk.get(keys.inbox(inbox_id))
        return _inbox(item) if item else None

    def list(self) -> Sequence[Inbox]:
        pk, _ = keys.inbox("")
        found: list[Inbox] = []
        start: Item | None = None
        while True:
            rows, start = self._desk.query("pk = :pk", {":pk": pk}, start=start, consistent=True)
            found += [_inbox(row) for row in rows]
            if start is None:
                return found

    def of_account(self, channel: str, account_id: str) -> str | None:
        item = self._desk.get(keys.account(channel, account_id))
        return item["inbox"] if item else None


class KnownInboxes:
    """Inboxes and their accounts, remembered inside one process for a minute."""

    def __init__(self, store: InboxStore, memory: Memory | None = None) -> None:
        self._store = store
        self._memory = memory or Memory(CACHE_SECONDS, unknown_seconds=UNKNOWN_SECONDS)

    def inbox(self, inbox_id: str) -> Inbox | None:
        if not is_id("ibx", inbox_id):
            return None
        found: Inbox | None = self._memory.recall(("inbox", inbox_id), lambda: self._store.get(inbox_id))
        return found

    def inbox_of_account(self, channel: str, account_id: str) -> Inbox | None:
        found: str | None = self._memory.recall(
            ("account", channel, account_id), lambda: self._store.of_account(channel, account_id)
        )
        return self.inbox(found) if found else None

    def forget(self) -> None:
        self._memory.clear()


class InboxDirectory(KnownInboxes):
    """With their credentials."""

    def __init__(self, store: InboxStore, secrets: SecretStore, memory: Memory | None = None) -> None:
        super().__init__(store, memory)
        self._secrets = secrets

    def credentials(self, inbox: Inbox) -> Mapping[str, Sequence[str]]:
        found: Mapping[str, Sequence[str]] = self._memory.recall(
            ("secret", inbox.secret_ref), lambda: self._secrets.read(inbox.secret_ref)
        )
        return found
