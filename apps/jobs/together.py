"""Several jobs of one kind that begin together, each with its own team, key and subject."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from apps.core.correlation import current_or_new_id
from apps.jobs.admission import Door
from apps.jobs.kinds import JobKind, Work, kind_of
from apps.jobs.models import Job, JobStatus
from apps.jobs.notices import tell_pages
from apps.jobs.pushing import push_on_commit
from apps.jobs.queueing import make_ready
from apps.teams.models import Team


@dataclass(frozen=True)
class Start:
    """One of them: as the arguments of `apps.jobs.services.enqueue`."""

    team: Team
    args: Mapping[str, Any]
    key: str
    subject: models.Model
    title: str


@transaction.atomic(savepoint=False)
def enqueue_all(work: Work, starts: Sequence[Start]) -> int:
    """Start one job for each whose key its team does not have yet, in one insert; returns how many began."""
    kind, now, door = kind_of(work), timezone.now(), Door()
    jobs = [_new_row(kind, start) for start in starts]
    for job in jobs:
        job.run_at = now
        make_ready(job, now, door)
    Job.objects.bulk_create(jobs, ignore_conflicts=True)
    there = set(Job.objects.filter(pk__in=[job.pk for job in jobs]).values_list("pk", flat=True))
    began = [job for job in jobs if job.pk in there]
    push_on_commit(job for job in began if job.status == JobStatus.QUEUED)
    tell_pages(*began, subjects=False)
    return len(began)


def _new_row(kind: JobKind, start: Start) -> Job:
    return Job(
        team=start.team,
        kind=kind.name,
        queue=kind.queue,
        title=start.title[:200],
        args=dict(start.args),
        key=start.key,
        subject_type=start.subject._meta.label,
        subject_id=str(start.subject.pk),
        max_attempts=kind.attempts,
        correlation_id=current_or_new_id(),
    )
