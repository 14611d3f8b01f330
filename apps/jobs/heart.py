"""The heartbeat of the jobs that this process runs."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection

from apps.jobs.run import JobRun


class Heart:
    """One thread a process, from the first job on, that beats for each job that has lasted long enough to need it.

    A thread for each job would take a good part of a short job's time. Between beats it keeps no connection.
    """

    def __init__(self) -> None:
        self._began: dict[JobRun, float] = {}
        self._thread: threading.Thread | None = None

    @contextmanager
    def beating(self, run: JobRun) -> Iterator[None]:
        """Say every JOB_BEAT_S seconds that the job is alive, as long as the block lasts."""
        if connection.in_atomic_block:  # a test's: nobody else can see the row, so nobody can miss its beats
            yield
            return
        self._began[run] = time.monotonic()
        if self._thread is None or not self._thread.is_alive():  # threads do not survive a fork
            self._thread = threading.Thread(target=self._beat_forever, name="heartbeat", daemon=True)
            self._thread.start()
        try:
            yield
        finally:
            del self._began[run]

    def _beat_forever(self) -> None:
        while True:
            time.sleep(settings.JOB_BEAT_S)
            old = time.monotonic() - settings.JOB_BEAT_S
            due = [run for run, began in self._began.copy().items() if began <= old]
            for run in due:
                run.beat()
            if due:
                connection.close()


HEART = Heart()
