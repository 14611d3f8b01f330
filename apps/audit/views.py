"""The audit record of a team: who did what, when, and what changed."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from apps.audit import queries
from apps.audit.forms import AuditFilter
from apps.audit.models import AuditRecord
from apps.core.pages import answer, paginate
from apps.teams.access import TeamRequest, member_of_team
from apps.teams.roles import Permission


@require_GET
@member_of_team(Permission.VIEW_AUDIT)
def record_list(request: TeamRequest) -> HttpResponse:
    form = AuditFilter(request.GET, team=request.team)
    values = form.values()
    context = {
        "form": form,
        "page": paginate(request, queries.records(request.team, **values)),
        "actions": [(name, name) for name in queries.actions(request.team)],
        "filtered": any(values.values()),
    }
    return answer(request, "audit/list.html", context, partial="list", status=422 if form.errors else 200)


@require_GET
@member_of_team(Permission.VIEW_AUDIT)
def record(request: TeamRequest, record_id: int) -> HttpResponse:
    """One record with what was before and after: in the shared dialog, or as a page."""
    line = get_object_or_404(AuditRecord.objects.filter(team=request.team), pk=record_id)
    return answer(request, "audit/record.html", {"record": line}, partial="dialog")
