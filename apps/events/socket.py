"""Words to the open pages of a team. A lost one costs nothing: pages ask again for what they show."""

import logging
from uuid import UUID

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)


def team_group(team_id: UUID | str) -> str:
    return f"team.{team_id}"


def ping(team_id: UUID | str, name: str, subject_id: UUID | str, *, seq: int | None = None) -> None:
    """Tell the team's open pages that something named `name` happened to this subject.

    `seq` is the event's id, by which a page that was away asks for what it missed; progress has none.
    """
    message = {"type": "team.message", "name": name, "subject": str(subject_id), "seq": seq}
    try:
        async_to_sync(get_channel_layer().group_send)(team_group(team_id), message)
    except (RedisError, OSError) as error:
        logger.warning("open pages were not told of %s: %s", name, error)
