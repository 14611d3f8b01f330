"""The notification centre: the bell, the list, and what can be done with a notice (NTF-01)."""

import json
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_POST

from apps.core.pages import answer, paginate
from apps.notifications import queries
from apps.notifications.contents import page_of
from apps.notifications.forms import STATES, NoticeFilter, type_choices
from apps.notifications.models import Notice
from apps.notifications.services import reading
from apps.teams.access import TeamRequest, member_of_team
from apps.teams.roles import Permission


@require_GET
@member_of_team(Permission.VIEW_STUDIO)
def bell(request: TeamRequest) -> HttpResponse:
    """The bell of the header, fetched when a page opens and whenever something changed."""
    context = {"bell": queries.bell(request.user, request.team)}
    return render(request, "notifications/_bell.html", context)


@require_GET
@member_of_team(Permission.VIEW_STUDIO)
def notice_list(request: TeamRequest) -> HttpResponse:
    return _list(request, request.GET)


def _list(request: TeamRequest, asked: QueryDict) -> HttpResponse:
    values = NoticeFilter(asked).values()
    context = {
        "page": paginate(request, queries.notices(request.user, request.team, **values)),
        "filtered": any(values.values()),
        "types": type_choices(request.user.language),
        "states": STATES,
    }
    return answer(request, "notifications/list.html", context, partial="list")


def _mine(request: TeamRequest, notice_id: UUID) -> Notice:
    rows = Notice.objects.filter(user=request.user)
    notice: Notice = get_object_or_404(rows.select_related("team", "alert"), pk=notice_id)
    if notice.team_id not in (None, request.team.pk):
        notice = get_object_or_404(Notice.objects.none(), pk=notice_id)
    return notice


def _after(request: TeamRequest, undo: str = "", said: str = "") -> HttpResponse:
    """The list again, filtered as it was; without script the page, with the message."""
    if not request.htmx:
        if said:
            messages.success(request, said)
        return redirect(_here(request))
    wanted = {name: value for name in ("type", "state") if (value := request.POST.get(name))}
    asked = QueryDict(urlencode(wanted))
    request.GET = asked  # the answer is the list as it stood, and goes on being it
    response = _list(request, asked)
    if said:
        toast = {"message": said, "level": "success"} | ({"undo": undo} if undo else {})
        response["HX-Trigger"] = json.dumps({"toast": toast})
    return response


def _here(request: TeamRequest) -> str:
    return reverse("notifications:list", args=[request.team.slug])


@require_GET
@member_of_team(Permission.VIEW_STUDIO)
def open_notice(request: TeamRequest, notice_id: UUID) -> HttpResponse:
    """Read it, and go on to what it is about."""
    notice = _mine(request, notice_id)
    reading.mark(Notice.objects.filter(pk=notice.pk), read=True)
    if notice.team_id is not None and notice.href and notice.count == 1 and not notice.alert_id:
        return redirect(notice.href)
    if notice.alert_id:
        return redirect(page_of(notice))
    return redirect("notifications:notice", request.team.slug, notice.pk)


@require_GET
@member_of_team(Permission.VIEW_STUDIO)
def notice(request: TeamRequest, notice_id: UUID) -> HttpResponse:
    """The whole of one notice: what has no page of its own, or stands for many."""
    found = _mine(request, notice_id)
    context = {"notice": found, "samples": list(reversed(found.samples))}
    return answer(request, "notifications/notice.html", context, partial="dialog")


@require_POST
@member_of_team(Permission.VIEW_STUDIO)
def mark(request: TeamRequest, notice_id: UUID) -> HttpResponse:
    """Read, or unread again."""
    found = _mine(request, notice_id)
    reading.mark(Notice.objects.filter(pk=found.pk), read=request.POST.get("read") == "1")
    return _after(request)


@require_POST
@member_of_team(Permission.VIEW_STUDIO)
def dismiss(request: TeamRequest, notice_id: UUID) -> HttpResponse:
    found = _mine(request, notice_id)
    reading.dismiss(Notice.objects.filter(pk=found.pk))
    undo = reverse("notifications:restore", args=[request.team.slug, found.pk])
    return _after(request, undo, "Dismissed.")


@require_POST
@member_of_team(Permission.VIEW_STUDIO)
def restore(request: TeamRequest, notice_id: UUID) -> HttpResponse:
    found = _mine(request, notice_id)
    reading.restore(Notice.objects.filter(pk=found.pk))
    return _after(request) if not request.htmx else HttpResponse(status=204)


@require_POST
@member_of_team(Permission.VIEW_STUDIO)
def mark_all(request: TeamRequest) -> HttpResponse:
    """Mark everything as read that the filters show."""
    shown = queries.notices(request.user, request.team, **NoticeFilter(request.POST).values())
    count = reading.mark(shown, read=True)
    return _after(request, said=f"{count} marked as read." if count else "")


@require_POST
@member_of_team(Permission.VIEW_STUDIO)
def dismiss_all(request: TeamRequest) -> HttpResponse:
    """Dismiss everything that the filters show."""
    shown = queries.notices(request.user, request.team, **NoticeFilter(request.POST).values())
    count = reading.dismiss(shown)
    return _after(request, said=f"{count} dismissed." if count else "")
