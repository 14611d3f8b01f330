"""Where a post is seen in the studio."""

from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse

from apps.core.addresses import addresses
from apps.publishing.models import Post


def post_address(post: Post) -> str:
    """From the root on."""
    return address_of(post.team.slug, str(post.pk))


def address_of(team_slug: str, post_id: str) -> str:
    """The same by what an event knows."""
    return reverse("publishing:post", args=[team_slug, post_id])


def compose_address(team_slug: str, due_at: datetime, zone: str) -> str:
    """Where a post for this time on the clock of the zone is written."""
    query = urlencode({"due": f"{due_at:%Y-%m-%dT%H:%M}", "zone": zone})
    return f"{reverse('publishing:new', args=[team_slug])}?{query}"


def address_pattern(team_slug: str) -> Callable[[UUID], str]:
    """What gives the address of each post of a long list."""
    return addresses("publishing:post", team_slug)
