"""Posts for tests, each with a video whose bytes really lie in the storage."""

from datetime import datetime
from typing import Any

import factory
from django.utils import timezone

from apps.connections.models import Connection
from apps.library.models import AssetKind, Video
from apps.publishing.models import Post, PostStatus, Target, TargetStatus
from tests.connections.factories import ConnectionFactory
from tests.factories import AssetFactory, TeamFactory, VideoFactory

CONTENT = b"moving pictures"


def filmed(team: Any, content: bytes = CONTENT, **facts: Any) -> Video:
    """A ready video with one file of these bytes."""
    video = VideoFactory(team=team, **facts)
    AssetFactory(
        video=video,
        kind=AssetKind.RENDITION,
        content=content,
        suffix=".mp4",
        content_type="video/mp4",
        width=1080,
        height=1920,
        format="9x16",
        duration_s=30.0,
    )
    return video


def film_of(team: Any) -> Video:
    """The team's first video, or its first one ever: the same bytes are kept once a team."""
    return Video.objects.in_team(team).order_by("created_at").first() or filmed(team)


class ChannelFactory(ConnectionFactory):
    """A connection whose token has no end, so that time may pass."""

    expires_at = None


class PostFactory(factory.django.DjangoModelFactory[Post]):
    """A draft with a video."""

    class Meta:
        model = Post

    team = factory.SubFactory(TeamFactory)
    title = factory.Sequence(lambda n: f"Post {n}")
    text = "What bees do all day."
    video = factory.LazyAttribute(lambda row: filmed(row.team))


class TargetFactory(factory.django.DjangoModelFactory[Target]):
    """The post on one connection, as a draft."""

    class Meta:
        model = Target

    post = factory.SubFactory(PostFactory)
    team = factory.LazyAttribute(lambda row: row.post.team)
    connection = factory.LazyAttribute(lambda row: ChannelFactory(team=row.team))
    asset = factory.LazyAttribute(lambda row: row.post.video.assets.filter(kind=AssetKind.RENDITION).first())


def due_target(
    *, at: datetime | None = None, post: Post | None = None, connection: Connection | None = None
) -> Target:
    """A target that is due (now, or at that time), with its post."""
    at = at or timezone.now()
    facts: dict[str, Any] = {"post": post} if post else {}
    facts |= {"connection": connection} if connection else {}
    target: Target = TargetFactory(status=TargetStatus.SCHEDULED, due_at=at, **facts)
    Post.objects.filter(pk=target.post_id).update(status=PostStatus.SCHEDULED, due_at=at)
    target.refresh_from_db()
    return target
