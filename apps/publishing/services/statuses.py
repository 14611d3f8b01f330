"""What a post is, out of what its targets are (PUB-03)."""

from collections.abc import Iterable

from apps.publishing.models import Post, PostStatus, TargetStatus

PLANNED = frozenset({TargetStatus.SCHEDULED})
BUSY = frozenset({TargetStatus.WAITING, TargetStatus.PUBLISHING})
GONE = frozenset({TargetStatus.CANCELLED, TargetStatus.DELETED})
SETTLED = (PostStatus.PUBLISHED, PostStatus.PARTLY_PUBLISHED, PostStatus.FAILED)


def status_of(targets: Iterable[str], *, unplanned: PostStatus = PostStatus.DRAFT) -> PostStatus:
    """The post's status. `unplanned` is what it is while nothing of it is planned: a draft, or awaiting approval.

    Targets that were called off or taken down do not count as long as there are others; a draft beside others that
    are further does not hold them up. Something open beside something settled is under way.
    """
    every = {TargetStatus(target) for target in targets}
    if every and every <= GONE:
        return PostStatus.CANCELLED
    counted = every - GONE - {TargetStatus.DRAFT}
    if not counted:
        return unplanned
    if counted & BUSY or (counted & PLANNED and counted - PLANNED):
        return PostStatus.PUBLISHING
    if counted & PLANNED:
        return PostStatus.SCHEDULED
    if counted == {TargetStatus.PUBLISHED}:
        return PostStatus.PUBLISHED
    if counted == {TargetStatus.FAILED}:
        return PostStatus.FAILED
    return PostStatus.PARTLY_PUBLISHED


def refresh(post: Post) -> bool:
    """Write what the post is now; `post` is locked by the caller. Whether it changed."""
    unplanned = PostStatus(post.status)
    if unplanned not in (PostStatus.DRAFT, PostStatus.AWAITING_APPROVAL):
        unplanned = PostStatus.DRAFT
    now = status_of(post.targets.values_list("status", flat=True), unplanned=unplanned)
    if now == post.status:
        return False
    post.status = now
    post.save(update_fields=["status", "updated_at"])
    return True
