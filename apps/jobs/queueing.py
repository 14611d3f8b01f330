"""From the row to RQ: the push, the join, and the sweeps that mend what a crash or a flushed Valkey left (JOB-05)."""

import logging
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from redis.exceptions import RedisError

from apps.core import queue
from apps.core.ids import new_id
from apps.jobs.kinds import KINDS
from apps.jobs.models import Job, JobStatus
from apps.jobs.notices import tell_pages

logger = logging.getLogger(__name__)

RUN_JOB = "apps.jobs.runner.run_job"  # by name: the runner stands above this module
SWEEP_BATCH = 500
UNKNOWN_KIND_TIMEOUT_S = 60  # long enough to say that nobody knows this kind any more
NEED_CANCELLED = "A job that this one waited for was cancelled."


def new_rq_id() -> str:
    """Each time a row is put on its queue it has another id there: RQ may still be clearing away the last one."""
    return new_id().hex


def push_job(job: Job) -> bool:
    """Put a queued row on its RQ queue. False where Valkey can't be reached: the sweep will do it."""
    kind = KINDS.get(job.kind)
    timeout_s = kind.timeout_s if kind else UNKNOWN_KIND_TIMEOUT_S
    try:
        queue.push(job.queue, RUN_JOB, str(job.pk), timeout_s=timeout_s, job_id=job.rq_id)
    except (RedisError, OSError) as error:
        logger.warning("job %s stays in the database until the queue answers: %s", job.pk, error)
        return False
    return True


def push_on_commit(jobs: Iterable[Job]) -> None:
    """Push these once the transaction has committed; the first that fails leaves the rest to the sweep."""
    waiting = list(jobs)
    if waiting:
        transaction.on_commit(lambda: all(push_job(job) for job in waiting), robust=True)


def make_ready(job: Job, now: datetime) -> None:
    """Let the row (not saved here) start as soon as its time has come."""
    if job.run_at > now:
        job.status, job.queued_at, job.rq_id = JobStatus.SCHEDULED, None, ""
    else:
        job.status, job.queued_at, job.rq_id = JobStatus.QUEUED, now, new_rq_id()


READY_FIELDS = ["status", "queued_at", "rq_id"]


@transaction.atomic
def release_due() -> int:
    """Queue every scheduled job whose time has come; returns how many."""
    now = timezone.now()
    scheduled = Job.objects.select_for_update(skip_locked=True, no_key=True).filter(
        status=JobStatus.SCHEDULED
    )
    jobs = list(scheduled.filter(run_at__lte=now).order_by("run_at")[:SWEEP_BATCH])
    for job in jobs:
        make_ready(job, now)
    Job.objects.bulk_update(jobs, READY_FIELDS)
    push_on_commit(jobs)
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
    _start(free)
    _cancel_waiting(lost)
    return len(free)


def _start(jobs: list[Job]) -> None:
    now = timezone.now()
    for job in jobs:
        make_ready(job, now)
    Job.objects.bulk_update(jobs, READY_FIELDS)
    push_on_commit(job for job in jobs if job.status == JobStatus.QUEUED)
    tell_pages(*jobs)


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
    rq = queue.queue(name)
    with queue.connection().pipeline(transaction=False) as pipe:
        for job in rows:
            pipe.lpos(rq.key, job.rq_id)
        places = pipe.execute()
    return [job for job, place in zip(rows, places, strict=True) if place is None]
