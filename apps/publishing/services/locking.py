"""Locks of publishing, always in this order: the post, then its targets. Whoever follows it never waits in a circle."""

from uuid import UUID

from apps.publishing.errors import PublishingError
from apps.publishing.models import Post, Target


def lock_post(post_id: UUID) -> Post:
    """The post as it is now, locked. Raises PublishingError where it is gone."""
    rows = Post.objects.select_for_update(no_key=True, of=("self",)).select_related("team", "video")
    post: Post | None = rows.filter(pk=post_id).first()
    if post is None:
        raise PublishingError("This post is gone.")
    return post


def lock_target(target_id: UUID) -> Target:
    """The target as it is now, with its post, both locked."""
    post_id = Target.objects.filter(pk=target_id).values_list("post_id", flat=True).first()
    if post_id is None:
        raise PublishingError("This post is gone.")
    post = lock_post(post_id)
    target: Target = _rows().get(pk=target_id)
    target.post = post
    return target


def lock_targets(post: Post) -> list[Target]:
    """All targets of a post that is locked already."""
    targets = list(_rows().filter(post=post).order_by("pk"))
    for target in targets:
        target.post = post
    return targets


def lock_target_alone(target_id: UUID) -> Target | None:
    """Only the target, for what does not touch its post; whoever holds it must not ask for the post."""
    found: Target | None = _rows().filter(pk=target_id).first()
    return found


def _rows():  # type: ignore[no-untyped-def]
    related = ("connection", "asset__file", "asset__video", "repaired__file", "repaired__video", "team")
    return Target.objects.select_for_update(no_key=True, of=("self",)).select_related(*related)
