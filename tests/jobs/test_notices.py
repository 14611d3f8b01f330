"""Open pages hear of jobs when they look different (EVT-02, JOB-04)."""

from typing import Any
from uuid import UUID

import pytest
from django.db import transaction

from apps.jobs import notices, run
from apps.jobs.models import Job
from apps.jobs.notices import tell_pages
from apps.jobs.runner import run_job
from apps.jobs.services import cancel, enqueue
from apps.teams.models import Team
from tests.factories import TeamFactory, VideoFactory
from tests.jobs.testkinds.jobs import note, obedient

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """(team, name, id) of each word to open pages."""
    words: list[tuple[Any, ...]] = []

    def ping_all(team_id: UUID, names: Any, *, seq: int | None = None) -> None:
        words.extend((team_id, name, str(subject)) for name, subject in names)

    monkeypatch.setattr(notices, "ping_all", ping_all)
    monkeypatch.setattr(run, "ping", lambda team_id, name, subject: ping_all(team_id, [(name, subject)]))
    return words


@pytest.mark.spec("EVT-02")
@pytest.mark.spec("JOB-04")
def test_pages_hear_when_a_job_is_made_begins_goes_on_and_ends(
    team: Team, trace: Any, heard: list[tuple[Any, ...]]
) -> None:
    video = VideoFactory(team=team)
    job = enqueue(note, team=team, args={"path": str(trace), "text": "a"}, subject=video)
    changed = (team.pk, "job.changed", str(job.pk))
    progress = (team.pk, "job.progress", str(video.pk))
    assert heard == [changed]
    Job.objects.update(queue="default")
    run_job(str(job.pk))
    assert heard[1:] == [changed, progress, changed, progress]


def test_pages_hear_only_the_end_of_a_job_of_milliseconds(
    team: Team, trace: Any, heard: list[tuple[Any, ...]]
) -> None:
    job = enqueue(note, team=team, args={"path": str(trace), "text": "a"})
    heard.clear()
    run_job(str(job.pk))
    assert heard == [(team.pk, "job.changed", str(job.pk))]


def test_pages_hear_of_progress_of_the_subject(team: Team, trace: Any, heard: list[tuple[Any, ...]]) -> None:
    video = VideoFactory(team=team)
    job = enqueue(obedient, team=team, args={"path": str(trace)}, subject=video)
    Job.objects.update(cancel_requested=True, queue="default")
    heard.clear()
    run_job(str(job.pk))
    names = [name for _, name, _ in heard]
    assert names == ["job.changed", "job.progress", "job.progress", "job.changed", "job.progress"]


def test_pages_hear_nothing_before_the_commit_nor_after_a_rollback(
    team: Team, heard: list[tuple[Any, ...]]
) -> None:
    with transaction.atomic():
        cancel(enqueue(note, team=team, args={}))
        transaction.set_rollback(True)
    assert heard == []


def test_pages_of_each_team_hear_of_its_own_jobs_once(team: Team, heard: list[tuple[Any, ...]]) -> None:
    other, video = TeamFactory(), VideoFactory(team=team)
    own = [enqueue(note, team=team, args={}, subject=video) for _ in range(2)]
    others = [enqueue(note, team=owner, args={}) for owner in (other, None)]
    heard.clear()
    tell_pages(*own, *others)
    assert sorted(map(str, heard)) == sorted(
        map(
            str,
            [
                (team.pk, "job.changed", str(own[0].pk)),
                (team.pk, "job.changed", str(own[1].pk)),
                (team.pk, "job.progress", str(video.pk)),
                (other.pk, "job.changed", str(others[0].pk)),
            ],
        )
    )
