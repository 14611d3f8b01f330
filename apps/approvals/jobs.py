"""Recurring work of approvals."""

from apps.approvals import services
from apps.jobs.clock import recurring


@recurring("approvals.expire", every_s=60)
def expire() -> None:
    services.expire_due()
