"""What each job leaves behind: figures, a log line and a span."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager

from apps.core import tracing
from apps.core.metrics import LONG_S, Counter, Histogram
from apps.jobs.models import Job

logger = logging.getLogger(__name__)

ATTEMPTS = Counter(
    "showrunner_job_attempts_total", "Attempts at jobs by what came of them.", ("kind", "outcome")
)
JOB_SECONDS = Histogram("showrunner_job_seconds", "Time an attempt took.", ("kind",), bounds=LONG_S)
WAIT_SECONDS = Histogram(
    "showrunner_job_wait_seconds", "Time between being queued and being begun.", ("queue",), bounds=LONG_S
)


def ended(job: Job, outcome: str) -> None:
    """Count one attempt: done, retried, postponed, cancelled or dead."""
    ATTEMPTS.add(kind=job.kind, outcome=outcome)


@contextmanager
def measured(job: Job) -> Iterator[tracing.Span]:
    """Time, log and trace one attempt at a job that was just claimed."""
    if job.queued_at and job.started_at:
        WAIT_SECONDS.observe((job.started_at - job.queued_at).total_seconds(), queue=job.queue)
    started = time.monotonic()
    with tracing.span(job.kind, kind="consumer", job=str(job.pk), queue=job.queue) as span:
        span.set(attempt=job.attempts)
        try:
            yield span
        finally:
            seconds = time.monotonic() - started
            JOB_SECONDS.observe(seconds, kind=job.kind)
            facts = {"job": str(job.pk), "kind": job.kind, "attempt": job.attempts, "seconds": seconds}
            level = logging.DEBUG if job.queue == "short" else logging.INFO
            words = (job.kind, job.attempts, seconds)
            logger.log(level, "%s, attempt %s, took %.2f s", *words, extra={"facts": facts})
