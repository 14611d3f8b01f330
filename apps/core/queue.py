"""The one door to RQ. Django-RQ's own scheduling ignores transactions, so work is enqueued after the commit, by hand."""

from collections.abc import Callable
from typing import Any

import django_rq
from django.db import transaction
from rq import Queue
from rq.job import Job as RqJob


def queue(name: str) -> Queue:
    return django_rq.get_queue(name)


def push(
    name: str,
    function: Callable[..., Any] | str,
    *args: Any,
    timeout_s: int = 3600,
    job_id: str | None = None,
) -> RqJob:
    """Put a call (or the dotted name of one) on the queue now. Its id may be given; results are not kept, since rows in the database are."""
    return queue(name).enqueue_call(
        function, args=args, timeout=timeout_s, result_ttl=0, failure_ttl=3600, job_id=job_id
    )


def push_on_commit(name: str, function: Callable[..., Any], *args: Any, timeout_s: int = 3600) -> None:
    """Put a call on the queue once the transaction has committed; a queue that is down is left to the sweeper."""
    transaction.on_commit(lambda: push(name, function, *args, timeout_s=timeout_s), robust=True)
