"""Custom RTMP targets: an address and a key."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods

from apps.connections.forms import TargetForm
from apps.connections.models import Connection
from apps.connections.services import targets
from apps.connections.views.entering import enter
from apps.core.limits import by_person, limited
from apps.teams.access import TeamRequest, member_of_team
from apps.teams.roles import Permission


@require_http_methods(["GET", "POST"])
@member_of_team(Permission.MANAGE_CONNECTIONS)
@limited("connections.connect", by=by_person)
def add(request: TeamRequest) -> HttpResponse:
    """Enter a new target."""
    return _edit(request, None)


@require_http_methods(["GET", "POST"])
@member_of_team(Permission.MANAGE_CONNECTIONS)
@limited("connections.connect", by=by_person)
def change(request: TeamRequest, connection_id: UUID) -> HttpResponse:
    """Change a target's name, address or key."""
    rows = Connection.objects.in_team(request.team).filter(platform=targets.RTMP).defer("picture")
    return _edit(request, get_object_or_404(rows, pk=connection_id))


def _edit(request: TeamRequest, connection: Connection | None) -> HttpResponse:
    form = TargetForm(request.POST if request.method == "POST" else None, connection=connection)
    return enter(request, form, targets.save_target, "connections/target.html")
