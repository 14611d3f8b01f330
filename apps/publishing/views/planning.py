"""Evergreen series and posting plans (PUB-12)."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.connections.models import Connection
from apps.core.errors import UserError
from apps.core.pages import answer, paginate
from apps.publishing import clock
from apps.publishing.addresses import address_pattern, post_address
from apps.publishing.forms.promoting import PlanForm, SeriesForm
from apps.publishing.models import PlanImport, Post, Series
from apps.publishing.plan_rows import COLUMNS, MOST, NEXT, template_csv
from apps.publishing.services import importing
from apps.publishing.services import series as services
from apps.teams.access import TeamRequest, member_of_team
from apps.teams.roles import Permission

SHOWN = 20


@require_http_methods(["GET", "POST"])
@member_of_team(Permission.EDIT_POSTS)
def plan(request: TeamRequest) -> HttpResponse:
    """What repeats by itself, and the form for a posting plan from a file."""
    form = PlanForm(request.POST, request.FILES) if request.method == "POST" else PlanForm()
    if form.is_bound and form.is_valid():
        kept = importing.keep_plan(
            team=request.team, actor=request.user, name=form.cleaned_data["file"].name, rows=form.rows
        )
        return redirect("publishing:plan_import", request.team.slug, kept.pk)
    rows = Series.objects.in_team(request.team).select_related("pattern")
    context = {
        "form": form,
        "page": paginate(request, rows),
        "plans": list(PlanImport.objects.in_team(request.team)[:5]),
        "columns": COLUMNS,
        "most": MOST,
    }
    return answer(request, "publishing/plan.html", context, status=422 if form.is_bound else 200)


@require_GET
@member_of_team(Permission.EDIT_POSTS)
def plan_template(request: TeamRequest) -> HttpResponse:
    """An empty plan to fill in."""
    headers = {"Content-Disposition": 'attachment; filename="posting-plan.csv"'}
    return HttpResponse(template_csv(request.team), content_type="text/csv; charset=utf-8", headers=headers)


@require_http_methods(["GET", "POST"])
@member_of_team(Permission.EDIT_POSTS)
def plan_import(request: TeamRequest, plan_id: UUID) -> HttpResponse:
    """What was read of a plan, before anything is made; then what came of it."""
    found = get_object_or_404(PlanImport.objects.in_team(request.team).select_related("team"), pk=plan_id)
    if request.method == "POST":
        try:
            importing.start_plan(found, request.user)
        except UserError as error:
            messages.error(request, error.message)
        return redirect("publishing:plan_import", request.team.slug, found.pk)
    context = {"plan": found, "rows": _shown(found), "more": max(len(found.rows) - SHOWN, 0)}
    return answer(request, "publishing/plan_import.html", context, partial="plan")


def _shown(plan: PlanImport) -> list[dict[str, Any]]:
    """The first rows, with the names of their channels and what came of each."""
    names = dict(Connection.objects.in_team(plan.team).values_list("pk", "name"))
    posts = address_pattern(plan.team.slug)
    return [
        {
            **row,
            "when": datetime.fromisoformat(row["due_at"])
            if row["due_at"] not in ("", NEXT)
            else row["due_at"],
            "names": ", ".join(names.get(UUID(channel), "–") for channel in row["channels"]),
            "href": posts(UUID(made)) if (made := plan.posts.get(str(row["number"]))) else "",
            "made": str(row["number"]) in plan.posts,
            "refused": plan.refused.get(str(row["number"]), ""),
        }
        for row in plan.rows[:SHOWN]
    ]


@require_http_methods(["GET", "POST"])
@member_of_team(Permission.EDIT_POSTS)
def repeat(request: TeamRequest, post_id: UUID) -> HttpResponse:
    """Make a series of a post."""
    pattern = get_object_or_404(Post.objects.in_team(request.team).select_related("team"), pk=post_id)
    return _series(request, pattern, None)


@require_http_methods(["GET", "POST"])
@member_of_team(Permission.EDIT_POSTS)
def series(request: TeamRequest, series_id: UUID) -> HttpResponse:
    """One series: when it goes out next, and how it could be changed."""
    rows = Series.objects.in_team(request.team).select_related("pattern__team", "pool")
    found = get_object_or_404(rows, pk=series_id)
    return _series(request, found.pattern, found)


def _series(request: TeamRequest, pattern: Post, found: Series | None) -> HttpResponse:
    today = clock.on_clock(timezone.now(), request.team.time_zone).date()
    bound = request.POST if request.method == "POST" else None
    form = SeriesForm(bound, pattern=pattern, today=today, series=found)
    if form.is_bound and form.is_valid():
        data: Any = form.cleaned_data
        try:
            if found is None:
                services.create_series(team=request.team, actor=request.user, pattern=pattern, **data)
            else:
                services.edit_series(found, request.user, **data)
        except UserError as error:
            form.refuse(error.message, getattr(error, "field", None))
        else:
            messages.success(request, f"“{data['name']}” is saved. Its posts are made three days ahead.")
            return redirect("publishing:plan", request.team.slug)
    context: dict[str, Any] = {
        "form": form,
        "series": found,
        "pattern": pattern,
        "pattern_url": post_address(pattern),
    }
    if found is not None:
        context["made"] = (
            Post.objects.in_team(request.team).filter(recurring_ref=found.pk).order_by("-due_at")[:10]
        )
    return answer(request, "publishing/series.html", context, status=422 if form.is_bound else 200)


@require_POST
@member_of_team(Permission.EDIT_POSTS)
def pause_series(request: TeamRequest, series_id: UUID) -> HttpResponse:
    """Pause it, or go on with it."""
    found = get_object_or_404(Series.objects.in_team(request.team), pk=series_id)
    if found.paused_at is None:
        services.pause(found, request.user)
        messages.success(request, f"“{found}” is paused. What is planned already goes out.")
    else:
        services.resume(found, request.user)
        messages.success(request, f"“{found}” goes on.")
    return redirect("publishing:series", request.team.slug, found.pk)


@require_POST
@member_of_team(Permission.EDIT_POSTS)
def delete_series(request: TeamRequest, series_id: UUID) -> HttpResponse:
    """Repeat it no more; its posts stay."""
    found = get_object_or_404(Series.objects.in_team(request.team), pk=series_id)
    services.delete_series(found, request.user)
    messages.success(request, f"“{found}” is not repeated any more. Its posts stay.")
    return redirect("publishing:plan", request.team.slug)
