"""Writes to people."""

from django.db import transaction

from apps.accounts.errors import AccountError
from apps.accounts.models import Theme, User
from apps.core import locks
from apps.core.signals import sensitive_action


def operator_exists() -> bool:
    return User.objects.filter(is_staff=True).exists()


@transaction.atomic
def claim_operator(*, user: User) -> User:
    """Make this person the operator of a new installation. Works once: later calls raise AccountError."""
    locks.hold("accounts.claim_operator")
    if operator_exists():
        raise AccountError("This installation already has an operator. Ask them to give you access.")
    user.is_staff = True
    user.is_superuser = True
    user.save(update_fields=["is_staff", "is_superuser", "updated_at"])
    sensitive_action.send(User, action="installation.claim", actor=user, target=user)
    return user


@transaction.atomic
def update_profile(*, user: User, display_name: str, language: str, time_zone: str, theme: str) -> User:
    user.display_name = display_name
    user.language = language
    user.time_zone = time_zone
    user.theme = theme
    user.full_clean(exclude=["password"])
    user.save(update_fields=["display_name", "language", "time_zone", "theme", "updated_at"])
    return user


def choose_theme(*, user: User, theme: Theme) -> User:
    user.theme = theme
    user.save(update_fields=["theme", "updated_at"])
    return user
