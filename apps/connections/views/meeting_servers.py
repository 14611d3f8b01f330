"""Jitsi: a server, or a JaaS account."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods

from apps.connections.forms import JaasForm, ServerForm
from apps.connections.models import Connection
from apps.connections.platforms.jitsi.platform import JAAS
from apps.connections.registrations import is_sandboxed, registration
from apps.connections.services import meeting_servers
from apps.connections.views.entering import enter
from apps.core.limits import by_person, limited
from apps.teams.access import TeamRequest, member_of_team
from apps.teams.roles import Permission


@require_http_methods(["GET", "POST"])
@member_of_team(Permission.MANAGE_CONNECTIONS)
@limited("connections.connect", by=by_person)
def add_server(request: TeamRequest) -> HttpResponse:
    """Enter a server; the public one is offered."""
    return _edit_server(request, None)


@require_http_methods(["GET", "POST"])
@member_of_team(Permission.MANAGE_CONNECTIONS)
@limited("connections.connect", by=by_person)
def add_jaas(request: TeamRequest) -> HttpResponse:
    """Enter an account of JaaS."""
    return _edit_jaas(request, None)


@require_http_methods(["GET", "POST"])
@member_of_team(Permission.MANAGE_CONNECTIONS)
@limited("connections.connect", by=by_person)
def change(request: TeamRequest, connection_id: UUID) -> HttpResponse:
    """Change what was entered."""
    rows = Connection.objects.in_team(request.team).filter(platform=meeting_servers.JITSI).defer("picture")
    connection = get_object_or_404(rows, pk=connection_id)
    if connection.facts.get("kind") == JAAS:
        return _edit_jaas(request, connection)
    return _edit_server(request, connection)


def _edit_server(request: TeamRequest, connection: Connection | None) -> HttpResponse:
    form = ServerForm(request.POST if request.method == "POST" else None, connection=connection)
    if connection is None:
        form.initial["address"] = registration(meeting_servers.JITSI).addresses["server"]
    context = {"sandboxed": is_sandboxed(meeting_servers.JITSI)}
    return enter(request, form, meeting_servers.save_server, "connections/meeting_server.html", context)


def _edit_jaas(request: TeamRequest, connection: Connection | None) -> HttpResponse:
    form = JaasForm(request.POST if request.method == "POST" else None, connection=connection)
    context = {"is_jaas": True, "sandboxed": is_sandboxed(meeting_servers.JITSI)}
    return enter(request, form, meeting_servers.save_jaas, "connections/meeting_server.html", context)
