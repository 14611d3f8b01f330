"""RQ workers that know about Django's connections and come back after Valkey was away."""

from types import FrameType
from typing import Any

from django.db import connections
from rq import Queue, SimpleWorker, Worker
from rq.job import Job as RqJob
from rq.worker import BaseWorker


class OurWorker(BaseWorker):
    """`told_to_stop` tells a stop by signal from an end by failure."""

    max_connection_wait_time = 5.0  # seconds between tries to reach Valkey; RQ's own minute is a long silence
    told_to_stop = False

    def request_stop(self, signum: int, frame: FrameType | None) -> None:
        self.told_to_stop = True
        super().request_stop(signum, frame)


class ForkingWorker(OurWorker, Worker):
    """A process for each job, so that a crash, a leak or a kill takes only that job: for media."""

    def execute_job(self, job: RqJob, queue: Queue) -> Any:
        connections.close_all()  # a forked child must not share a socket with its parent
        return super().execute_job(job, queue)


class InlineWorker(OurWorker, SimpleWorker):
    """Jobs in the worker's own process, seven times the throughput: for short trusted work."""
