"""Django's database sessions with the person, the device and the time beside the data, under hashed keys (ACC-07)."""

import hashlib
from datetime import UTC, datetime
from typing import Any

from asgiref.sync import sync_to_async
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessions
from django.utils import timezone

DEVICE = "device"  # session: {"agent": …, "address": …, "since": Unix seconds}


def row_key(session_key: str) -> str:
    """What the row is called: 160 bits of a hash, from which the cookie can't be found."""
    return hashlib.sha256(session_key.encode()).hexdigest()[:40]


class SessionStore(DatabaseSessions):
    """`seen_at` is when the row was last written or touched, None before it was read."""

    seen_at: datetime | None = None

    @classmethod
    def get_model_class(cls) -> Any:
        from apps.accounts.models import Session

        return Session

    def _get_session_from_db(self) -> Any:
        key = self.session_key
        row = self._row(key) if key else None
        if row is None:
            self._session_key = None
            return None
        self.seen_at = row.seen_at
        return row

    def _row(self, key: str) -> Any:
        row: Any = self.model.objects.filter(session_key=row_key(key)).first()
        return row if row is not None and row.is_live else None

    def exists(self, session_key: str) -> bool:
        return bool(self.model.objects.filter(session_key=row_key(session_key)).exists())

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        device = data.get(DEVICE) or {}
        since = device.get("since")
        store: Any = self
        model: Any = self.get_model_class()
        return model(
            session_key=row_key(store._get_or_create_session_key()),
            session_data=self.encode(data),
            expire_date=self.get_expiry_date(),
            user_id=data.get(SESSION_KEY),
            user_agent=device.get("agent", ""),
            address=device.get("address"),
            signed_in_at=datetime.fromtimestamp(since, UTC) if since else None,
            seen_at=timezone.now(),
        )

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key:
            self.model.objects.filter(session_key=row_key(key)).delete()

    async def _aget_session_from_db(self) -> Any:
        return await sync_to_async(self._get_session_from_db)()

    async def aexists(self, session_key: str) -> bool:
        return await sync_to_async(self.exists)(session_key)

    async def acreate_model_instance(self, data: dict[str, Any]) -> Any:
        return await sync_to_async(self.create_model_instance)(data)

    async def adelete(self, session_key: str | None = None) -> None:
        await sync_to_async(self.delete)(session_key)
