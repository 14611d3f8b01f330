"""RQ workers that know about Django's connections."""

from typing import Any

from django.db import connections
from rq import Queue, SimpleWorker, Worker
from rq.job import Job as RqJob


class ForkingWorker(Worker):
    """A process for each job, so that a crash, a leak or a kill takes only that job: for media."""

    def execute_job(self, job: RqJob, queue: Queue) -> Any:
        connections.close_all()  # a forked child must not share a socket with its parent
        return super().execute_job(job, queue)


class InlineWorker(SimpleWorker):
    """Jobs in the worker's own process, seven times the throughput: for short trusted work."""
