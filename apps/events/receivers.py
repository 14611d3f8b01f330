"""What the floors below say and open pages must feel."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.dispatch import receiver

from apps.accounts.models import User
from apps.accounts.signals import factor_added, sessions_revoked, sign_out
from apps.events import socket
from apps.teams.models import Membership
from apps.teams.signals import access_changed


@receiver(access_changed)
def close_sockets(sender: Any, team_id: UUID, user_id: UUID, **kwargs: Any) -> None:
    transaction.on_commit(lambda: socket.cut_off(team_id, user_id), robust=True)


@receiver([sessions_revoked, sign_out, factor_added])
def close_all_sockets(sender: Any, user: User, **kwargs: Any) -> None:
    """A session ended, or is no longer enough: the person's pages connect again, as far as they still may."""
    teams = list(Membership.objects.filter(user=user).values_list("team_id", flat=True))

    def cut_off() -> None:
        for team_id in teams:
            socket.cut_off(team_id, user.pk)

    transaction.on_commit(cut_off, robust=True)
