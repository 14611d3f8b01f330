"""Channels: the cards, one in detail, what could be connected, and what each platform can do."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.connections import queries
from apps.connections.capabilities import Capability
from apps.connections.forms import StrikeForm
from apps.connections.models import Connection, ConnectionStatus
from apps.connections.registry import PLATFORMS
from apps.connections.services import checking, disconnecting
from apps.core.limits import by_person, limited
from apps.core.pages import answer, paginate, wants_partial
from apps.teams.access import TeamRequest, member_of_team
from apps.teams.roles import Permission

WORKS_SHOWN = 10


@require_GET
@member_of_team(Permission.VIEW_STUDIO)
def channel_list(request: TeamRequest) -> HttpResponse:
    """Every channel as a card; those that need a person first."""
    page = paginate(request, queries.connections(request.team).order_by("-status", "platform", "name", "id"))
    context = {
        "page": page,
        "cards": queries.cards(list(page.object_list)),
        "gone": list(queries.disconnected(request.team)[:20]),
        "resting": queries.resting(),
        "may_manage": request.membership.may(Permission.MANAGE_CONNECTIONS),
    }
    return answer(request, "connections/list.html", context, partial="board")


@require_GET
@member_of_team(Permission.VIEW_STUDIO)
def connect(request: TeamRequest) -> HttpResponse:
    """All platforms: what each can do, which rights it asks for, and why."""
    context = {
        "purposes": queries.addable(),
        "may_manage": request.membership.may(Permission.MANAGE_CONNECTIONS),
    }
    return answer(request, "connections/connect.html", context)


@require_GET
@member_of_team(Permission.VIEW_STUDIO)
def platforms(request: TeamRequest) -> HttpResponse:
    """What each platform can do, and its limits (CON-06)."""
    known = list(PLATFORMS.values())
    rows = [
        (capability.value.replace("_", " ").capitalize(), [platform.can(capability) for platform in known])
        for capability in Capability
        if any(platform.can(capability) for platform in known)
    ]
    return answer(request, "connections/platforms.html", {"platforms": known, "rows": rows})


@require_GET
@member_of_team(Permission.VIEW_STUDIO)
def detail(request: TeamRequest, connection_id: UUID) -> HttpResponse:
    """One channel: its state, rights, figures, quota and work."""
    return show_channel(request, channel_of(request, connection_id))


def show_channel(
    request: TeamRequest, connection: Connection, form: StrikeForm | None = None, part: str = "body"
) -> HttpResponse:
    """The channel's page; 422 with a form that is wrong."""
    card = queries.cards([connection], recent=WORKS_SHOWN)
    if not card:
        raise Http404("No such platform")
    context = {
        "card": card[0],
        "connection": connection,
        "warnings": queries.warnings_for(connection),
        "scopes": queries.scopes(connection),
        "strikes": queries.strikes(connection),
        "strike_form": form or StrikeForm(connection=connection),
        "may_manage": request.membership.may(Permission.MANAGE_CONNECTIONS),
    }
    status = 422 if form is not None else 200
    return answer(request, "connections/detail.html", context, partial=part, status=status)


@require_GET
@member_of_team(Permission.VIEW_STUDIO)
def picture(request: TeamRequest, connection_id: UUID) -> HttpResponse:
    """The account's picture as we keep it: pages ask no platform for one."""
    row = get_object_or_404(
        Connection.objects.in_team(request.team).exclude(picture_mark=""), pk=connection_id
    )
    response = HttpResponse(bytes(row.picture), content_type="image/jpeg")
    response["Cache-Control"] = "private, max-age=86400"
    return response


@require_POST
@member_of_team(Permission.MANAGE_CONNECTIONS)
@limited("connections.check", by=by_person)
def check(request: TeamRequest, connection_id: UUID) -> HttpResponse:
    """Ask the platform now."""
    connection = checking.check_now(connection=channel_of(request, connection_id), actor=request.user)
    found = queries.shown(connection)
    level = messages.success if found.kind == "ok" else messages.warning
    level(request, f"{connection}: {found.word}. {found.sentence}".strip())
    if wants_partial(request):
        return show_channel(request, connection)
    return redirect("connections:detail", request.team.slug, connection_id)


@require_http_methods(["GET", "POST"])
@member_of_team(Permission.MANAGE_CONNECTIONS)
def disconnect(request: TeamRequest, connection_id: UUID) -> HttpResponse:
    """What goes and what stays; then the grant is given back."""
    connection = channel_of(request, connection_id)
    if connection.status == ConnectionStatus.DISCONNECTED:
        return redirect("connections:detail", request.team.slug, connection_id)
    if request.method == "POST":
        said = disconnecting.disconnect(connection=connection, actor=request.user)
        messages.success(request, f"{connection} is disconnected. {said}".strip())
        return redirect(reverse("connections:list", args=[request.team.slug]))
    context: dict[str, Any] = {
        "connection": connection,
        "platform": PLATFORMS.get(connection.platform),
        "shares_grant": disconnecting.shares_grant(connection),
    }
    return answer(request, "connections/disconnect.html", context)


def channel_of(request: TeamRequest, connection_id: UUID) -> Connection:
    """The team's connection, or 404."""
    found: Connection = get_object_or_404(
        Connection.objects.in_team(request.team).select_related("connected_by", "team").defer("picture"),
        pk=connection_id,
    )
    return found
