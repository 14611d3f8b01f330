"""Good times for the channels that are ticked in the composer (PUB-08)."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from apps.connections.capabilities import Capability
from apps.connections.models import Connection
from apps.connections.queries import connections
from apps.publishing import clock
from apps.publishing.services.autoscheduling import good_times
from apps.teams.access import TeamRequest, member_of_team
from apps.teams.models import Team
from apps.teams.roles import Permission


@require_GET
@member_of_team(Permission.EDIT_POSTS)
def times(request: TeamRequest) -> HttpResponse:
    """Fetched anew when other channels are ticked."""
    ticked = set(request.GET.getlist("connections"))
    channels = [row for row in connections(request.team, Capability.PUBLISH) if str(row.pk) in ticked]
    return render(request, "publishing/_times.html", suggestions(request.team, channels))


def suggestions(team: Team, channels: Sequence[Connection]) -> dict[str, Any]:
    """What `_times.html` shows: times on the team's clock."""
    found = good_times(team, channels)
    return {
        "times": [clock.on_clock(one.at, team.time_zone) for one in found],
        "times_zone": team.time_zone,
        "times_are_learnt": bool(found) and found[0].is_learnt,
    }
