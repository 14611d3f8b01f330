"""The calendar: months, weeks and a list of what goes out, and other times for it (PUB-07)."""

import json
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.connections.capabilities import Capability
from apps.connections.queries import connections
from apps.connections.registry import PLATFORMS
from apps.core.errors import UserError
from apps.core.pages import answer, paginate
from apps.publishing import clock
from apps.publishing.agenda import CLASH, agenda, clashes, entries, posts
from apps.publishing.errors import PublishingError
from apps.publishing.forms.planning import AgendaForm
from apps.publishing.models import Post, PostStatus
from apps.publishing.periods import midnight, period_of
from apps.publishing.quotas import quota_calendar
from apps.publishing.services import moving
from apps.publishing.services.posts import schedule
from apps.publishing.views.acting import when_form
from apps.teams.access import TeamRequest, member_of_team
from apps.teams.roles import Permission

PER_PAGE = 50


@require_GET
@member_of_team(Permission.VIEW_STUDIO)
def calendar(request: TeamRequest) -> HttpResponse:
    """A month or a week."""
    return answer(request, "publishing/calendar.html", _calendar(request), partial="calendar")


def _calendar(request: TeamRequest) -> dict[str, Any]:
    """What the page shows; `here` is its address, whichever view draws it."""
    form, zone = AgendaForm(request.GET), request.team.time_zone
    today = clock.on_clock(timezone.now(), zone).date()
    period = period_of(request.GET.get("view", ""), form.asked_day() or today, zone)
    may_edit = request.membership.may(Permission.EDIT_POSTS)
    shown = agenda(request.team, period, form.asked(), may_edit=may_edit)
    address = reverse("publishing:calendar", args=[request.team.slug])
    return {
        "agenda": shown,
        "period": period,
        "today": today,
        "here": f"{address}?{request.GET.urlencode()}",
        "query": request.GET.urlencode(),
        "here_query": f"?{urlencode({'here': request.GET.urlencode()})}",
        "may_edit": may_edit,
        **_filters(request),
    }


def _filters(request: TeamRequest) -> dict[str, Any]:
    channels = list(connections(request.team, Capability.PUBLISH))
    kept = {name: request.GET[name] for name in ("channel", "status") if request.GET.get(name)}
    return {
        "channels": [(str(row.pk), f"{PLATFORMS[row.platform].name}: {row}") for row in channels],
        "platforms": [PLATFORMS[slug] for slug in dict.fromkeys(row.platform for row in channels)],
        "statuses": PostStatus.choices,
        "kept": urlencode(kept),
    }


@require_GET
@member_of_team(Permission.VIEW_STUDIO)
def calendar_list(request: TeamRequest) -> HttpResponse:
    """The same as a list: what is to come, or what was."""
    form, zone, now = AgendaForm(request.GET), request.team.time_zone, timezone.now()
    asked, day = form.asked(), form.asked_day()
    was = request.GET.get("when") == "past"
    rows = posts(request.team, asked)
    rows = (
        rows.filter(due_at__lt=now).order_by("-due_at", "-pk")
        if was
        else rows.filter(due_at__gte=midnight(day, zone) if day else now).order_by("due_at", "pk")
    )
    page = paginate(request, rows, per_page=PER_PAGE)
    found: list[Post] = list(page.object_list)
    times = [post.due_at for post in found if post.due_at] or [now]
    shown = [post.pk for post in found]
    close = clashes(request.team, min(times), max(times) + CLASH, shown, asked.channel).among
    may_edit = request.membership.may(Permission.EDIT_POSTS)
    lines = [entry for _, entry in entries(request.team, found, zone, close, may_edit)]
    context = {
        "page": page,
        "days": _by_day(lines, zone),
        "was": was,
        "zone": zone,
        "may_edit": may_edit,
        **_filters(request),
    }
    return answer(request, "publishing/calendar_list.html", context, partial="list")


def _by_day(lines: list[Any], zone: str) -> list[tuple[Any, list[Any]]]:
    days: dict[Any, list[Any]] = {}
    for line in lines:
        days.setdefault(clock.on_clock(line.at, zone).date(), []).append(line)
    return list(days.items())


@require_GET
@member_of_team(Permission.VIEW_STUDIO)
def quotas(request: TeamRequest) -> HttpResponse:
    """What of each platform's quotas is used and planned, day by day (PUB-09)."""
    context = quota_calendar(request.team, list(connections(request.team, Capability.PUBLISH)))
    return answer(request, "publishing/quotas.html", {"quotas": context}, partial="quotas")


@require_http_methods(["GET", "POST"])
@member_of_team(Permission.EDIT_POSTS)
def move(request: TeamRequest, post_id: UUID) -> HttpResponse:
    """The form for another time: what dragging does, for the keyboard and without a script."""
    post = _post(request, post_id)
    if post.due_at is None or not moving.is_movable(post):
        messages.error(request, "Only what is planned can be moved to another time.")
        return _leave(request)
    form = when_form(request, post)
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        try:
            moved = schedule(post, data["due_at"], data["zone"], request.user, fold=form.chosen_fold)
        except UserError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
        else:
            messages.success(request, _goes_out(moved))
            return _leave(request)
    context = {"form": form, "post": post, "back": _back(request)}
    status = 422 if form.is_bound else 200
    return answer(request, "publishing/move.html", context, partial="dialog", status=status)


def _back(request: TeamRequest) -> str:
    """The calendar as it stood, from what its link said."""
    query = request.POST.get("here", request.GET.get("here", ""))
    return f"{reverse('publishing:calendar', args=[request.team.slug])}?{query}"


def _leave(request: TeamRequest) -> HttpResponse:
    if request.htmx:
        trigger = json.dumps({"dialog-close": "", "post-changed": ""})
        return HttpResponse(status=204, headers={"HX-Trigger": trigger})
    return redirect(_back(request))


@require_POST
@member_of_team(Permission.EDIT_POSTS)
def drop(request: TeamRequest, post_id: UUID) -> HttpResponse:
    """Dragged to a day; the answer is the calendar as it stands then, with the way back."""
    post, day = _post(request, post_id), _day(request.POST.get("day", ""))
    undo: dict[str, Any] = {}
    try:
        if day is None or post.due_at is None:
            raise PublishingError("Choose the day to which it is moved.")
        moved = moving.move_to_day(post, day, request.user)
        undo = _undo(request, moved, before=post.due_at)
    except UserError as error:
        messages.error(request, error.message)
    if not request.htmx:
        return redirect(_back(request))
    request.GET = QueryDict(request.POST.get("here", ""))  # drawn as it stood there
    response = answer(request, "publishing/calendar.html", _calendar(request), partial="calendar")
    if undo:
        response["HX-Trigger"] = json.dumps({"toast": undo})
    return response


def _undo(request: TeamRequest, moved: Post, *, before: datetime) -> dict[str, str]:
    """The words of the toast, with the address that undoes it."""
    address = reverse("publishing:put_back", args=[request.team.slug, moved.pk])
    return {
        "message": _goes_out(moved),
        "level": "success",
        "undo": f"{address}?{urlencode({'at': before.isoformat()})}",
    }


def _goes_out(post: Post) -> str:
    at = clock.on_clock(post.due_at, post.zone) if post.due_at else timezone.now()
    return f"“{post}” goes out on {at:%-d %B at %H:%M}."


@require_POST
@member_of_team(Permission.EDIT_POSTS)
def put_back(request: TeamRequest, post_id: UUID) -> HttpResponse:
    """Undo a move: back to the instant that the address says."""
    post, at = _post(request, post_id), _instant(request.GET.get("at", ""))
    try:
        if at is None:
            raise PublishingError("It is not known any more when it was to go out.")
        messages.success(request, _goes_out(moving.put_back(post, at, request.user)))
    except UserError as error:
        messages.error(request, error.message)
    if request.htmx:
        return HttpResponse(status=204, headers={"HX-Trigger": "post-changed"})
    return redirect(_back(request))


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


def _instant(text: str) -> datetime | None:
    try:
        found = parse_datetime(text)
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None else None


def _post(request: TeamRequest, post_id: UUID) -> Post:
    found: Post = get_object_or_404(Post.objects.in_team(request.team), pk=post_id)
    return found
