"""What publishing holds of a person."""

from collections.abc import Iterator
from typing import Any

from apps.core.personal_data import Part, collects
from apps.publishing.models import Post

FIELDS = (
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
)


@collects("publishing", Post)
def of_person(user: Any) -> Iterator[Part]:
    """The posts that the person wrote, in teams that they are in still."""
    rows = Post.objects.filter(created_by=user, team__memberships__user=user).order_by("created_at")
    yield Part("posts.json", rows=list(rows.values(*FIELDS)))
