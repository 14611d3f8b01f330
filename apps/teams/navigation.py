"""Where the team's own pages stand."""

from typing import Any

from django.urls import reverse

from apps.core.home import Attention, register_attention
from apps.core.navigation import NavItem, register
from apps.teams.roles import Permission
from apps.teams.services import invitations_for

register(
    NavItem("", "Home", "team:home", "home", Permission.VIEW_STUDIO, order=0, keywords="start dashboard"),
    NavItem(
        "Settings", "Team", "team:members", "users", Permission.VIEW_STUDIO, order=10,
        keywords="members roles permissions people name",
    ),
)  # fmt: skip


def waiting_invitations(membership: Any) -> list[Attention]:
    """Teams that ask for the person are named on the home page of those that they are in."""
    return [
        Attention(
            f"You are invited to {invitation.team}",
            f"{invitation.invited_by or 'Showrunner'} asks you to join as {invitation.get_role_display().lower()}.",
            reverse("teams:create"),
            "See",
            "info",
        )
        for invitation in invitations_for(membership.user)
    ]


register_attention(waiting_invitations)
