"""From a queued row to RQ's list."""

import logging
from collections.abc import Iterable, Sequence

from django.db import transaction
from redis.exceptions import RedisError

from apps.core import queue
from apps.core.ids import new_id
from apps.jobs.kinds import KINDS
from apps.jobs.models import Job

logger = logging.getLogger(__name__)

RUN_JOB = "apps.jobs.runner.run_job"  # by name: the runner stands above this module
UNKNOWN_KIND_TIMEOUT_S = 60  # long enough to say that nobody knows this kind any more


def new_rq_id() -> str:
    """Each time a row is put on its queue it has another id there: RQ may still be clearing away the last one."""
    return new_id().hex


def push_job(job: Job) -> bool:
    """Put a queued row on its RQ list. False where Valkey can't be reached: the sweep will do it."""
    return push_jobs([job])


def push_jobs(jobs: Sequence[Job]) -> bool:
    """Put queued rows on their lists, each list in one round trip. False where Valkey can't be reached."""
    lists: dict[str, list[tuple[str, str, int]]] = {}
    for job in jobs:
        lists.setdefault(job.list_name, []).append((str(job.pk), job.rq_id, _timeout_s(job)))
    try:
        for name, calls in lists.items():
            queue.push_many(name, RUN_JOB, calls)
    except (RedisError, OSError) as error:
        logger.warning("%s jobs stay in the database until the queue answers: %s", len(jobs), error)
        return False
    return True


def _timeout_s(job: Job) -> int:
    kind = KINDS.get(job.kind)
    return kind.timeout_s if kind else UNKNOWN_KIND_TIMEOUT_S


def push_on_commit(jobs: Iterable[Job]) -> None:
    """Push these once the transaction has committed; what fails is left to the sweep."""
    waiting = list(jobs)
    if waiting:
        transaction.on_commit(lambda: push_jobs(waiting), robust=True)
