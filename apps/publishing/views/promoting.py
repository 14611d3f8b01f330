"""Affiliate links with their clicks, and pools of hashtags (PUB-11)."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q, QuerySet, Sum
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from apps.core.errors import UserError
from apps.core.pages import answer, paginate
from apps.publishing import clock
from apps.publishing.forms.promoting import LinkForm, PoolForm
from apps.publishing.models import AffiliateLink, HashtagPool
from apps.publishing.services import links as services
from apps.publishing.services import pools
from apps.teams.access import TeamRequest, member_of_team
from apps.teams.models import Team
from apps.teams.roles import Permission

MONTH = timedelta(days=30)


def _with_clicks(team: Team) -> QuerySet[AffiliateLink]:
    since = clock.on_clock(timezone.now() - MONTH, team.time_zone).date()
    counted = AffiliateLink.objects.in_team(team).annotate(
        clicks=Sum("days__clicks", default=0),
        lately=Sum("days__clicks", filter=Q(days__day__gt=since), default=0),
    )
    rows: QuerySet[AffiliateLink] = counted.order_by("-created_at", "-pk")  # sums have no order of their own
    return rows


@require_http_methods(["GET", "POST"])
@member_of_team(Permission.EDIT_POSTS)
def links(request: TeamRequest) -> HttpResponse:
    """Every link with its clicks, and the pools; what is sent makes a new link."""
    form = LinkForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            link = services.create_link(team=request.team, actor=request.user, **form.cleaned_data)
        except UserError as error:
            form.refuse(error.message, getattr(error, "field", None))
        else:
            messages.success(request, f"{services.short_address(link)} leads there now.")
            return redirect("publishing:links", request.team.slug)
    page = paginate(request, _with_clicks(request.team))
    for link in page.object_list:
        link.short = services.short_address(link)
    context = {"page": page, "form": form, "pools": list(HashtagPool.objects.in_team(request.team))}
    return answer(request, "publishing/links.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@member_of_team(Permission.EDIT_POSTS)
def link(request: TeamRequest, short_id: UUID) -> HttpResponse:
    """One link: its clicks by day, and where it leads."""
    found = get_object_or_404(_with_clicks(request.team), pk=short_id)
    form = LinkForm(request.POST if request.method == "POST" else None, link=found)
    if form.is_bound and form.is_valid():
        try:
            services.edit_link(found, request.user, **form.cleaned_data)
        except UserError as error:
            form.refuse(error.message, getattr(error, "field", None))
        else:
            messages.success(request, "The link is saved.")
            return redirect("publishing:links", request.team.slug)
    days = list(found.days.all()[:30])
    most = max((day.clicks for day in days), default=0)
    context = {
        "link": found,
        "short": services.short_address(found),
        "form": form,
        "days": days,
        "most": most,
    }
    return answer(request, "publishing/link.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@member_of_team(Permission.EDIT_POSTS)
def new_pool(request: TeamRequest) -> HttpResponse:
    """Write down a new pool."""
    return _pool(request, None)


@require_http_methods(["GET", "POST"])
@member_of_team(Permission.EDIT_POSTS)
def pool(request: TeamRequest, pool_id: UUID) -> HttpResponse:
    """Change a pool."""
    return _pool(request, get_object_or_404(HashtagPool.objects.in_team(request.team), pk=pool_id))


def _pool(request: TeamRequest, found: HashtagPool | None) -> HttpResponse:
    form = PoolForm(request.POST if request.method == "POST" else None, pool=found)
    if form.is_bound and form.is_valid():
        data: dict[str, Any] = form.cleaned_data
        try:
            pools.save_pool(team=request.team, actor=request.user, pool=found, **data)
        except UserError as error:
            form.refuse(error.message, getattr(error, "field", None))
        else:
            messages.success(request, f"The pool “{data['name']}” is saved.")
            return redirect("publishing:links", request.team.slug)
    context = {"form": form, "pool": found}
    return answer(request, "publishing/pool.html", context, status=422 if form.is_bound else 200)


@require_POST
@member_of_team(Permission.EDIT_POSTS)
def delete_pool(request: TeamRequest, pool_id: UUID) -> HttpResponse:
    """Remove a pool; what was taken from it stays."""
    found = get_object_or_404(HashtagPool.objects.in_team(request.team), pk=pool_id)
    pools.delete_pool(found, request.user)
    messages.success(request, f"The pool “{found}” is gone. Posts keep what they took from it.")
    return redirect("publishing:links", request.team.slug)
