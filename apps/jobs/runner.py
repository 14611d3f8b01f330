"""Running one job: claim, beat, work, and whatever comes of it into its row."""

import logging
import os
import socket as network
import threading
import time
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import DatabaseError, close_old_connections, connection, transaction
from django.db.models import F
from django.utils import timezone

from apps.core.correlation import correlated
from apps.core.errors import UserError
from apps.core.http import OutsideError
from apps.core.ids import new_id
from apps.core.shield import Failure, attempt
from apps.events.services import record as record_event
from apps.events.socket import ping
from apps.jobs.errors import JobCancelled
from apps.jobs.events import JOB_DEAD, JobDead
from apps.jobs.kinds import KINDS
from apps.jobs.models import Job, JobStatus
from apps.jobs.queueing import release_waiting, retry_wait_s
from apps.jobs.services import tell_pages

logger = logging.getLogger(__name__)

BEAT_S = 5
SILENT_AFTER_S = 30  # a running row without a heartbeat
PROGRESS_EVERY_S = 0.5


class JobRun:
    """What the work sees of its job: who it is, a way to report progress, and whether to stop."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.stop = threading.Event()
        self._told_at = 0.0

    def progress(self, fraction: float, text: str = "") -> None:
        """Report how far the work is (0 to 1) and what it is doing. Raises JobCancelled when it must stop."""
        now = time.monotonic()
        if now - self._told_at < PROGRESS_EVERY_S and not self.stop.is_set():
            return
        self._told_at = now
        values = {"progress": min(max(fraction, 0.0), 1.0), "heartbeat_at": timezone.now()}
        if text:
            values["progress_text"] = text[:200]
        self._beat(values)
        if self.job.team_id and self.job.subject_id:
            ping(self.job.team_id, "job.progress", self.job.subject_id)
        self.check_cancelled()

    def check_cancelled(self) -> None:
        """Raises JobCancelled when a person cancelled the job or another worker has it."""
        if self.stop.is_set():
            raise JobCancelled

    def cancelled(self) -> bool:
        """The same as a question, for code that polls."""
        return self.stop.is_set()

    def still_mine(self) -> bool:
        """Lock the row and say whether this worker still holds the job; ask within the transaction that writes."""
        mine = Job.objects.select_for_update().filter(pk=self.job.pk, claim=self.job.claim)
        return mine.filter(status=JobStatus.RUNNING).exists()

    def _beat(self, values: dict[str, Any]) -> None:
        mine = Job.objects.filter(pk=self.job.pk, claim=self.job.claim, status=JobStatus.RUNNING)
        written = mine.update(**values)
        if not written or mine.filter(cancel_requested=True).exists():
            self.stop.set()

    def beat_until(self, over: threading.Event) -> None:
        """Beat every BEAT_S seconds from a thread of its own."""
        try:
            while not over.wait(BEAT_S):
                try:
                    self._beat({"heartbeat_at": timezone.now()})
                except DatabaseError as error:
                    logger.warning("no heartbeat for %s: %s", self.job.pk, error)
                    connection.close()
        finally:
            connection.close()


def run_job(job_id: str) -> None:
    """The function that RQ calls: does the job if nobody else has it."""
    close_old_connections()
    job = _claim(UUID(job_id))
    if job is None:
        return
    run = JobRun(job)
    over = threading.Event()
    beat = threading.Thread(target=run.beat_until, args=(over,), name="heartbeat", daemon=True)
    beat.start()
    try:
        with correlated(job.correlation_id):
            outcome = attempt(KINDS[job.kind].work, run, **job.args)
            close_old_connections()  # the database may have been restarted meanwhile
            if isinstance(outcome, Failure):
                _failed(job, outcome)
            else:
                _done(job, outcome.value)
    finally:
        over.set()
        beat.join()


def _claim(job_id: UUID) -> Job | None:
    now = timezone.now()
    claimed = Job.objects.filter(pk=job_id, status=JobStatus.QUEUED).update(
        status=JobStatus.RUNNING,
        attempts=F("attempts") + 1,
        claim=new_id(),
        started_at=now,
        heartbeat_at=now,
        finished_at=None,
        worker=f"{network.gethostname()}:{os.getpid()}",
    )
    return Job.objects.select_related("team").get(pk=job_id) if claimed else None


def _done(job: Job, result: dict[str, Any] | None) -> None:
    with transaction.atomic():
        written = _mine(job).update(
            status=JobStatus.DONE, progress=1, result=result, error="", trace="", finished_at=timezone.now()
        )
        if written:
            tell_pages(job)
    if written and Job.objects.filter(pk=job.pk, has_dependents=True).exists():
        release_waiting([str(pk) for pk in job.dependents.values_list("pk", flat=True)])


def _failed(job: Job, failure: Failure) -> None:
    error = failure.error
    if isinstance(error, JobCancelled):
        _cancelled(job)
        return
    outside = error if isinstance(error, OutsideError) else None
    final = isinstance(error, UserError) or (outside is not None and not outside.retryable)
    if not final and job.attempts < job.max_attempts:
        _retry(job, failure.sentence, failure.trace, outside.retry_after_s if outside else None)
    else:
        _bury(job, failure.sentence, failure.trace)


def _cancelled(job: Job) -> None:
    with transaction.atomic():
        if _mine(job).update(status=JobStatus.CANCELLED, finished_at=timezone.now()):
            for dependent in job.dependents.filter(status=JobStatus.WAITING):
                Job.objects.filter(pk=dependent.pk).update(
                    status=JobStatus.CANCELLED, finished_at=timezone.now()
                )
            tell_pages(job)


def _retry(job: Job, error: str, trace: str, retry_after_s: float | None) -> None:
    wait = retry_wait_s(job, retry_after_s)
    with transaction.atomic():
        _mine(job).update(
            status=JobStatus.SCHEDULED,
            run_at=timezone.now() + timedelta(seconds=wait),
            error=error,
            trace=trace,
            claim=None,
        )
        tell_pages(job)
    logger.warning(
        "%s failed (attempt %s of %s), again in %.0f s: %s",
        job.kind,
        job.attempts,
        job.max_attempts,
        wait,
        error,
    )


def _bury(job: Job, error: str, trace: str) -> None:
    with transaction.atomic():
        if not _mine(job).update(status=JobStatus.DEAD, error=error, trace=trace, finished_at=timezone.now()):
            return
        data = JobDead(kind=job.kind, error=error, attempts=job.attempts)
        record_event(JOB_DEAD, team=job.team, subject=job, data=data)
        tell_pages(job)
    logger.error("%s is dead after %s attempts: %s", job.kind, job.attempts, error)


def free_silent(*, limit: int = 200) -> int:
    """Take running jobs from workers that went silent; each is tried again, or is dead after its last attempt."""
    old = timezone.now() - timedelta(seconds=SILENT_AFTER_S)
    silent = list(Job.objects.filter(status=JobStatus.RUNNING, heartbeat_at__lt=old)[:limit])
    for job in silent:
        _settle_lost(job)
    return len(silent)


def _settle_lost(job: Job) -> None:
    error = f"The worker {job.worker} stopped in the middle of this job."
    if job.cancel_requested:
        _cancelled(job)
    elif job.attempts < job.max_attempts:
        _retry(job, error, "", None)
    else:
        _bury(job, error, "")


def _mine(job: Job) -> Any:
    return Job.objects.filter(pk=job.pk, claim=job.claim, status=JobStatus.RUNNING)
