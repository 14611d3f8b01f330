"""The panel: who is there, what goes wrong, and who called. On one's own machine, for whoever has signed in."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from apps.core.http import OutsideError
from apps.core.pages import answer, paginate
from apps.sandbox import hooks, queries
from apps.sandbox.forms import FaultForm
from apps.sandbox.registry import stand_ins
from apps.sandbox.services import faults


@require_safe
@login_required
def panel(request: HttpRequest) -> HttpResponse:
    return render(request, "sandbox/panel.html", _context(FaultForm(stand_ins())))


def _context(form: FaultForm) -> dict[str, Any]:
    return {
        "form": form,
        "faults": queries.faults(),
        "accounts": queries.overview(),
        "telling": {f"{platform} {kind}" for platform, kind in hooks.sources()},
    }


@require_safe
@login_required
def calls(request: HttpRequest) -> HttpResponse:
    """The log, filtered by platform and outcome."""
    platform, failed = request.GET.get("platform", ""), request.GET.get("outcome") == "failed"
    context = {
        "page": paginate(request, queries.calls(platform=platform, failed=failed), per_page=50),
        "platforms": [(slug, one.name) for slug, one in stand_ins().items()],
        "outcomes": [("failed", "Failed")],
        "filtered": bool(platform or failed),
    }
    return answer(request, "sandbox/calls.html", context, partial="list")


@require_POST
@login_required
def switch_on(request: HttpRequest) -> HttpResponse:
    form = FaultForm(stand_ins(), request.POST)
    if not form.is_valid():
        return render(request, "sandbox/panel.html", _context(form), status=422)
    said = form.cleaned_data
    faults.switch_on(
        said["platform"],
        said["kind"],
        account=said["account"],
        operation=form.chosen_operation,
        amount=said["amount"],
        reason=said["reason"],
        times=said["times"],
    )
    messages.success(request, "It goes wrong from now on.")
    return redirect("sandbox:panel")


@require_POST
@login_required
def tell(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """Let an account's platform tell the studio what happened there, if the studio asked for it."""
    account = get_object_or_404(queries.accounts(), pk=account_id)
    news = hooks.news_of(account)
    if news is None:
        raise Http404
    if not hooks.is_heard(account):
        messages.error(request, "The studio has not asked to be told of this account: connect it first.")
        return redirect("sandbox:panel")
    try:
        hooks.send(news)
    except OutsideError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, "The studio was told, and took it.")
    return redirect("sandbox:panel")


@require_POST
@login_required
def switch_off(request: HttpRequest, fault_id: UUID) -> HttpResponse:
    faults.switch_off(get_object_or_404(queries.faults(), pk=fault_id))
    messages.success(request, "That works again.")
    return redirect("sandbox:panel")


@require_POST
@login_required
def switch_all_off(request: HttpRequest) -> HttpResponse:
    faults.switch_all_off()
    messages.success(request, "Everything works again.")
    return redirect("sandbox:panel")
