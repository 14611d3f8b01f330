"""On the way to a platform, and the choice among the accounts that it let us into."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from apps.connections.errors import ConnectionsError
from apps.connections.forms import AccountForm
from apps.connections.models import Connection, SignIn
from apps.connections.registry import PLATFORMS, Platform
from apps.connections.services import connecting
from apps.core.limits import by_person, limited
from apps.core.pages import answer
from apps.teams.access import TeamRequest, member_of_team
from apps.teams.roles import Permission


@require_POST
@member_of_team(Permission.MANAGE_CONNECTIONS)
@limited("connections.connect", by=by_person)
def start(request: TeamRequest, slug: str) -> HttpResponse:
    """Send the person to the platform."""
    if slug not in PLATFORMS:
        raise Http404("No such platform")
    if PLATFORMS[slug].entries:
        return redirect(PLATFORMS[slug].entries[0].page, request.team.slug)
    return _leave(request, slug, None)


@require_POST
@member_of_team(Permission.MANAGE_CONNECTIONS)
@limited("connections.connect", by=by_person)
def reconnect(request: TeamRequest, connection_id: UUID) -> HttpResponse:
    """Send the person to the platform to mend one connection; it stays the same row."""
    connection = get_object_or_404(
        Connection.objects.in_team(request.team).defer("picture"), pk=connection_id
    )
    platform = PLATFORMS.get(connection.platform)
    if platform is not None and platform.change_page:
        return redirect(platform.change_page, request.team.slug, connection.pk)
    return _leave(request, connection.platform, connection)


def _leave(request: TeamRequest, slug: str, mends: Connection | None) -> HttpResponse:
    if not request.session.session_key:
        request.session.save()
    try:
        address = connecting.begin(
            team=request.team,
            actor=request.user,
            platform=slug,
            session_key=str(request.session.session_key),
            redirect_uri=request.build_absolute_uri(reverse("connections_return", args=[slug])),
            mends=mends,
        )
    except ConnectionsError as error:
        messages.error(request, error.message)
        return redirect("connections:connect", request.team.slug)
    return redirect(address)


@require_http_methods(["GET", "POST"])
@member_of_team(Permission.MANAGE_CONNECTIONS)
def choose(request: TeamRequest, sign_in_id: UUID) -> HttpResponse:
    """Which accounts to keep, and which rights are missing."""
    mine = SignIn.objects.in_team(request.team).filter(person=request.user).select_related("team", "mends")
    sign_in = get_object_or_404(mine, pk=sign_in_id)
    platform = PLATFORMS[sign_in.platform]
    try:
        found = connecting.found_by(sign_in)
    except ConnectionsError as error:
        messages.error(request, error.message)
        return redirect("connections:connect", request.team.slug)
    form = AccountForm(request.POST if request.method == "POST" else None, accounts=found.accounts)
    if request.method == "POST" and form.is_valid():
        try:
            kept = connecting.keep_all(
                sign_in=sign_in, chosen=form.cleaned_data["account"], actor=request.user
            )
        except ConnectionsError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
        else:
            return _arrived(request, kept)
    context = {"form": form, "sign_in": sign_in, "found": found, **_choice(platform, found, form)}
    status = 422 if form.is_bound else 200
    return answer(request, "connections/choose.html", context, partial="form", status=status)


def _choice(platform: Platform, found: connecting.Found, form: AccountForm) -> dict[str, Any]:
    """What is missing, what that costs, and what is ticked."""
    only = [found.accounts[0].external_id] if len(found.accounts) == 1 else []
    return {
        "platform": platform,
        "missing": [(scope, platform.scopes[scope]) for scope in found.missing],
        "refused": [one.value.replace("_", " ") for one in connecting.refuses(platform, found.missing)],
        "chosen": form["account"].value() or only,
    }


def _arrived(request: TeamRequest, kept: list[Connection]) -> HttpResponse:
    names = ", ".join(str(connection) for connection in kept)
    messages.success(request, f"{names} is connected." if len(kept) == 1 else f"{names} are connected.")
    if len(kept) == 1:
        return redirect("connections:detail", request.team.slug, kept[0].pk)
    return redirect("connections:list", request.team.slug)
