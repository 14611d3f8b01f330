"""RQ workers that know about Django's connections and come back after Valkey was away."""

import contextlib
import gc
import mmap
import threading
from types import FrameType
from typing import Any
from uuid import UUID

from django.db import Error, connection
from psycopg.pq import TransactionStatus
from rq import Queue, SimpleWorker, Worker
from rq.job import Job as RqJob
from rq.worker import BaseWorker

from apps.core.beginnings import load_all
from apps.core.endings import hand_over_all
from apps.jobs import claims

NOBODYS = UUID(int=0)
# Shared with the children: whether the last one left the connection as it got it.
_given_back = mmap.mmap(-1, 1)


class OurWorker(BaseWorker):
    """`told_to_stop` tells a stop by signal from an end by failure. `stopping` is set by a signal that came before
    RQ listens for them."""

    max_connection_wait_time = 5.0  # seconds between tries to reach Valkey; RQ's own minute is a long silence
    told_to_stop = False
    stopping = threading.Event()  # of all: nothing sets this one

    def _install_signal_handlers(self) -> None:
        super()._install_signal_handlers()
        if self.stopping.is_set():
            self.told_to_stop = self._stop_requested = True

    def request_stop(self, signum: int, frame: FrameType | None) -> None:
        self.told_to_stop = True
        super().request_stop(signum, frame)


class ForkingWorker(OurWorker, Worker):
    """A process for each job, so that a crash, a leak or a kill takes only that job: for media."""

    def work(self, *args: Any, **options: Any) -> bool:
        gc.collect()
        gc.freeze()  # what is there before the forks is no child's garbage: looking through it copies its pages
        _open()
        return super().work(*args, **options)

    def fork_work_horse(self, job: RqJob, queue: Queue) -> None:
        _given_back[0] = 0
        self._lent = connection.connection
        super().fork_work_horse(job, queue)

    def monitor_work_horse(self, job: RqJob, queue: Queue) -> None:
        """The children use this process's connection one after the other: to open one takes as long as a short job.

        While a child lives it alone uses it. One that did not come back idle is closed here.
        """
        super().monitor_work_horse(job, queue)
        if not _given_back[0]:
            connection.close()
            _open()
        load_all()  # once there was one job, there will be more

    def perform_job(self, job: RqJob, queue: Queue) -> bool:
        """In the job's own process, which ends right after without any clearing up."""
        try:
            return super().perform_job(job, queue)
        finally:
            hand_over_all()
            self._give_back()

    def _give_back(self) -> None:
        """Leave the connection to the parent if nothing is under way on it, or close it.

        The parent's copy knows nothing of what was said here, so it must not matter: no transaction, no encryption,
        whose state moves with each byte, and no prepared statements, which Django does not use.
        """
        ours = connection.connection
        if ours is not None and ours is self._lent and _idle(ours):
            _given_back[0] = 1
        else:
            connection.close()


def _idle(lent: Any) -> bool:
    return lent.pgconn.transaction_status == TransactionStatus.IDLE and not lent.pgconn.ssl_in_use


def _open() -> None:
    with contextlib.suppress(Error):  # a database that is away is waited for by each job
        claims.claim(NOBODYS)  # so that the server has read its catalogue


class InlineWorker(OurWorker, SimpleWorker):
    """Jobs in the worker's own process, at about four times the throughput: for short trusted work."""
