"""API keys: the hash of each, and what may be told about it."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from chalicelib.aws import keys
from chalicelib.aws.border import ConditionFailed
from chalicelib.aws.tables import ApiKeyItem, model_errors, plain_place, raw_place
from chalicelib.domain.agent import ApiKey, Role
from chalicelib.domain.reads import Page
from chalicelib.domain.writes import Written


def _key(item: ApiKeyItem) -> ApiKey:
    return ApiKey(
        id=item.sk,
        name=item.name,
        role=Role(item.role),
        created_at=item.created,
        created_by=item.created_by,
        revoked_at=item.revoked,
        last_four=item.last_four,
        used_at=item.used,
    )


class ApiKeyStore:
    """`bind` comes first (wiring sees to it)."""

    def put(self, key: ApiKey, secret_hash: str) -> Written:
        pk, sk = keys.api_key(key.id)
        item = ApiKeyItem(
            pk,
            sk,
            name=key.name,
            role=key.role.value,
            created=key.created_at,
            created_by=key.created_by,
            last_four=key.last_four,
            secret_hash=secret_hash,
        )
        try:
            with model_errors():
                item.save(ApiKeyItem.pk.does_not_exist())
        except ConditionFailed:
            return Written.DUPLICATE
        return Written.DONE

    def get(self, key_id: str) -> ApiKey | None:
        found = self._item(key_id)
        return _key(found) if found else None

    def with_hash(self, key_id: str) -> tuple[ApiKey, str] | None:
        found = self._item(key_id)
        return (_key(found), found.secret_hash) if found else None

    def _item(self, key_id: str) -> ApiKeyItem | None:
        with model_errors():
            try:
                return ApiKeyItem.get(*keys.api_key(key_id), consistent_read=True)
            except ApiKeyItem.DoesNotExist:
                return None

    def list(self, limit: int, start: Mapping[str, Any] | None) -> Page[ApiKey]:
        pk, _ = keys.api_key("")
        with model_errors():
            rows = ApiKeyItem.query(
                pk,
                limit=limit,
                page_size=limit,
                consistent_read=True,
                last_evaluated_key=raw_place(start),
            )
            found = [_key(row) for row in rows]
        return Page(found, plain_place(rows.last_evaluated_key))

    def revoke(self, key_id: str, at: datetime) -> ApiKey | None:
        item = ApiKeyItem(*keys.api_key(key_id))
        first = ApiKeyItem.revoked.set(ApiKeyItem.revoked | at)
        try:
            with model_errors():
                item.update([first], condition=ApiKeyItem.pk.exists())
        except ConditionFailed:
            return None
        return _key(item)

    def note_use(self, key_id: str, at: datetime) -> None:
        """Nothing happens where the key is gone."""
        item = ApiKeyItem(*keys.api_key(key_id))
        with suppress(ConditionFailed), model_errors():
            item.update([ApiKeyItem.used.set(at)], condition=ApiKeyItem.pk.exists())
