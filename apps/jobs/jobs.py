"""The product's own recurring housekeeping."""

from datetime import timedelta

from django.utils import timezone

from apps.events import services as events
from apps.jobs import admission, agents, batches, queueing, runner
from apps.jobs.clock import recurring
from apps.jobs.models import Job, JobStatus

KEEP_DONE = timedelta(days=14)


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
