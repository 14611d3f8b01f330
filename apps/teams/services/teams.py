"""Making a team, naming it, and handing it over."""

from django.db import IntegrityError, transaction
from django.utils.text import slugify

from apps.accounts.models import User
from apps.core.text import is_one_line
from apps.teams.errors import TeamError
from apps.teams.models import Membership, Team
from apps.teams.roles import Permission, Role
from apps.teams.services.appointing import audit, check_may, lock_all, tell_access

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
    audit("team.create", team, actor=owner, target=team, after={"name": name})
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
    check_may(team, actor, Permission.MANAGE_TEAM)
    team.name = name
    team.save(update_fields=["name", "updated_at"])
    if before != name:
        audit("team.rename", team, actor=actor, target=team, before={"name": before}, after={"name": name})
    return team


@transaction.atomic
def require_second_factor(*, team: Team, required: bool, actor: User) -> Team:
    """Let in only members with a second factor from now on, or everybody again. Open pages of those without close."""
    members = lock_all(team.pk).values()
    check_may(team, actor, Permission.MANAGE_TEAM)
    locked = Team.objects.select_for_update(no_key=True).get(pk=team.pk)
    if locked.requires_second_factor == required:
        return locked
    if required and not actor.has_second_factor:
        raise TeamError(
            "Set up a second factor for yourself first, or you would shut yourself out.", field="required"
        )
    locked.requires_second_factor = required
    locked.save(update_fields=["requires_second_factor", "updated_at"])
    audit(
        "team.second_factor_rule",
        locked,
        actor=actor,
        target=locked,
        before={"required": not required},
        after={"required": required},
    )
    for member in members:
        if required and not member.user.has_second_factor:
            tell_access(member)
    return locked


@transaction.atomic
def transfer_team(*, team: Team, to: Membership, actor: User, typed_name: str) -> Membership:
    """Make another member the owner in place of the actor, who stays as an admin.

    `typed_name` is the team's name as the actor typed it, since this cannot be taken back alone.
    """
    everyone = {member.user_id: member for member in lock_all(team.pk).values()}
    giver, taker = everyone.get(actor.pk), everyone.get(to.user_id)
    if giver is None or giver.role != Role.OWNER:
        raise TeamError("Only an owner can hand the team over.")
    if taker is None:
        raise TeamError("This person is no longer in the team. Choose somebody else.", field="to")
    if taker.role == Role.OWNER:
        raise TeamError("This person is an owner already.", field="to")
    if typed_name.strip() != giver.team.name:
        raise TeamError("Type the team's name exactly as it stands above.", field="typed_name")
    before = {"owner": str(giver.user), "role": taker.role}
    taker.role, giver.role = Role.OWNER, Role.ADMIN
    for member in (taker, giver):
        member.save(update_fields=["role", "updated_at"])
        tell_access(member)
    audit(
        "team.transfer",
        giver.team,
        actor=actor,
        target=taker.user,
        before=before,
        after={"owner": str(taker.user), "role": taker.role, "giver_role": giver.role},
    )
    return taker


def _checked_name(name: str) -> str:
    name = name.strip()
    if not name:
        raise TeamError("Give the team a name.", field="name")
    if len(name) > 80:
        raise TeamError("Choose a name of at most 80 characters.", field="name")
    if not is_one_line(name) or "://" in name:
        # It stands in the subject of mails to people who never heard of the team.
        raise TeamError("A team's name is one line of plain words, without an address.", field="name")
    return name
