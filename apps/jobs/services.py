"""Starting, cancelling and requeueing background work. The row comes first; RQ hears of it after the commit."""

import json
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from apps.accounts.models import User
from apps.audit.services import record as audit
from apps.core.correlation import current_or_new_id
from apps.events.services import record as record_event
from apps.jobs.admission import Door
from apps.jobs.errors import JobError, NotAgain
from apps.jobs.events import JOB_REQUEUED, JobRequeued
from apps.jobs.kinds import Work, kind_of
from apps.jobs.models import OPEN, Job, JobStatus
from apps.jobs.notices import tell_pages
from apps.jobs.pushing import push_on_commit
from apps.jobs.queueing import NEED_CANCELLED, make_ready, settle_dependents
from apps.teams.models import Team

UUID_TEXT = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}")
AGAIN = (JobStatus.DEAD, JobStatus.CANCELLED)


@transaction.atomic(savepoint=False)
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

    With a `key` that a job of the team already has, that job is returned and nothing starts. The work begins
    when all jobs in `after` are done and the time `at` has come; where one of them was cancelled, so is this.
    `args` must be JSON.
    """
    if key is not None and (known := Job.objects.filter(team=team, key=key).first()):
        return known
    kind = kind_of(work)
    needs = _lock_unfinished(after)
    now = timezone.now()
    job = Job(
        team=team,
        kind=kind.name,
        queue=kind.queue,
        title=(title or kind.name)[:200],
        args=dict(args),
        key=key,
        subject_type=subject._meta.label if subject else "",
        subject_id=str(subject.pk) if subject else "",
        max_attempts=kind.attempts,
        run_at=at or now,
        correlation_id=current_or_new_id(),
    )
    _set_first_status(job, needs, now)
    if key is not None and (known := _insert_or_get(job)):
        return known
    if key is None:
        job.save(force_insert=True)
    if needs:
        job.after.set(needs)
        Job.objects.filter(pk__in=[need.pk for need in needs]).update(has_dependents=True)
    if job.status == JobStatus.QUEUED:
        push_on_commit([job])
    tell_pages(job, subjects=False)
    return job


def _insert_or_get(job: Job) -> Job | None:
    """Insert the row, or return the one that has its key already: of two at once the second waits for the first."""
    Job.objects.bulk_create([job], ignore_conflicts=True)
    found = Job.objects.get(team=job.team, key=job.key)
    return None if found.pk == job.pk else found


def _lock_unfinished(after: Iterable[Job]) -> list[Job]:
    """Those of the needs that are not done, locked so that none of them ends before we are written down."""
    ids = [job.pk for job in after]
    if not ids:
        return []
    locked = Job.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")
    return [job for job in locked if job.status != JobStatus.DONE]


def _set_first_status(job: Job, needs: list[Job], now: datetime) -> None:
    if any(need.status == JobStatus.CANCELLED for need in needs):
        job.status, job.error, job.finished_at = JobStatus.CANCELLED, NEED_CANCELLED, now
    elif needs:
        job.status = JobStatus.WAITING
    else:
        make_ready(job, now, Door())


@transaction.atomic
def cancel(job: Job, *, actor: User | None = None) -> Job:
    """Stop a job: at once where it has not started, at its next progress report where it runs.

    Jobs that wait for it are cancelled too, since they could never start. Raises JobError where it is over.
    """
    locked = Job.objects.select_for_update(no_key=True).get(pk=job.pk)
    if not locked.is_open:
        raise JobError(
            f"This job is already over ({locked.get_status_display().lower()}), so there is nothing to stop."
        )
    _cancel([locked])
    if actor is not None:
        audit("job.cancel", team=locked.team, actor=actor, target=locked)
    return locked


@transaction.atomic
def cancel_subject(subject: models.Model) -> int:
    """Stop every open job about this object; returns how many there were."""
    open_jobs = Job.objects.select_for_update(no_key=True).filter(subject_id=str(subject.pk), status__in=OPEN)
    jobs = list(open_jobs.order_by("pk"))
    _cancel(jobs)
    return len(jobs)


def _cancel(jobs: list[Job]) -> None:
    """`jobs` are open and locked."""
    running = [job for job in jobs if job.status == JobStatus.RUNNING]
    others = [job for job in jobs if job.status != JobStatus.RUNNING]
    for job in running:
        job.cancel_requested = True
    for job in others:
        job.status, job.finished_at = JobStatus.CANCELLED, timezone.now()
    Job.objects.bulk_update(running, ["cancel_requested"])
    Job.objects.bulk_update(others, ["status", "finished_at"])
    tell_pages(*jobs)
    settle_dependents(*others)


@transaction.atomic
def requeue(job: Job, *, actor: User | None = None, args: Mapping[str, Any] | None = None) -> Job:
    """Try a failed or cancelled job again from its first attempt, with other arguments where given (JOB-03).

    Jobs that it needs and that failed or were cancelled are put back with it, and it waits for them. Raises
    JobError for a job that is neither failed nor cancelled, and for arguments that name other objects.
    """
    locked = Job.objects.select_for_update(no_key=True).get(pk=job.pk)
    if locked.status not in AGAIN:
        raise NotAgain("Only a failed or cancelled job can be put back on its queue.")
    before = {"args": locked.args} if args is not None and dict(args) != locked.args else None
    if args is not None:
        _check_same_objects(locked.args, args)
    now = timezone.now()
    if args is not None:
        locked.args = dict(args)
    locked.attempts, locked.progress, locked.progress_text = 0, 0, ""
    locked.wait_reason, locked.calls_next = "", False
    locked.error = locked.trace = ""
    locked.cancel_requested, locked.claim = False, None
    locked.run_at, locked.started_at, locked.finished_at = now, None, None
    needs = list(locked.after.exclude(status=JobStatus.DONE))
    if needs:
        locked.status, locked.queued_at = JobStatus.WAITING, None
    else:
        make_ready(locked, now, Door(shed=False))
    locked.save()
    for need in needs:
        if need.status in AGAIN:
            requeue(need, actor=actor)
    record_event(JOB_REQUEUED, team=locked.team, subject=locked, data=JobRequeued(locked.kind), actor=actor)
    if actor is not None:
        after = {"args": locked.args} if before else None
        audit("job.requeue", team=locked.team, actor=actor, target=locked, before=before, after=after)
    if locked.status == JobStatus.QUEUED:
        push_on_commit([locked])
    tell_pages(locked)
    return locked


@transaction.atomic
def requeue_all(
    jobs: Iterable[Job], *, actor: User | None = None, change: Mapping[str, Any] | None = None
) -> int:
    """Requeue each that still is failed or cancelled; returns how many there were.

    `change` sets single arguments otherwise in all of them. Raises JobError, and puts back none, where one of them
    has no such argument or would be pointed at another object.
    """
    count = 0
    for job in jobs:
        args = _changed(job, change) if change else None
        try:
            with transaction.atomic():
                requeue(job, actor=actor, args=args)
        except NotAgain:
            continue  # somebody else was quicker, or it was put back with a job that needs it
        count += 1
    return count


def _changed(job: Job, change: Mapping[str, Any]) -> dict[str, Any]:
    if missing := [name for name in change if name not in job.args]:
        raise JobError(f"“{job.title}” takes no argument called {missing[0]}, so nothing was put back.")
    args = {**job.args, **change}
    _check_same_objects(job.args, args)
    return args


def _check_same_objects(before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """A job may be corrected, but not pointed at another object: that could be another team's."""
    known = set(UUID_TEXT.findall(json.dumps(before).lower()))
    if set(UUID_TEXT.findall(json.dumps(dict(after)).lower())) - known:
        raise JobError(
            "The arguments may be corrected, but must not name other objects than before.", field="args"
        )
