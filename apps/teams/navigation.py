"""Where the team's own pages stand."""

from apps.core.navigation import NavItem, register
from apps.teams.roles import Permission

register(
    NavItem("", "Home", "team:home", "home", Permission.VIEW_STUDIO, order=0, keywords="start dashboard"),
    NavItem(
        "Settings", "Team", "team:members", "users", Permission.VIEW_STUDIO, order=10,
        keywords="members roles permissions people name",
    ),
)  # fmt: skip
