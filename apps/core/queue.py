"""The one door to RQ. Django-RQ's own scheduling ignores transactions, so we enqueue after the commit ourselves."""

import logging
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db import transaction
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from rq import Queue
from rq.job import Job as RqJob

logger = logging.getLogger(__name__)

CONNECT_TIMEOUT_S = 2
ANSWER_TIMEOUT_S = 5


def connection() -> Redis:
    """This process's connections to Valkey, for short commands: no page ever waits long for a server that hangs.

    RQ's workers use them too, and there set longer limits themselves.
    """
    return _connection(settings.REDIS_URL)


@lru_cache(maxsize=4)
def _connection(url: str) -> Redis:
    return Redis.from_url(
        url,
        socket_connect_timeout=CONNECT_TIMEOUT_S,
        socket_timeout=ANSWER_TIMEOUT_S,
        driver_info=None,  # else redis-py reads its own version from disk for each new connection: 3 ms a forked job
        retry=Retry(
            NoBackoff(), 1
        ),  # a kept connection may have died; redis-py's own retries wait for seconds
    )


def queue(name: str) -> Queue:
    return Queue(name, connection=connection())


def push(
    name: str,
    function: Callable[..., Any] | str,
    *args: Any,
    timeout_s: int = 3600,
    job_id: str | None = None,
) -> RqJob:
    """Put a call (or the dotted name of one) on the queue now; raises RedisError where it can't be reached.

    Its id may be given. Results are not kept, since rows in the database are.
    """
    return queue(name).enqueue_call(
        function,  # type: ignore[type-var]
        args=args,
        timeout=timeout_s,
        result_ttl=0,
        failure_ttl=3600,
        job_id=job_id,
    )


def push_many(name: str, function: str, calls: Iterable[tuple[str, str, int]]) -> None:
    """Put several calls of one function on the queue in one round trip, each (its argument, its id, its seconds)."""
    there = queue(name)
    given = [
        there.prepare_data(
            function, (argument,), timeout=timeout_s, result_ttl=0, failure_ttl=3600, job_id=job_id
        )
        for argument, job_id, timeout_s in calls
    ]
    there.enqueue_many(given)


def push_on_commit(name: str, function: Callable[..., Any], *args: Any, timeout_s: int = 3600) -> None:
    """Put a call on the queue once the transaction has committed; a queue that is down is left to a sweeper."""

    def push_or_leave() -> None:
        try:
            push(name, function, *args, timeout_s=timeout_s)
        except (RedisError, OSError) as error:
            logger.warning(
                "%s waits for the sweeper, the queue does not answer: %s", function.__name__, error
            )

    transaction.on_commit(push_or_leave, robust=True)
