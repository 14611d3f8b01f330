"""Asking people into the team, and what those who are asked see."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.accounts.requests import PersonRequest
from apps.core.limits import by_team, limited
from apps.core.pages import answer, paginate, wants_partial
from apps.teams import services
from apps.teams.access import TeamRequest, member_of_team
from apps.teams.errors import TeamError
from apps.teams.forms import InvitationForm
from apps.teams.models import Invitation, InvitationState
from apps.teams.roles import Permission, Role
from apps.teams.services.invitations import REFUSALS, LinkTo

MAILS_A_DAY, DAY_S = 100, 86_400  # invitations of one team: no way to send advertising


@require_GET
@member_of_team(Permission.MANAGE_TEAM)
def invitations(request: TeamRequest) -> HttpResponse:
    """Those that wait, newest first; those that have expired can be sent again."""
    found = Invitation.objects.in_team(request.team).open().select_related("invited_by")
    text = request.GET.get("q", "").strip()
    if text:
        found = found.filter(email__icontains=text)
    context = {"page": paginate(request, found.order_by("-sent_at", "pk")), "filtered": bool(text)}
    return answer(request, "teams/invitations.html", context, partial="list")


@require_http_methods(["GET", "POST"])
@member_of_team(Permission.MANAGE_TEAM)
@limited("teams.invite", limit=MAILS_A_DAY, window_s=DAY_S, by=by_team)
def invite(request: TeamRequest) -> HttpResponse:
    """The form, as a page or in the shared dialog; afterwards the list of invitations."""
    form = InvitationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        email, role = form.cleaned_data["email"], Role(form.cleaned_data["role"])
        try:
            services.invite(
                team=request.team, email=email, role=role, actor=request.user, link_to=_link_to(request)
            )
        except TeamError as error:
            form.add_error(error.field, error.message)
        else:
            messages.success(request, f"{email} was invited.")
            address = reverse("team:invitations", args=[request.team.slug])
            return HttpResponse(headers={"HX-Redirect": address}) if request.htmx else redirect(address)
    context = {"form": form, "in_dialog": wants_partial(request)}
    status = 422 if form.is_bound else 200
    return answer(request, "teams/invite.html", context, partial="dialog", status=status)


def _link_to(request: HttpRequest) -> LinkTo:
    return lambda token: request.build_absolute_uri(reverse("teams:invitation", args=[token]))


@require_POST
@member_of_team(Permission.MANAGE_TEAM)
@limited("teams.invite", limit=MAILS_A_DAY, window_s=DAY_S, by=by_team)
def resend_invitation(request: TeamRequest, invitation_id: UUID) -> HttpResponse:
    invitation = get_object_or_404(Invitation.objects.in_team(request.team), pk=invitation_id)
    try:
        services.resend_invitation(invitation=invitation, actor=request.user, link_to=_link_to(request))
        messages.success(request, f"The invitation for {invitation} was sent again; the old link has ended.")
    except TeamError as error:
        messages.error(request, error.message)
    return _list_again(request)


@require_POST
@member_of_team(Permission.MANAGE_TEAM)
def revoke_invitation(request: TeamRequest, invitation_id: UUID) -> HttpResponse:
    invitation = get_object_or_404(Invitation.objects.in_team(request.team), pk=invitation_id)
    try:
        services.revoke_invitation(invitation=invitation, actor=request.user)
        messages.success(request, f"The invitation for {invitation} was taken back.")
    except TeamError as error:
        messages.error(request, error.message)
    return _list_again(request)


def _list_again(request: TeamRequest) -> HttpResponse:
    if not wants_partial(request):
        return redirect("team:invitations", request.team.slug)
    found = Invitation.objects.in_team(request.team).open().select_related("invited_by")
    context = {"page": paginate(request, found.order_by("-sent_at", "pk"))}
    return render(request, "teams/invitations.html#list", context)


@never_cache
@require_GET
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """What the link in the mail opens: who asks, and the way in that fits whoever looks at it."""
    found = services.find_invitation(token)
    if found is None:
        raise Http404("No such invitation, or it was sent again with a new link")
    context = {
        "invitation": found,
        "token": token,
        "refusal": REFUSALS.get(found.state),
        "is_for_me": request.user.is_authenticated and services.is_for(found, request.user),
        "signed_in": request.user.is_authenticated,
    }
    return render(request, "teams/invitation.html", context, status=410 if context["refusal"] else 200)


@login_required
@require_POST
def accept_invitation(request: PersonRequest, token: str) -> HttpResponse:
    found = services.find_invitation(token)
    if found is None:
        raise Http404("No such invitation")
    return _join(request, found)


@login_required
@require_POST
def join(request: PersonRequest, invitation_id: UUID) -> HttpResponse:
    """Accept without the link, as the person whose proved address was invited."""
    mine = [one for one in services.invitations_for(request.user) if one.pk == invitation_id]
    if not mine:
        raise Http404("No such invitation")
    return _join(request, mine[0])


def _join(request: PersonRequest, found: Invitation) -> HttpResponse:
    already = found.team.memberships.filter(user=request.user).exists()
    try:
        services.accept_invitation(invitation=found, user=request.user)
    except TeamError as error:
        if already and found.state != InvitationState.WAITING:
            return redirect("team:home", found.team.slug)
        messages.error(request, error.message)
        return redirect("core:start")
    words = "You were in {} already." if already else "Welcome to {}."
    messages.success(request, words.format(found.team))
    return redirect("team:home", found.team.slug)
