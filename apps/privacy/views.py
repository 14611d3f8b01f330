"""What the product holds of a person: taken along, or deleted (ACC-10)."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.storage import default_storage
from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from apps.accounts.access import fresh_second_factor
from apps.accounts.requests import PersonRequest
from apps.accounts.services import sessions
from apps.core.limits import by_person, limited
from apps.privacy import services
from apps.privacy.errors import PrivacyError
from apps.privacy.forms import DeletionForm
from apps.privacy.models import DataExport, ExportStatus
from apps.privacy.services import deletion


@login_required
@require_GET
def privacy(request: PersonRequest) -> HttpResponse:
    context = {
        "exports": DataExport.objects.filter(user=request.user)[:5],
        "form": DeletionForm(user=request.user),
        "grace_days": deletion.GRACE.days,
    }
    return render(request, "privacy/privacy.html", context)


@require_POST
@fresh_second_factor
@limited("privacy.export", limit=5, window_s=24 * 3600, by=by_person)
def request_export(request: PersonRequest) -> HttpResponse:
    services.request_export(user=request.user)
    messages.success(request, _("Your export is being made. You get a letter when it is ready."))
    return redirect("privacy:privacy")


@never_cache
@require_GET
@fresh_second_factor
def download(request: PersonRequest, export_id: UUID) -> HttpResponseBase:
    own = DataExport.objects.filter(user=request.user, status=ExportStatus.READY)
    export = get_object_or_404(own, pk=export_id)
    file = default_storage.open(export.file)
    return FileResponse(
        file, as_attachment=True, filename="showrunner-my-data.zip", content_type="application/zip"
    )


@require_POST
@fresh_second_factor
def request_deletion(request: PersonRequest) -> HttpResponse:
    form = DeletionForm(request.POST, user=request.user)
    if form.is_valid():
        try:
            services.request_deletion(user=request.user, keep_session=sessions.key_of(request.session))
        except PrivacyError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, _("Your account will be deleted. Until then you can call it off here."))
            return redirect("privacy:privacy")
    exports = DataExport.objects.filter(user=request.user)[:5]
    context = {"exports": exports, "form": form, "grace_days": deletion.GRACE.days}
    return render(request, "privacy/privacy.html", context, status=422)


@require_POST
@login_required
def cancel_deletion(request: PersonRequest) -> HttpResponse:
    services.cancel_deletion(user=request.user)
    messages.success(request, _("Your account stays."))
    return redirect("privacy:privacy")
