"""The team's name, and handing the team over."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.access import fresh_second_factor
from apps.teams import services
from apps.teams.access import TeamRequest, member_of_team
from apps.teams.errors import TeamError
from apps.teams.forms import SecondFactorForm, TeamForm, TransferForm
from apps.teams.models import Team
from apps.teams.roles import Permission


@require_http_methods(["GET", "POST"])
@member_of_team(Permission.MANAGE_TEAM)
def settings(request: TeamRequest) -> HttpResponse:
    team = Team.objects.get(pk=request.team.pk)  # a copy, so that a refused name does not show in the shell
    form = TeamForm(request.POST or None, instance=team)
    if request.method == "POST" and form.is_valid():
        try:
            services.rename_team(team=request.team, name=form.cleaned_data["name"], actor=request.user)
        except TeamError as error:
            form.add_error(error.field, error.message)
        else:
            messages.success(request, "The team's name was saved.")
            return redirect("team:settings", request.team.slug)
    context = _context(request, form, SecondFactorForm({"required": request.team.requires_second_factor}))
    return render(request, "teams/settings.html", context, status=422 if form.is_bound else 200)


def _context(request: TeamRequest, form: TeamForm, rule: SecondFactorForm) -> dict[str, object]:
    members = request.team.memberships
    return {
        "form": form,
        "rule": rule,
        "without": members.filter(user__has_second_factor=False).count(),
        "may_transfer": request.membership.may(Permission.TRANSFER_TEAM),
    }


@require_POST
@member_of_team(Permission.MANAGE_TEAM)
def second_factor(request: TeamRequest) -> HttpResponse:
    """Whether members need a second factor."""
    rule = SecondFactorForm(request.POST)
    required = rule.is_valid() and bool(rule.cleaned_data["required"])
    try:
        services.require_second_factor(team=request.team, required=required, actor=request.user)
    except TeamError as error:
        rule.add_error(error.field, error.message)
        context = _context(request, TeamForm(instance=request.team), rule)
        return render(request, "teams/settings.html", context, status=422)
    words = (
        "Every member needs a second factor now."
        if required
        else "Members may come in without a second factor."
    )
    messages.success(request, words)
    return redirect("team:settings", request.team.slug)


@require_http_methods(["GET", "POST"])
@member_of_team(Permission.TRANSFER_TEAM)
@fresh_second_factor
def transfer(request: TeamRequest) -> HttpResponse:
    """Make another member the owner; the one who does stays as an admin."""
    form = TransferForm(request.POST or None, team=request.team)
    if request.method == "POST" and form.is_valid():
        try:
            taker = services.transfer_team(team=request.team, actor=request.user, **form.cleaned_data)
        except TeamError as error:
            form.add_error(error.field, error.message)
        else:
            messages.success(request, f"{taker.user} owns {request.team} now. You are an admin of it.")
            return redirect("team:members", request.team.slug)
    others = form.fields["to"].queryset.exists()  # type: ignore[attr-defined]
    context = {"form": form, "others": others}
    return render(request, "teams/transfer.html", context, status=422 if form.is_bound else 200)
