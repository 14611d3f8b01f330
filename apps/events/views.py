"""The record of what happened in a team."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from apps.core.pages import answer, paginate
from apps.events import queries
from apps.events.models import Event
from apps.events.registry import EVENT_TYPES
from apps.teams.access import TeamRequest, member_of_team
from apps.teams.roles import Permission


@require_GET
@member_of_team(Permission.VIEW_EVENTS)
def event_list(request: TeamRequest) -> HttpResponse:
    text, type_name = request.GET.get("q", "").strip(), request.GET.get("type", "")
    type_name = type_name if type_name in EVENT_TYPES else ""
    found = queries.events(request.team, text=text, type_name=type_name)
    context = {
        "page": paginate(request, found),
        "types": queries.type_choices(),
        "filtered": bool(text or type_name),
    }
    return answer(request, "events/list.html", context, partial="list")


@require_GET
@member_of_team(Permission.VIEW_EVENTS)
def event_detail(request: TeamRequest, event_id: int) -> HttpResponse:
    """One event with its data: in the shared dialog, or as a page."""
    event = get_object_or_404(
        Event.objects.in_team(request.team).select_related("actor").prefetch_related("deliveries"),
        pk=event_id,
    )
    context = {"event": event, "type": EVENT_TYPES.get(event.type)}
    return answer(request, "events/event.html", context, partial="dialog")
