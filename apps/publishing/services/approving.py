"""Whether a post may go out, and what follows from the answer (TEM-06, PUB-14)."""

from django.utils import timezone

from apps.accounts.models import User
from apps.approvals import services as approvals
from apps.approvals.models import Approval, ApprovalStatus
from apps.events.services import record
from apps.publishing.addresses import post_address
from apps.publishing.approvals import POST
from apps.publishing.errors import PublishingError
from apps.publishing.events import POST_CHANGED, POST_SCHEDULED, PostChanged, PostScheduled
from apps.publishing.models import Post, PostStatus, Target, TargetStatus
from apps.publishing.services import placing, preparing, statuses
from apps.publishing.services.fingerprints import fingerprint
from apps.publishing.services.locking import lock_post, lock_targets


def may_go_out(post: Post) -> bool:
    """Whether the team wants no approval, or gave it for the post exactly as it is now."""
    if not approvals.is_required(post.team, POST):
        return True
    return approvals.is_approved(POST, team=post.team, subject=post, fingerprint=fingerprint(post))


def plan(post: Post, targets: list[Target], *, actor: User | None, note: str = "") -> None:
    """Let these targets of a locked post go out at its `due_at`, or ask for the approval that is missing; `note`
    is what its author says to whoever decides."""
    if may_go_out(post):
        _schedule(post, targets, actor)
    else:
        hold(post, targets, actor=actor, note=note)


def _schedule(post: Post, targets: list[Target], actor: User | None) -> None:
    """What is late already is due now: a time that was taken once is not taken again."""
    due_at = max(post.due_at, timezone.now()) if post.due_at else None
    if due_at is not None and due_at > timezone.now():
        placing.hold_places(targets)
    for target in targets:
        target.status = TargetStatus.SCHEDULED
        target.wait_reason = target.error = target.error_code = ""
        target.due_at, target.moved_reason = placing.place(target, due_at) if due_at else (None, "")
        target.held_since, target.attempts_made = None, 0
        target.save(
            update_fields=[
                "status", "due_at", "moved_reason", "wait_reason", "error", "error_code", "held_since",
                "attempts_made", "updated_at",
            ]
        )  # fmt: skip
    preparing.start(post, targets)
    statuses.refresh(post)
    if post.due_at is not None:
        platforms = sorted({target.connection.platform for target in targets})
        data = PostScheduled(post.due_at.isoformat(), post.zone, platforms)
        record(POST_SCHEDULED, team=post.team, subject=post, data=data, actor=actor)


def hold(post: Post, targets: list[Target], *, actor: User | None, note: str = "") -> None:
    """Keep a locked post back until somebody approves it, and ask."""
    asker = actor or post.created_by
    if asker is None:
        raise PublishingError("This post needs approval, and whoever wrote it is gone. Schedule it anew.")
    for target in targets:
        target.status, target.due_at = TargetStatus.DRAFT, post.due_at
        target.save(update_fields=["status", "due_at", "updated_at"])
    post.status = PostStatus.AWAITING_APPROVAL
    post.save(update_fields=["status", "updated_at"])
    approvals.ask(
        POST,
        team=post.team,
        subject=post,
        actor=asker,
        title=str(post),
        href=post_address(post),
        fingerprint=fingerprint(post),
        note=note,
    )
    record(POST_CHANGED, team=post.team, subject=post, data=PostChanged("held"), actor=actor)


def lock_subject(approval: Approval) -> None:
    """Lock the post that is decided about, if it is still there."""
    if Post.objects.in_team(approval.team).filter(pk=approval.subject_id).exists():
        lock_post(approval.subject_id)  # type: ignore[arg-type]


def go_on_after_approval(approval: Approval) -> None:
    """Called in the transaction that decides. Approved after its time, a post goes out at once: that was the yes."""
    if not Post.objects.in_team(approval.team).filter(pk=approval.subject_id).exists():
        return
    post = lock_post(approval.subject_id)  # type: ignore[arg-type]
    if post.status != PostStatus.AWAITING_APPROVAL:
        return
    targets = [target for target in lock_targets(post) if target.status == TargetStatus.DRAFT]
    if approval.status == ApprovalStatus.APPROVED:
        if approval.fingerprint != fingerprint(post):
            raise PublishingError(
                "What would go out was changed meanwhile. Decline it, and let its author schedule it again."
            )
        _schedule(post, targets, approval.decided_by)
        return
    post.status = PostStatus.DRAFT
    post.save(update_fields=["status", "updated_at"])
    reason = approval.reason or f"Approval {approval.get_status_display().lower()}."
    data = PostChanged("rejected", reason)
    record(POST_CHANGED, team=post.team, subject=post, data=data, actor=approval.decided_by)
