"""Where the record of events is seen."""

from typing import Any

from apps.core.home import HomePanel, register_panel
from apps.core.navigation import NavItem, register
from apps.events import queries
from apps.events.models import Event
from apps.teams.roles import Permission

SHOWN = 8


def latest(membership: Any) -> list[Event]:
    return list(queries.events(membership.team)[:SHOWN])


register(
    NavItem(
        "Run",
        "Events",
        "events:list",
        "activity",
        Permission.VIEW_EVENTS,
        order=70,
        keywords="activity history log",
    )
)
register_panel(
    HomePanel(
        "activity", "events/_activity_panel.html", latest, Permission.VIEW_EVENTS, place="side", order=90
    )
)
