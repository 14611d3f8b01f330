"""Where the audit record is seen."""

from apps.core.navigation import NavItem, register
from apps.teams.roles import Permission

register(
    NavItem(
        "Settings",
        "Audit",
        "audit:list",
        "shield",
        Permission.VIEW_AUDIT,
        order=80,
        keywords="record who history",
    )
)
