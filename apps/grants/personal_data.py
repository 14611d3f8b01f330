"""What grants hold of a person: operators who gave or took them back."""

from collections.abc import Iterator
from typing import Any

from apps.core.personal_data import Part, collects
from apps.grants.models import Grant


@collects("grants", Grant)
def of_person(user: Any) -> Iterator[Part]:
    """What the person granted and revoked, and why."""
    rows = Grant.objects.order_by("starts_at")
    given = rows.filter(granted_by=user).values("team_id", "starts_at", "ends_at", "reason")
    yield Part("granted.json", rows=list(given))
    revoked = rows.filter(revoked_by=user).values("team_id", "revoked_at", "revoke_reason")
    yield Part("revoked.json", rows=list(revoked))
