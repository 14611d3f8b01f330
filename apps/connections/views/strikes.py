"""The strikes of a channel: writing one down, and saying what became of it."""

import json
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from apps.connections.errors import WrongStrike
from apps.connections.forms import StrikeForm
from apps.connections.models import Connection, Strike, StrikeState
from apps.connections.services import strikes
from apps.connections.views.board import channel_of, show_channel
from apps.core.errors import UserError
from apps.core.pages import wants_partial
from apps.teams.access import TeamRequest, member_of_team
from apps.teams.roles import Permission

PART = "strikes"
SAID = {
    StrikeState.SUGGESTED: "The strike waits for your word again.",
    StrikeState.ACTIVE: "The strike counts.",
    StrikeState.APPEALED: "The strike is appealed. It counts until it is taken back.",
    StrikeState.RESOLVED: "The strike is taken back and counts no more.",
    StrikeState.DISMISSED: "The strike was dismissed.",
}


@require_GET
@member_of_team(Permission.VIEW_STUDIO)
def strike_list(request: TeamRequest, connection_id: UUID) -> HttpResponse:
    """What stands against the channel, for its page."""
    return show_channel(request, channel_of(request, connection_id), part=PART)


@require_POST
@member_of_team(Permission.MANAGE_CONNECTIONS)
def record(request: TeamRequest, connection_id: UUID) -> HttpResponse:
    """Write down a strike that the platform told the team of."""
    connection = channel_of(request, connection_id)
    form = StrikeForm(request.POST, connection=connection)
    if not form.is_valid():
        return show_channel(request, connection, form, PART)
    data = form.cleaned_data
    try:
        strikes.record_strike(connection=connection, actor=request.user, post_ref=data.pop("post"), **data)
    except UserError as error:
        form.refuse(error.message, error.field)
        return show_channel(request, connection, form, PART)
    messages.success(request, f"The strike against {connection} is written down.")
    return _shown(request, connection)


@require_POST
@member_of_team(Permission.MANAGE_CONNECTIONS)
def decide(request: TeamRequest, connection_id: UUID, strike_id: UUID) -> HttpResponse:
    """Confirm, dismiss, appealed, taken back; the toast takes it back."""
    connection = channel_of(request, connection_id)
    strike = get_object_or_404(connection.strikes.select_related("connection"), pk=strike_id)
    try:
        wanted = _asked(request)
        strikes.decide(strike=strike, actor=request.user, state=wanted)
    except WrongStrike as error:
        messages.error(request, error.message)
        return _shown(request, connection)
    response = _shown(request, connection)
    if wants_partial(request):
        response["HX-Trigger"] = json.dumps({"toast": _toast(request, strike, wanted)})
    else:
        messages.success(request, SAID[wanted])
    return response


def _asked(request: TeamRequest) -> StrikeState:
    wanted = request.POST.get("state") or request.GET.get("state", "")
    if wanted not in StrikeState.values:
        raise WrongStrike("A strike cannot be so. Use the buttons beside it.")
    return StrikeState(wanted)


def _toast(request: TeamRequest, before: Strike, wanted: StrikeState) -> dict[str, str]:
    address = reverse("connections:decide_strike", args=[request.team.slug, before.connection_id, before.pk])
    undo = f"{address}?{urlencode({'state': before.state})}"
    return {"message": SAID[wanted], "level": "success", "undo": undo}


def _shown(request: TeamRequest, connection: Connection) -> HttpResponse:
    if wants_partial(request):
        return show_channel(request, connection, part=PART)
    address = reverse("connections:detail", args=[request.team.slug, connection.pk])
    return redirect(f"{address}#strikes")
