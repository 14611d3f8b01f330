"""Background work of exports and deletions."""

from uuid import UUID

from django.utils import timezone

from apps.accounts import lockouts
from apps.accounts.models import User
from apps.accounts.services import sessions
from apps.jobs.clock import recurring
from apps.jobs.kinds import job_kind
from apps.jobs.runner import JobRun
from apps.jobs.services import enqueue
from apps.privacy import services
from apps.privacy.services import deletion


@job_kind("privacy.export_data", queue="default", attempts=3, timeout_s=3600)
def export_data(run: JobRun, *, export_id: str) -> None:
    """Put everything that the product holds of a person into a ZIP."""
    services.make_export(UUID(export_id))


@job_kind("privacy.erase_account", queue="default", attempts=5, timeout_s=600)
def erase_account(run: JobRun, *, user_id: str) -> None:
    """Delete a person whose 14 days are over."""
    user = User.objects.filter(pk=UUID(user_id)).first()
    if user is not None:
        services.erase(user, now=timezone.now())


@recurring("privacy.erase_overdue", every_s=3600)
def erase_overdue() -> None:
    for user in deletion.overdue(timezone.now()):
        key = f"privacy.erase:{user.pk}:{user.deletion_due_at}"
        enqueue(erase_account, team=None, args={"user_id": str(user.pk)}, key=key, title="Delete an account")


@recurring("privacy.forget_exports", every_s=3600)
def forget_exports() -> None:
    services.forget_expired()


@recurring("privacy.clear_sessions", every_s=24 * 3600)
def clear_sessions() -> None:
    sessions.clear_expired()
    lockouts.forget_old()
