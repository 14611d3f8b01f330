"""What went out through a connection lately, for its card and its page."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models import F, Window
from django.db.models.functions import RowNumber

from apps.connections.recent import RecentWork, register_recent
from apps.publishing.addresses import address_of
from apps.publishing.models import Post, Target, TargetStatus

KINDS = {TargetStatus.PUBLISHED: "ok", TargetStatus.DELETED: ""}


def published_lately(connections: Sequence[Any], limit: int) -> Mapping[UUID, list[RecentWork]]:
    """The newest publications of each connection, in one query."""
    place = Window(RowNumber(), partition_by=F("connection_id"), order_by=F("published_at").desc())
    rows = (
        Target.objects.filter(connection__in=[row.pk for row in connections], status__in=KINDS)
        .exclude(published_at=None)
        .annotate(place=place)
        .filter(place__lte=limit)
        .select_related("post", "team")
        .defer("progress")
        .order_by("connection_id", "place")
    )
    found: dict[UUID, list[RecentWork]] = {}
    for target in rows:
        work = RecentWork(
            title=str(target.post),
            state=target.get_status_display(),
            at=target.published_at,
            href=address_of(target.team.slug, str(target.post_id)),
            kind=KINDS[TargetStatus(target.status)],
            ref=target.post_id,
        )
        found.setdefault(target.connection_id, []).append(work)
    return found


def named(team: Any, refs: Collection[UUID]) -> Mapping[UUID, tuple[str, str]]:
    """What posts are called and where they are seen in the studio."""
    posts = Post.objects.in_team(team).filter(pk__in=refs)
    return {post.pk: (str(post), address_of(team.slug, str(post.pk))) for post in posts}


register_recent(published_lately, named)
