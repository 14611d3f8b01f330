"""The audit record of the whole installation, for operators: all teams, and what was done outside of them."""

from django.contrib import messages
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from apps.accounts.access import operator_required
from apps.accounts.requests import PersonRequest
from apps.audit import export as exporting
from apps.audit import queries, services
from apps.audit.choices import ExportFormat, Place
from apps.audit.forms import InstallationFilter
from apps.audit.models import AuditRecord
from apps.audit.views.verifying import is_short, verify_now
from apps.core.limits import by_person, limited
from apps.core.pages import answer, paginate
from apps.core.retention import KEPT


@require_GET
@operator_required
def record_list(request: PersonRequest) -> HttpResponse:
    form = InstallationFilter(request.GET)
    values = form.values()
    context = {
        "form": form,
        "page": paginate(request, queries.all_records(**values).prefetch_related("team")),
        "actions": [(name, name) for name in queries.all_actions()],
        "places": Place.choices,
        "filtered": any(values.values()),
        "formats": ExportFormat.choices,
        "wholeness": queries.wholeness(),
    }
    status = 422 if form.errors else 200
    return answer(request, "audit/operate/list.html", context, partial="list", status=status)


@require_GET
@operator_required
def record(request: PersonRequest, record_id: int) -> HttpResponse:
    """One record with what was before and after: in the shared dialog, or as a page."""
    line = get_object_or_404(AuditRecord.objects.select_related("team"), pk=record_id)
    context = {"record": line, "list_url": reverse("operate_audit:list")}
    return answer(request, "audit/operate/record.html", context, partial="dialog")


@require_GET
@operator_required
@limited("audit.export_all", limit=20, window_s=3600, by=by_person, methods=("GET",))
def export(request: PersonRequest, name: str) -> StreamingHttpResponse:
    """What the filters of the list leave, as a file; that somebody took it is a line of the record too."""
    if name not in ExportFormat.values:
        raise Http404("No such format")
    values = InstallationFilter(request.GET).values()
    shown = {key: str(value) for key, value in values.items() if value}
    line = services.record("audit.export_all", actor=request.user, after={"format": name, **shown})
    rows = queries.all_records(**values).filter(pk__lt=line.pk)
    stem = f"audit-installation-{timezone.localdate():%Y-%m-%d}"
    return exporting.download(request, rows, ExportFormat(name), stem, exporting.INSTALLATION_COLUMNS)


@require_GET
@operator_required
def chains(request: PersonRequest) -> HttpResponse:
    """Whether each chain is whole, and when that was looked at last."""
    page = paginate(request, queries.heads())
    lost = queries.lost_heads() if page.number == 1 else []
    rows = [(chain, is_short(chain.head)) for chain in queries.as_chains([*lost, *page.object_list])]
    context = {"page": page, "rows": rows, "wholeness": queries.wholeness(), "kept": KEPT["audit"]}
    return answer(request, "audit/operate/chains.html", context, partial="list")


@require_POST
@operator_required
@limited("audit.verify_all", limit=60, window_s=3600, by=by_person)
def verify(request: PersonRequest, name: str) -> HttpResponse:
    """Verify one chain now."""
    head = queries.head(name)
    if not head.number and queries.latest_check(name) is None:
        raise Http404("No such chain")
    if is_short(head):
        verify_now(request, head)
    else:
        messages.warning(request, "So long a record is verified at night only.")
    return redirect("operate_audit:chains")
