"""Who may see what is published, from a time on (LIB-12)."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from apps.core.errors import UserError
from apps.core.pages import answer
from apps.publishing import clock
from apps.publishing.forms.visibility import VisibilityForm
from apps.publishing.models import Target
from apps.publishing.services import visibility as services
from apps.teams.access import TeamRequest, member_of_team
from apps.teams.roles import Permission


@require_http_methods(["GET", "POST"])
@member_of_team(Permission.EDIT_POSTS)
def visibility(request: TeamRequest, target_id: UUID) -> HttpResponse:
    """Plan the change, or drop the one that is planned."""
    rows = Target.objects.in_team(request.team).select_related("post__team", "connection", "team")
    target = get_object_or_404(rows.defer("progress", "connection__picture"), pk=target_id)
    bound = request.POST if request.method == "POST" else None
    form = VisibilityForm(bound, privacies=services.choices_for(target), initial=_initial(target, request))
    if bound is not None and "drop" in bound:
        services.drop_visibility(target, request.user)
        messages.success(request, "It stays as it is.")
        return redirect("publishing:post", request.team.slug, target.post_id)
    if form.is_bound and form.is_valid():
        data, fold = form.cleaned_data, form.chosen_fold
        try:
            services.plan_visibility(
                target, data["privacy"], data["due_at"], data["zone"], request.user, fold=fold
            )
        except UserError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
        else:
            messages.success(request, f"It changes on {data['due_at']:%-d %B at %H:%M} ({data['zone']}).")
            return redirect("publishing:post", request.team.slug, target.post_id)
    context = {"target": target, "post": target.post, "form": form}
    status = 422 if form.is_bound else 200
    return answer(request, "publishing/visibility.html", context, status=status)


def _initial(target: Target, request: TeamRequest) -> dict[str, Any]:
    """What is planned; else tomorrow at this hour on the team's clock."""
    zone = target.privacy_zone or request.team.time_zone
    at = target.privacy_at or (timezone.now() + timedelta(days=1)).replace(minute=0)
    fold = str(at.astimezone(clock.zone_of(zone)).fold)
    return {"privacy": target.privacy_then, "zone": zone, "due_at": clock.on_clock(at, zone), "fold": fold}
