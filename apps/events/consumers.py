"""The team socket: names and ids of what changed. What it means is fetched by the page, with its rights checked."""

import json
from typing import Any
from uuid import UUID

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer

from apps.events import services
from apps.events.socket import team_group
from apps.teams.access import membership_of
from apps.teams.models import Membership

STRANGER = 4404
SIGNED_OUT = 4401


class TeamConsumer(AsyncJsonWebsocketConsumer):
    """One open page of one member. Client sends {"after": seq} when it comes back; server sends what it missed."""

    membership: Membership

    async def connect(self) -> None:
        user = self.scope["user"]
        await self.accept()
        if not user.is_authenticated:
            await self.close(SIGNED_OUT)
            return
        slug = self.scope["url_route"]["kwargs"]["team_slug"]
        membership = await database_sync_to_async(membership_of)(user, slug)
        if membership is None:
            await self.close(STRANGER)
            return
        self.membership = membership
        self.group: str | None = team_group(membership.team_id)
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.send_json({"type": "ready"})

    async def disconnect(self, code: int) -> None:
        if getattr(self, "group", None):
            await self.channel_layer.group_discard(self.group, self.channel_name)

    @classmethod
    async def decode_json(cls, text_data: str) -> Any:
        """What is not JSON counts as nothing: the page is told to load everything again."""
        try:
            return json.loads(text_data)
        except ValueError:
            return None

    async def receive_json(self, content: Any, **kwargs: Any) -> None:
        after = content.get("after") if isinstance(content, dict) else None
        if not isinstance(after, int) or isinstance(after, bool) or not 0 <= after < 2**62:
            await self.send_json({"type": "resync"})
            return
        missed = await database_sync_to_async(services.missed)(self.membership.team, after=after)
        if missed is None:
            await self.send_json({"type": "resync"})
            return
        for seq, name, subject in missed:
            await self.send_json({"type": name, "subject": subject, "seq": seq})

    async def team_message(self, message: dict[str, Any]) -> None:
        await self.send_json({"type": message["name"], "subject": message["subject"], "seq": message["seq"]})

    async def team_removed(self, message: dict[str, Any]) -> None:
        """A member was removed: their open pages are cut off."""
        if UUID(message["user"]) == self.membership.user_id:
            await self.close(STRANGER)
