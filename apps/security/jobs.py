"""The nightly look at advisories, and the change of keys in the background."""

from typing import Any

from django.utils import timezone

from apps.core.rotation import stale_count
from apps.jobs.clock import recurring
from apps.jobs.kinds import job_kind
from apps.jobs.runner import JobRun
from apps.jobs.services import enqueue
from apps.security import services

DAY_S = 24 * 3600


@job_kind("security.check_advisories", attempts=4, timeout_s=600, first_wait_s=600, longest_wait_s=3600)
def check_advisories(run: JobRun) -> dict[str, Any]:
    """Ask the advisory database about every locked version."""
    check = services.check_advisories()
    return {"packages": check.packages, "new": check.new}


@recurring("security.check_advisories", every_s=DAY_S)
def check_advisories_nightly() -> None:
    day = timezone.now().date().isoformat()
    enqueue(
        check_advisories, team=None, args={}, key=f"advisories:{day}", title="Look for known vulnerabilities"
    )


@job_kind("security.reseal_secrets", attempts=5, timeout_s=4 * 3600, first_wait_s=30)
def reseal_secrets(run: JobRun) -> dict[str, Any]:
    """Seal stored secrets by the newest data key. Killed anywhere, it goes on where it was."""
    done = services.finish_rotation(run.progress)
    return {"rows": done.rows, "unreadable": done.unreadable[:20]}


@recurring("security.finish_rotation", every_s=DAY_S)
def finish_rotation_nightly() -> None:
    """What a rotation left, or an older version of the product stored, is sealed anew."""
    if stale_count():
        day = timezone.now().date().isoformat()
        enqueue(reseal_secrets, team=None, args={}, key=f"reseal:{day}", title="Seal stored secrets anew")
