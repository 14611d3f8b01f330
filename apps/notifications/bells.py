"""Words to the bells of open pages."""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction

from apps.events.socket import ping_all
from apps.teams.models import Membership, Team

CHANGED = "notice.changed"


def ring(user_ids: Iterable[UUID], team: Team | None) -> None:
    """Let the bells of these people count again once it is committed: in the team, or in every team of theirs."""
    ids = list(dict.fromkeys(user_ids))
    if not ids:
        return
    if team is not None:
        places: dict[UUID, list[UUID]] = {team.pk: ids}
    else:
        places = {}
        for team_id, user_id in Membership.objects.filter(user__in=ids).values_list("team_id", "user_id"):
            places.setdefault(team_id, []).append(user_id)
    for team_id, people in places.items():
        _ring_on_commit(team_id, people)


def _ring_on_commit(team_id: UUID, people: list[UUID]) -> None:
    words = [(CHANGED, user_id) for user_id in people]
    transaction.on_commit(lambda: ping_all(team_id, words), robust=True)
