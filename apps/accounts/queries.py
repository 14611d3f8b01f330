"""Reads about people."""

from uuid import UUID

from allauth.account.models import EmailAddress
from django.db.models import Q

from apps.accounts.models import User


def person_seen_by(viewer: User, user_id: UUID) -> User | None:
    """A person whom the viewer may see: themselves, or somebody with whom they share a team."""
    seen = Q(pk=viewer.pk) | Q(memberships__team__memberships__user=viewer)
    return User.objects.filter(seen, pk=user_id).first()


def addresses_of(user: User) -> list[str]:
    """Every e-mail address of the person, in small letters, the one they sign in with first."""
    others = EmailAddress.objects.filter(user=user).order_by("pk").values_list("email", flat=True)
    return list(dict.fromkeys(address.lower() for address in (user.email, *others)))
