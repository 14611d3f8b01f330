"""Jobs in tests: in this process, or in real workers."""

from collections.abc import Callable
from pathlib import Path

import pytest
from redis import Redis

from apps.jobs.models import Job, JobStatus
from apps.jobs.runner import run_job
from tests.jobs.testkinds import jobs as _kinds  # noqa: F401 – importing registers them


@pytest.fixture(autouse=True)
def own_queues(valkey: Redis) -> None:
    """Every test of jobs finds empty queues and leaves none behind."""


@pytest.fixture
def trace(tmp_path: Path) -> Path:
    """Where test kinds leave a line for everything that they do."""
    path = tmp_path / "trace"
    path.touch()
    return path


@pytest.fixture
def run_queued() -> Callable[[], int]:
    """Run every queued job in this process, and those that come of it; returns how many there were."""

    def run() -> int:
        count = 0
        while (job := Job.objects.filter(status=JobStatus.QUEUED).order_by("queued_at").first()) is not None:
            run_job(str(job.pk))
            count += 1
        return count

    return run
