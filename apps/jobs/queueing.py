"""From the row to RQ: the push, and the sweep that mends what a crash or a flushed Valkey left (JOB-05)."""

import logging
from datetime import timedelta

import django_rq
from django.db import transaction
from django.utils import timezone
from redis.exceptions import RedisError

from apps.core import queue
from apps.core.ids import new_id
from apps.jobs.backoff import wait_s
from apps.jobs.kinds import KINDS
from apps.jobs.models import Job, JobStatus

logger = logging.getLogger(__name__)

LOST_AFTER_S = 15  # a queued row whose RQ job is gone
RUN_JOB = "apps.jobs.runner.run_job"  # by name: the runner stands above this module
SWEEP_BATCH = 500


def push_job(job: Job) -> bool:
    """Put the row's id on its RQ queue. False where Valkey can't be reached: the sweeper will do it."""
    rq_id = new_id().hex
    timeout_s = KINDS[job.kind].timeout_s
    Job.objects.filter(pk=job.pk).update(rq_id=rq_id)
    try:
        queue.push(job.queue, RUN_JOB, str(job.pk), timeout_s=timeout_s, job_id=rq_id)
    except (RedisError, OSError) as error:
        logger.warning("job %s stays in the database until the queue answers: %s", job.pk, error)
        return False
    return True


def release_due() -> int:
    """Queue every scheduled job whose time has come; returns how many."""
    now = timezone.now()
    with transaction.atomic():
        due = Job.objects.select_for_update(skip_locked=True).filter(
            status=JobStatus.SCHEDULED, run_at__lte=now
        )
        jobs = list(due.order_by("run_at")[:SWEEP_BATCH])
        Job.objects.filter(pk__in=[job.pk for job in jobs]).update(status=JobStatus.QUEUED, queued_at=now)
    for job in jobs:
        push_job(job)
    return len(jobs)


def release_waiting(job_ids: list[str] | None = None) -> int:
    """Queue the waiting jobs (all, or these) whose needs are all done: the join (JOB-07); returns how many."""
    now = timezone.now()
    with transaction.atomic():
        waiting = Job.objects.select_for_update().filter(status=JobStatus.WAITING)
        if job_ids is not None:
            waiting = waiting.filter(pk__in=job_ids)
        candidates = [job.pk for job in waiting.order_by("pk")[:SWEEP_BATCH]]
        blocked = set(
            Job.after.through.objects.filter(from_job__in=candidates)
            .exclude(to_job__status=JobStatus.DONE)
            .values_list("from_job", flat=True)
        )
        free = [pk for pk in candidates if pk not in blocked]
        Job.objects.filter(pk__in=free).update(status=JobStatus.QUEUED, queued_at=now)
        jobs = list(Job.objects.filter(pk__in=free))
    for job in jobs:
        push_job(job)
    return len(jobs)


def push_lost() -> int:
    """Push queued rows again that RQ no longer holds (flushed, crashed before the push, taken by a dead worker)."""
    old = timezone.now() - timedelta(seconds=LOST_AFTER_S)
    rows = list(
        Job.objects.filter(status=JobStatus.QUEUED, queued_at__lt=old).order_by("queued_at")[:SWEEP_BATCH]
    )
    lost = [job for job, held in zip(rows, _held_by_rq(rows), strict=True) if not held]
    for job in lost:
        push_job(job)
    return len(lost)


def _held_by_rq(rows: list[Job]) -> list[bool]:
    connection = django_rq.get_connection("default")
    pipe = connection.pipeline(transaction=False)
    for job in rows:
        pipe.hget(f"rq:job:{job.rq_id}", "status")
    return [status == b"queued" for status in pipe.execute()]


def retry_wait_s(job: Job, retry_after_s: float | None) -> float:
    """Seconds until the next attempt: what the other side asked for, or the kind's backoff if that is longer."""
    kind = KINDS[job.kind]
    own = wait_s(job.attempts, first_s=kind.first_wait_s, longest_s=kind.longest_wait_s)
    return max(own, retry_after_s or 0)
