"""What the forms have in common by which a person enters an account."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from apps.connections.forms import EnteredForm
from apps.connections.models import Connection
from apps.core.errors import UserError
from apps.core.pages import answer
from apps.teams.access import TeamRequest


def enter(
    request: TeamRequest,
    form: EnteredForm,
    save: Callable[..., Connection],
    template: str,
    context: dict[str, Any] | None = None,
) -> HttpResponse:
    """The form, or the page of what was kept."""
    if request.method == "POST" and form.is_valid():
        try:
            kept = save(
                team=request.team, actor=request.user, connection=form.connection, **form.cleaned_data
            )
        except UserError as error:
            form.refuse(error.message, getattr(error, "field", None))
        else:
            messages.success(request, f"{kept} is saved. {kept.status_reason}".strip())
            return _arrived(request, kept)
    status = 422 if form.is_bound else 200
    whole = {"form": form, "connection": form.connection, **(context or {})}
    return answer(request, template, whole, partial="form", status=status)


def _arrived(request: TeamRequest, kept: Connection) -> HttpResponse:
    address = reverse("connections:detail", args=[request.team.slug, kept.pk])
    if request.htmx:
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return redirect(address)
