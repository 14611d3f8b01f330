"""Fan-out and join: jobs that wait for jobs (JOB-07)."""

import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.core import queue
from apps.jobs import claims, runner
from apps.jobs.models import Job, JobStatus
from apps.jobs.queueing import NEED_CANCELLED, release_due, settle_waiting
from apps.jobs.runner import run_job
from apps.jobs.services import cancel, cancel_subject, enqueue, requeue
from apps.teams.models import Team
from tests.concurrency import at_once
from tests.factories import VideoFactory
from tests.jobs.testkinds.jobs import note

pytestmark = pytest.mark.django_db

RunQueued = Callable[[], int]


def make(team: Team, trace: Path, text: str, *after: Job, **options: object) -> Job:
    return enqueue(
        note, team=team, args={"path": str(trace), "text": text}, after=after, title=text, **options
    )


def kill(job: Job) -> None:
    Job.objects.filter(pk=job.pk).update(status=JobStatus.DEAD)


def statuses() -> dict[str, str]:
    return dict(Job.objects.values_list("title", "status"))


@pytest.mark.spec("JOB-07")
def test_fan_out_and_join_run_each_once_and_the_join_last(
    team: Team, trace: Path, run_queued: RunQueued
) -> None:
    first = make(team, trace, "first")
    parts = [make(team, trace, f"part {n}", first) for n in range(3)]
    make(team, trace, "join", *parts)
    assert run_queued() == 5
    lines = trace.read_text().splitlines()
    assert (lines[0], sorted(lines[1:4]), lines[4:]) == ("first", ["part 0", "part 1", "part 2"], ["join"])


def test_waiting_job_starts_at_once_when_its_needs_are_done_already(
    team: Team, trace: Path, run_queued: RunQueued
) -> None:
    need = make(team, trace, "need")
    run_queued()
    assert make(team, trace, "join", need).status == JobStatus.QUEUED


def test_waiting_job_with_a_time_starts_neither_before_its_needs_nor_before_its_time(
    team: Team, trace: Path, run_queued: RunQueued
) -> None:
    need = make(team, trace, "need")
    join = make(team, trace, "join", need, at=timezone.now() + timedelta(hours=1))
    run_queued()
    join.refresh_from_db()
    assert (join.status, release_due()) == (JobStatus.SCHEDULED, 0)
    Job.objects.filter(pk=join.pk).update(run_at=timezone.now())
    assert (release_due(), run_queued()) == (1, 1)


@pytest.mark.spec("JOB-07")
@pytest.mark.django_db(transaction=True)
def test_join_of_two_that_finish_at_the_same_moment_starts_exactly_once(
    team: Team, trace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    together = threading.Barrier(2)
    real = claims.finish

    def finish_together(job: Job, result: None, *, took_s: float) -> bool:
        written = real(job, result, took_s=took_s)
        together.wait(5)
        return written

    monkeypatch.setattr(runner.claims, "finish", finish_together)
    for round_number in range(5):
        needs = [make(team, trace, f"need {round_number} {n}") for n in range(2)]
        join = make(team, trace, "join", *needs)
        waiting = iter(needs)
        at_once(2, lambda waiting=waiting: run_job(str(next(waiting).pk)))
        join.refresh_from_db()
        assert join.status == JobStatus.QUEUED
        assert queue.queue("short").job_ids.count(join.rq_id) == 1


@pytest.mark.django_db(transaction=True)
def test_need_that_finishes_while_its_dependent_is_written_down_still_starts_it(
    team: Team, trace: Path
) -> None:
    for _ in range(10):
        need = make(team, trace, "need")
        calls = iter(
            [lambda need=need: run_job(str(need.pk)), lambda need=need: make(team, trace, "join", need)]
        )
        lock = threading.Lock()

        def next_call(calls=calls, lock=lock):  # type: ignore[no-untyped-def]
            with lock:
                call = next(calls)
            return call()

        (join,) = [made for made in at_once(2, next_call) if made]
        join.refresh_from_db()
        assert join.status == JobStatus.QUEUED


@pytest.mark.spec("JOB-07")
def test_dead_need_keeps_its_dependents_waiting_until_it_is_requeued(
    team: Team, trace: Path, run_queued: RunQueued
) -> None:
    need = make(team, trace, "need")
    make(team, trace, "join", need)
    kill(need)
    assert (settle_waiting(), statuses()) == (0, {"need": "dead", "join": "waiting"})
    requeue(need)
    assert (run_queued(), statuses()) == (2, {"need": "done", "join": "done"})


@pytest.mark.spec("JOB-07")
def test_cancel_takes_everything_that_waits_for_it_along(team: Team, trace: Path) -> None:
    first, other = make(team, trace, "first"), make(team, trace, "other")
    left, right = make(team, trace, "left", first), make(team, trace, "right", first)
    join = make(team, trace, "join", left, right, other)
    make(team, trace, "last", join)
    cancel(first)
    assert statuses() == {
        "first": "cancelled",
        "other": "queued",
        "left": "cancelled",
        "right": "cancelled",
        "join": "cancelled",
        "last": "cancelled",
    }
    join.refresh_from_db()
    assert (join.error, join.finished_at is not None) == (NEED_CANCELLED, True)


def test_cancel_of_a_running_need_takes_its_dependents_along_once_it_stops(team: Team, trace: Path) -> None:
    need = make(team, trace, "need")
    make(team, trace, "join", need)
    held = claims.claim(need.pk)
    cancel(need)
    assert statuses() == {"need": "running", "join": "waiting"}
    runner._failed(held, runner.Failure(runner.JobCancelled(), ""))
    assert statuses() == {"need": "cancelled", "join": "cancelled"}


def test_enqueue_behind_a_cancelled_job_is_cancelled_from_the_start(team: Team, trace: Path) -> None:
    need = make(team, trace, "need")
    cancel(need)
    join = make(team, trace, "join", need)
    assert (join.status, join.error) == ("cancelled", NEED_CANCELLED)


def test_requeue_of_a_cancelled_dependent_takes_its_needs_along(
    team: Team, trace: Path, run_queued: RunQueued
) -> None:
    first = make(team, trace, "first")
    middle = make(team, trace, "middle", first)
    last = make(team, trace, "last", middle)
    cancel(first)
    requeue(last)
    assert statuses() == {"first": "queued", "middle": "waiting", "last": "waiting"}
    assert (settle_waiting(), run_queued()) == (0, 3)
    assert trace.read_text().split() == ["first", "middle", "last"]


def test_cancel_subject_stops_every_open_job_about_it_and_counts_them(team: Team, trace: Path) -> None:
    video = VideoFactory(team=team)
    running, queued = make(team, trace, "running", subject=video), make(team, trace, "queued", subject=video)
    make(team, trace, "waiting", queued, subject=video)
    make(team, trace, "another's", subject=VideoFactory(team=team))
    over = make(team, trace, "over", subject=video)
    kill(over)
    claims.claim(running.pk)
    assert cancel_subject(video) == 3
    assert statuses() == {
        "running": "running",
        "queued": "cancelled",
        "waiting": "cancelled",
        "another's": "queued",
        "over": "dead",
    }
    assert list(Job.objects.filter(cancel_requested=True)) == [running]


def test_sweep_starts_a_join_whose_last_need_died_between_its_end_and_the_start(
    team: Team, trace: Path
) -> None:
    need = make(team, trace, "need")
    make(team, trace, "join", need)
    Job.objects.filter(pk=need.pk).update(status=JobStatus.DONE)
    assert (settle_waiting(), statuses()) == (1, {"need": "done", "join": "queued"})


def test_sweep_passes_over_blocked_jobs_to_those_that_can_start(
    team: Team, trace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apps.jobs.queueing.SWEEP_BATCH", 2)
    blocked, done = make(team, trace, "blocked need"), make(team, trace, "done need")
    kill(blocked)
    for n in range(3):
        make(team, trace, f"blocked {n}", blocked)
    make(team, trace, "free", done)
    Job.objects.filter(pk=done.pk).update(status=JobStatus.DONE)
    assert (settle_waiting(), statuses()["free"]) == (1, "queued")


@pytest.mark.spec("JOB-07")
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(needs=st.lists(st.sets(st.integers(0, 7)), min_size=1, max_size=8), data=st.data())
def test_any_graph_runs_each_job_once_after_its_needs(
    team: Team, trace: Path, needs: list[set[int]], data: st.DataObject
) -> None:
    Job.objects.all().delete()
    trace.write_text("")
    jobs: list[Job] = []
    for n, wanted in enumerate(needs):
        jobs.append(make(team, trace, str(n), *(jobs[need] for need in sorted(wanted) if need < n)))
    while ready := list(Job.objects.filter(status=JobStatus.QUEUED).order_by("pk")):
        run_job(str(data.draw(st.sampled_from(ready)).pk))
    order = [int(line) for line in trace.read_text().split()]
    assert sorted(order) == list(range(len(needs)))
    assert all(
        order.index(need) < order.index(n) for n, wanted in enumerate(needs) for need in wanted if need < n
    )


def test_settling_runs_the_same_few_queries_for_many_dependents(
    team: Team, trace: Path, django_assert_num_queries: Callable[..., object]
) -> None:
    def fan(count: int) -> Job:
        need = make(team, trace, "need")
        for n in range(count):
            make(team, trace, f"dependent {n}", need)
        return need

    for count in (1, 30):
        held = claims.claim(fan(count).pk)
        with django_assert_num_queries(10):
            runner._done(held, None, 0)
    connection.close()
