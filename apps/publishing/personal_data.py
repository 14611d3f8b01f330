"""What publishing holds of a person: the posts that they wrote, and where those went."""

from collections.abc import Iterator
from typing import Any

from apps.core.personal_data import Part, collects
from apps.publishing.models import Post, Target

POST_FIELDS = (
    "id",
    "team_id",
    "kind",
    "title",
    "text",
    "tags",
    "hashtags",
    "first_comment",
    "status",
    "created_at",
    "due_at",
    "zone",
)
TARGET_FIELDS = (
    "post_id",
    "connection__platform",
    "connection__name",
    "status",
    "link",
    "published_at",
    "overrides",
)


@collects("publishing", Post)
def of_person(user: Any) -> Iterator[Part]:
    """The posts that the person wrote, in teams that they are in still."""
    posts = Post.objects.filter(created_by=user, team__memberships__user=user).order_by("created_at")
    yield Part("posts.json", rows=list(posts.values(*POST_FIELDS)))
    targets = Target.objects.filter(post__in=posts).order_by("created_at")
    yield Part("channels.json", rows=list(targets.values(*TARGET_FIELDS)))
