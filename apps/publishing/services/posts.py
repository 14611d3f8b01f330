"""What people do with posts: write, schedule, publish, call off, try again (PUB-01, PUB-03, PUB-04)."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, TypedDict, Unpack
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from apps.accounts.models import User
from apps.approvals import services as approvals
from apps.audit.services import record as audit
from apps.connections.models import Connection
from apps.events.services import record
from apps.library.models import Asset, Video
from apps.publishing import clock
from apps.publishing.approvals import POST
from apps.publishing.errors import PublishingError
from apps.publishing.events import POST_CANCELLED, POST_CHANGED, PostCancelled, PostChanged
from apps.publishing.models import Post, PostStatus, Target, TargetStatus
from apps.publishing.services import approving, statuses
from apps.publishing.services.changing import delete_published, edit_published
from apps.publishing.services.composing import apply, choose_targets, ready_to_go
from apps.publishing.services.locking import lock_post, lock_target, lock_targets
from apps.teams.models import Team
from apps.teams.roles import Permission
from apps.teams.services.appointing import check_may

__all__ = [
    "cancel",
    "change_zone",
    "create_post",
    "delete_published",
    "discard",
    "edit_post",
    "edit_published",
    "publish_now",
    "retry_target",
    "schedule",
]
OPEN = (TargetStatus.DRAFT, TargetStatus.SCHEDULED, TargetStatus.CANCELLED, TargetStatus.FAILED)


class PostChanges(TypedDict, total=False):
    """What of a post may be given; names as in the model."""

    kind: str
    video: Video | None
    thumbnail: Asset | None
    title: str
    text: str
    tags: Iterable[str]
    hashtags: Iterable[str]
    first_comment: str
    privacy: str
    made_for_kids: bool
    ai_made: bool
    paid_promotion: bool


@transaction.atomic
def create_post(
    *,
    team: Team,
    actor: User | None,
    connections: Iterable[Connection] = (),
    overrides: Mapping[UUID, Mapping[str, Any]] | None = None,
    ref: UUID | None = None,
    **changes: Unpack[PostChanges],
) -> Post:
    """A draft with a target for each connection. `overrides` are by the connection's id; `ref` is the id that it gets,
    where the caller has one. Raises PublishingError."""
    check_may(team, actor, Permission.EDIT_POSTS)
    post = Post(team=team, created_by=actor, zone=team.time_zone, **({"pk": ref} if ref else {}))
    apply(post, dict(changes))
    post.save(force_insert=True)
    choose_targets(post, list(connections), overrides or {})
    record(POST_CHANGED, team=team, subject=post, data=PostChanged("created"), actor=actor)
    return post


@transaction.atomic
def edit_post(
    post: Post,
    actor: User | None,
    *,
    connections: Iterable[Connection] | None = None,
    overrides: Mapping[UUID, Mapping[str, Any]] | None = None,
    note: str = "",
    **changes: Unpack[PostChanges],
) -> Post:
    """Change a post that is not out yet; what is not given stays. A planned one keeps its time, and is asked approval
    for anew where the team wants that."""
    locked = lock_post(post.pk)
    check_may(locked.team, actor, Permission.EDIT_POSTS)
    targets = lock_targets(locked)
    _check_editable(locked, targets, common=bool(changes))
    planned = locked.status in (PostStatus.SCHEDULED, PostStatus.AWAITING_APPROVAL)
    apply(locked, dict(changes))
    locked.save()
    chosen = None if connections is None else list(connections)
    choose_targets(locked, chosen, overrides or {})
    if planned:
        _plan_again(locked, actor, note)
    else:
        statuses.refresh(locked)
    record(POST_CHANGED, team=locked.team, subject=locked, data=PostChanged("edited"), actor=actor)
    return locked


def _check_editable(post: Post, targets: list[Target], *, common: bool) -> None:
    if any(target.status in (TargetStatus.PUBLISHING, TargetStatus.WAITING) for target in targets):
        raise PublishingError("This post is being published. What is out already can be edited afterwards.")
    if common and any(target.status == TargetStatus.PUBLISHED for target in targets):
        raise PublishingError(
            "This post is out on some channels. Change the words of single channels instead."
        )


def _plan_again(post: Post, actor: User | None, note: str) -> None:
    waiting = [t for t in lock_targets(post) if t.status in (TargetStatus.DRAFT, TargetStatus.SCHEDULED)]
    if not waiting:
        statuses.refresh(post)
        return
    ready_to_go(post, waiting)
    approving.plan(post, waiting, actor=actor, note=note)


@transaction.atomic
def schedule(
    post: Post, due_at: datetime, zone: str, actor: User | None, *, fold: int = 0, note: str = ""
) -> Post:
    """Let it go out at a time. `due_at` is an instant, or without a zone what the clock of `zone` shows then.

    A time that the clock leaps over is refused; of one that it shows twice the first is meant, with `fold=1` the
    second. `note` is for whoever decides, where the team wants approval.
    """
    clock.zone_of(zone)
    instant = due_at if due_at.tzinfo else clock.moment(due_at, zone, fold=fold)
    if instant <= timezone.now():
        raise PublishingError(clock.PASSED, field="due_at")
    locked = _plan(post, instant, zone, actor, note)
    facts = {"due_at": instant, "zone": zone, "status": locked.status}
    audit("post.schedule", team=locked.team, actor=actor, target=locked, after=facts)
    return locked


@transaction.atomic
def publish_now(post: Post, actor: User | None, *, note: str = "") -> Post:
    """Let it go out at once, or as soon as it is approved."""
    locked = _plan(post, timezone.now(), "", actor, note)
    audit("post.publish_now", team=locked.team, actor=actor, target=locked, after={"status": locked.status})
    return locked


def _plan(post: Post, instant: datetime, zone: str, actor: User | None, note: str) -> Post:
    locked = lock_post(post.pk)
    check_may(locked.team, actor, Permission.EDIT_POSTS)
    targets = _open_ones(lock_targets(locked))
    if not targets:
        raise PublishingError("Choose at least one channel that it is not out on yet.", field="connections")
    ready_to_go(locked, targets)
    locked.due_at, locked.zone, locked.reminded_at = instant, zone or locked.zone, None
    locked.slot_ref = None  # whoever takes a posting time for it says so afterwards
    locked.save(update_fields=["due_at", "zone", "reminded_at", "slot_ref", "updated_at"])
    approving.plan(locked, targets, actor=actor, note=note)
    return locked


def _open_ones(targets: list[Target]) -> list[Target]:
    """What can go out: channels that were called off come back only where all of them were."""
    found = [target for target in targets if target.status in OPEN]
    return [target for target in found if target.status != TargetStatus.CANCELLED] or found


@transaction.atomic
def change_zone(post: Post, zone: str, actor: User | None, *, keep_clock: bool = False) -> Post:
    """Show a planned post's time on another clock. The instant stays; with `keep_clock` the time on the clock does."""
    locked = lock_post(post.pk)
    check_may(locked.team, actor, Permission.EDIT_POSTS)
    clock.zone_of(zone)
    if keep_clock and locked.due_at is not None:
        return schedule(locked, clock.on_clock(locked.due_at, locked.zone), zone, actor)
    locked.zone = zone
    locked.save(update_fields=["zone", "updated_at"])
    record(POST_CHANGED, team=locked.team, subject=locked, data=PostChanged("edited"), actor=actor)
    return locked


@transaction.atomic
def cancel(post: Post, actor: User | None) -> Post:
    """Call off whatever of it has not begun to go out. Raises PublishingError where nothing can be."""
    locked = lock_post(post.pk)
    check_may(locked.team, actor, Permission.EDIT_POSTS)
    every = lock_targets(locked)
    targets = [target for target in every if _can_be_cancelled(target)]
    if not targets:
        raise PublishingError(
            "Nothing of this post can be called off any more. What is out can be taken down."
        )
    for target in targets:
        target.status, target.wait_reason, target.held_since = TargetStatus.CANCELLED, "", None
        target.save(update_fields=["status", "wait_reason", "held_since", "updated_at"])
    before = locked.status
    statuses.refresh(locked)
    approvals.retract(POST, team=locked.team, subject=locked, actor=actor, reason="The post was called off.")
    data = PostCancelled(sorted({target.connection.platform for target in targets}))
    record(POST_CANCELLED, team=locked.team, subject=locked, data=data, actor=actor)
    audit(
        "post.cancel",
        team=locked.team,
        actor=actor,
        target=locked,
        before={"status": before},
        after={"status": locked.status, "platforms": data.platforms},
    )
    return locked


def _can_be_cancelled(target: Target) -> bool:
    """What waits before anything was sent, too; an upload that is open may be public in the next moment."""
    if target.status in (TargetStatus.DRAFT, TargetStatus.SCHEDULED, TargetStatus.FAILED):
        return True
    return target.status == TargetStatus.WAITING and not target.stage


@transaction.atomic
def discard(post: Post, actor: User | None) -> None:
    """Remove a post for good of which nothing was ever sent. Raises PublishingError for any other."""
    locked = lock_post(post.pk)
    check_may(locked.team, actor, Permission.EDIT_POSTS)
    gone = (TargetStatus.DRAFT, TargetStatus.SCHEDULED, TargetStatus.CANCELLED, TargetStatus.FAILED)
    targets = lock_targets(locked)
    if any(target.status not in gone for target in targets) or locked.targets.exclude(attempts=None).exists():
        raise PublishingError("Something of this post was sent already, so it is kept. Call it off instead.")
    facts = {"title": str(locked), "status": locked.status}
    audit("post.discard", team=locked.team, actor=actor, target=locked, before=facts)
    approvals.retract(POST, team=locked.team, subject=locked, actor=actor, reason="It was discarded.")
    locked.delete()


@transaction.atomic
def retry_target(target: Target, actor: User | None) -> Target:
    """Try a failed target again from its first attempt. Where an upload was begun, it goes on with that one; where an
    answer is missing, the platform is asked first."""
    locked = lock_target(target.pk)
    check_may(locked.team, actor, Permission.EDIT_POSTS)
    if locked.status != TargetStatus.FAILED:
        raise PublishingError("Only what failed can be tried again.")
    ready_to_go(locked.post, [locked])
    approving.plan(locked.post, [locked], actor=actor)
    audit("post.retry", team=locked.team, actor=actor, target=locked, after={"status": locked.status})
    return locked
