"""What approvals put on the home page. Their entry in the side bar comes with the first kind: see the registry."""

from typing import Any

from django.urls import reverse

from apps.approvals import queries
from apps.approvals.registry import KINDS
from apps.core.home import Attention, register_attention
from apps.teams.roles import Permission


def waiting_approvals(membership: Any) -> list[Attention]:
    """Who may approve is told what waits."""
    if not KINDS or not membership.may(Permission.APPROVE):
        return []
    count = queries.waiting_count(membership.team)
    if not count:
        return []
    title = "One thing waits for approval" if count == 1 else f"{count} things wait for approval"
    address = reverse("approvals:list", args=[membership.team.slug]) + "?status=waiting"
    return [Attention(title, "It goes out only after an owner or admin has looked at it.", address, "Look")]


register_attention(waiting_approvals)
