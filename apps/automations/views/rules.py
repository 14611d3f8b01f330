"""Making, changing, trying, switching and reading automations."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.automations import queries
from apps.automations.errors import AutomationError
from apps.automations.forms import AutomationForm, ChooseForm, chosen
from apps.automations.models import Automation
from apps.automations.registry import ACTIONS
from apps.automations.services import rules
from apps.core.pages import answer, paginate
from apps.events.registry import EVENT_TYPES
from apps.teams.access import TeamRequest, member_of_team
from apps.teams.roles import Permission


def _automation(request: TeamRequest, automation_id: UUID) -> Automation:
    found = Automation.objects.in_team(request.team).select_related("made_by", "team")
    return get_object_or_404(found, pk=automation_id)


@require_GET
@member_of_team(Permission.VIEW_EVENTS)
def automation_list(request: TeamRequest) -> HttpResponse:
    """Every automation of the team."""
    context = {
        "automations": [(row, ACTIONS.get(row.action)) for row in queries.automations(request.team)],
        "may_manage": request.membership.may(Permission.MANAGE_AUTOMATIONS),
    }
    return answer(request, "automations/list.html", context)


@require_GET
@member_of_team(Permission.VIEW_EVENTS)
def log(request: TeamRequest) -> HttpResponse:
    """What all of them did."""
    context = {"page": paginate(request, queries.log(request.team))}
    return answer(request, "automations/log.html", context, partial="list")


@require_GET
@member_of_team(Permission.VIEW_EVENTS)
def automation(request: TeamRequest, automation_id: UUID) -> HttpResponse:
    """One automation in words, and its log."""
    found = _automation(request, automation_id)
    kind = EVENT_TYPES.get(found.event_type)
    context = {
        "automation": found,
        "event_type": kind,
        "conditions": _conditions(found),
        "action": ACTIONS.get(found.action),
        "page": paginate(request, queries.log(request.team, found)),
        "may_manage": request.membership.may(Permission.MANAGE_AUTOMATIONS),
    }
    return answer(request, "automations/automation.html", context, partial="list")


def _conditions(automation: Automation) -> list[str]:
    try:
        return [str(condition) for condition in automation.typed_conditions()]
    except (AutomationError, KeyError):
        return []


@require_GET
@member_of_team(Permission.MANAGE_AUTOMATIONS)
def choose(request: TeamRequest) -> HttpResponse:
    """The first step of a new one: which event, and what to do."""
    form = ChooseForm(request.GET if "event" in request.GET else None)
    if form.is_valid():
        return _edit(request, None, form.cleaned_data["event"], form.cleaned_data["action"])
    return answer(request, "automations/choose.html", {"form": form, "actions": ACTIONS.values()})


@require_POST
@member_of_team(Permission.MANAGE_AUTOMATIONS)
def make(request: TeamRequest) -> HttpResponse:
    """Save a new one, or try it on what has happened."""
    return _edit(request, None, request.POST.get("event", ""), request.POST.get("action_name", ""))


@require_http_methods(["GET", "POST"])
@member_of_team(Permission.MANAGE_AUTOMATIONS)
def edit(request: TeamRequest, automation_id: UUID) -> HttpResponse:
    """Change one, or try the change on what has happened."""
    found = _automation(request, automation_id)
    return _edit(request, found, found.event_type, found.action)


def _edit(request: TeamRequest, found: Automation | None, event: str, action: str) -> HttpResponse:
    both = chosen(event, action)
    if both is None:
        messages.error(request, "Choose the event and what to do when it happens.")
        return redirect("automations:choose", request.team.slug)
    event_type, does = both
    data = request.POST if request.method == "POST" else None
    form = AutomationForm(data, team=request.team, event_type=event_type, action=does, automation=found)
    context: dict[str, Any] = {"form": form, "automation": found}
    if data is None:
        return answer(request, "automations/edit.html", context)
    if form.is_valid():
        rule = form.rule(is_on=found.is_on if found else True)
        if "try" in data:
            context["rehearsal"] = rules.rehearse(rule, team=request.team, actor=request.user)
            return answer(request, "automations/edit.html", context)
        try:
            saved = rules.save(rule, team=request.team, actor=request.user, automation=found)
            messages.success(request, "The automation is saved.")
            return redirect("automations:automation", request.team.slug, saved.pk)
        except AutomationError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
    return answer(request, "automations/edit.html", context, status=422)


@require_POST
@member_of_team(Permission.MANAGE_AUTOMATIONS)
def switch(request: TeamRequest, automation_id: UUID) -> HttpResponse:
    """On or off."""
    found = _automation(request, automation_id)
    try:
        rules.switch(found, on=request.POST.get("on") == "1", actor=request.user)
        messages.success(request, "It is on." if found.is_on else "It is off.")
    except AutomationError as error:
        messages.error(request, error.message)
    return redirect("automations:automation", request.team.slug, found.pk)


@require_POST
@member_of_team(Permission.MANAGE_AUTOMATIONS)
def remove(request: TeamRequest, automation_id: UUID) -> HttpResponse:
    """Remove it for good, with its log."""
    found = _automation(request, automation_id)
    rules.remove(found, actor=request.user)
    messages.success(request, f"“{found.name}” is removed.")
    return redirect("automations:list", request.team.slug)
