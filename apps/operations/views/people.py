"""Everybody with an account, and what operators may do to one (TEM-04)."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET, require_POST

from apps.accounts.access import operator_required
from apps.accounts.models import User
from apps.core.pages import answer, ordering, paginate
from apps.operations import queries
from apps.operations.forms import ReasonForm
from apps.operations.requests import OperatorRequest, done
from apps.operations.services import people as services

SORTS = {
    "name": "display_name",
    "email": "email",
    "joined": "created_at",
    "seen": "last_login",
    "teams": "team_count",
}


@require_GET
@operator_required
def people(request: OperatorRequest) -> HttpResponse:
    found = queries.people(
        text=request.GET.get("q", "").strip(),
        kind=request.GET.get("kind", ""),
        order=ordering(request, SORTS, default="-created_at"),
    )
    context = {"page": paginate(request, found), "kinds": queries.PERSON_KINDS}
    return answer(request, "operate/people.html", context, partial="list")


def _person(user_id: UUID) -> User:
    return get_object_or_404(queries.people(), pk=user_id)


@require_GET
@operator_required
def person(request: OperatorRequest, user_id: UUID) -> HttpResponse:
    return _page(request, _person(user_id))


def _page(request: OperatorRequest, found: User, form: ReasonForm | None = None) -> HttpResponse:
    context = {
        "person": found,
        "places": found.memberships.select_related("team").order_by("team__name"),
        "form": form or ReasonForm(),
        "is_self": found.pk == request.user.pk,
    }
    return answer(request, "operate/person.html", context, status=422 if form else 200)


@require_POST
@operator_required
def disable(request: OperatorRequest, user_id: UUID) -> HttpResponse:
    found = _person(user_id)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form)
    reason = form.cleaned_data["reason"]
    success = f"{found} is disabled."
    done(request, services.disable, success, user=found, reason=reason, actor=request.user)
    return redirect("operate:person", found.pk)


@require_POST
@operator_required
def sign_out(request: OperatorRequest, user_id: UUID) -> HttpResponse:
    found = _person(user_id)
    done(request, services.sign_out, f"{found} is signed out everywhere.", user=found, actor=request.user)
    return redirect("operate:person", found.pk)


@require_POST
@operator_required
def enable(request: OperatorRequest, user_id: UUID) -> HttpResponse:
    found = _person(user_id)
    done(request, services.enable, f"{found} may sign in again.", user=found, actor=request.user)
    return redirect("operate:person", found.pk)


@require_POST
@operator_required
def change_role(request: OperatorRequest, user_id: UUID) -> HttpResponse:
    """Operator or not: `operator` is yes or no."""
    found = _person(user_id)
    wanted = request.POST.get("operator")
    if wanted not in ("yes", "no"):
        messages.error(request, "Choose whether this person is an operator.")
        return redirect("operate:person", found.pk)
    success = f"{found} is {'now an' if wanted == 'yes' else 'no longer an'} operator."
    done(request, services.set_operator, success, user=found, operator=wanted == "yes", actor=request.user)
    return redirect("operate:person", found.pk)
