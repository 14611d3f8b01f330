"""Reads about people."""

from uuid import UUID

from django.db.models import Q

from apps.accounts.models import User


def person_seen_by(viewer: User, user_id: UUID) -> User | None:
    """A person whom the viewer may see: themselves, or somebody with whom they share a team."""
    seen = Q(pk=viewer.pk) | Q(memberships__team__memberships__user=viewer)
    return User.objects.filter(seen, pk=user_id).first()
