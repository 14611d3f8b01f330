"""An account is deleted 14 days after its person asked for it, and can be kept until then (ACC-10)."""

from datetime import datetime, timedelta

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from apps.accounts import mails, signals
from apps.accounts.models import User
from apps.accounts.services import sessions
from apps.core import personal_data
from apps.privacy.errors import PrivacyError
from apps.privacy.models import DataExport
from apps.teams.models import Membership, Team
from apps.teams.roles import Role

GRACE = timedelta(days=14)


@transaction.atomic
def request_deletion(*, user: User, keep_session: str | None = None) -> datetime:
    """Begin the 14 days; other devices are signed out. Returns when they end.

    Raises PrivacyError while the person is the only owner of a team with others in it, or the only operator.
    """
    locked = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if locked.deletion_due_at is not None:
        return locked.deletion_due_at
    _check_nothing_is_left_without_an_owner(locked)
    due = timezone.now() + GRACE
    _set_due(user, due)
    sessions.end_all(user=user, keep=keep_session, reason="deletion")
    signals.deletion_requested.send(User, user=user, due=due)
    mails.send(user, "deletion_requested", due=due)
    return due


@transaction.atomic
def cancel_deletion(*, user: User) -> None:
    """Keep the account after all."""
    locked = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if locked.deletion_due_at is None:
        return
    _set_due(user, None)
    signals.deletion_cancelled.send(User, user=user)
    mails.send(user, "deletion_cancelled")


@transaction.atomic
def erase(user: User, *, now: datetime) -> bool:
    """Delete the person and the teams that only they are in; False where the 14 days are not over, or called off.

    What they did for teams that go on stays there without their name; the audit record keeps it as the law asks.
    """
    locked = User.objects.select_for_update().filter(pk=user.pk, deletion_due_at__lte=now).first()
    if locked is None:
        return False
    _check_nothing_is_left_without_an_owner(locked)
    files = [locked.avatar, *DataExport.objects.filter(user=locked).values_list("file", flat=True)]
    Team.objects.filter(pk__in=[team.pk for team in _teams_of_one(locked)]).delete()
    personal_data.forget(locked)
    mails.send(locked, "deleted")
    locked.delete()
    transaction.on_commit(lambda: _remove(files))
    return True


def _remove(files: list[str]) -> None:
    for name in filter(None, files):
        default_storage.delete(name)


def overdue(now: datetime) -> list[User]:
    return list(User.objects.filter(deletion_due_at__lte=now))


def _set_due(user: User, due: datetime | None) -> None:
    user.deletion_due_at = due
    user.save(update_fields=["deletion_due_at", "updated_at"])


def _check_nothing_is_left_without_an_owner(user: User) -> None:
    for membership in Membership.objects.filter(user=user, role=Role.OWNER).select_related("team"):
        others = membership.team.memberships.exclude(user=user)
        if others.exists() and not others.filter(role=Role.OWNER).exists():
            raise PrivacyError(
                f"You are the only owner of {membership.team}. Make somebody else its owner first."
            )
    others_operate = User.objects.filter(is_staff=True, is_active=True, deletion_due_at=None).exclude(
        pk=user.pk
    )
    if user.is_staff and User.objects.exclude(pk=user.pk).exists() and not others_operate.exists():
        raise PrivacyError("You are the only operator of this installation. Make somebody else one first.")


def _teams_of_one(user: User) -> list[Team]:
    mine = Team.objects.filter(memberships__user=user)
    return [team for team in mine if not team.memberships.exclude(user=user).exists()]
