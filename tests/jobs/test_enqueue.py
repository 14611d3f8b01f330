"""The row comes first, RQ hears of it after the commit (JOB-01, JOB-05)."""

import threading
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.utils import timezone
from redis import Redis

from apps.core import queue
from apps.jobs.models import Job, JobStatus
from apps.jobs.queueing import release_due
from apps.jobs.services import enqueue
from apps.jobs.together import Start, enqueue_all
from apps.library.models import Video
from apps.teams.models import Team
from tests.concurrency import at_once
from tests.factories import TeamFactory, VideoFactory
from tests.jobs.testkinds.jobs import note, wait_for_file

ARGS = {"path": "/nowhere", "text": "a"}


def lying(name: str = "short") -> list[str]:
    """The RQ ids on a queue, the next first."""
    return queue.queue(name).job_ids


class Undo(Exception):
    pass


@pytest.mark.spec("JOB-01")
@pytest.mark.django_db
def test_enqueue_writes_a_row_with_the_kind_and_its_subject(team: Team) -> None:
    video: Video = VideoFactory(team=team)
    job = enqueue(note, team=team, args=ARGS, subject=video, title="Note a word")
    job.refresh_from_db()
    shown = {
        name: getattr(job, name)
        for name in (
            "team",
            "kind",
            "queue",
            "title",
            "args",
            "status",
            "attempts",
            "max_attempts",
            "progress",
        )
    }
    assert shown == {
        "team": team,
        "kind": "tests.note",
        "queue": "short",
        "title": "Note a word",
        "args": ARGS,
        "status": "queued",
        "attempts": 0,
        "max_attempts": 3,
        "progress": 0,
    }
    assert (job.subject_type, job.subject_id) == ("library.Video", str(video.pk))


@pytest.mark.django_db(transaction=True)
def test_enqueue_reaches_the_queue_only_after_the_commit(team: Team) -> None:
    with transaction.atomic():
        job = enqueue(note, team=team, args=ARGS)
        assert lying() == []
    assert lying() == [job.rq_id]


@pytest.mark.spec("JOB-05")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("wait", [None, timedelta(hours=1)])
def test_enqueue_leaves_nothing_after_a_rollback(team: Team, valkey: Redis, wait: timedelta | None) -> None:
    def enqueue_and_undo() -> None:
        with transaction.atomic():
            enqueue(note, team=team, args=ARGS, at=timezone.now() + wait if wait else None)
            raise Undo

    with pytest.raises(Undo):
        enqueue_and_undo()
    assert (Job.objects.count(), valkey.keys("rq:*")) == (0, [])


@pytest.mark.django_db(transaction=True)
def test_enqueue_at_a_time_waits_until_it_has_come(team: Team) -> None:
    job = enqueue(note, team=team, args=ARGS, at=timezone.now() + timedelta(hours=1))
    assert (job.status, release_due(), lying()) == (JobStatus.SCHEDULED, 0, [])
    Job.objects.update(run_at=timezone.now())
    assert release_due() == 1
    job.refresh_from_db()
    assert (job.status, lying()) == (JobStatus.QUEUED, [job.rq_id])


@pytest.mark.django_db(transaction=True)
def test_release_due_by_two_at_once_queues_each_job_once(team: Team) -> None:
    at = timezone.now() + timedelta(hours=1)
    for _ in range(30):
        enqueue(note, team=team, args=ARGS, at=at)
    Job.objects.update(run_at=timezone.now())
    assert sum(at_once(2, release_due)) == 30
    assert len(lying()) == 30


@pytest.mark.django_db
def test_enqueue_with_a_known_key_returns_the_first_job(team: Team) -> None:
    first = enqueue(note, team=team, args=ARGS, key="once")
    assert enqueue(wait_for_file, team=team, args={}, key="once") == first
    assert Job.objects.count() == 1


@pytest.mark.django_db
def test_enqueue_keeps_the_keys_of_teams_apart(team: Team) -> None:
    keys = [enqueue(note, team=owner, args=ARGS, key="once").pk for owner in (team, TeamFactory(), None)]
    assert len(set(keys)) == 3
    assert enqueue(note, team=None, args=ARGS, key="once").pk == keys[2]


@pytest.mark.spec("JOB-05")
@pytest.mark.django_db(transaction=True)
def test_enqueue_of_one_key_by_many_at_once_makes_one_job(team: Team) -> None:
    jobs = at_once(8, lambda: enqueue(note, team=team, args=ARGS, key="once").pk)
    assert len(set(jobs)) == 1
    assert (Job.objects.count(), len(lying())) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_enqueue_of_a_key_whose_first_job_is_rolled_back_makes_its_own(team: Team) -> None:
    inserted, undone = threading.Event(), threading.Event()

    def first() -> None:
        try:
            with transaction.atomic():
                enqueue(note, team=team, args=ARGS, key="once")
                inserted.set()
                undone.wait(0.3)
                raise Undo
        except Undo:
            pass
        finally:
            connection.close()

    thread = threading.Thread(target=first)
    thread.start()
    assert inserted.wait(5)
    job = enqueue(note, team=team, args=ARGS, key="once")  # waits for the other to end
    thread.join()
    assert (list(Job.objects.all()), lying()) == ([job], [job.rq_id])


@pytest.mark.django_db
def test_enqueue_of_arguments_that_are_not_json_fails_at_once(team: Team, tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="not JSON serializable"):
        enqueue(note, team=team, args={"path": tmp_path})


@pytest.mark.django_db
def test_enqueue_of_a_function_that_is_no_kind_fails(team: Team) -> None:
    with pytest.raises(TypeError, match="not a registered job kind"):
        enqueue(print, team=team, args={})  # type: ignore[arg-type]


@pytest.mark.django_db
def test_many_begin_in_one_insert_and_each_key_once(team: Team) -> None:
    def start(number: int) -> Start:
        return Start(team, {**ARGS, "number": number}, f"many:{number}", team, f"Job {number}")

    assert enqueue_all(note, [start(1), start(2)]) == 2
    assert enqueue_all(note, [start(2), start(3)]) == 1
    rows = Job.objects.filter(key__startswith="many:").order_by("key").values_list("title", "args", "status")
    assert list(rows) == [(f"Job {n}", {**ARGS, "number": n}, JobStatus.QUEUED) for n in (1, 2, 3)]
