"""One attempt at a job, and what comes of it (JOB-01…03)."""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from apps.core.errors import UserError
from apps.core.http import OutsideError, RateLimited, Rejected
from apps.events.models import Event
from apps.jobs import claims
from apps.jobs.errors import JobCancelled, JobPostponed
from apps.jobs.kinds import KINDS, job_kind
from apps.jobs.models import Job, JobStatus
from apps.jobs.runner import JobRun, run_job
from apps.jobs.services import cancel, enqueue
from apps.teams.models import Team
from tests.concurrency import at_once
from tests.jobs.testkinds.jobs import note
from tests.processes import eventually

pytestmark = pytest.mark.django_db

Act = Callable[[JobRun], Any]
MakeJob = Callable[..., Job]


@pytest.fixture
def make_job(team: Team) -> Iterator[MakeJob]:
    """Enqueue a job that does what the function says, of a kind that lives as long as the test."""
    names = []

    def make(act: Act, *, attempts: int = 3, first_wait_s: float = 8, **options: Any) -> Job:
        name = f"tests.acts_{len(names)}"

        @job_kind(name, queue="short", attempts=attempts, timeout_s=60, first_wait_s=first_wait_s)
        def work(run: JobRun) -> Any:
            return act(run)

        names.append(name)
        return enqueue(work, team=team, args={}, **options)

    yield make
    for name in names:
        del KINDS[name]


def ran(job: Job) -> Job:
    run_job(str(job.pk))
    job.refresh_from_db()
    return job


def raising(error: Exception) -> Act:
    def act(run: JobRun) -> None:
        raise error

    return act


@pytest.mark.spec("JOB-01")
def test_run_writes_the_result_and_how_long_it_took(team: Team, trace: Path) -> None:
    job = ran(enqueue(note, team=team, args={"path": str(trace), "text": "hello"}))
    assert trace.read_text() == "hello\n"
    assert (job.status, job.result, job.progress, job.attempts) == ("done", {"noted": "hello"}, 1, 1)
    assert job.worker == claims.worker_name()
    assert 0 < job.duration_s < 10


def test_run_of_a_job_that_is_not_queued_does_nothing(team: Team, trace: Path) -> None:
    job = enqueue(note, team=team, args={"path": str(trace), "text": "hello"})
    for status in JobStatus:
        if status != JobStatus.QUEUED:
            Job.objects.update(status=status)
            assert ran(job).status == status
    assert trace.read_text() == ""


@pytest.mark.django_db(transaction=True)
def test_claim_by_many_at_once_is_given_to_one(team: Team) -> None:
    job = enqueue(note, team=team, args={})
    held = [claimed for claimed in at_once(8, lambda: claims.claim(job.pk)) if claimed]
    job.refresh_from_db()
    assert [claimed.claim for claimed in held] == [job.claim]
    assert job.attempts == 1


@pytest.mark.spec("JOB-02")
def test_failure_is_tried_again_after_the_backoff_with_its_trace_kept(make_job: MakeJob) -> None:
    before = timezone.now()
    job = ran(make_job(raising(ValueError("the pipe burst")), first_wait_s=8))
    assert (job.status, job.error, job.attempts, job.claim) == ("scheduled", "the pipe burst", 1, None)
    assert "ValueError: the pipe burst" in job.trace
    assert timedelta(seconds=8) <= job.run_at - before <= timedelta(seconds=8 * 1.25 + 2)


@pytest.mark.spec("JOB-02")
def test_failure_that_names_a_time_is_tried_again_then(make_job: MakeJob) -> None:
    before = timezone.now()
    job = ran(make_job(raising(RateLimited("Too fast.", retry_after_s=90))))
    assert job.status == JobStatus.SCHEDULED
    assert timedelta(seconds=90) <= job.run_at - before <= timedelta(seconds=92)


@pytest.mark.spec("JOB-02")
@pytest.mark.parametrize(
    "error",
    [UserError("This text is empty. Write some."), Rejected("No."), OutsideError("Gone.", retryable=False)],
)
def test_failure_that_may_not_be_retried_is_dead_at_once(make_job: MakeJob, error: Exception) -> None:
    job = ran(make_job(raising(error)))
    assert (job.status, job.attempts, job.error) == ("dead", 1, str(error))


def test_last_attempt_is_dead_and_alerts_once(make_job: MakeJob, team: Team) -> None:
    job = ran(make_job(raising(ValueError("no")), attempts=1))
    run_job(str(job.pk))
    assert job.status == JobStatus.DEAD
    assert list(Event.objects.values_list("type", "team", "subject_id", "data")) == [
        ("job.dead", team.pk, str(job.pk), {"kind": job.kind, "error": "no", "attempts": 1})
    ]


def test_error_without_words_is_named(make_job: MakeJob) -> None:
    assert ran(make_job(raising(KeyError()), attempts=1)).error == "KeyError"


def test_result_that_is_not_json_is_a_failure(make_job: MakeJob) -> None:
    job = ran(make_job(lambda run: {"path": Path()}, attempts=1))
    assert (job.status, "not JSON serializable" in job.error) == ("dead", True)


def test_kind_that_is_gone_is_dead_with_a_sentence(make_job: MakeJob) -> None:
    job = make_job(lambda run: None)
    Job.objects.update(kind="tests.gone")
    assert ran(job).status == JobStatus.DEAD
    assert job.error == "This version of Showrunner has no work called tests.gone."


def test_postponed_job_keeps_its_attempts(make_job: MakeJob) -> None:
    before = timezone.now()
    job = ran(make_job(raising(JobPostponed("The disk is full.", wait_s=20)), attempts=1))
    assert (job.status, job.attempts, job.error, job.trace) == ("scheduled", 0, "The disk is full.", "")
    assert timedelta(seconds=20) <= job.run_at - before <= timedelta(seconds=22)


def test_success_clears_the_error_of_earlier_attempts(make_job: MakeJob) -> None:
    outcomes = iter([ValueError("once")])

    def act(run: JobRun) -> None:
        for error in outcomes:
            raise error

    job = ran(make_job(act))
    Job.objects.update(status=JobStatus.QUEUED)
    job = ran(job)
    assert (job.status, job.error, job.trace, job.attempts) == ("done", "", "", 2)


@pytest.mark.spec("JOB-04")
def test_cancel_while_it_runs_stops_it_at_its_next_report(make_job: MakeJob) -> None:
    reached = []

    def act(run: JobRun) -> None:
        cancel(run.job)
        run.progress(0.1)
        reached.append("further")

    job = ran(make_job(act))
    assert (job.status, reached, job.attempts) == ("cancelled", [], 1)


def test_cancel_while_it_runs_and_fails_does_not_try_again(make_job: MakeJob) -> None:
    def act(run: JobRun) -> None:
        cancel(run.job)
        raise ValueError("fell over while stopping")

    assert ran(make_job(act)).status == JobStatus.CANCELLED


def test_cancel_that_comes_too_late_leaves_the_result(make_job: MakeJob) -> None:
    job = ran(make_job(lambda run: cancel(run.job) and {"made": 1}))
    assert (job.status, job.result) == ("done", {"made": 1})


def test_job_that_was_taken_away_writes_nothing(make_job: MakeJob) -> None:
    asked = []

    def act(run: JobRun) -> None:
        Job.objects.update(claim=None, status=JobStatus.SCHEDULED)
        asked.append(run.still_mine())
        with pytest.raises(JobCancelled):
            run.progress(0.9, "nearly")

    job = ran(make_job(act))
    assert (job.status, job.progress, job.progress_text, asked) == ("scheduled", 0, "", [False])


def test_job_that_was_taken_away_and_fails_writes_nothing(make_job: MakeJob) -> None:
    def act(run: JobRun) -> None:
        Job.objects.update(status=JobStatus.QUEUED, claim=None)
        raise ValueError("late")

    job = ran(make_job(act))
    assert (job.status, job.error, Event.objects.count()) == ("queued", "", 0)


def test_progress_is_written_twice_a_second_at_most(
    make_job: MakeJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    beats: list[float | None] = []
    real = claims.beat

    def counted(job: Job, *, progress: float | None = None, text: str | None = None) -> bool:
        beats.append(progress)
        return real(job, progress=progress, text=text)

    monkeypatch.setattr(claims, "beat", counted)

    def act(run: JobRun) -> None:
        for step in range(100):
            run.progress(step / 100, f"step {step}")
        time.sleep(0.5)
        run.progress(7, "beyond the end")
        seen.append(Job.objects.values_list("progress", "progress_text").get())

    seen: list[Any] = []
    ran(make_job(act))
    assert (beats, seen) == ([0.0, 1.0], [(1.0, "beyond the end")])


@pytest.mark.django_db(transaction=True)
def test_progress_within_a_transaction_writes_nothing_and_locks_nothing(make_job: MakeJob) -> None:
    def act(run: JobRun) -> None:
        with transaction.atomic():
            run.progress(0.5, "half")
            seen.append(Job.objects.values_list("progress", flat=True).get())

    seen: list[float] = []
    ran(make_job(act))
    assert seen == [0]


@pytest.mark.django_db(transaction=True)
def test_heartbeat_goes_on_beside_the_work_and_carries_a_cancel(make_job: MakeJob, settings: Any) -> None:
    settings.JOB_BEAT_S = 0.05

    def act(run: JobRun) -> None:
        first = Job.objects.get().heartbeat_at
        end = time.monotonic() + 5
        while Job.objects.get().heartbeat_at == first and time.monotonic() < end:
            time.sleep(0.01)
        seen.append(Job.objects.get().heartbeat_at > first)
        cancel(run.job)
        seen.append(run.stop.wait(5))
        run.check_cancelled()

    seen: list[bool] = []
    job = ran(make_job(act))
    assert (seen, job.status) == ([True, True], "cancelled")


@pytest.mark.django_db(transaction=True)
def test_heartbeats_of_many_jobs_come_from_one_thread_that_keeps_no_connection(
    make_job: MakeJob, settings: Any
) -> None:
    settings.JOB_BEAT_S = 0.05
    before = connections_here()  # a server of the browser tests may use the same database
    beaten: list[bool] = []

    def act(run: JobRun) -> None:
        first = Job.objects.get(pk=run.job.pk).heartbeat_at
        end = time.monotonic() + 5
        while not (heard := Job.objects.get(pk=run.job.pk).heartbeat_at > first) and time.monotonic() < end:
            time.sleep(0.01)
        beaten.append(heard)

    jobs = [make_job(act) for _ in range(3)]
    waiting = iter(jobs)
    at_once(3, lambda: run_job(str(next(waiting).pk)))
    assert beaten == [True] * 3
    assert [thread.name for thread in threading.enumerate()].count("heartbeat") == 1
    eventually(lambda: connections_here() <= before, what="the heart's connection being closed")


def connections_here() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
        return int(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
def test_connection_that_was_cut_off_while_idle_is_made_anew(team: Team, trace: Path) -> None:
    job = enqueue(note, team=team, args={"path": str(trace), "text": "hello"})
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        pid = cursor.fetchone()[0]
    at_once(1, lambda: connection.cursor().execute("SELECT pg_terminate_backend(%s)", [pid]))
    assert ran(job).status == JobStatus.DONE


@pytest.mark.django_db(transaction=True)
def test_outcome_is_written_although_the_work_lost_its_connection(make_job: MakeJob) -> None:
    def act(run: JobRun) -> dict[str, int]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            pid = cursor.fetchone()[0]
        at_once(1, lambda: connection.cursor().execute("SELECT pg_terminate_backend(%s)", [pid]))
        return {"made": 1}

    job = ran(make_job(act))
    assert (job.status, job.result, job.attempts) == ("done", {"made": 1}, 1)
