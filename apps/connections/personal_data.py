"""What connections hold of a person."""

from collections.abc import Iterator
from typing import Any

from apps.connections.models import Connection, SignIn, Strike
from apps.core.personal_data import Part, collects

FIELDS = ("team_id", "platform", "name", "handle", "link", "status", "created_at", "disconnected_at")
STRIKE_FIELDS = (
    "team_id",
    "connection__name",
    "kind",
    "state",
    "about",
    "received_on",
    "until",
    "created_at",
)


@collects("connections", Connection, SignIn, Strike)
def of_person(user: Any) -> Iterator[Part]:
    """The accounts at platforms that the person connected for their teams, and the strikes that they wrote down.
    Tokens are keys and stay here."""
    rows = Connection.objects.filter(connected_by=user).order_by("created_at")
    yield Part("connections.json", rows=list(rows.values(*FIELDS)))
    begun = SignIn.objects.filter(person=user).order_by("created_at")
    yield Part(
        "sign-ins.json", rows=list(begun.values("team_id", "platform", "created_at", "expires_at", "used_at"))
    )
    strikes = Strike.objects.filter(recorded_by=user).order_by("created_at")
    yield Part("strikes.json", rows=list(strikes.values(*STRIKE_FIELDS)))
