"""What a post came to, once its last target is settled (PUB-13)."""

from apps.connections.registry import PLATFORMS
from apps.events.services import record
from apps.publishing.events import POST_FAILED, POST_PARTLY_PUBLISHED, POST_PUBLISHED, PostEnded
from apps.publishing.models import Post, PostStatus, TargetStatus
from apps.publishing.services import statuses

EVENTS = {
    PostStatus.PUBLISHED: POST_PUBLISHED,
    PostStatus.PARTLY_PUBLISHED: POST_PARTLY_PUBLISHED,
    PostStatus.FAILED: POST_FAILED,
}


def settle_post(post: Post) -> None:
    """Write the status of a locked post; where it is settled by that, tell how it came out."""
    if statuses.refresh(post) and post.status in EVENTS:
        record(EVENTS[PostStatus(post.status)], team=post.team, subject=post, data=_ended(post))


def _ended(post: Post) -> PostEnded:
    """By the names of the channels; two of one name are told apart by their platform."""
    ended = PostEnded()
    for target in post.targets.select_related("connection").order_by("connection__platform", "pk"):
        platform = PLATFORMS.get(target.connection.platform)
        name = f"{platform.name if platform else target.connection.platform}: {target.connection}"
        if target.status == TargetStatus.PUBLISHED:
            ended.links[name] = target.link
            if target.warnings:
                ended.warnings[name] = list(target.warnings)
        elif target.status == TargetStatus.FAILED:
            ended.failed[name] = target.error
    return ended
