"""Where channels stand in the studio."""

from typing import Any

from django.urls import reverse

from apps.connections.models import Connection, ConnectionStatus
from apps.connections.registry import PLATFORMS
from apps.core.home import Attention, register_attention
from apps.core.navigation import NavItem, register
from apps.teams.roles import Permission


def broken_channels(membership: Any) -> list[Attention]:
    """Channels that their platform no longer lets us into, for those who can mend them."""
    if not membership.may(Permission.MANAGE_CONNECTIONS):
        return []
    rows = Connection.objects.in_team(membership.team).filter(status=ConnectionStatus.BROKEN).defer("picture")
    return [
        Attention(
            f"Reconnect “{row}” on {PLATFORMS[row.platform].name}",
            row.status_reason or "The platform no longer lets us in.",
            reverse("connections:detail", args=[membership.team.slug, row.pk]),
            "Mend it",
        )
        for row in rows
        if row.platform in PLATFORMS
    ]


register(
    NavItem(
        "Run",
        "Channels",
        "connections:list",
        "globe",
        Permission.VIEW_STUDIO,
        order=10,
        keywords="connections accounts connect quota youtube tiktok instagram facebook twitch restream rtmp "
        "zoom teams jitsi meetings",
    )
)
register_attention(broken_channels)
