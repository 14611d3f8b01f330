"""Announcements: operators tell everybody, or one team (NTF-07)."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from apps.accounts.access import operator_required
from apps.accounts.requests import PersonRequest
from apps.core.pages import paginate
from apps.notifications import queries
from apps.notifications.forms import AnnouncementForm
from apps.notifications.services import announcing


@operator_required
@require_http_methods(["GET", "POST"])
def announcements(request: PersonRequest) -> HttpResponse:
    """What was announced, and a form for the next one."""
    form = AnnouncementForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        announcing.announce(author=request.user, **form.cleaned_data)
        messages.success(request, "The announcement is on its way.")
        return redirect("announcements")
    context = {"form": form, "page": paginate(request, queries.announcements())}
    return render(request, "notifications/announcements.html", context, status=422 if form.is_bound else 200)
