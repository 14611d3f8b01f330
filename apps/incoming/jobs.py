"""The work behind a call of another service."""

from typing import Any
from uuid import UUID

from apps.incoming import services
from apps.jobs.kinds import job_kind
from apps.jobs.runner import JobRun


@job_kind("incoming.handle_hook", queue="default", attempts=5, timeout_s=60)
def handle_hook(run: JobRun, *, hook_id: str) -> dict[str, Any]:
    """Do what a call is about, once."""
    return {"status": services.handle(UUID(hook_id))}
