"""Several workers forked from one process, killed and told to stop."""

import os
import signal
from pathlib import Path

import pytest

from apps.jobs.models import Job
from apps.jobs.services import enqueue
from apps.teams.models import Team
from tests.jobs.testkinds.jobs import wait_for_file
from tests.processes import children, eventually, kill_tree, started

pytestmark = pytest.mark.django_db(transaction=True)

CREW = ("work", "--queues", "short", "--processes", "2")


def began(trace: Path) -> list[str]:
    return [line for line in trace.read_text().splitlines() if line.startswith("began")]


def test_a_crew_does_two_jobs_at_once_and_replaces_a_worker_that_dies(
    team: Team, trace: Path, tmp_path: Path
) -> None:
    release = tmp_path / "release"
    args = {"path": str(trace), "release": str(release)}
    jobs = [enqueue(wait_for_file, team=team, args=args) for _ in range(2)]
    with started("clock"), started(*CREW) as crew:
        eventually(lambda: len(began(trace)) == 2, what="both jobs at once")
        first, second = children(crew.pid)
        kill_tree(first)
        release.touch()
        ids = [job.pk for job in jobs]
        eventually(lambda: Job.objects.filter(pk__in=ids, status="done").count() == 2, what="both done")
        eventually(lambda: len(children(crew.pid)) == 2, what="another worker")
        assert second in children(crew.pid)
        assert first not in children(crew.pid)
    assert len(began(trace)) == 3


def test_a_crew_lets_its_workers_finish_and_ends_with_them(team: Team, trace: Path, tmp_path: Path) -> None:
    release = tmp_path / "release"
    job = enqueue(wait_for_file, team=team, args={"path": str(trace), "release": str(release)})
    with started(*CREW) as crew:
        eventually(lambda: began(trace), what="the job")
        workers = children(crew.pid)
        os.killpg(crew.pid, signal.SIGTERM)  # as a supervisor does: who is below hears of it once
        eventually(lambda: len(children(crew.pid)) == 1, what="the end of the idle one")
        release.touch()
        assert crew.wait(20) == 0
    assert Job.objects.values_list("status", flat=True).get(pk=job.pk) == "done"
    assert len(workers) == 2


def test_the_workers_of_a_crew_end_when_it_is_killed(team: Team) -> None:
    with started(*CREW) as crew:
        workers = eventually(lambda: len(children(crew.pid)) == 2 and children(crew.pid), what="two workers")
        crew.kill()
        eventually(lambda: not any(Path(f"/proc/{pid}").exists() for pid in workers), what="their end")
