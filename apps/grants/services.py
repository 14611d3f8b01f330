"""Giving premium to a team without payment, and taking it back."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from apps.accounts.models import User
from apps.audit.services import record as audit
from apps.grants.errors import GrantError
from apps.grants.models import Grant
from apps.teams.models import Team


def has_premium(team: Team, at: datetime | None = None) -> bool:
    """Whether a grant gives the team premium at that moment, now where none is given."""
    return bool(Grant.objects.in_team(team).active(at).exists())


@transaction.atomic
def grant_premium(*, team: Team, reason: str, ends_at: datetime | None, actor: User) -> Grant:
    """Premium from now on, until `ends_at` or until it is revoked. Raises GrantError where the team has a grant."""
    Team.objects.select_for_update(no_key=True).get(pk=team.pk)
    now = timezone.now()
    if not reason.strip():
        raise GrantError("Say why: it stands in the record.", field="reason")
    if ends_at is not None and ends_at <= now:
        raise GrantError("Choose a day that is still to come.", field="last_day")
    if has_premium(team, now):
        raise GrantError("This team has premium by a grant already. Revoke that one first.")
    grant = Grant.objects.create(
        team=team, starts_at=now, ends_at=ends_at, reason=reason.strip()[:300], granted_by=actor
    )
    audit("operate.grant", team=team, actor=actor, target=team, after=_said(grant))
    return grant


@transaction.atomic
def revoke(*, grant: Grant, reason: str, actor: User) -> Grant:
    """End it now. Raises GrantError where it is over."""
    locked: Grant = Grant.objects.select_for_update(no_key=True).get(pk=grant.pk)
    if locked.state in ("over", "revoked"):
        raise GrantError("This grant is over already.")
    locked.revoked_at, locked.revoked_by = timezone.now(), actor
    locked.revoke_reason = reason.strip()[:300]
    locked.save(update_fields=["revoked_at", "revoked_by", "revoke_reason", "updated_at"])
    said = {**_said(locked), "revoke_reason": locked.revoke_reason}
    audit("operate.revoke_grant", team=locked.team, actor=actor, target=locked.team, after=said)
    return locked


def _said(grant: Grant) -> dict[str, str]:
    ends = grant.ends_at.isoformat() if grant.ends_at else "open"
    return {"from": grant.starts_at.isoformat(), "to": ends, "reason": grant.reason}
