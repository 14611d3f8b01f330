"""The whole installation at a glance, how it is used, and what was made in it lately."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from apps.accounts.access import operator_required
from apps.core.pages import answer, paginate
from apps.library.models import VideoSource, VideoStatus
from apps.operations import health, queries
from apps.operations import overview as summary
from apps.operations import usage as figures
from apps.operations.requests import OperatorRequest

PERIOD = 30


@require_GET
@operator_required
def overview(request: OperatorRequest) -> HttpResponse:
    workers = health.workers()
    context = {
        "numbers": summary.numbers(),
        "attention": summary.attention(workers),
        "queues": health.queues(workers),
        "charts": figures.activity(PERIOD),
        "days": PERIOD,
    }
    return answer(request, "operate/overview.html", context)


@require_GET
@operator_required
def usage(request: OperatorRequest) -> HttpResponse:
    """Activity by day, who makes most, and which templates are chosen."""
    asked = request.GET.get("days", "")
    days = int(asked) if asked in map(str, figures.PERIODS) else PERIOD
    context = {
        "days": days,
        "periods": figures.PERIODS,
        "charts": figures.activity(days),
        "people": figures.top_people(days),
        "teams": figures.top_teams(days),
        "templates": figures.template_use(days),
    }
    return render(request, "operate/usage.html", context)


@require_GET
@operator_required
def content(request: OperatorRequest) -> HttpResponse:
    """The newest videos of all teams."""
    status, source = request.GET.get("status", ""), request.GET.get("source", "")
    found = queries.videos(
        text=request.GET.get("q", "").strip(),
        status=status if status in VideoStatus.values else "",
        source=source if source in VideoSource.values else "",
    )
    context = {
        "page": paginate(request, found),
        "statuses": VideoStatus.choices,
        "sources": VideoSource.choices,
    }
    return answer(request, "operate/content.html", context, partial="list")
