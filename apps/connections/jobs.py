"""Background work of this app: checks, renewals before their time, and warnings."""

from typing import Any
from uuid import UUID

from django.utils import timezone

from apps.connections.registry import PLATFORMS
from apps.connections.services import checking, connecting, hearing, tokens
from apps.jobs.clock import recurring
from apps.jobs.kinds import job_kind
from apps.jobs.runner import JobRun


@job_kind("connections.check", queue="default", attempts=1, timeout_s=600)
def check_platform(run: JobRun, *, platform: str) -> dict[str, Any]:
    """Ask one platform for the accounts whose check is due; tokens that end soon are renewed on the way."""
    return {"checked": checking.check_due(platform, run.cancelled)}


@job_kind("connections.subscribe", queue="default", attempts=4, timeout_s=60)
def subscribe(run: JobRun, *, connection_id: str) -> dict[str, Any]:
    """Ask a platform to tell us what happens on an account."""
    return hearing.subscribe(UUID(connection_id))


@recurring("connections.check", every_s=120)
def start_checks() -> None:
    """A job for each platform that has something due: one that is slow or down holds up no other (CON-07)."""
    from apps.jobs.services import enqueue

    now = timezone.now()
    for platform in {connection.platform for connection in checking.due(now)}:
        if platform in PLATFORMS:
            title = f"Check the connections to {PLATFORMS[platform].name}"
            key = f"connections.check:{platform}:{now:%Y%m%d%H%M}"
            enqueue(check_platform, team=None, args={"platform": platform}, key=key, title=title)


@recurring("connections.warn_expiring", every_s=300)
def warn_expiring() -> None:
    tokens.warn_expiring()


@recurring("connections.forget_sign_ins", every_s=300)
def forget_sign_ins() -> None:
    connecting.forget_old()
