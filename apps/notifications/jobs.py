"""Background work of notifications."""

from typing import Any
from uuid import UUID

from apps.jobs.clock import recurring
from apps.jobs.kinds import job_kind
from apps.jobs.runner import JobRun
from apps.notifications.services import mail


# 20 attempts, an hour apart in the end: a mail server may be away for ten hours.
@job_kind("notifications.send_email", attempts=20, timeout_s=120, longest_wait_s=3600)
def send_email(run: JobRun, *, email_id: str) -> dict[str, Any]:
    """Hand one e-mail of the ledger to the mail server."""
    return {"status": mail.deliver_email(UUID(email_id)).value}


@recurring("notifications.forget_emails", every_s=3600)
def forget_emails() -> None:
    mail.forget_old()
