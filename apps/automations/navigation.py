"""Where automations are found."""

from apps.core.navigation import NavItem, register
from apps.teams.roles import Permission

register(
    NavItem(
        "Run",
        "Automations",
        "automations:list",
        "bolt",
        Permission.VIEW_EVENTS,
        order=62,
        keywords="rules when then trigger",
    )
)
