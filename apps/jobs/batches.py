"""Many jobs of one kind, started together and seen as one (JOB-10)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from apps.accounts.models import User
from apps.audit.services import record as audit
from apps.core.correlation import current_or_new_id
from apps.core.ids import new_id
from apps.events.services import record as record_event
from apps.events.socket import ping
from apps.jobs.admission import admit
from apps.jobs.errors import JobError
from apps.jobs.events import BATCH_DONE, BatchDone
from apps.jobs.kinds import Work, kind_of
from apps.jobs.models import ENDED, OPEN, Batch, Job, JobStatus
from apps.jobs.services import requeue_all
from apps.teams.models import Team

CHUNK = 1000
TURN = "It was started together with others and follows as soon as there is room."


@dataclass(frozen=True)
class BatchRow:
    """What one job of a batch is called with (JSON), and its name for people."""

    args: Mapping[str, Any]
    title: str


@dataclass(frozen=True)
class BatchProgress:
    """How many jobs of a batch are where."""

    total: int
    waiting: int = 0
    running: int = 0
    done: int = 0
    failed: int = 0
    cancelled: int = 0

    @property
    def over(self) -> int:
        return self.done + self.failed + self.cancelled

    @property
    def fraction(self) -> float:
        """0 to 1; 1 once nothing is open any more."""
        return min(1.0, self.over / self.total) if self.total else 1.0

    @property
    def is_over(self) -> bool:
        return not (self.waiting or self.running)


@transaction.atomic
def start_batch(
    work: Work,
    *,
    team: Team,
    rows: Iterable[BatchRow],
    title: str,
    actor: User | None = None,
    batch_id: UUID | None = None,
) -> Batch:
    """Start one job for each row; all of them or, where it raises, none.

    With the id of a batch that the team has already (a form that was sent twice), that one is returned. Raises
    JobError where there are no rows.
    """
    if batch_id and (known := Batch.objects.in_team(team).filter(pk=batch_id).first()):
        return known
    kind = kind_of(work)
    given = list(rows)
    if not given:
        raise JobError("There is nothing to start: the list is empty.")
    batch = Batch(
        pk=batch_id or new_id(), team=team, kind=kind.name, title=title[:200], total=len(given), made_by=actor
    )
    batch.save(force_insert=True)
    trail = current_or_new_id()
    jobs = (
        Job(
            team=team,
            kind=kind.name,
            queue=kind.queue,
            title=row.title[:200],
            args=dict(row.args),
            status=JobStatus.HELD,
            wait_reason=TURN,
            max_attempts=kind.attempts,
            correlation_id=trail,
            batch=batch,
        )
        for row in given
    )
    while chunk := list(islice(jobs, CHUNK)):
        Job.objects.bulk_create(chunk)
    admit(kind.queue)
    audit("batch.start", team=team, actor=actor, target=batch, after={"kind": kind.name, "jobs": len(given)})
    return batch


def progress_of(batches: Iterable[Batch]) -> dict[UUID, BatchProgress]:
    """How far each of these is, in one query."""
    totals = {batch.pk: batch.total for batch in batches}
    rows = Job.objects.filter(batch__in=totals).order_by()
    counts: dict[UUID, dict[str, int]] = {pk: {} for pk in totals}
    for pk, status, count in rows.values_list("batch", "status").annotate(Count("pk")):
        counts[pk][status] = count
    return {pk: _progress(total, counts[pk]) for pk, total in totals.items()}


def _progress(total: int, counts: Mapping[str, int]) -> BatchProgress:
    known = sum(counts.values())
    forgotten = total - known  # finished long ago, and no longer kept
    return BatchProgress(
        total=total,
        waiting=sum(counts.get(name, 0) for name in OPEN if name != JobStatus.RUNNING),
        running=counts.get(JobStatus.RUNNING, 0),
        done=counts.get(JobStatus.DONE, 0) + forgotten,
        failed=counts.get(JobStatus.DEAD, 0),
        cancelled=counts.get(JobStatus.CANCELLED, 0),
    )


@transaction.atomic
def cancel_batch(batch: Batch, *, actor: User) -> int:
    """Stop what is not over: at once what has not begun, the rest at its next report; returns how many.

    Raises JobError where nothing is left to stop.
    """
    jobs = Job.objects.filter(batch=batch)
    running = jobs.filter(status=JobStatus.RUNNING).update(cancel_requested=True)
    begun = (JobStatus.RUNNING, *ENDED)
    others = jobs.exclude(status__in=begun).update(
        status=JobStatus.CANCELLED, finished_at=timezone.now(), wait_reason=""
    )
    if not running + others:
        raise JobError("Every job of this batch is already over, so there is nothing to stop.")
    _tell(batch)
    audit("batch.cancel", team=batch.team, actor=actor, target=batch, after={"jobs": running + others})
    return running + others


@transaction.atomic
def retry_failed(batch: Batch, *, actor: User) -> int:
    """Put every failed job of it back on its queue; returns how many."""
    count = requeue_all(Job.objects.filter(batch=batch, status=JobStatus.DEAD).order_by("pk"), actor=actor)
    if count:
        Batch.objects.filter(pk=batch.pk).update(finished_at=None)
        _tell(batch)
    return count


def close_finished() -> int:
    """Note the end of batches whose last job is over, once, with an event; returns how many."""
    still_open = (
        Job.objects.filter(batch__isnull=False, status__in=OPEN).order_by().values("batch").distinct()
    )
    over = Batch.objects.filter(finished_at=None).exclude(pk__in=still_open)
    return sum(_close(batch) for batch in over.select_related("team")[:200])


@transaction.atomic
def _close(batch: Batch) -> bool:
    now = timezone.now()
    if not Batch.objects.filter(pk=batch.pk, finished_at=None).update(finished_at=now, updated_at=now):
        return False
    progress = progress_of([batch])[batch.pk]
    data = BatchDone(title=batch.title, kind=batch.kind, done=progress.done, failed=progress.failed)
    record_event(BATCH_DONE, team=batch.team, subject=batch, data=data)
    return True


def _tell(batch: Batch) -> None:
    """Let open pages know, once it is committed."""
    transaction.on_commit(lambda: ping(batch.team_id, "job.changed", batch.pk), robust=True)
