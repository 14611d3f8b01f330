"""Which targets are due, who takes them, and what becomes of those that a crash left lying (PUB-04, PUB-06).

A target is due by its own row, so nothing has to remember it: no timer is lost with a process. Whoever finds it locks
it (those that others hold are skipped), marks it as taken and starts its job in the same transaction.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from apps.connections.models import Connection
from apps.jobs.kinds import Work
from apps.jobs.models import OPEN, Job, JobStatus
from apps.jobs.together import Start, enqueue_all
from apps.publishing.models import AttemptOutcome, Target, TargetStatus
from apps.publishing.moments import reached
from apps.publishing.services import endings
from apps.publishing.services.claims import CLAIM
from apps.publishing.services.locking import lock_target

BATCH = 50
MOST_BATCHES = 40
DUE = (TargetStatus.SCHEDULED, TargetStatus.WAITING)
KIND = "publishing.publish_target"
LONGEST_TITLE = 150
SHOWN = ("due_at", "team__name", "post__title", "post__text", "connection__platform")


def claim_all_due() -> int:
    """Take everything that is due now; returns how many."""
    taken = 0
    for _ in range(MOST_BATCHES):
        batch = claim_due()
        taken += len(batch)
        if len(batch) < BATCH:
            break
    return taken


def claim_due(*, limit: int = BATCH) -> list[UUID]:
    """Take what has been due longest and nobody else is taking, and start its jobs; returns the targets' ids."""
    with transaction.atomic():
        targets = lock_due(timezone.now(), limit)
        ids = [target.pk for target in targets]
        if ids:
            until = timezone.now() + CLAIM
            Target.objects.filter(pk__in=ids).update(status=TargetStatus.PUBLISHING, claimed_until=until)
            enqueue_all(_publish_target(), [_start(target) for target in targets])
        for target_id in ids:
            reached("claim.written", target_id)
    for target_id in ids:
        reached("claim.committed", target_id)
    return ids


def lock_due(now: datetime, limit: int) -> list[Target]:
    """By the partial index on `due_at`, however many are planned."""
    rows = Target.objects.select_for_update(skip_locked=True, no_key=True, of=("self",))
    due = rows.filter(status__in=DUE, due_at__lte=now).select_related("team", "post", "connection")
    return list(due.only(*SHOWN).order_by("due_at")[:limit])


def _publish_target() -> Work:
    from apps.publishing.jobs import publish_target

    return publish_target


def _start(target: Target) -> Start:
    """Its job; the key says for which time, so that one taking is one job."""
    return Start(
        team=target.team,
        args={"target_id": str(target.pk)},
        key=f"publish:{target.pk}:{target.due_at:%Y%m%dT%H%M%S.%f}",
        subject=target,
        title=f"Publish “{str(target.post)[:LONGEST_TITLE]}” on {target.connection.platform}",
    )


def free_stuck(*, limit: int = 200) -> int:
    """Look after targets whose worker has been silent too long; returns how many were given back or given up."""
    silent = Target.objects.filter(status=TargetStatus.PUBLISHING, claimed_until__lt=timezone.now())
    ids = list(silent.order_by("claimed_until").values_list("pk", flat=True)[:limit])
    return sum(_free(target_id) for target_id in ids)


@transaction.atomic
def _free(target_id: UUID) -> bool:
    """Where its job is still open, that is left to the jobs' own sweeps; where it ended without a word, another has
    it (what is in doubt is settled first); where somebody stopped it, it failed."""
    target = lock_target(target_id)
    now = timezone.now()
    if (
        target.status != TargetStatus.PUBLISHING
        or target.claimed_until is None
        or target.claimed_until >= now
    ):
        return False
    job = Job.objects.filter(subject_id=str(target_id), kind=KIND).order_by("-created_at").first()
    if job is not None and job.status in OPEN:
        target.claimed_until = now + CLAIM
        target.save(update_fields=["claimed_until", "updated_at"])
        return False
    if job is not None and job.status in (JobStatus.DEAD, JobStatus.CANCELLED):
        attempt = target.attempts.filter(outcome=AttemptOutcome.GOING).first()
        said = job.error if job.status == JobStatus.DEAD else "Somebody stopped its job."
        endings.fail(target, attempt, said or "Its job failed.", "job", outcome=AttemptOutcome.UNKNOWN)
        return True
    target.status, target.due_at, target.claimed_until = TargetStatus.WAITING, now, None
    target.wait_reason = "The worker that had it fell silent. Another one goes on with it."
    target.save(update_fields=["status", "due_at", "claimed_until", "wait_reason", "updated_at"])
    return True


def go_on_with(connection: Connection) -> int:
    """The connection works again: what waited for that is due now. Returns how many targets."""
    waiting = Target.objects.filter(
        connection=connection, status=TargetStatus.WAITING, held_since__isnull=False
    )
    return waiting.update(due_at=timezone.now())
