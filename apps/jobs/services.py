"""Starting, cancelling and requeueing background work. The row comes first; RQ hears of it after the commit."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from apps.accounts.models import User
from apps.audit.services import record as audit
from apps.core.correlation import current_id
from apps.events.services import record as record_event
from apps.events.socket import ping
from apps.jobs.errors import JobError
from apps.jobs.events import JOB_REQUEUED, JobRequeued
from apps.jobs.kinds import Work, kind_of
from apps.jobs.models import OPEN, Job, JobStatus
from apps.jobs.queueing import push_job
from apps.teams.models import Team


@transaction.atomic
def enqueue(
    work: Work,
    *,
    team: Team | None,
    args: Mapping[str, Any],
    key: str | None = None,
    subject: models.Model | None = None,
    after: Iterable[Job] = (),
    at: datetime | None = None,
    title: str = "",
) -> Job:
    """Start a piece of work in the background and return its row.

    With a `key` that a job already has, that job is returned and nothing starts. The work begins when all jobs
    in `after` are done and the time `at` has come.
    """
    kind = kind_of(work)
    if key is not None and (known := Job.objects.filter(key=key).first()):
        return known
    needs = _lock_unfinished(after)
    now = timezone.now()
    run_at = at or now
    status = JobStatus.QUEUED if run_at <= now else JobStatus.SCHEDULED
    values = {
        "team": team,
        "kind": kind.name,
        "queue": kind.queue,
        "title": title or kind.name,
        "args": dict(args),
        "subject_type": subject._meta.label if subject else "",
        "subject_id": str(subject.pk) if subject else "",
        "status": JobStatus.WAITING if needs else status,
        "max_attempts": kind.attempts,
        "run_at": run_at,
        "queued_at": now if status == JobStatus.QUEUED and not needs else None,
        "correlation_id": current_id(),
    }
    if key is None:
        job, created = Job.objects.create(**values), True
    else:
        job, created = Job.objects.get_or_create(key=key, defaults=values)
    if created and needs:
        job.after.set(needs)
        Job.objects.filter(pk__in=[need.pk for need in needs]).update(has_dependents=True)
    if created and job.status == JobStatus.QUEUED:
        push_on_commit(job)
    return job


def _lock_unfinished(after: Iterable[Job]) -> list[Job]:
    ids = [job.pk for job in after]
    if not ids:
        return []
    locked = Job.objects.select_for_update().filter(pk__in=ids).order_by("pk")
    return [job for job in locked if job.status != JobStatus.DONE]


def push_on_commit(job: Job) -> None:
    transaction.on_commit(lambda: push_job(job), robust=True)


@transaction.atomic
def cancel(job: Job, *, actor: User | None = None) -> Job:
    """Stop a job: at once where it has not started, at its next progress report where it runs.

    Jobs that wait for it are cancelled too, since they could never start.
    """
    locked = Job.objects.select_for_update().get(pk=job.pk)
    if not locked.is_open:
        raise JobError(
            f"This job is already over ({locked.get_status_display().lower()}), so there is nothing to stop."
        )
    _cancel(locked)
    if actor is not None:
        audit("job.cancel", team=locked.team, actor=actor, target=locked)
    return locked


def cancel_subject(subject: models.Model) -> int:
    """Stop every open job about this object; returns how many there were."""
    with transaction.atomic():
        open_jobs = Job.objects.select_for_update().filter(subject_id=str(subject.pk), status__in=OPEN)
        jobs = list(open_jobs.order_by("pk"))
        for job in jobs:
            _cancel(job)
    return len(jobs)


def _cancel(job: Job) -> None:
    if job.status == JobStatus.RUNNING:
        job.cancel_requested = True
        job.save(update_fields=["cancel_requested"])
        return
    job.status = JobStatus.CANCELLED
    job.finished_at = timezone.now()
    job.save(update_fields=["status", "finished_at"])
    for dependent in job.dependents.select_for_update().filter(status=JobStatus.WAITING):
        _cancel(dependent)
    tell_pages(job)


@transaction.atomic
def requeue(job: Job, *, actor: User | None = None, args: Mapping[str, Any] | None = None) -> Job:
    """Try a failed or cancelled job again from its first attempt, with other arguments where given (JOB-03)."""
    locked = Job.objects.select_for_update().get(pk=job.pk)
    if locked.status not in (JobStatus.DEAD, JobStatus.CANCELLED):
        raise JobError("Only a failed or cancelled job can be put back on its queue.")
    if args is not None:
        locked.args = dict(args)
    locked.status = JobStatus.QUEUED
    locked.attempts, locked.progress, locked.progress_text = 0, 0, ""
    locked.error = locked.trace = ""
    locked.cancel_requested, locked.claim = False, None
    locked.run_at = locked.queued_at = timezone.now()
    locked.started_at = locked.finished_at = None
    locked.save()
    record_event(JOB_REQUEUED, team=locked.team, subject=locked, data=JobRequeued(locked.kind), actor=actor)
    if actor is not None:
        audit("job.requeue", team=locked.team, actor=actor, target=locked)
    push_on_commit(locked)
    return locked


def tell_pages(job: Job) -> None:
    """Let open pages know that this job looks different now."""
    if job.team_id is None:
        return
    team_id, job_id, subject_id = job.team_id, job.pk, job.subject_id

    def tell() -> None:
        ping(team_id, "job.changed", job_id)
        if subject_id:
            ping(team_id, "job.progress", subject_id)

    transaction.on_commit(tell, robust=True)
