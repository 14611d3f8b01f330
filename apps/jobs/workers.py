"""RQ workers that know about Django's connections and come back after Valkey was away."""

import contextlib
import gc
from types import FrameType
from typing import Any
from uuid import UUID

from django.db import Error, connection, connections
from rq import Queue, SimpleWorker, Worker
from rq.job import Job as RqJob
from rq.worker import BaseWorker

from apps.core.endings import hand_over_all
from apps.jobs import claims

NOBODYS = UUID(int=0)


class OurWorker(BaseWorker):
    """`told_to_stop` tells a stop by signal from an end by failure."""

    max_connection_wait_time = 5.0  # seconds between tries to reach Valkey; RQ's own minute is a long silence
    told_to_stop = False

    def request_stop(self, signum: int, frame: FrameType | None) -> None:
        self.told_to_stop = True
        super().request_stop(signum, frame)


class ForkingWorker(OurWorker, Worker):
    """A process for each job, so that a crash, a leak or a kill takes only that job: for media."""

    def work(self, *args: Any, **options: Any) -> bool:
        gc.collect()
        gc.freeze()  # what is there before the forks is no child's garbage: looking through it copies its pages
        return super().work(*args, **options)

    def monitor_work_horse(self, job: RqJob, queue: Queue) -> None:
        """While the child works, a connection is opened for the next one: to open it there takes four times as long.

        The child's own is left alone here, and closed when the child is gone.
        """
        childs, connection.connection = connection.connection, None
        _open()
        try:
            super().monitor_work_horse(job, queue)
        finally:
            if childs is not None:
                childs.close()

    def perform_job(self, job: RqJob, queue: Queue) -> bool:
        """In the job's own process, which ends right after without any clearing up."""
        try:
            return super().perform_job(job, queue)
        finally:
            connections.close_all()
            hand_over_all()


def _open() -> None:
    with contextlib.suppress(Error):  # a database that is away is waited for by each job
        claims.claim(NOBODYS)  # so that the server has read its catalogue


class InlineWorker(OurWorker, SimpleWorker):
    """Jobs in the worker's own process, at about four times the throughput: for short trusted work."""
