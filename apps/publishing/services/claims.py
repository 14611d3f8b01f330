"""Who works on a target: every write of a worker asks whether it still is the one."""

import json
from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from apps.connections.adapters import Progress
from apps.jobs.errors import JobCancelled
from apps.jobs.runner import JobRun
from apps.publishing.models import Target, TargetStatus
from apps.publishing.services.locking import lock_target, lock_target_alone

CLAIM = timedelta(seconds=120)  # how long a worker may be silent before the sweep looks after its target


def mine(run: JobRun, target_id: UUID, *, with_post: bool = False) -> Target:
    """The target, locked. Raises JobCancelled where this worker must write nothing more: another has the job, or the
    target is no longer being published."""
    target = lock_target(target_id) if with_post else lock_target_alone(target_id)
    if target is None or target.status != TargetStatus.PUBLISHING or not run.still_mine():
        raise JobCancelled
    return target


def keep(target: Target, *, for_s: float = 0) -> None:
    """Say that somebody works on it, or will look again in so many seconds; not saved here."""
    target.claimed_until = timezone.now() + CLAIM + timedelta(seconds=for_s)


def put(target: Target, progress: Progress) -> None:
    """Write down how far it is; not saved here."""
    target.progress = json.dumps(progress.to_json())
    target.stage, target.share = progress.stage.value, progress.share
    target.external_id, target.link = progress.external_id, progress.link[:500]
    target.warnings = [warning[:500] for warning in progress.warnings]
