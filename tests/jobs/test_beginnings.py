"""What children of a worker find loaded."""

from pathlib import Path

import pytest
from django.urls import URLResolver

from apps.core.beginnings import load_all
from apps.jobs.models import Job
from apps.jobs.services import enqueue
from apps.teams.models import Team
from tests.jobs.testkinds.jobs import loaded
from tests.processes import eventually, started

PLATFORM = "apps.connections.platforms.youtube.platform"


def test_what_is_loaded_already_is_not_loaded_again(monkeypatch: pytest.MonkeyPatch) -> None:
    load_all()  # a worker calls it after each job
    again: list[object] = []
    monkeypatch.setattr(URLResolver, "_populate", again.append)
    load_all()
    assert again == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("size", ["1", "2"])
def test_what_each_job_would_load_is_loaded_before_the_forks(team: Team, trace: Path, size: str) -> None:
    with started("work", "--queues", "short", "--processes", size):
        for number in (1, 2):
            enqueue(loaded, team=team, args={"path": str(trace), "module": PLATFORM})
            eventually(lambda number=number: Job.objects.filter(status="done").count() == number)
    told = trace.read_text().split()
    assert told[-1] == "yes"
    assert told[0] == ("no" if size == "1" else "yes")  # a worker by itself waits for its first job
