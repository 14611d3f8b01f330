"""What the floors below say and open pages must feel."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.dispatch import receiver

from apps.events import socket
from apps.teams.signals import access_changed


@receiver(access_changed)
def close_sockets(sender: Any, team_id: UUID, user_id: UUID, **kwargs: Any) -> None:
    transaction.on_commit(lambda: socket.cut_off(team_id, user_id), robust=True)
