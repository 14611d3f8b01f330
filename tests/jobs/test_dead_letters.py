"""Whatever goes wrong, a job that fails for the last time is dead once and alerts once (JOB-03, P-A30)."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.accounts.models import User
from apps.audit.models import AuditRecord
from apps.core.errors import UserError
from apps.core.http import RateLimited, Rejected
from apps.core.ids import new_id
from apps.events.models import Event
from apps.jobs.errors import JobError, JobPostponed
from apps.jobs.kinds import job_kind
from apps.jobs.models import Job, JobStatus
from apps.jobs.queueing import release_due
from apps.jobs.runner import JobRun, free_silent, run_job
from apps.jobs.services import cancel, enqueue, requeue, requeue_all
from apps.teams.models import Team

pytestmark = pytest.mark.django_db

CRASH = "crash"  # the worker dies: nothing is written, the heartbeat ends
LONG_AGO = timedelta(hours=1)
OUTCOMES: dict[str, Any] = {
    "success": None,
    "error": ValueError("broken"),
    "outside": RateLimited("slower", retry_after_s=1),
    "refused": Rejected("no"),
    "user": UserError("Change it."),
    "postponed": JobPostponed("later", wait_s=1),
    CRASH: CRASH,
}
ATTEMPTS = 3


class WorkerDied(BaseException):
    pass


class Script:
    """What the next attempts of the scripted kind will come to."""

    outcomes: list[str] = []


@job_kind("tests.scripted", queue="short", attempts=ATTEMPTS, timeout_s=60)
def scripted(run: JobRun) -> None:
    outcome = OUTCOMES[Script.outcomes.pop(0)]
    if outcome == CRASH:
        raise WorkerDied
    if outcome is not None:
        raise outcome


def one_attempt(job: Job) -> None:
    Job.objects.filter(pk=job.pk).update(run_at=timezone.now())
    release_due()
    try:
        run_job(str(job.pk))
        run_job(str(job.pk))  # RQ may hold it twice
    except WorkerDied:
        Job.objects.filter(pk=job.pk).update(heartbeat_at=timezone.now() - LONG_AGO)
    free_silent()
    free_silent()


def expected_end(outcomes: list[str]) -> tuple[str, int]:
    """(status, failed attempts counted) after these, by the rules alone."""
    attempts = 0
    for outcome in outcomes:
        if outcome == "postponed":
            continue
        attempts += 1
        if outcome == "success":
            return "done", attempts
        if outcome in ("refused", "user") or attempts == ATTEMPTS:
            return "dead", attempts
    return "scheduled", attempts


@pytest.mark.spec("JOB-03", "P-A30")
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(outcomes=st.lists(st.sampled_from(sorted(OUTCOMES)), min_size=1, max_size=6))
def test_job_is_dead_exactly_once_and_alerts_exactly_once(
    team: Team, long_running_server: None, outcomes: list[str]
) -> None:
    job = enqueue(scripted, team=team, args={})
    Script.outcomes = list(outcomes)
    while Script.outcomes and Job.objects.get(pk=job.pk).is_open:
        one_attempt(job)
    job.refresh_from_db()
    alerts = Event.objects.filter(type="job.dead", subject_id=str(job.pk)).count()
    dead_letters = Job.objects.filter(pk=job.pk, status=JobStatus.DEAD).count()
    status, attempts = expected_end(outcomes)
    assert (job.status, job.attempts) == (status, attempts)
    assert alerts == dead_letters == (status == "dead")


@pytest.fixture
def long_running_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """Silence counts from the start of PostgreSQL at the earliest, and a test's server has just started."""
    from django.db.models import DateTimeField, Func

    from apps.jobs import claims

    started = Func(function="to_timestamp", template="to_timestamp(0)", output_field=DateTimeField())
    monkeypatch.setattr(claims, "SERVER_STARTED", started)


def dead(team: Team) -> Job:
    job = enqueue(scripted, team=team, args={})
    Script.outcomes = ["user"]
    run_job(str(job.pk))
    job.refresh_from_db()
    return job


@pytest.mark.spec("JOB-03")
def test_requeue_tries_again_from_the_first_attempt(team: Team, alice: User) -> None:
    job = requeue(dead(team), actor=alice)
    assert (job.status, job.attempts, job.error, job.trace) == ("queued", 0, "", "")
    Script.outcomes = ["success"]
    run_job(str(job.pk))
    job.refresh_from_db()
    assert (job.status, job.attempts) == ("done", 1)
    line = AuditRecord.objects.get(action="job.requeue")
    assert (line.actor, line.target_id, line.before, line.after) == (alice, str(job.pk), None, None)


@pytest.mark.spec("JOB-03")
def test_requeue_with_other_arguments_keeps_both_in_the_record(team: Team, alice: User) -> None:
    job = requeue(dead(team), actor=alice, args={"text": "mended"})
    line = AuditRecord.objects.get(action="job.requeue")
    assert (job.args, line.before, line.after) == (
        {"text": "mended"},
        {"args": {}},
        {"args": {"text": "mended"}},
    )


@pytest.mark.parametrize("where", ["id", "hex", "nested", "inside"])
def test_requeue_must_not_point_the_job_at_another_object(team: Team, where: str) -> None:
    own, other = str(new_id()), new_id()
    job = dead(team)
    Job.objects.update(args={"video_id": own, "size": 1})
    pointed = {
        "id": str(other),
        "hex": other.hex.upper(),
        "nested": [{"a": str(other)}],
        "inside": f"x-{other}",
    }
    with pytest.raises(JobError, match="must not name other objects"):
        requeue(job, args={"video_id": own, "size": pointed[where]})
    assert requeue(job, args={"video_id": own, "size": 2}).args == {"video_id": own, "size": 2}


def test_requeued_job_that_dies_again_alerts_again(team: Team) -> None:
    job = requeue(dead(team))
    Script.outcomes = ["user"]
    run_job(str(job.pk))
    assert Event.objects.filter(type="job.dead").count() == 2


@pytest.mark.parametrize("status", [s for s in JobStatus if s not in (JobStatus.DEAD, JobStatus.CANCELLED)])
def test_requeue_of_a_job_that_has_not_failed_is_refused(team: Team, status: str) -> None:
    job = enqueue(scripted, team=team, args={})
    Job.objects.update(status=status)
    with pytest.raises(JobError, match="Only a failed or cancelled job"):
        requeue(job)


@pytest.mark.spec("JOB-03")
def test_requeue_of_many_passes_over_those_that_are_back_already(team: Team, alice: User) -> None:
    jobs = [dead(team) for _ in range(3)]
    requeue(Job.objects.get(pk=jobs[1].pk))
    assert requeue_all(jobs, actor=alice) == 2
    assert set(Job.objects.values_list("status", flat=True)) == {"queued"}


@pytest.mark.spec("JOB-04")
@pytest.mark.parametrize("status", [JobStatus.WAITING, JobStatus.SCHEDULED, JobStatus.QUEUED])
def test_cancel_before_it_runs_ends_it_at_once(team: Team, alice: User, status: str) -> None:
    job = enqueue(scripted, team=team, args={})
    Job.objects.update(status=status)
    assert cancel(job, actor=alice).status == JobStatus.CANCELLED
    run_job(str(job.pk))
    job.refresh_from_db()
    assert (job.status, job.attempts) == ("cancelled", 0)
    assert AuditRecord.objects.get().action == "job.cancel"


def test_cancel_of_a_job_that_is_over_is_refused(team: Team) -> None:
    with pytest.raises(JobError, match=r"already over \(failed\)"):
        cancel(dead(team))


def test_cancelled_job_whose_worker_died_is_cancelled_not_tried_again(
    team: Team, long_running_server: None
) -> None:
    job = enqueue(scripted, team=team, args={})
    Script.outcomes = [CRASH]
    with pytest.raises(WorkerDied):
        run_job(str(job.pk))
    cancel(job)
    Job.objects.update(heartbeat_at=timezone.now() - LONG_AGO)
    assert free_silent() == 1
    job.refresh_from_db()
    assert job.status == JobStatus.CANCELLED
