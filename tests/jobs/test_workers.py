"""Real workers and clocks, killed, frozen and cut off: nothing is lost, and each effect happens once (JOB-05)."""

import os
import signal
import time
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone
from redis import Redis

from apps.core import queue
from apps.events.models import Event
from apps.jobs.models import Job, JobStatus
from apps.jobs.queueing import push_lost
from apps.jobs.services import cancel, enqueue
from apps.teams.models import Team
from tests.jobs.testkinds.jobs import backend, endless, fatal, log, note, obedient, wait_for_file
from tests.processes import eventually, kill_tree, started

pytestmark = pytest.mark.django_db(transaction=True)

WORK = ("work", "--queues", "short,default")


def status(job: Job) -> str:
    return Job.objects.values_list("status", flat=True).get(pk=job.pk)


def lines(trace: Path) -> list[str]:
    return trace.read_text().splitlines()


def ends(job: Job, as_: str = "done") -> None:
    eventually(lambda: status(job) == as_, what=f"{job} being {as_}")


@pytest.mark.spec("JOB-01")
@pytest.mark.parametrize("mode", ["forking", "inline"])
def test_worker_runs_what_is_queued_and_stops_at_sigterm(team: Team, trace: Path, mode: str) -> None:
    jobs = [enqueue(note, team=team, args={"path": str(trace), "text": str(n)}) for n in range(5)]
    with started(*WORK, *(["--inline"] if mode == "inline" else [])) as worker:
        for job in jobs:
            ends(job)
        inside = {name.endswith(f":{worker.pid}") for name in Job.objects.values_list("worker", flat=True)}
        assert inside == {mode == "inline"}
        worker.terminate()
        assert worker.wait(10) == 0
    assert sorted(lines(trace)) == ["0", "1", "2", "3", "4"]


def test_forked_jobs_use_one_connection_until_one_of_them_dies_with_it(team: Team, trace: Path) -> None:
    with started(*WORK):
        for _ in range(3):
            ends(enqueue(backend, team=team, args={"path": str(trace)}))
        enqueue(fatal, team=team, args={})
        for _ in range(2):
            ends(enqueue(backend, team=team, args={"path": str(trace)}))
    before, after = lines(trace)[:3], lines(trace)[3:]
    assert (len(set(before)), len(set(after)), set(before) & set(after)) == (1, 1, set())


def test_worker_stops_work_that_takes_too_long(team: Team) -> None:
    job = enqueue(endless, team=team, args={})
    with started(*WORK):
        ends(job, "dead")
    job.refresh_from_db()
    assert job.error == "It was stopped because it took longer than 1 s."


@pytest.mark.spec("JOB-04")
def test_cancel_reaches_a_running_worker(team: Team, trace: Path) -> None:
    job = enqueue(obedient, team=team, args={"path": str(trace)})
    with started(*WORK):
        eventually(lambda: Job.objects.get(pk=job.pk).progress_text == "half", what="progress")
        cancel(job)
        ends(job, "cancelled")


@pytest.mark.spec("JOB-05")
def test_jobs_survive_a_valkey_that_lost_its_data(team: Team, trace: Path, valkey: Redis) -> None:
    jobs = [enqueue(note, team=team, args={"path": str(trace), "text": str(n)}) for n in range(20)]
    valkey.flushdb()
    with started("clock"), started(*WORK, "--inline"):
        for job in jobs:
            ends(job)
    assert sorted(lines(trace), key=int) == [str(n) for n in range(20)]


@pytest.mark.spec("JOB-05")
def test_job_whose_push_failed_is_pushed_later(
    team: Team, trace: Path, monkeypatch: pytest.MonkeyPatch, settings: object
) -> None:
    nobody = Redis.from_url("redis://127.0.0.1:1/0")
    with monkeypatch.context() as patched:
        patched.setattr(queue, "connection", lambda: nobody)
        job = enqueue(note, team=team, args={"path": str(trace), "text": "a"})
    assert (status(job), queue.queue("short").job_ids) == (JobStatus.QUEUED, [])
    with started("clock"), started(*WORK):
        ends(job)
    assert lines(trace) == ["a"]


def test_job_that_waits_in_a_long_queue_is_not_pushed_again(
    team: Team, trace: Path, settings: object
) -> None:
    settings.JOB_LOST_AFTER_S = 0  # type: ignore[attr-defined]
    jobs = [enqueue(note, team=team, args={"path": str(trace), "text": "a"}) for _ in range(3)]
    assert push_lost() == 0
    queue.connection().lrem(queue.queue("short").key, 0, jobs[1].rq_id)
    assert (push_lost(), push_lost()) == (1, 0)
    jobs[1].refresh_from_db()
    assert queue.queue("short").job_ids == [jobs[0].rq_id, jobs[2].rq_id, jobs[1].rq_id]


@pytest.mark.spec("JOB-05")
def test_job_of_a_killed_worker_is_run_again_elsewhere(team: Team, trace: Path, tmp_path: Path) -> None:
    release = tmp_path / "release"
    job = enqueue(wait_for_file, team=team, args={"path": str(trace), "release": str(release)})
    with started("clock"):
        with started(*WORK) as first:
            eventually(lambda: lines(trace), what="the first attempt")
            kill_tree(first.pid)
        release.touch()
        with started(*WORK):
            ends(job)
    began = [line.split()[:2] for line in lines(trace) if line.startswith("began")]
    assert (began, lines(trace)[2:]) == ([["began", "1"], ["began", "2"]], ["did 2"])


@pytest.mark.spec("JOB-05")
def test_frozen_worker_that_wakes_up_after_its_job_was_given_away_can_write_nothing(
    team: Team, trace: Path, tmp_path: Path
) -> None:
    release = tmp_path / "release"
    job = enqueue(wait_for_file, team=team, args={"path": str(trace), "release": str(release)})
    with started("clock"), started(*WORK) as first:
        eventually(lambda: lines(trace), what="the first attempt")
        kill_tree(first.pid, signal.SIGSTOP)
        with started(*WORK):
            eventually(lambda: len(lines(trace)) == 2, what="the second attempt")
            release.touch()
            ends(job)
        job.refresh_from_db()
        finished_at = job.finished_at
        kill_tree(first.pid, signal.SIGCONT)
        eventually(lambda: "was refused 1" in lines(trace), what="the frozen one's end")
        time.sleep(0.5)  # time for it to write what it must not
    job.refresh_from_db()
    assert (job.status, job.attempts, job.finished_at) == ("done", 2, finished_at)
    assert [line for line in lines(trace) if line.startswith("did")] == ["did 2"]


def test_job_that_kills_every_worker_is_dead_after_its_attempts_and_alerts_once(
    team: Team, trace: Path, tmp_path: Path
) -> None:
    args = {"path": str(trace), "release": str(tmp_path / "never")}
    job = enqueue(wait_for_file, team=team, args=args)
    Job.objects.filter(pk=job.pk).update(max_attempts=2)
    with started("clock"), started(*WORK):
        for attempt in (1, 2):
            line = eventually(
                lambda attempt=attempt: next(
                    (x for x in lines(trace) if x.startswith(f"began {attempt}")), ""
                )
            )
            os.kill(int(line.split()[2]), signal.SIGKILL)
        ends(job, "dead")
    job.refresh_from_db()
    assert (job.attempts, "stopped in the middle" in job.error) == (2, True)
    assert Event.objects.filter(type="job.dead").count() == 1


def test_worker_comes_back_after_valkey_cut_it_off(team: Team, trace: Path, valkey: Redis) -> None:
    others = {client["id"] for client in valkey.client_list()}  # such as those of this process's web server
    with started("clock"), started(*WORK) as worker:
        first = enqueue(note, team=team, args={"path": str(trace), "text": "before"})
        ends(first)
        for client in valkey.client_list():
            ours = client["db"] == str(valkey.connection_pool.connection_kwargs["db"])
            if ours and client["id"] not in others:
                valkey.client_kill_filter(_id=client["id"], skipme=True)
        second = enqueue(note, team=team, args={"path": str(trace), "text": "after"})
        ends(second)
        assert worker.poll() is None
    assert lines(trace) == ["before", "after"]


@pytest.mark.spec("JOB-05")
def test_outcome_survives_database_connections_that_break_in_the_middle(
    team: Team, trace: Path, tmp_path: Path
) -> None:
    release = tmp_path / "release"
    job = enqueue(wait_for_file, team=team, args={"path": str(trace), "release": str(release)})
    began_at = timezone.now()  # older connections are those of this process's other threads
    with started("clock"), started(*WORK):
        eventually(lambda: lines(trace), what="the first attempt")
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_start > %s",
                [began_at],
            )
        release.touch()
        ends(job)


@pytest.mark.spec("OPS-02")
def test_correlation_id_reaches_the_job_and_its_log_lines(team: Team, trace: Path, tmp_path: Path) -> None:
    job = enqueue(log, team=team, args={"path": str(trace)})
    output = tmp_path / "log"
    with started(*WORK, output=output):
        ends(job)
    assert lines(trace) == [job.correlation_id]
    assert f"INFO tests.jobs.testkinds.jobs [{job.correlation_id}] the job speaks" in output.read_text()
