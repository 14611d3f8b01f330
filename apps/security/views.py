"""What is kept of people and why, for everybody; keys and known vulnerabilities, for operators."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from apps.accounts.access import fresh_second_factor, operator_required
from apps.accounts.requests import PersonRequest
from apps.core.errors import UserError
from apps.core.limits import by_person, limited
from apps.security import queries, services
from apps.security.purposes import LEAST_AGE, NOTICE, PURPOSES


@require_GET
def privacy(request: HttpRequest) -> HttpResponse:
    context = {"purposes": PURPOSES, "notice": NOTICE, "least_age": LEAST_AGE}
    return render(request, "security/privacy.html", context)


@require_GET
@operator_required
def overview(request: PersonRequest) -> HttpResponse:
    """Data keys and who wraps them; what is known against the packages that run here (SEC-01, SEC-03)."""
    return render(request, "security/overview.html", {"keys": queries.keys(), **queries.advisories()})


@require_POST
@operator_required
@fresh_second_factor
@limited("security.rotate", by=by_person)
def rotate(request: PersonRequest) -> HttpResponse:
    """Begin with a new data key; a worker seals the rest by it."""
    try:
        services.rotate_data_key(actor=request.user)
    except UserError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, "There is a new data key. A worker seals everything else by it now.")
    return redirect("security:overview")


@require_POST
@operator_required
@limited("security.check", by=by_person)
def check(request: PersonRequest) -> HttpResponse:
    """Ask the advisory database now."""
    services.start_check()
    messages.success(request, "The advisory database is being asked. Open this page again in a minute.")
    return redirect("security:overview")
