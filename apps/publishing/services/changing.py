"""Editing and taking down what is already out, where the platform allows it (PUB-10)."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.accounts.models import User
from apps.audit.services import record as audit
from apps.connections.adapters import Call, Publisher
from apps.connections.capabilities import Capability
from apps.connections.errors import NeedsReconnecting
from apps.connections.services import circuit, quota, tokens
from apps.core.http import AuthExpired, QuotaExceeded, Rejected
from apps.events.services import record
from apps.jobs.models import Job
from apps.jobs.runner import JobRun
from apps.jobs.services import enqueue
from apps.publishing import words
from apps.publishing.errors import NextWindow, PublishingError
from apps.publishing.events import TARGET_CHANGED, TargetChanged
from apps.publishing.models import Target, TargetStatus
from apps.publishing.platforms import platform_of, publisher_of
from apps.publishing.services import statuses
from apps.publishing.services.locking import lock_target
from apps.publishing.services.openings import check_quota
from apps.publishing.uploads import upload_of
from apps.teams.roles import Permission
from apps.teams.services.appointing import check_may

EDITABLE = frozenset({"title", "text", "tags", "hashtags", "privacy", "category", "language"})
REFUSALS = (AuthExpired, QuotaExceeded, Rejected, NeedsReconnecting, PublishingError)


@transaction.atomic
def edit_published(target: Target, actor: User | None, **changes: Any) -> Job:
    """Let the platform change these words; our own follow when it has done so."""
    from apps.publishing.jobs import edit_published as kind

    locked = _published(target, actor, Capability.EDIT, "edited")
    new = words.cleaned(changes, names=EDITABLE)
    job = enqueue(
        kind,
        team=locked.team,
        args={"target_id": str(locked.pk), "changes": new},
        subject=locked,
        title=f"Edit “{str(locked.post)[:150]}” on {locked.connection.platform}",
    )
    audit("post.edit_published", team=locked.team, actor=actor, target=locked, after=new)
    return job


@transaction.atomic
def delete_published(target: Target, actor: User | None) -> Job:
    """Let the platform take it down, which can't be undone."""
    from apps.publishing.jobs import delete_published as kind

    locked = _published(target, actor, Capability.DELETE, "deleted")
    job = enqueue(
        kind,
        team=locked.team,
        args={"target_id": str(locked.pk)},
        subject=locked,
        title=f"Take down “{str(locked.post)[:150]}” on {locked.connection.platform}",
    )
    facts = {"external_id": locked.external_id, "link": locked.link}
    audit("post.delete_published", team=locked.team, actor=actor, target=locked, before=facts)
    return job


def _published(target: Target, actor: User | None, capability: Capability, done: str) -> Target:
    locked = lock_target(target.pk)
    check_may(locked.team, actor, Permission.EDIT_POSTS)
    if locked.status != TargetStatus.PUBLISHED:
        raise PublishingError(f"Only what is published can be {done}.")
    platform = platform_of(locked)
    if not platform.can(capability):
        raise PublishingError(
            f"{platform.name} does not let other programs change this: it can only be {done} there.",
        )
    return locked


def carry_out_edit(run: JobRun, target_id: UUID, changes: dict[str, Any]) -> dict[str, Any]:
    """Ask the platform; a refusal is told to the team and leaves our words as they were."""
    target = _fetch(target_id)
    if target.status != TargetStatus.PUBLISHED:
        return {}
    target.overrides = {**target.overrides, **changes}
    try:
        with upload_of(target) as upload:
            _ask(target, "edit", lambda publisher, call: publisher.edit(call, target.external_id, upload))
    except REFUSALS as error:
        return _refused(run, target, error)
    with transaction.atomic():
        locked = lock_target(target_id)
        if run.still_mine():
            locked.overrides = {**locked.overrides, **changes}
            locked.save(update_fields=["overrides", "updated_at"])
            _tell(locked, "edited")
    return {"edited": sorted(changes)}


def carry_out_deletion(run: JobRun, target_id: UUID) -> dict[str, Any]:
    """Ask the platform; it is deleted here when it is gone there."""
    target = _fetch(target_id)
    if target.status != TargetStatus.PUBLISHED:
        return {}
    try:
        _ask(target, "delete", lambda publisher, call: publisher.delete(call, target.external_id))
    except REFUSALS as error:
        return _refused(run, target, error)
    with transaction.atomic():
        locked = lock_target(target_id)
        if run.still_mine():
            locked.status = TargetStatus.DELETED
            locked.save(update_fields=["status", "updated_at"])
            statuses.refresh(locked.post)
            _tell(locked, "deleted")
    return {"deleted": target.external_id}


def _fetch(target_id: UUID) -> Target:
    related = ("post__team", "post__video", "post__thumbnail__file", "connection", "team")
    files = ("asset__file", "asset__video", "repaired__file", "repaired__video")
    target: Target = Target.objects.select_related(*related, *files).get(pk=target_id)
    return target


def _ask(target: Target, operation: str, act: Callable[[Publisher, Call], object]) -> None:
    publisher = publisher_of(target)
    check_quota(target.connection, f"publish.{operation}")
    call = tokens.call_for(target.connection)
    quota.spend(target.connection, f"publish.{operation}")
    with circuit.platform_call(target.connection.platform):
        act(publisher, call)


def _refused(run: JobRun, target: Target, error: Exception) -> dict[str, Any]:
    if isinstance(error, AuthExpired):
        tokens.report_auth_failure(target.connection, error)
    reason = str(error)
    if isinstance(error, NextWindow):
        reason = f"{platform_of(target).name} allows no more for now. Try again later."
    with transaction.atomic():
        locked = lock_target(target.pk)
        if run.still_mine():
            _tell(locked, "refused", reason)
    return {"refused": reason}


def _tell(target: Target, what: str, reason: str = "") -> None:
    data = TargetChanged(str(target.post_id), target.connection.platform, what, reason)
    record(TARGET_CHANGED, team=target.team, subject=target, data=data)
