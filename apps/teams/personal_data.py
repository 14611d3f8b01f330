"""What teams hold of a person."""

from collections.abc import Iterator
from typing import Any

from django.db.models import F

from apps.accounts.queries import addresses_of
from apps.core.personal_data import Part, collects, forgets
from apps.teams.models import Invitation, Membership


@collects("teams", Membership, Invitation)
def of_person(user: Any) -> Iterator[Part]:
    """Where the person belongs, and as what; how they were asked, and whom they asked (without others' addresses)."""
    rows = Membership.objects.filter(user=user).select_related("team")
    yield Part(
        "memberships.json",
        rows=[{"team": row.team.name, "role": row.role, "since": row.created_at} for row in rows],
    )
    invitations = Invitation.objects.order_by("sent_at").annotate(team_name=F("team__name"))
    facts = ("team_name", "role", "sent_at", "expires_at", "accepted_at", "revoked_at")
    yield Part(
        "invitations_received.json",
        rows=list(invitations.filter(email__in=addresses_of(user)).values(*facts)),
    )
    yield Part("invitations_accepted.json", rows=list(invitations.filter(accepted_by=user).values(*facts)))
    yield Part("invitations_sent.json", rows=list(invitations.filter(invited_by=user).values(*facts)))


@forgets("teams")
def forget_person(user: Any) -> None:
    """Invitations hold the address that they went to."""
    Invitation.objects.filter(email__in=addresses_of(user)).delete()
    Invitation.objects.filter(accepted_by=user).delete()
