"""Making a team, its home, and finding things in it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from apps.accounts.requests import PersonRequest
from apps.core import home as parts
from apps.core.limits import by_person, limited
from apps.core.pages import answer
from apps.core.search import search as find
from apps.teams import services
from apps.teams.access import TeamRequest, member_of_team
from apps.teams.errors import TeamError
from apps.teams.forms import TeamForm
from apps.teams.roles import Permission


@login_required
@require_http_methods(["GET", "POST"])
@limited("teams.create", by=by_person)
def create(request: PersonRequest) -> HttpResponse:
    """Name a new team, or join one of those that wait for this person."""
    form = TeamForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            team = services.create_team(name=form.cleaned_data["name"], owner=request.user)
        except TeamError as error:
            form.add_error(error.field, error.message)
        else:
            messages.success(request, f"{team} is ready.")
            return redirect("team:home", team.slug)
    context = {"form": form, "invitations": services.invitations_for(request.user)}
    return render(request, "teams/create.html", context, status=422 if form.is_bound else 200)


@require_GET
@member_of_team(Permission.VIEW_STUDIO)
def home(request: TeamRequest) -> HttpResponse:
    """What waits, what goes on, what to do next."""
    if request.session.get("team") != request.team.slug:
        request.session["team"] = request.team.slug
    member = request.membership
    panels = parts.panels_for(member)
    context = {
        "actions": parts.actions_for(member),
        "attention": parts.attention_for(member),
        "steps": parts.steps_for(member),
        "main_panels": [pair for pair in panels if pair[0].place == "main"],
        "side_panels": [pair for pair in panels if pair[0].place == "side"],
    }
    return render(request, "teams/home.html", context)


@require_GET
@member_of_team(Permission.VIEW_STUDIO)
def home_panel(request: TeamRequest, name: str) -> HttpResponse:
    """One part of the home page, fetched again after its events."""
    found = parts.panel_for(request.membership, name)
    if found is None:
        raise Http404("No such part of the home page")
    panel, data = found
    return render(request, "teams/home.html#panel", {"panel": panel, "data": data})


@require_GET
@member_of_team(Permission.VIEW_STUDIO)
def search(request: TeamRequest) -> HttpResponse:
    """Options for the command box, and a page of results without script."""
    text = request.GET.get("q", "")
    context = {"hits": find(request.membership, text), "text": text}
    return answer(request, "teams/search.html", context, partial="options")
