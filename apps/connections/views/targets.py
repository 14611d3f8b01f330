"""Custom RTMP targets: an address and a key."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from apps.connections.forms import TargetForm
from apps.connections.models import Connection
from apps.connections.services import targets
from apps.core.errors import UserError
from apps.core.limits import by_person, limited
from apps.core.pages import answer
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
    if request.method == "POST" and form.is_valid():
        try:
            kept = targets.save_target(
                team=request.team, actor=request.user, connection=connection, **form.cleaned_data
            )
        except UserError as error:
            form.refuse(error.message, getattr(error, "field", None))
        else:
            messages.success(request, f"{kept} is saved. {kept.status_reason}".strip())
            address = reverse("connections:detail", args=[request.team.slug, kept.pk])
            return (
                HttpResponse(status=204, headers={"HX-Redirect": address})
                if request.htmx
                else redirect(address)
            )
    status = 422 if form.is_bound else 200
    context = {"form": form, "connection": connection}
    return answer(request, "connections/target.html", context, partial="form", status=status)
