"""Who is in the team, and what each role may do."""

import json
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from apps.core.pages import answer, ordering, paginate, wants_partial
from apps.teams import services
from apps.teams.access import TeamRequest, member_of_team
from apps.teams.errors import TeamError
from apps.teams.forms import RoleForm
from apps.teams.models import Membership
from apps.teams.roles import PERMISSIONS, Permission, Role

MEMBER_SORTS = {"name": "user__display_name", "role": "role", "joined": "created_at"}


def _members(request: TeamRequest) -> QuerySet[Membership]:
    return request.team.memberships.select_related("user", "team")


@require_GET
@member_of_team(Permission.VIEW_STUDIO)
def members(request: TeamRequest) -> HttpResponse:
    found = _members(request).order_by(
        ordering(request, MEMBER_SORTS, default="created_at"), "created_at", "pk"
    )
    text, role = request.GET.get("q", "").strip(), request.GET.get("role", "")
    if text:
        found = found.filter(user__display_name__icontains=text) | found.filter(user__email__icontains=text)
    if role in Role.values:
        found = found.filter(role=role)
    context = {
        "page": paginate(request, found),
        "roles": Role.choices,
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


@require_GET
@member_of_team(Permission.VIEW_STUDIO)
def member(request: TeamRequest, member_id: UUID) -> HttpResponse:
    """One member with what may be done about them: in the shared dialog, or as a page."""
    return _show(request, get_object_or_404(_members(request), pk=member_id))


def _show(request: TeamRequest, found: Membership, *, error: str = "") -> HttpResponse:
    context = {
        "member": found,
        "roles": Role.choices,
        "may_manage": request.membership.may(Permission.MANAGE_TEAM),
        "is_me": found.user_id == request.user.pk,
        "error": error,
    }
    status = 422 if error else 200
    return answer(request, "teams/member.html", context, partial="dialog", status=status)


def _done(request: TeamRequest, sentence: str) -> HttpResponse:
    """Back to the list: HTMX closes the dialog and fetches it anew."""
    messages.success(request, sentence)
    if wants_partial(request):
        changes = json.dumps({"dialog-close": "", "members-changed": ""})
        return HttpResponse(status=204, headers={"HX-Trigger": changes})
    return redirect("team:members", request.team.slug)


@require_POST
@member_of_team(Permission.MANAGE_TEAM)
def change_role(request: TeamRequest, member_id: UUID) -> HttpResponse:
    """Give a member another role."""
    found = get_object_or_404(_members(request), pk=member_id)
    form = RoleForm(request.POST)
    if not form.is_valid():
        return _show(request, found, error="Choose one of the roles.")
    role, seen = form.roles()
    try:
        services.change_role(membership=found, role=role, actor=request.user, seen=seen)
    except TeamError as error:
        return _show_again(request, member_id, error)
    return _done(request, f"{found.user} is now {role.label.lower()}.")


@require_POST
@member_of_team(Permission.MANAGE_TEAM)
def remove_member(request: TeamRequest, member_id: UUID) -> HttpResponse:
    """Take somebody else out; oneself leaves."""
    found = get_object_or_404(_members(request).exclude(user=request.user), pk=member_id)
    try:
        services.remove_member(membership=found, actor=request.user)
    except TeamError as error:
        return _show_again(request, member_id, error)
    return _done(request, f"{found.user} is no longer in the team.")


def _show_again(request: TeamRequest, member_id: UUID, error: TeamError) -> HttpResponse:
    """The member as they are now, with what went wrong; the list where they are gone."""
    found = _members(request).filter(pk=member_id).first()
    if found is not None:
        return _show(request, found, error=error.message)
    return _done(request, error.message)


@require_POST
@member_of_team(Permission.VIEW_STUDIO)
def leave(request: TeamRequest) -> HttpResponse:
    """Go out of the team; the last owner is told what to do first."""
    try:
        services.remove_member(membership=request.membership, actor=request.user)
    except TeamError as error:
        return _show(request, request.membership, error=error.message)
    messages.success(request, f"You left {request.team}.")
    address = reverse("core:start")
    return HttpResponse(headers={"HX-Redirect": address}) if wants_partial(request) else redirect(address)
