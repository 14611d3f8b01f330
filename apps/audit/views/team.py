"""The audit record of a team: who did what, when, and what changed."""

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from apps.audit import export as exporting
from apps.audit import queries, services
from apps.audit.choices import ExportFormat
from apps.audit.forms import AuditFilter
from apps.audit.models import AuditRecord
from apps.audit.views.verifying import is_short, verify_now
from apps.core.limits import by_team, limited
from apps.core.pages import answer, paginate, wants_partial
from apps.core.retention import KEPT
from apps.core.text import spoken
from apps.teams.access import TeamRequest, member_of_team
from apps.teams.roles import Permission


@require_GET
@member_of_team(Permission.VIEW_AUDIT)
def record_list(request: TeamRequest) -> HttpResponse:
    form = AuditFilter(request.GET)
    values = form.values()
    context = {
        "form": form,
        "page": paginate(request, queries.records(request.team, **values)),
        "actions": [(name, spoken(name)) for name in queries.actions(request.team)],
        "filtered": any(values.values()),
        "formats": ExportFormat.choices,
    }
    return answer(request, "audit/list.html", context, partial="list", status=422 if form.errors else 200)


@require_GET
@member_of_team(Permission.VIEW_AUDIT)
def record(request: TeamRequest, record_id: int) -> HttpResponse:
    """One record with what was before and after: in the shared dialog, or as a page."""
    line = get_object_or_404(AuditRecord.objects.filter(team=request.team), pk=record_id)
    address = reverse("audit:list", args=[request.team.slug])
    return answer(request, "audit/record.html", {"record": line, "list_url": address}, partial="dialog")


@require_GET
@member_of_team(Permission.VIEW_AUDIT)
@limited("audit.export", limit=20, window_s=3600, by=by_team, methods=("GET",))
def export(request: TeamRequest, name: str) -> StreamingHttpResponse:
    """What the filters of the list leave, as a file; that somebody took it is a line of the record too."""
    if name not in ExportFormat.values:
        raise Http404("No such format")
    form = AuditFilter(request.GET)
    values = form.values()
    shown = {key: str(value) for key, value in values.items() if value}
    line = services.record(
        "audit.export",
        team=request.team,
        actor=request.user,
        target=request.team,
        after={"format": name, **shown},
    )
    rows = queries.records(request.team, **values).filter(number__lt=line.number)
    stem = f"audit-{request.team.slug}-{timezone.localdate():%Y-%m-%d}"
    return exporting.download(request, rows, ExportFormat(name), stem)


@require_http_methods(["GET", "POST"])
@member_of_team(Permission.VIEW_AUDIT)
@limited("audit.verify", limit=20, window_s=3600, by=by_team)
def chain(request: TeamRequest) -> HttpResponse:
    """Whether the record is whole, when that was looked at last, and a button to look now."""
    head = queries.head(str(request.team.pk))
    if request.method == "POST" and is_short(head):
        verify_now(request, head)
        if not wants_partial(request):
            return redirect("audit:chain", request.team.slug)
    check = queries.latest_check(head.chain)
    context = {"head": head, "check": check, "short": is_short(head), "kept": KEPT["audit"]}
    return answer(request, "audit/chain.html", context, partial="chain")
