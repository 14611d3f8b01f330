"""What pages read of posts."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet

from apps.connections.models import Connection
from apps.connections.registry import PLATFORMS, Platform
from apps.core.addresses import addresses
from apps.library.cards import cards as video_cards
from apps.library.models import Video, searchable
from apps.publishing.models import Attempt, Post, PostStatus, Target, TargetStatus
from apps.teams.models import Team

NOT_SHOWN = ("text", "first_comment", "search_text")


@dataclass(frozen=True)
class PostFilter:
    """What a list of posts is narrowed to; empty means everything."""

    text: str = ""
    status: str = ""
    channel: UUID | None = None


@dataclass(frozen=True)
class TargetMark:
    """A target as a sign in a row: where it goes, and how it stands there."""

    target: Target
    platform: Platform | None

    @property
    def words(self) -> str:
        return f"{self.target.connection}: {self.target.get_status_display()}"


@dataclass(frozen=True)
class PostCard:
    """A post as lists show it: its page, its picture (or nothing) and a mark for each of its channels."""

    post: Post
    href: str
    still: str
    marks: tuple[TargetMark, ...]


def posts(team: Team, wanted: PostFilter, *, order: str = "-created_at") -> QuerySet[Post]:
    """The team's posts that match all of it."""
    found: QuerySet[Post] = Post.objects.in_team(team)
    if wanted.status:
        found = found.filter(status=wanted.status)
    if wanted.channel:
        found = found.filter(targets__connection_id=wanted.channel)
    every = Q()
    for word in searchable(wanted.text).split():
        every &= Q(search_text__contains=word)
    return found.filter(every).order_by(*_order(order))


def _order(order: str) -> tuple[Any, str]:
    """What has no date yet stands last, whichever way the dates are sorted."""
    if order == "-due_at":
        return F("due_at").desc(nulls_last=True), "-id"
    return order, "-id" if order.startswith("-") else "id"


def upcoming(team: Team) -> QuerySet[Post]:
    """What goes out by itself, the next one first."""
    found: QuerySet[Post] = Post.objects.in_team(team).filter(status=PostStatus.SCHEDULED)
    return found.exclude(due_at=None).order_by("due_at", "id")


def cards(team: Team, rows: Iterable[Post]) -> list[PostCard]:
    """Cards for these posts of the team in their order, in a fixed number of queries.

    `rows` are a QuerySet's own objects; what each needs is fetched for all of them together.
    """
    found = list(rows)
    stills = {card.video.pk: card.still for card in video_cards(team, _videos(found))}
    marks: dict[UUID, list[TargetMark]] = {}
    for target in _targets([post.pk for post in found]):
        marks.setdefault(target.post_id, []).append(
            TargetMark(target, PLATFORMS.get(target.connection.platform))
        )
    page = addresses("publishing:post", team.slug)
    return [
        PostCard(
            post, page(post.pk), stills.get(post.video_id, "") if post.video_id else "",
            tuple(marks.get(post.pk, ())),
        )
        for post in found
    ]  # fmt: skip


def _videos(rows: Sequence[Post]) -> list[Video]:
    return list(Video.objects.filter(pk__in={post.video_id for post in rows if post.video_id}))


def _targets(post_ids: Sequence[UUID]) -> QuerySet[Target]:
    rows: QuerySet[Target] = Target.objects.filter(post__in=post_ids).select_related("connection")
    return rows.defer("progress", "connection__picture", "overrides").order_by(
        "connection__platform", "connection__name", "pk"
    )


def targets_of(post: Post) -> list[Target]:
    """Everything that the page of a post says of its channels, the attempts with it."""
    attempts = Prefetch("attempts", queryset=Attempt.objects.order_by("-number"), to_attr="tries")
    rows = post.targets.select_related("connection", "asset__file", "repaired__file").prefetch_related(
        attempts
    )
    found = list(
        rows.defer("progress", "connection__picture").order_by(
            "connection__platform", "connection__name", "pk"
        )
    )
    for target in found:
        target.post = post
    return found


def channels_with_posts(team: Team) -> list[tuple[str, str]]:
    """The channels that a list can be narrowed to, as (id, name)."""
    used = Exists(Target.objects.filter(connection=OuterRef("pk")))
    rows = Connection.objects.in_team(team).filter(used).defer("picture")
    return [
        (str(row.pk), f"{row} ({PLATFORMS[row.platform].name})")
        for row in rows.order_by("platform", "name")
        if row.platform in PLATFORMS
    ]


AWAITED = (PostStatus.AWAITING_APPROVAL, PostStatus.SCHEDULED, PostStatus.PUBLISHING)


def awaited_videos(video_ids: Collection[UUID]) -> set[UUID]:
    """Those of these videos that posts are still to send."""
    rows = Post.objects.filter(video__in=video_ids, status__in=AWAITED)
    return {video_id for video_id in rows.values_list("video_id", flat=True) if video_id}


def videos_on(team: Team, connection_id: UUID | None) -> QuerySet[Video]:
    """The team's videos that went to a channel, or are planned for it; to any of them without one."""
    targets = Target.objects.in_team(team).exclude(status__in=(TargetStatus.CANCELLED, TargetStatus.DELETED))
    if connection_id is not None:
        targets = targets.filter(connection_id=connection_id)
    found: QuerySet[Video] = Video.objects.filter(pk__in=targets.values("post__video"))
    return found
