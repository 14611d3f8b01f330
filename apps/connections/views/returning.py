"""Where a platform sends a person back to. Every way that can go wrong has a page that says so in plain words."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from apps.accounts.requests import PersonRequest
from apps.connections.errors import ConnectionsError
from apps.connections.models import SignIn
from apps.connections.registry import PLATFORMS, Platform
from apps.connections.services import connecting
from apps.core.errors import UserError
from apps.core.http import OutsideError
from apps.teams.access import membership_of
from apps.teams.roles import Permission


@require_GET
@login_required
def come_back(request: PersonRequest, platform: str) -> HttpResponse:
    """Use the state up, exchange the code, and go on to the choice – or say what went wrong."""
    about = PLATFORMS.get(platform)
    if about is None or about.identity is None:
        raise Http404("No such platform")
    try:
        sign_in = connecting.come_back(
            platform=platform,
            state=request.GET.get("state", ""),
            actor=request.user,
            session_key=str(request.session.session_key or ""),
        )
    except ConnectionsError as error:
        return _trouble(request, about, error.message)
    membership = membership_of(request.user, sign_in.team.slug)
    if membership is None or not membership.may(Permission.MANAGE_CONNECTIONS):
        raise PermissionDenied("Your role does not include: connect and disconnect channels.")
    code = request.GET.get("code", "")
    if not code:
        said = request.GET.get("error_description", "") or request.GET.get("error_reason", "")
        reason = connecting.refusal(request.GET.get("error", "no code"), said, about)
        return _trouble(request, about, reason, sign_in)
    try:
        return _go_on(request, sign_in, code)
    except (OutsideError, UserError) as error:
        return _trouble(request, about, error.message, sign_in)


def _go_on(request: PersonRequest, sign_in: SignIn, code: str) -> HttpResponse:
    """Where there is nothing to choose and nothing missing, the account is kept at once."""
    slug = sign_in.team.slug
    address = request.build_absolute_uri(reverse("connections_return", args=[sign_in.platform]))
    found = connecting.fetch(sign_in=sign_in, code=code, redirect_uri=address)
    if sign_in.mends is not None and not found.missing:
        chosen = sign_in.mends.external_id
        if chosen not in {account.external_id for account in found.accounts}:
            chosen = found.accounts[0].external_id
    elif len(found.accounts) == 1 and not found.missing:
        chosen = found.accounts[0].external_id
    else:
        return redirect("connections:choose", slug, sign_in.pk)
    connection = connecting.keep(sign_in=sign_in, external_id=chosen, actor=request.user)
    messages.success(request, f"{connection} is connected.")
    return redirect("connections:detail", slug, connection.pk)


def _trouble(
    request: PersonRequest, platform: Platform, reason: str, sign_in: SignIn | None = None
) -> HttpResponse:
    context = {"platform": platform, "reason": reason, "sign_in": sign_in}
    return render(request, "connections/trouble.html", context, status=422)
