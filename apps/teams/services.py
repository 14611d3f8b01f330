"""Writes to teams and memberships."""

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, models, transaction
from django.utils.text import slugify

from apps.accounts.models import User
from apps.core.signals import sensitive_action
from apps.teams.errors import TeamError
from apps.teams.models import Membership, Team
from apps.teams.roles import Role
from apps.teams.signals import access_changed

SLUG_TRIES = 5  # against others who found the same free address at the same moment


def free_slug(name: str) -> str:
    """An unused address part made of the name."""
    base = slugify(name)[:40].strip("-") or "team"
    taken = set(Team.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    if base not in taken:
        return base
    number = 2
    while f"{base}-{number}" in taken:
        number += 1
    return f"{base}-{number}"


@transaction.atomic
def create_team(*, name: str, owner: User) -> Team:
    """A new team with its owner in it."""
    name = _checked_name(name)
    team = _create(name, owner)
    Membership.objects.create(team=team, user=owner, role=Role.OWNER)
    _audit("team.create", team, actor=owner, target=team, after={"name": name})
    return team


def _create(name: str, owner: User) -> Team:
    for _ in range(SLUG_TRIES):
        try:
            with transaction.atomic():
                return Team.objects.create(
                    name=name, slug=free_slug(name), language=owner.language, time_zone=owner.time_zone
                )
        except IntegrityError:
            continue
    raise TeamError("This name is wanted by many at once. Try again.", field="name")


@transaction.atomic
def rename_team(*, team: Team, name: str, actor: User | None = None) -> Team:
    """Change the shown name; the address stays, so that links go on working."""
    name = _checked_name(name)
    before = Team.objects.select_for_update(no_key=True).get(pk=team.pk).name
    team.name = name
    team.save(update_fields=["name", "updated_at"])
    if before != name:
        _audit("team.rename", team, actor=actor, target=team, before={"name": before}, after={"name": name})
    return team


@transaction.atomic
def add_member(*, team: Team, user: User, role: Role, actor: User | None = None) -> Membership:
    """Take a person into the team."""
    _check_may_appoint(team, actor, {role})
    membership, created = Membership.objects.get_or_create(team=team, user=user, defaults={"role": role})
    if not created:
        raise TeamError(f"{user} is in this team already. Change their role instead.", field="user")
    _audit("team.member_add", team, actor=actor, target=user, after={"role": role.value})
    return membership


@transaction.atomic
def change_role(*, membership: Membership, role: Role, actor: User | None = None) -> Membership:
    """Give a member another role. A team always keeps an owner, and only owners make or unmake owners."""
    locked = _lock(membership, role)
    before = Role(locked.role)
    _check_may_appoint(locked.team, actor, {before, role} if before != role else set())
    membership.role = role
    membership.save(update_fields=["role", "updated_at"])
    if before != role:
        _audit(
            "team.role_change",
            locked.team,
            actor=actor,
            target=locked.user,
            before={"role": before.value},
            after={"role": role.value},
        )
        _tell_access(membership)
    return membership


@transaction.atomic
def remove_member(*, membership: Membership, actor: User | None = None) -> None:
    """Take a person out of the team, at once and on open pages too. The last owner stays."""
    locked = _lock(membership, None)
    if actor is None or actor.pk != locked.user_id:
        _check_may_appoint(locked.team, actor, {Role(locked.role)})
    locked.delete()
    _audit("team.member_remove", locked.team, actor=actor, target=locked.user, before={"role": locked.role})
    _tell_access(membership)


def _checked_name(name: str) -> str:
    name = name.strip()
    if not name:
        raise TeamError("Give the team a name.", field="name")
    if len(name) > 80:
        raise TeamError("Choose a name of at most 80 characters.", field="name")
    return name


def _lock(membership: Membership, role: Role | None) -> Membership:
    """Lock the team's memberships and return this one as it is now, if an owner is left when it gets `role`."""
    members = Membership.objects.select_for_update(no_key=True, of=("self",)).select_related("team", "user")
    everyone = {member.pk: member for member in members.filter(team=membership.team_id).order_by("pk")}
    if membership.pk not in everyone:
        raise TeamError("This person is no longer in the team.")
    owners = {pk for pk, member in everyone.items() if member.role == Role.OWNER}
    if owners == {membership.pk} and role != Role.OWNER:
        raise TeamError("A team needs an owner. Make somebody else the owner first.", field="role")
    return everyone[membership.pk]


def _check_may_appoint(team: Team, actor: User | None, roles: set[Role]) -> None:
    """Owners are made and unmade by owners only; `actor` is None where the product itself acts."""
    if actor is None or Role.OWNER not in roles:
        return
    if not Membership.objects.filter(team=team, user=actor, role=Role.OWNER).exists():
        raise TeamError("Only an owner can make or remove an owner.", field="role")


def _tell_access(membership: Membership) -> None:
    access_changed.send(Membership, team_id=membership.team_id, user_id=membership.user_id)


def _audit(
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
