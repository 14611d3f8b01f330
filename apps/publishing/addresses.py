"""Where a post is seen in the studio."""

from django.urls import reverse

from apps.publishing.models import Post


def post_address(post: Post) -> str:
    """From the root on."""
    return address_of(post.team.slug, str(post.pk))


def address_of(team_slug: str, post_id: str) -> str:
    """The same by what an event knows."""
    return reverse("publishing:post", args=[team_slug, post_id])
