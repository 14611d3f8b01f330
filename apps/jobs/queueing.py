"""From the row to RQ: the push, the join, and the sweeps that mend what a crash or a flushed Valkey left (JOB-05)."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from apps.core import queue
from apps.jobs.admission import READY_FIELDS, Door
from apps.jobs.models import Job, JobStatus
from apps.jobs.notices import tell_pages
from apps.jobs.pushing import new_rq_id, push_job, push_on_commit

SWEEP_BATCH = 500
NEED_CANCELLED = "A job that this one waited for was cancelled."


def make_ready(job: Job, now: datetime, door: Door) -> None:
    """Let the row (not saved here) start as soon as its time has come and there is room for it."""
    if job.run_at > now:
        job.status, job.queued_at, job.rq_id = JobStatus.SCHEDULED, None, ""
    else:
        door.decide(job, now)


@transaction.atomic
def release_due() -> int:
    """Queue every scheduled job whose time has come; returns how many."""
    now = timezone.now()
    scheduled = Job.objects.select_for_update(skip_locked=True, no_key=True).filter(
        status=JobStatus.SCHEDULED
    )
    jobs = list(scheduled.filter(run_at__lte=now).order_by("run_at")[:SWEEP_BATCH])
    _start(jobs, now)
    return len(jobs)


@transaction.atomic
def settle_waiting(job_ids: Collection[UUID] | None = None) -> int:
    """Start the waiting jobs (all, or these) whose needs are all done: the join (JOB-07); returns how many.

    Those that need a cancelled job are cancelled, and in turn those that need them. A need that is dead keeps
    its dependents waiting until it is requeued.
    """
    needs = Job.after.through.objects.filter(from_job=OuterRef("pk"))
    undone, cancelled = (
        needs.exclude(to_job__status=JobStatus.DONE),
        needs.filter(to_job__status=JobStatus.CANCELLED),
    )
    waiting = Job.objects.select_for_update(no_key=True, of=("self",)).filter(status=JobStatus.WAITING)
    if job_ids is not None:
        waiting = waiting.filter(pk__in=job_ids)
    free = list(waiting.filter(~Exists(undone)).order_by("pk")[:SWEEP_BATCH])
    lost = list(waiting.filter(Exists(cancelled)).order_by("pk")[:SWEEP_BATCH])
    _start(free, timezone.now())
    _cancel_waiting(lost)
    return len(free)


def _start(jobs: list[Job], now: datetime) -> None:
    door = Door()
    for job in jobs:
        make_ready(job, now, door)
    Job.objects.bulk_update(jobs, [*READY_FIELDS, "error", "finished_at"])
    push_on_commit(job for job in jobs if job.status == JobStatus.QUEUED)
    tell_pages(*jobs)
    settle_dependents(*(job for job in jobs if job.status == JobStatus.CANCELLED))


def _cancel_waiting(jobs: list[Job]) -> None:
    if not jobs:
        return
    for job in jobs:
        job.status, job.error, job.finished_at = JobStatus.CANCELLED, NEED_CANCELLED, timezone.now()
    Job.objects.bulk_update(jobs, ["status", "error", "finished_at"])
    tell_pages(*jobs)
    settle_dependents(*jobs)


def settle_dependents(*jobs: Job) -> int:
    """Look at the jobs that wait for these, which are over; returns how many were started."""
    if not any(job.has_dependents for job in jobs):
        return 0
    links = Job.after.through.objects.filter(to_job__in=[job.pk for job in jobs])
    return settle_waiting(list(links.values_list("from_job", flat=True)))


def push_lost() -> int:
    """Push queued rows again that RQ no longer holds (flushed, crashed before the push, taken by a dead worker).

    A row that a worker has taken in this very moment may be pushed once more: its second run finds it claimed.
    """
    lost = [job for name in settings.RQ_QUEUE_NAMES for job in _lost_from(name)]
    pushed = 0
    for job in lost:
        job.rq_id = new_rq_id()
        if Job.objects.filter(pk=job.pk, status=JobStatus.QUEUED).update(rq_id=job.rq_id):
            if not push_job(job):
                break
            pushed += 1
    return pushed


def _lost_from(name: str) -> list[Job]:
    """Of the rows that should lie longest on this queue, those that don't.

    Each queue by itself, so that a long one does not hide what another has lost. LPOS looks from the front,
    where the oldest are.
    """
    old = timezone.now() - timedelta(seconds=settings.JOB_LOST_AFTER_S)
    queued = Job.objects.filter(status=JobStatus.QUEUED, queue=name, queued_at__lt=old)
    rows = list(queued.order_by("queued_at")[:SWEEP_BATCH])
    if not rows:
        return []
    with queue.connection().pipeline(transaction=False) as pipe:
        for job in rows:
            pipe.lpos(queue.queue(job.list_name).key, job.rq_id)
        places = pipe.execute()
    return [job for job, place in zip(rows, places, strict=True) if place is None]
