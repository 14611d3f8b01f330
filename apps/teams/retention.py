"""How long invitations are kept."""

from datetime import datetime

from django.db.models import Q

from apps.core.retention import define_retention
from apps.teams.models import Invitation


def forget_invitations(before: datetime) -> int:
    """Those that were accepted, taken back or left to expire: they hold addresses of people who may never have come."""
    ended = Q(accepted_at__lt=before) | Q(revoked_at__lt=before) | Q(expires_at__lt=before)
    return Invitation.objects.filter(ended).delete()[0]


define_retention(
    "invitations",
    "Invitations that have ended",
    days=90,
    reason="They hold addresses of people who did not join; for three months somebody may ask what became of one.",
    forget=forget_invitations,
)
