"""The playlists of a channel, fetched into the composer when its field is looked at."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from apps.connections.capabilities import Capability
from apps.connections.models import Connection, ConnectionStatus
from apps.connections.registry import PLATFORMS
from apps.connections.services.playlists import playlists_of
from apps.core.errors import UserError
from apps.core.http import OutsideError
from apps.core.limits import by_person, limited
from apps.publishing.forms.playlist import PlaylistForm, playlist_given
from apps.teams.access import TeamRequest, member_of_team
from apps.teams.roles import Permission


@require_GET
@member_of_team(Permission.EDIT_POSTS)
@limited("publishing.playlists", by=by_person, limit=300, window_s=3600)
def playlists(request: TeamRequest, connection_id: UUID) -> HttpResponse:
    """The field as a choice; as an address where a person wants that (`by=address`) or the platform does not answer."""
    rows = Connection.objects.in_team(request.team).exclude(status=ConnectionStatus.DISCONNECTED)
    connection = get_object_or_404(rows.defer("picture"), pk=connection_id)
    if not PLATFORMS[connection.platform].can(Capability.PLAYLIST):
        raise Http404("This platform has no playlists")
    found, trouble = None, ""
    if request.GET.get("by") != "address":
        try:
            found = playlists_of(connection, fresh="fresh" in request.GET)
        except (OutsideError, UserError) as error:
            trouble = f"The channel’s playlists could not be read. {error.message}"
    form = PlaylistForm(connection, found, playlist_given(connection, request.GET), trouble)
    context = {"connection": connection, "field": form["playlist"], "is_choice": found is not None}
    return render(request, "publishing/_playlist.html", context)
