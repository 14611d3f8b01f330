"""What operators do to people's accounts. Nobody does it to themselves, and an operator always remains (TEM-04)."""

from django.db import transaction

from apps.accounts.models import User
from apps.accounts.services import sessions
from apps.audit.services import record as audit
from apps.core import locks
from apps.operations.errors import OperatorError
from apps.teams.signals import access_changed

LOCK = "accounts.operators"


@transaction.atomic
def disable(*, user: User, reason: str, actor: User) -> User:
    """Shut the person out from the next request on, and close their open pages; nothing of theirs is deleted.

    Their sessions end: none of them opens anything when the account is enabled again.
    """
    locked = _locked(user, actor, "disable your own account")
    if not locked.is_active:
        raise OperatorError(f"{locked} is disabled already.")
    if not reason.strip():
        raise OperatorError("Say why: it stands in the record.", field="reason")
    locked.is_active = False
    locked.save(update_fields=["is_active", "updated_at"])
    _end_sessions(locked)
    after = {"active": False, "reason": reason.strip()[:300]}
    audit("operate.disable", actor=actor, target=locked, before={"active": True}, after=after)
    return locked


@transaction.atomic
def sign_out(*, user: User, actor: User) -> User:
    """End every session of the person, and close their open pages; they may sign in again at once."""
    locked = _locked(user, actor, "sign yourself out here")
    ended = _end_sessions(locked)
    audit("operate.sign_out", actor=actor, target=locked, after={"sessions": ended})
    return locked


def _end_sessions(user: User) -> int:
    ended = sessions.drop_all(user=user)
    for membership in user.memberships.all():
        access_changed.send(type(membership), team_id=membership.team_id, user_id=user.pk)
    return ended


@transaction.atomic
def enable(*, user: User, actor: User) -> User:
    """Let the person in again."""
    locked = _locked(user, actor, "enable your own account")
    if locked.is_active:
        raise OperatorError(f"{locked} is not disabled.")
    locked.is_active = True
    locked.save(update_fields=["is_active", "updated_at"])
    audit("operate.enable", actor=actor, target=locked, before={"active": False}, after={"active": True})
    return locked


@transaction.atomic
def set_operator(*, user: User, operator: bool, actor: User) -> User:
    """Make the person an operator of the installation, or no longer one."""
    locked = _locked(user, actor, "change your own role")
    if locked.is_staff == operator:
        raise OperatorError(f"{locked} is {'an' if operator else 'no'} operator already.")
    if operator and not locked.is_active:
        raise OperatorError("Enable the account first.")
    locked.is_staff = locked.is_superuser = operator
    locked.save(update_fields=["is_staff", "is_superuser", "updated_at"])
    audit(
        "operate.role",
        actor=actor,
        target=locked,
        before={"operator": not operator},
        after={"operator": operator},
    )
    return locked


def _locked(user: User, actor: User, what: str) -> User:
    """The row as it is now, locked. One change at a time, by somebody who still is an operator: so two operators
    can't take each other out, and since nobody does it to themselves, one is always left."""
    locks.hold(LOCK)
    if user.pk == actor.pk:
        raise OperatorError(f"You can't {what}. Ask another operator.")
    if not User.objects.filter(pk=actor.pk, is_staff=True, is_active=True).exists():
        raise OperatorError("You are no longer an operator.")
    return User.objects.select_for_update(no_key=True).get(pk=user.pk)
