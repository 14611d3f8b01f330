"""A team that starts much does not have the others wait; over a cap a job waits and says why (JOB-08)."""

from collections import Counter
from pathlib import Path

import pytest
from django.utils import timezone

from apps.core import queue
from apps.jobs.admission import SHED, admit, admit_all
from apps.jobs.batches import BatchRow, start_batch
from apps.jobs.kinds import job_kind
from apps.jobs.models import Job, JobCap, JobStatus
from apps.jobs.runner import JobRun, run_job
from apps.jobs.services import cancel, enqueue, requeue
from apps.teams.models import Team
from tests.factories import TeamFactory
from tests.jobs.testkinds.jobs import count, note
from tests.processes import eventually, started

ARGS = {"path": "/nowhere", "text": "a"}


@job_kind("tests.optional", queue="short", attempts=1, timeout_s=60, optional=True)
def optional(run: JobRun) -> None:
    """Work that nobody misses."""


def rows(number: int) -> list[BatchRow]:
    return [BatchRow({}, f"Job {n}") for n in range(number)]


def states(team: Team) -> Counter[str]:
    return Counter(Job.objects.in_team(team).values_list("status", flat=True))


def lying(name: str = "short") -> int:
    return queue.queue(name).count


@pytest.fixture
def line(settings: object) -> int:
    settings.JOB_LINE = {"short": 8, "publishing": 8, "default": 8, "media": 8}  # type: ignore[attr-defined]
    return 8


@pytest.fixture
def other(team: Team) -> Team:
    return TeamFactory(name="Evening News")


@pytest.mark.spec("JOB-08")
@pytest.mark.django_db(transaction=True)
def test_ten_jobs_of_a_team_end_before_a_twentieth_of_the_ten_thousand_of_another(
    team: Team, other: Team
) -> None:
    start_batch(count, team=team, rows=rows(10_000), title="Very many")
    ten = [enqueue(count, team=other, args={}) for _ in range(10)]
    with started("work", "--queues", "short", "--inline"):
        eventually(lambda: states(other)["done"] == len(ten), what="the ten being done")
        last = max(Job.objects.in_team(other).values_list("finished_at", flat=True))
    before = Job.objects.in_team(team).filter(status=JobStatus.DONE, finished_at__lte=last).count()
    assert before < 500
    assert sum(states(team).values()) == 10_000


@pytest.mark.spec("JOB-08")
@pytest.mark.django_db(transaction=True)
def test_worker_alone_calls_the_next_ones_until_all_are_done(team: Team, other: Team, line: int) -> None:
    start_batch(count, team=team, rows=rows(60), title="Many")
    start_batch(count, team=other, rows=rows(25), title="Some")
    with started("work", "--queues", "short", "--inline", "--burst", JOB_LINE_SHORT="8") as worker:
        assert worker.wait(60) == 0
    assert (states(team), states(other)) == (Counter(done=60), Counter(done=25))


@pytest.mark.spec("JOB-08")
@pytest.mark.django_db(transaction=True)
def test_job_over_the_teams_share_is_held_back_and_says_why(team: Team, line: int) -> None:
    jobs = [enqueue(count, team=team, args={}) for _ in range(line + 2)]
    assert (states(team), lying()) == (Counter(queued=8, held=2), 8)
    assert jobs[-1].wait_reason == "8 jobs of your team go before it on this queue. It follows by itself."
    run_job(str(jobs[0].pk))  # not the one that calls the next
    assert (states(team), lying()) == (Counter(done=1, queued=7, held=2), 8)
    assert admit("short") == 1
    jobs[line].refresh_from_db()
    assert (jobs[line].status, jobs[line].wait_reason) == ("queued", "")


@pytest.mark.spec("JOB-08")
@pytest.mark.django_db(transaction=True)
def test_teams_share_the_line_evenly_and_take_turns(team: Team, other: Team, line: int) -> None:
    start_batch(note, team=team, rows=rows(20), title="Many")
    start_batch(note, team=other, rows=rows(20), title="Many too")
    assert (states(team)["queued"], states(other)["queued"]) == (8, 4)
    Job.objects.filter(status=JobStatus.QUEUED).update(status=JobStatus.DONE)
    queue.connection().flushdb()
    assert admit("short") == 8
    on_list = [Job.objects.get(rq_id=rq_id).team_id for rq_id in queue.queue("short").job_ids]
    assert Counter(on_list) == {team.pk: 4, other.pk: 4}
    assert all(a != b for a, b in zip(on_list[::2], on_list[1::2], strict=True))


@pytest.mark.spec("JOB-08")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("scope", ["team", "kind", "queue", "team and kind"])
def test_job_over_a_cap_waits_with_the_reason_and_follows_when_there_is_room(team: Team, scope: str) -> None:
    parts = {"team": {"team": team}, "kind": {"kind": "tests.note"}, "queue": {"queue": "short"}}
    limits = {key: value for part in scope.split(" and ") for key, value in parts[part].items()}
    cap = JobCap.objects.create(at_once=1, **limits)
    first, second = (enqueue(note, team=team, args=ARGS) for _ in range(2))
    assert (first.status, second.status) == ("queued", "held")
    assert (
        second.wait_reason
        == f"No more than one job at once here ({cap}). It follows as soon as there is room."
    )
    assert admit_all() == 0
    Job.objects.filter(pk=first.pk).update(status=JobStatus.DONE)
    assert admit_all() == 1


@pytest.mark.django_db(transaction=True)
def test_cap_of_one_kind_does_not_hold_back_another(team: Team, line: int) -> None:
    JobCap.objects.create(kind="tests.note", at_once=1)
    for _ in range(3):
        enqueue(note, team=team, args=ARGS)
    assert enqueue(count, team=team, args={}).status == "queued"
    start_batch(count, team=team, rows=rows(20), title="Many")
    assert Counter(Job.objects.filter(status="queued").values_list("kind", flat=True)) == {
        "tests.note": 1, "tests.count": 7,
    }  # fmt: skip


@pytest.mark.spec("JOB-08")
@pytest.mark.django_db(transaction=True)
def test_optional_work_is_left_out_while_its_queue_is_deep(team: Team, settings: object) -> None:
    settings.JOB_DEEP = 3  # type: ignore[attr-defined]
    assert enqueue(optional, team=team, args={}).status == "queued"
    for _ in range(2):
        enqueue(note, team=team, args=ARGS)
    shed = enqueue(optional, team=team, args={})
    assert (shed.status, shed.error) == ("cancelled", SHED)
    assert enqueue(note, team=team, args=ARGS).status == "queued"
    assert requeue(shed).status == "queued"  # a person wants it


@pytest.mark.django_db(transaction=True)
def test_held_job_is_cancelled_like_any_other_and_not_let_in(team: Team, line: int) -> None:
    jobs = [enqueue(note, team=team, args=ARGS) for _ in range(line + 1)]
    cancel(jobs[-1])
    Job.objects.filter(status=JobStatus.QUEUED).update(status=JobStatus.DONE, finished_at=timezone.now())
    assert (admit_all(), lying()) == (0, 8)


@pytest.mark.spec("JOB-05")
@pytest.mark.django_db(transaction=True)
def test_nothing_is_lost_when_valkey_is_flushed_with_a_thousand_jobs_queued(
    team: Team, tmp_path: Path
) -> None:
    path = tmp_path / "trace"
    for name in ("A", "B", "C", "D"):
        owner = TeamFactory(name=name)
        given = [BatchRow({"path": str(path), "text": f"{name}{n}"}, "Note") for n in range(250)]
        start_batch(note, team=owner, rows=given, title="A quarter")
    assert lying() > 200
    queue.connection().flushdb()
    with started("clock"), started("work", "--queues", "short", "--inline"):
        batched = Job.objects.filter(kind="tests.note")
        eventually(lambda: not batched.exclude(status=JobStatus.DONE).exists(), what="all being done")
    assert sorted(path.read_text().split()) == sorted(f"{name}{n}" for name in "ABCD" for n in range(250))
