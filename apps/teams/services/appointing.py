"""What every write to a team's people begins and ends with."""

from collections.abc import Mapping
from typing import Any

from django.db import models

from apps.accounts.models import User
from apps.core.signals import sensitive_action
from apps.teams.errors import TeamError
from apps.teams.models import Membership, Team
from apps.teams.roles import Permission, Role
from apps.teams.signals import access_changed


def check_may(team: Team, actor: User | None, permission: Permission) -> None:
    """The actor's rights as they are in this transaction: the page may have been opened with other ones.

    `actor` is None where the product itself acts.
    """
    if actor is None:
        return
    membership = Membership.objects.in_team(team).filter(user=actor).first()
    if membership is None or not membership.may(permission):
        raise TeamError(f"Your role changed meanwhile and no longer includes: {permission.label}.")


def check_may_appoint(team: Team, actor: User | None, roles: set[Role]) -> None:
    """Owners are made and unmade by owners only."""
    if actor is None or Role.OWNER not in roles:
        return
    if not Membership.objects.filter(team=team, user=actor, role=Role.OWNER).exists():
        raise TeamError("Only an owner can make or remove an owner.", field="role")


def lock(membership: Membership, role: Role | None) -> Membership:
    """Lock the team's memberships and return this one as it is now, if an owner is left when it gets `role`."""
    everyone = lock_all(membership.team_id)
    if membership.pk not in everyone:
        raise TeamError("This person is no longer in the team.")
    owners = {pk for pk, member in everyone.items() if member.role == Role.OWNER}
    if owners == {membership.pk} and role != Role.OWNER:
        raise TeamError("A team needs an owner. Make somebody else the owner first.", field="role")
    return everyone[membership.pk]


def lock_all(team_id: Any) -> dict[Any, Membership]:
    """The team's memberships by id, locked in one order, so that two changes never wait for each other."""
    members = Membership.objects.select_for_update(no_key=True, of=("self",)).select_related("team", "user")
    return {member.pk: member for member in members.filter(team=team_id).order_by("pk")}


def tell_access(membership: Membership) -> None:
    access_changed.send(Membership, team_id=membership.team_id, user_id=membership.user_id)


def audit(
    action: str,
    team: Team,
    *,
    actor: User | None,
    target: models.Model,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    sensitive_action.send(
        Team, action=action, team=team, actor=actor, target=target, before=before, after=after
    )
