"""The team socket: names and ids of what changed. What it means is fetched by the page, with its rights checked."""

import json
import logging
from contextlib import suppress
from typing import Any
from uuid import UUID

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from redis.exceptions import RedisError

from apps.accounts.access import second_factor_passed
from apps.events import services
from apps.events.socket import OPEN_SOCKETS, team_group
from apps.teams.access import lacks_second_factor, membership_of
from apps.teams.models import Membership

logger = logging.getLogger(__name__)

STRANGER = 4404
SIGNED_OUT = 4401
TRY_LATER = 1013  # registered for that (RFC 6455 and its registry of close codes)
LARGEST_ID = 2**63 - 1


class TeamConsumer(AsyncJsonWebsocketConsumer):
    """One open page of one member. Client sends {"after": seq} when it comes back; server sends what it missed."""

    membership: Membership
    group: str | None = None

    async def connect(self) -> None:
        OPEN_SOCKETS.add(1)
        await self.accept()
        if not await self._may_act():
            await self.close(SIGNED_OUT)
            return
        membership = await self._membership()
        if membership is None:
            await self.close(STRANGER)
            return
        self.membership = membership
        if not await self._listen(team_group(membership.team_id)):
            await self.close(TRY_LATER)
            return
        if await self._membership() is None:  # taken away before the group could have told us
            await self.close(STRANGER)
            return
        await self.send_json({"type": "ready"})

    async def _listen(self, group: str) -> bool:
        """False while Valkey is away: the page asks again by itself."""
        try:
            await self.channel_layer.group_add(group, self.channel_name)
        except (RedisError, OSError) as error:
            logger.warning("a page can't listen, Valkey does not answer: %s", error)
            return False
        self.group = group
        return True

    async def _may_act(self) -> bool:
        """Signed in, and past the second factor where one is enrolled."""
        user = self.scope["user"]
        if not user.is_authenticated:
            return False
        return await database_sync_to_async(second_factor_passed)(user, self.scope["session"])

    async def _membership(self) -> Membership | None:
        """The person's place in the team as it is now; None also where they lack the factor that the team wants."""
        return await database_sync_to_async(self._allowed)()

    def _allowed(self) -> Membership | None:
        user = self.scope["user"]
        found = membership_of(user, self.scope["url_route"]["kwargs"]["team_slug"])
        return None if found is None or lacks_second_factor(user, found.team) else found

    async def disconnect(self, code: int) -> None:
        OPEN_SOCKETS.add(-1)
        if self.group:
            with suppress(RedisError, OSError):  # whoever is away holds no group either
                await self.channel_layer.group_discard(self.group, self.channel_name)

    @classmethod
    async def decode_json(cls, text_data: str) -> Any:
        """What is not JSON counts as nothing: the page is told to load everything again."""
        try:
            return json.loads(text_data)
        except ValueError:
            return None

    async def receive_json(self, content: Any, **kwargs: Any) -> None:
        if self.group is None:
            return
        after = content.get("after") if isinstance(content, dict) else None
        missed = None
        if isinstance(after, int) and not isinstance(after, bool) and 0 <= after <= LARGEST_ID:
            missed = await database_sync_to_async(services.missed)(self.membership.team, after=after)
        if missed is None:
            await self.send_json({"type": "resync"})
            return
        for seq, name, subject in missed:
            await self.send_json({"type": name, "subject": subject, "seq": seq})

    async def team_message(self, message: dict[str, Any]) -> None:
        await self.send_json({"type": message["name"], "subject": message["subject"], "seq": message["seq"]})

    async def team_removed(self, message: dict[str, Any]) -> None:
        """A person's place in the team changed: their open pages are cut off, and load again with their new rights."""
        if UUID(message["user"]) == self.membership.user_id:
            await self.close(STRANGER)
