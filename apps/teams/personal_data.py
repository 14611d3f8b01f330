"""What teams hold of a person."""

from collections.abc import Iterator
from typing import Any

from apps.core.personal_data import Part, collects
from apps.teams.models import Membership


@collects("teams")
def of_person(user: Any) -> Iterator[Part]:
    """Where the person belongs, and as what."""
    rows = Membership.objects.filter(user=user).select_related("team")
    yield Part(
        "memberships.json",
        rows=[{"team": row.team.name, "role": row.role, "since": row.created_at} for row in rows],
    )
