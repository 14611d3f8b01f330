"""Taking up a claimed target: whether it may go out at all, and the attempt that is written before its first call."""

import json
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from apps.connections.adapters import Progress
from apps.connections.errors import NeedsReconnecting
from apps.connections.models import Connection
from apps.connections.services import quota
from apps.jobs.models import Job
from apps.jobs.runner import JobRun
from apps.publishing.errors import NextWindow, PublishingError
from apps.publishing.files import file_of
from apps.publishing.models import Attempt, AttemptOutcome, Target, TargetStatus
from apps.publishing.platforms import publisher_of
from apps.publishing.services import approving, claims, endings, preparing, statuses
from apps.publishing.services.locking import lock_target

Opened = tuple[Target, Attempt, Progress]


@transaction.atomic
def open_attempt(run: JobRun, target_id: UUID) -> Opened | None:
    """The target with the attempt that goes on or begins, and how far it is; None where there is nothing to do."""
    target = lock_target(target_id)
    if target.status != TargetStatus.PUBLISHING or not run.still_mine() or _is_outdated(run, target):
        return None
    progress = Progress.from_json(json.loads(target.progress)) if target.progress else Progress()
    last = target.attempts.order_by("-number").first()
    if not (target.progress or (last and last.in_doubt)) and not _may_begin(target):
        return None
    if target.connection.disconnected_at is not None or target.connection.needs_person:
        endings.wait_for_person(
            target, last, NeedsReconnecting(endings.reconnect_sentence(target.connection))
        )
        return None
    claims.keep(target)
    attempt = (
        last if last is not None and last.outcome == AttemptOutcome.GOING else _new_attempt(target, last)
    )
    target.wait_reason = ""
    target.save(update_fields=["claimed_until", "attempts_made", "wait_reason", "updated_at"])
    statuses.refresh(target.post)
    return target, attempt, progress


def _is_outdated(run: JobRun, target: Target) -> bool:
    """An older job of the target that somebody put back on its queue must not work beside the one that has it."""
    jobs = Job.objects.filter(subject_id=str(target.pk), kind=run.job.kind)
    return jobs.filter(created_at__gt=run.job.created_at).exists()


def _may_begin(target: Target) -> bool:
    """Asked again at the moment it goes out: approved as it is now, and with its file."""
    post = target.post
    try:
        publisher_of(target)
        if file_of(target) is None:
            raise PublishingError(
                "The file was deleted from the library. Choose another one, then try again."
            )
        if not approving.may_go_out(post):
            approving.hold(post, [target], actor=None)
            return False
        if not preparing.is_ready(target):
            endings.wait_for_file(target)
            return False
    except PublishingError as error:
        endings.fail(target, None, error.message, "")
        return False
    return True


def _new_attempt(target: Target, last: Attempt | None) -> Attempt:
    target.attempts_made += 1
    return Attempt.objects.create(
        team=target.team,
        target=target,
        number=(last.number if last else 0) + 1,
        in_doubt=last.in_doubt if last else "",
    )


def check_quota(connection: Connection, operation: str) -> None:
    """Raises NextWindow where what is left of today's quota does not suffice."""
    until = quota.affordable(connection, operation)
    if until is not None and until > timezone.now():
        raise NextWindow(until)
