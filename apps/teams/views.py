"""A team's home, its people and its roles."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.accounts.requests import PersonRequest
from apps.core import home as parts
from apps.core.limits import by_person, limited
from apps.core.pages import answer, ordering, paginate
from apps.core.search import search as find
from apps.teams import services
from apps.teams.access import TeamRequest, member_of_team
from apps.teams.errors import TeamError
from apps.teams.forms import RoleForm, TeamForm
from apps.teams.models import Membership
from apps.teams.roles import PERMISSIONS, Permission, Role

MEMBER_SORTS = {"name": "user__display_name", "role": "role", "joined": "created_at"}


@login_required
@require_http_methods(["GET", "POST"])
@limited("teams.create", by=by_person)
def create(request: PersonRequest) -> HttpResponse:
    form = TeamForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        team = services.create_team(name=form.cleaned_data["name"], owner=request.user)
        messages.success(request, f"{team} is ready.")
        return redirect("team:home", team.slug)
    status = 422 if form.is_bound else 200
    return render(request, "teams/create.html", {"form": form}, status=status)


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


def _members(request: TeamRequest) -> QuerySet[Membership]:
    return request.team.memberships.select_related("user", "team")


@require_GET
@member_of_team(Permission.VIEW_STUDIO)
def members(request: TeamRequest) -> HttpResponse:
    found = _members(request).order_by(ordering(request, MEMBER_SORTS, default="created_at"), "pk")
    text, role = request.GET.get("q", "").strip(), request.GET.get("role", "")
    if text:
        found = found.filter(user__display_name__icontains=text) | found.filter(user__email__icontains=text)
    if role in Role.values:
        found = found.filter(role=role)
    context = {
        "page": paginate(request, found),
        "roles": Role.choices,
        "may_manage": request.membership.may(Permission.MANAGE_TEAM),
    }
    return answer(request, "teams/members.html", context, partial="list")


@require_GET
@member_of_team(Permission.VIEW_STUDIO)
def permissions(request: TeamRequest) -> HttpResponse:
    """The one table of roles and permissions, as the code holds it (TEM-02)."""
    rows = [
        (permission.label, [permission in PERMISSIONS[role] for role in Role]) for permission in Permission
    ]
    return render(request, "teams/permissions.html", {"roles": list(Role), "rows": rows})


@require_http_methods(["GET", "POST"])
@member_of_team(Permission.MANAGE_TEAM)
def settings(request: TeamRequest) -> HttpResponse:
    form = TeamForm(request.POST or None, instance=request.team)
    if request.method == "POST" and form.is_valid():
        services.rename_team(team=request.team, name=form.cleaned_data["name"])
        messages.success(request, "The team's name was saved.")
        return redirect("team:settings", request.team.slug)
    if form.is_bound:
        request.team.refresh_from_db()  # a refused name must not show in the shell
    return render(request, "teams/settings.html", {"form": form}, status=422 if form.is_bound else 200)


@require_POST
@member_of_team(Permission.MANAGE_TEAM)
def change_role(request: TeamRequest, member_id: UUID) -> HttpResponse:
    """Give a member another role; HTMX gets the row again, a plain form the page."""
    member = get_object_or_404(_members(request), pk=member_id)
    form = RoleForm(request.POST)
    status = 200
    if not form.is_valid():
        messages.error(request, "Choose one of the roles.")
        status = 422
    else:
        try:
            services.change_role(membership=member, role=Role(form.cleaned_data["role"]))
            messages.success(request, f"{member.user} is now {member.get_role_display().lower()}.")
        except TeamError as error:
            messages.error(request, error.message)
            status = 422
    member.refresh_from_db(fields=["role"])
    if not request.htmx:
        return redirect("team:members", request.team.slug)
    context = {"member": member, "roles": Role.choices, "may_manage": True}
    return render(request, "teams/members.html#row", context, status=status)
