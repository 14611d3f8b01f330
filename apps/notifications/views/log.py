"""The delivery log: what went by which channel to whom, and what became of it (NTF-02)."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from apps.core.pages import answer, paginate
from apps.notifications import queries
from apps.notifications.choices import OUTSIDE
from apps.notifications.forms import LogFilter
from apps.notifications.models import MessageStatus
from apps.teams.access import TeamRequest, member_of_team
from apps.teams.roles import Permission


def _whole_team(request: TeamRequest) -> bool:
    """Those who manage the team see everybody's messages, all others their own."""
    return request.membership.may(Permission.MANAGE_TEAM) and request.GET.get("whose") != "mine"


@require_GET
@member_of_team(Permission.VIEW_STUDIO)
def message_list(request: TeamRequest) -> HttpResponse:
    values = LogFilter(request.GET).values()
    person = None if _whole_team(request) else request.user
    context = {
        "page": paginate(request, queries.messages(request.team, user=person, **values)),
        "filtered": any(values.values()),
        "channels": [(channel.value, channel.label) for channel in OUTSIDE],
        "statuses": MessageStatus.choices,
        "may_manage": request.membership.may(Permission.MANAGE_TEAM),
    }
    return answer(request, "notifications/log.html", context, partial="list")


@require_GET
@member_of_team(Permission.VIEW_STUDIO)
def message(request: TeamRequest, message_id: UUID) -> HttpResponse:
    """One message with every attempt: in the shared dialog, or as a page."""
    manages = request.membership.may(Permission.MANAGE_TEAM)
    rows = queries.messages(request.team, user=None if manages else request.user)
    if manages:
        rows = rows | queries.messages(request.team, user=request.user)
    found = get_object_or_404(rows, pk=message_id)
    return answer(request, "notifications/message.html", {"message": found}, partial="dialog")
