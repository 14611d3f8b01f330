"""What publishing holds of a person: the posts that they wrote, and where those went."""

from collections.abc import Iterator
from typing import Any

from apps.core.personal_data import Part, collects
from apps.publishing.models import PlanImport, Post, Series, Target

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


@collects("publishing", Post, Series, PlanImport)
def of_person(user: Any) -> Iterator[Part]:
    """The posts, series and posting plans that the person made, in teams that they are in still."""
    posts = Post.objects.filter(created_by=user, team__memberships__user=user).order_by("created_at")
    yield Part("posts.json", rows=list(posts.values(*POST_FIELDS)))
    targets = Target.objects.filter(post__in=posts).order_by("created_at")
    yield Part("channels.json", rows=list(targets.values(*TARGET_FIELDS)))
    mine = Series.objects.filter(created_by=user, team__memberships__user=user).order_by("created_at")
    yield Part(
        "series.json", rows=list(mine.values("id", "team_id", "name", "titles", "texts", "created_at"))
    )
    plans = PlanImport.objects.filter(made_by=user, team__memberships__user=user).order_by("created_at")
    yield Part("plans.json", rows=list(plans.values("id", "team_id", "name", "rows", "created_at")))
