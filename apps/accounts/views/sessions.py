"""Where the person is signed in, and signing out there (ACC-07)."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from apps.accounts.access import fresh_second_factor
from apps.accounts.requests import PersonRequest
from apps.accounts.services import sessions as service
from apps.accounts.user_agents import is_phone


@login_required
@require_GET
def sessions(request: PersonRequest) -> HttpResponse:
    here = service.key_of(request.session)
    rows: list[dict[str, Any]] = [
        {"session": row, "here": row.pk == here, "phone": is_phone(row.user_agent)}
        for row in service.of(request.user)
    ]
    rows.sort(key=lambda row: not row["here"])
    return render(request, "accounts/sessions.html", {"rows": rows, "others": len(rows) - 1})


@require_POST
@fresh_second_factor
def end_session(request: PersonRequest, key: str) -> HttpResponse:
    if not service.end(user=request.user, key=key):
        raise Http404("No such session")
    messages.success(request, _("That device is signed out."))
    return redirect("accounts:sessions")


@require_POST
@fresh_second_factor
def end_other_sessions(request: PersonRequest) -> HttpResponse:
    ended = service.end_all(user=request.user, keep=service.key_of(request.session))
    told = ngettext("%(count)d other device is signed out.", "%(count)d other devices are signed out.", ended)
    messages.success(request, told % {"count": ended})
    return redirect("accounts:sessions")
