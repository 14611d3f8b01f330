"""How long the ledger of quotas is kept."""

from datetime import datetime

from apps.connections.models import QuotaUse
from apps.core.retention import define_retention


def forget_quota_use(before: datetime) -> int:
    """Windows that ended before."""
    return QuotaUse.objects.filter(window_end__lt=before).delete()[0]


define_retention(
    "quota_use",
    "What was used of the platforms' allowances",
    days=90,
    reason="Only the running window counts; three months show whether more has to be asked for.",
    forget=forget_quota_use,
)
