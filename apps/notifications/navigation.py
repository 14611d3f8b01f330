"""Where notifications stand in the studio."""

from typing import Any

from django.urls import reverse

from apps.core.home import Attention, register_attention
from apps.core.navigation import NavItem, register
from apps.notifications.models import Alert
from apps.teams.roles import Permission


def open_alerts(membership: Any) -> list[Attention]:
    """Critical alerts that this member was told of and nobody has acknowledged."""
    rows = Alert.objects.in_team(membership.team).filter(
        acknowledged_at=None, notices__user=membership.user_id
    )
    return [
        Attention(
            alert.title,
            "Acknowledge it, and nobody else is called.",
            reverse("notifications:alert", args=[membership.team.slug, alert.pk]),
            "Look",
            "live",
        )
        for alert in rows[:5]
    ]


register(
    NavItem(
        "", "Notifications", "notifications:list", "bell", Permission.VIEW_STUDIO, order=5,
        keywords="inbox alerts messages news unread",
    ),
    NavItem(
        "Settings", "Alerts", "notifications:plan", "alert", Permission.MANAGE_TEAM, order=30,
        keywords="escalation on call critical acknowledge",
    ),
)  # fmt: skip
register_attention(open_alerts)
