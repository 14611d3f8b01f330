"""How long answered approvals are kept."""

from datetime import datetime

from apps.approvals.models import Approval
from apps.core.retention import define_retention


def forget_approvals(before: datetime) -> int:
    """Those that were answered before; what waits stays."""
    return Approval.objects.filter(decided_at__lt=before).delete()[0]


define_retention(
    "approvals",
    "Approvals that were answered",
    days=730,
    reason="Who let something go out is asked when it turns out to be wrong; as long as the audit record.",
    forget=forget_approvals,
)
