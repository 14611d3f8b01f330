"""The product's own recurring housekeeping."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from apps.audit import services as audit
from apps.events import services as events
from apps.jobs import admission, agents, batches, queueing, runner
from apps.jobs.clock import recurring
from apps.jobs.errors import JobError
from apps.jobs.kinds import job_kind
from apps.jobs.models import Job, JobStatus
from apps.jobs.run import JobRun

KEEP_DONE = timedelta(days=14)
NIGHT_HOUR = 3  # UTC


@recurring("jobs.release_due", every_s=1)
def release_due() -> None:
    """Begin what is due, and what was held back and has room now."""
    queueing.release_due()
    admission.admit_all()


@recurring("jobs.sweep", every_s=5)
def sweep() -> None:
    """Mend what crashes left: silent agents and workers, lost pushes, joins whose last step died in between."""
    agents.give_up_silent()
    runner.free_silent()
    queueing.push_lost()
    queueing.settle_waiting()
    batches.close_finished()


@recurring("events.sweep", every_s=5)
def sweep_events() -> None:
    events.sweep()


@recurring("jobs.forget_done", every_s=3600)
def forget_done() -> None:
    """Finished and cancelled jobs are forgotten after two weeks; failed ones stay until somebody looks."""
    over = Job.objects.filter(status__in=(JobStatus.DONE, JobStatus.CANCELLED))
    over.filter(finished_at__lt=timezone.now() - KEEP_DONE).delete()


@recurring("events.forget_delivered", every_s=3600)
def forget_delivered() -> None:
    events.forget_delivered()


@recurring("jobs.start_clean_up", every_s=600)
def start_clean_up() -> None:
    """Once a night, whenever the clock next runs after its hour."""
    from apps.jobs.services import enqueue

    now = timezone.now()
    if now.hour >= NIGHT_HOUR:
        enqueue(clean_up, team=None, args={}, key=f"clean_up:{now:%Y-%m-%d}", title="Nightly clean-up")


@job_kind("jobs.clean_up", queue="default", attempts=3, timeout_s=3600)
def clean_up(run: JobRun) -> dict[str, Any]:
    """Remove what is older than it may be kept, then verify every chain of the audit record (AUD-03, AUD-04)."""
    removed = audit.clean_up()
    checks = [audit.check(chain) for chain in audit.chains()]
    broken = [f"{check.chain}: line {check.broken_at} {check.reason}" for check in checks if check.reason]
    if broken:
        raise JobError(f"The audit record is broken. {'; '.join(broken)}")
    return {"removed": removed, "chains": len(checks)}
