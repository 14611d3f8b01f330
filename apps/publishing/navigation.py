"""Where posts are seen in the studio."""

from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone

from apps.core.home import (
    Attention,
    HomePanel,
    OnboardingStep,
    QuickAction,
    register_action,
    register_attention,
    register_panel,
    register_step,
)
from apps.core.navigation import NavItem, register
from apps.core.search import Hit, register_search
from apps.publishing import queries
from apps.publishing.addresses import address_of
from apps.publishing.models import Post, PostStatus
from apps.publishing.queries import PostCard, PostFilter
from apps.teams.models import Team
from apps.teams.roles import Permission

NEXT = 5
WORRIES = 3
RECENT = timedelta(days=3)  # older ones stand in the list
CHANGES = (
    "post-changed", "post-scheduled", "post-cancelled", "post-published", "post-partly_published", "post-failed",
    "target-published", "target-failed",
)  # fmt: skip


def next_posts(membership: Any) -> list[PostCard] | None:
    """What goes out next; no part of the page where nothing does."""
    return queries.cards(membership.team, queries.upcoming(membership.team)[:NEXT]) or None


def failed_posts(membership: Any) -> list[Attention]:
    """Posts that did not get everywhere, for those who can send them again."""
    if not membership.may(Permission.EDIT_POSTS):
        return []
    lost = Post.objects.in_team(membership.team).filter(
        status__in=(PostStatus.FAILED, PostStatus.PARTLY_PUBLISHED), updated_at__gte=timezone.now() - RECENT
    )
    return [
        Attention(
            f"“{post}” was not published"
            if post.status == PostStatus.FAILED
            else f"“{post}” is missing on some channels",
            "Its page says why, and sends it again.",
            address_of(membership.team.slug, str(post.pk)),
            "Look at it",
            kind="live",
        )
        for post in lost.order_by("-updated_at")[:WORRIES]
    ]


def has_scheduled(membership: Any) -> bool:
    planned = Post.objects.in_team(membership.team).exclude(
        status__in=(PostStatus.DRAFT, PostStatus.CANCELLED)
    )
    return bool(planned.exists())


def find_posts(team: Team, text: str, limit: int) -> list[Hit]:
    found = queries.posts(team, PostFilter(text=text))[:limit]
    return [
        Hit(str(post), reverse("publishing:post", args=[team.slug, post.pk]), "send", "Post")
        for post in found
    ]


register(
    NavItem(
        "Publish", "Calendar", "publishing:calendar", "calendar", Permission.VIEW_STUDIO, order=10,
        keywords="plan month week list queue times quotas series evergreen",
    ),
    NavItem(
        "Publish", "Posts", "publishing:posts", "send", Permission.VIEW_STUDIO, order=20,
        keywords="publish schedule drafts youtube tiktok instagram facebook shorts reels",
    ),
)  # fmt: skip
register_panel(
    HomePanel(
        "posts", "publishing/_next_panel.html", next_posts, Permission.VIEW_STUDIO, events=CHANGES, order=20
    )
)
register_action(QuickAction("New post", "publishing:new", "send", Permission.EDIT_POSTS, order=40))
register_step(
    OnboardingStep(
        "Publish a post", "One video, every channel, now or at a time.", "publishing:new", "Write a post",
        has_scheduled, Permission.EDIT_POSTS, order=50,
    )
)  # fmt: skip
register_attention(failed_posts)
register_search("post", Permission.VIEW_STUDIO, find_posts)
