"""What the work sees of its job."""

import logging
import threading
import time

from django.db import Error, connection

from apps.core.transactions import in_transaction
from apps.events.socket import ping
from apps.jobs import claims
from apps.jobs.errors import JobCancelled
from apps.jobs.models import Job

logger = logging.getLogger(__name__)

PROGRESS_EVERY_S = 0.5


class JobRun:
    """One attempt at a job: who it is (`job`), a way to report progress, and whether to stop."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.stop = threading.Event()
        self._told_at = 0.0

    def progress(self, fraction: float, text: str = "") -> None:
        """Report how far the work is (0 to 1) and what it is doing. Raises JobCancelled when it must stop.

        May be called as often as one likes: it is written twice a second. Within a transaction nothing is
        written, since nobody could see it before the commit.
        """
        now = time.monotonic()
        if now - self._told_at >= PROGRESS_EVERY_S and not self.stop.is_set() and not in_transaction():
            self._told_at = now
            self.beat(min(max(fraction, 0.0), 1.0), text[:200] or None)
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
        return claims.locked_mine(self.job) is not None

    def beat(self, fraction: float | None = None, text: str | None = None) -> None:
        """Say that the job is alive, and hear whether it must stop. A database that is away stops nothing."""
        try:
            if not claims.beat(self.job, progress=fraction, text=text):
                self.stop.set()
        except Error as error:
            logger.warning("no heartbeat for %s: %s", self.job.pk, error)
            connection.close()
