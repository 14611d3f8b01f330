"""Who is in a team, and as what."""

from django.db import transaction

from apps.accounts.models import User
from apps.teams.errors import TeamError
from apps.teams.models import Membership, Team
from apps.teams.roles import Permission, Role
from apps.teams.services.appointing import audit, check_may, check_may_appoint, lock, tell_access


@transaction.atomic
def add_member(*, team: Team, user: User, role: Role, actor: User | None = None) -> Membership:
    """Take a person into the team."""
    check_may(team, actor, Permission.MANAGE_TEAM)
    check_may_appoint(team, actor, {role})
    membership, created = Membership.objects.get_or_create(team=team, user=user, defaults={"role": role})
    if not created:
        raise TeamError(f"{user} is in this team already. Change their role instead.", field="user")
    audit("team.member_add", team, actor=actor, target=user, after={"role": role.value})
    return membership


@transaction.atomic
def change_role(
    *, membership: Membership, role: Role, actor: User | None = None, seen: Role | None = None
) -> Membership:
    """Give a member another role. A team always keeps an owner, and only owners make or unmake owners.

    `seen` is the role that the actor's page showed: where somebody else changed it meanwhile, nothing is done.
    """
    locked = lock(membership, role)
    check_may(locked.team, actor, Permission.MANAGE_TEAM)
    before = Role(locked.role)
    if seen is not None and seen != before:
        raise TeamError(f"{locked.user} was made {before.label.lower()} meanwhile. Look again, then decide.")
    check_may_appoint(locked.team, actor, {before, role} if before != role else set())
    membership.role = role
    membership.save(update_fields=["role", "updated_at"])
    if before != role:
        audit(
            "team.role_change",
            locked.team,
            actor=actor,
            target=locked.user,
            before={"role": before.value},
            after={"role": role.value},
        )
        tell_access(membership)
    return membership


@transaction.atomic
def remove_member(*, membership: Membership, actor: User | None = None) -> None:
    """Take a person out of the team, at once and on open pages too. The last owner stays; anybody may leave."""
    locked = lock(membership, None)
    leaves = actor is not None and actor.pk == locked.user_id
    if not leaves:
        check_may(locked.team, actor, Permission.MANAGE_TEAM)
        check_may_appoint(locked.team, actor, {Role(locked.role)})
    locked.delete()
    action = "team.member_leave" if leaves else "team.member_remove"
    audit(action, locked.team, actor=actor, target=locked.user, before={"role": locked.role})
    tell_access(membership)
