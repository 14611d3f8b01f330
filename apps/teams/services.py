"""Writes to teams and memberships."""

from django.db import transaction
from django.utils.text import slugify

from apps.accounts.models import User
from apps.teams.errors import TeamError
from apps.teams.models import Membership, Team
from apps.teams.roles import Role


def free_slug(name: str) -> str:
    """An unused address part made of the name."""
    base = slugify(name)[:40] or "team"
    slug, number = base, 1
    while Team.objects.filter(slug=slug).exists():
        number += 1
        slug = f"{base}-{number}"
    return slug


@transaction.atomic
def create_team(*, name: str, owner: User) -> Team:
    """A new team with its owner in it."""
    name = name.strip()
    if not name:
        raise TeamError("Give the team a name.", field="name")
    team = Team.objects.create(
        name=name, slug=free_slug(name), language=owner.language, time_zone=owner.time_zone
    )
    Membership.objects.create(team=team, user=owner, role=Role.OWNER)
    return team


@transaction.atomic
def rename_team(*, team: Team, name: str) -> Team:
    """Change the shown name; the address stays, so that links go on working."""
    if not name.strip():
        raise TeamError("Give the team a name.", field="name")
    team.name = name.strip()
    team.save(update_fields=["name", "updated_at"])
    return team


@transaction.atomic
def change_role(*, membership: Membership, role: Role) -> Membership:
    """Give a member another role. A team always keeps an owner."""
    owners = list(Membership.objects.select_for_update().filter(team=membership.team, role=Role.OWNER))
    if membership in owners and len(owners) == 1 and role != Role.OWNER:
        raise TeamError("A team needs an owner. Make somebody else the owner first.", field="role")
    membership.role = role
    membership.save(update_fields=["role", "updated_at"])
    return membership
