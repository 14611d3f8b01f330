"""How long calls of other services are kept."""

from datetime import datetime

from apps.core.retention import define_retention
from apps.incoming.models import Hook


def forget_hooks(before: datetime) -> int:
    """Those that came before."""
    return Hook.objects.filter(created_at__lt=before).delete()[0]


define_retention(
    "hooks",
    "Calls of other services",
    days=30,
    reason="Longer than any of them sends again, so that nothing is handled twice; and to see what was said.",
    forget=forget_hooks,
)
