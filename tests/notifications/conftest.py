"""Notifications in tests: jobs run in this process, the outside is on the loopback."""

from collections.abc import Callable, Iterator

import pytest
from redis import Redis

from apps.jobs import queueing
from apps.jobs.models import Job, JobStatus
from apps.jobs.runner import run_job
from tests.core.http_loopback import Loopback, running


@pytest.fixture(autouse=True)
def own_queues(valkey: Redis) -> None:
    """Every test finds empty queues and leaves none behind."""


@pytest.fixture
def work() -> Callable[[], int]:
    """Run every job whose time has come in this process, and those that come of it; returns how many runs."""

    def run() -> int:
        queueing.release_due()
        count = 0
        while (job := Job.objects.filter(status=JobStatus.QUEUED).order_by("queued_at").first()) is not None:
            run_job(str(job.pk))
            count += 1
        return count

    return run


@pytest.fixture
def server(settings: object) -> Iterator[Loopback]:
    """A loopback that outside calls may reach."""
    with running() as loopback:
        settings.OUTSIDE_ALLOW_PRIVATE = [loopback.netloc]  # type: ignore[attr-defined]
        yield loopback
