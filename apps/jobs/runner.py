"""Running one job: claim, beat, work, and whatever comes of it into its row."""

import json
import logging
import signal
import threading
import time
from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import InterfaceError, OperationalError, connection, transaction
from django.utils import timezone
from rq.timeouts import JobTimeoutException

from apps.core.correlation import correlated
from apps.core.errors import UserError
from apps.core.http import OutsideError
from apps.core.shield import Failure, attempt
from apps.events.services import record as record_event
from apps.jobs import claims
from apps.jobs.admission import admit
from apps.jobs.errors import JobCancelled, JobPostponed, UnknownKind
from apps.jobs.events import JOB_DEAD, JobDead
from apps.jobs.heart import HEART
from apps.jobs.kinds import KINDS, retry_wait_s
from apps.jobs.measuring import ended, measured
from apps.jobs.models import Job, JobStatus
from apps.jobs.notices import tell_pages
from apps.jobs.queueing import settle_dependents
from apps.jobs.run import JobRun

__all__ = ["JobRun", "free_silent", "run_job"]

logger = logging.getLogger(__name__)

DATABASE_AWAY_S = 120  # how long an outcome waits for a database that does not answer
ASK_AGAIN_S = 1.0
MOMENTARY = "short"  # the queue of jobs that are over before a page could show that they began


def run_job(job_id: str) -> None:
    """The function that RQ calls: does the job if nobody else has it.

    What it raises (the database is away, the process is told to exit) leaves a row that the sweeps find.
    """
    job = _claim(UUID(job_id))
    if job is None:
        return
    if job.queue != MOMENTARY:
        tell_pages(job)
    if job.calls_next:
        _call_next(job)
    run = JobRun(job)
    with correlated(job.correlation_id), HEART.beating(run):
        started = time.monotonic()
        with measured(job) as span:
            outcome = attempt(_work, run)
            if isinstance(outcome, Failure):
                span.fail(type(outcome.error).__name__)
        _end_time_limit()
        _write_down(job, outcome, time.monotonic() - started)


def _claim(job_id: UUID) -> Job | None:
    try:
        return claims.claim(job_id)
    except (OperationalError, InterfaceError):
        connection.close()  # it lay idle and may have been cut off meanwhile
        return claims.claim(job_id)


def _call_next(job: Job) -> None:
    """Let held jobs into the place that this one left on its queue; where it fails, the clock does it."""
    with suppress(OperationalError, InterfaceError):
        admit(job.queue)


def _work(run: JobRun) -> Any:
    kind = KINDS.get(run.job.kind)
    if kind is None:
        raise UnknownKind(f"This version of Showrunner has no work called {run.job.kind}.")
    result = kind.work(run, **run.job.args)
    json.dumps(result)  # what can't be kept is the work's own failure
    return result


def _end_time_limit() -> None:
    """RQ's alarm limits the work; writing down what came of it must not be interrupted."""
    if threading.current_thread() is threading.main_thread():
        signal.alarm(0)


def _write_down(job: Job, outcome: Any, took_s: float) -> None:
    """Write the outcome into the row, patiently where the database has been restarted."""
    give_up = time.monotonic() + DATABASE_AWAY_S
    if isinstance(outcome, Failure) and isinstance(outcome.error, JobTimeoutException):
        connection.close()  # the alarm may have struck in the middle of a query
    while True:
        try:
            if isinstance(outcome, Failure):
                _failed(job, outcome)
            else:
                _done(job, outcome.value, took_s)
            return
        except (OperationalError, InterfaceError) as error:
            connection.close()
            if time.monotonic() > give_up:
                raise
            logger.warning("the outcome of %s waits for the database: %s", job.pk, error)
            time.sleep(ASK_AGAIN_S)


def _done(job: Job, result: dict[str, Any] | None, took_s: float) -> None:
    if claims.finish(job, result, took_s=took_s):
        ended(job, "done")
        tell_pages(job)
        settle_dependents(job)


@transaction.atomic
def _failed(claimed: Job, failure: Failure) -> None:
    """Decide what comes after a failed attempt: it is cancelled, put off, tried again, or dead."""
    error = failure.error
    job = claims.locked_mine(claimed)
    if job is None:
        logger.warning("%s %s was given to another worker meanwhile", claimed.kind, claimed.pk)
    elif isinstance(error, JobCancelled) or job.cancel_requested:
        _cancelled(job)
    elif isinstance(error, JobPostponed):
        _postpone(job, failure.sentence, error.wait_s)
    elif _may_try_again(job, error):
        after_s = error.retry_after_s if isinstance(error, OutsideError) else None
        _retry(job, _sentence(job, failure), failure.trace, after_s)
    else:
        _bury(job, _sentence(job, failure), failure.trace)


def _may_try_again(job: Job, error: Exception) -> bool:
    if isinstance(error, UserError) or (isinstance(error, OutsideError) and not error.retryable):
        return False
    return job.attempts < job.max_attempts


def _sentence(job: Job, failure: Failure) -> str:
    if isinstance(failure.error, JobTimeoutException):
        return f"It was stopped because it took longer than {KINDS[job.kind].timeout_s} s."
    return failure.sentence


def _cancelled(job: Job) -> None:
    job.status, job.finished_at = JobStatus.CANCELLED, timezone.now()
    job.save(update_fields=["status", "finished_at"])
    ended(job, "cancelled")
    tell_pages(job)
    settle_dependents(job)


def _postpone(job: Job, reason: str, wait_s: float) -> None:
    """Try again later without counting this attempt."""
    job.attempts -= 1
    ended(job, "postponed")
    _schedule(job, wait_s, reason, "")


def _retry(job: Job, error: str, trace: str, retry_after_s: float | None) -> None:
    wait_s = retry_wait_s(job.kind, job.attempts, retry_after_s)
    logger.warning(
        "%s failed (attempt %s of %s), again in %.0f s: %s",
        job.kind,
        job.attempts,
        job.max_attempts,
        wait_s,
        error,
    )
    ended(job, "retried")
    _schedule(job, wait_s, error, trace)


def _schedule(job: Job, wait_s: float, error: str, trace: str) -> None:
    job.status, job.claim, job.queued_at = JobStatus.SCHEDULED, None, None
    job.run_at = timezone.now() + timedelta(seconds=wait_s)
    job.error, job.trace = error, trace
    job.save(update_fields=["status", "claim", "queued_at", "run_at", "error", "trace", "attempts"])
    tell_pages(job)


def _bury(job: Job, error: str, trace: str) -> None:
    """Into the dead-letter list, once, with one event that tells the operators (JOB-03)."""
    job.status, job.finished_at = JobStatus.DEAD, timezone.now()
    job.error, job.trace = error, trace
    job.save(update_fields=["status", "finished_at", "error", "trace"])
    data = JobDead(kind=job.kind, error=error, attempts=job.attempts)
    record_event(JOB_DEAD, team=job.team, subject=job, data=data)
    ended(job, "dead")
    tell_pages(job)
    logger.error("%s is dead after %s attempts: %s", job.kind, job.attempts, error)


def free_silent(*, limit: int = 200) -> int:
    """Take running jobs from workers that went silent; each is tried again, or is dead after its last attempt."""
    return sum(_free(job) for job in claims.silent().order_by("heartbeat_at")[:limit])


@transaction.atomic
def _free(found: Job) -> bool:
    job = claims.locked_mine(found)
    if job is None or job.heartbeat_at != found.heartbeat_at:
        return False  # it was heard of meanwhile, or is over
    return take_away(job, f"The worker {job.worker} stopped in the middle of this job.")


def take_away(job: Job, error: str) -> bool:
    """Give a running job (locked by the caller) up for its worker: again, dead after its last attempt, or cancelled.

    The worker loses its claim with it: should it still live, it can write nothing more.
    """
    if job.cancel_requested:
        _cancelled(job)
    elif job.attempts < job.max_attempts:
        _retry(job, error, "", None)
    else:
        _bury(job, error, "")
    return True
