"""The library: every video of the team, as a grid or a table (LIB-01)."""

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from apps.core.pages import answer, ordering, paginate
from apps.library import export, queries, services
from apps.library.cards import cards
from apps.library.channels import channel_choices
from apps.library.errors import LibraryError
from apps.library.flags import KEPT_DAYS
from apps.library.forms import PERIODS, SelectedForm, TagSelectedForm, VideoFilterForm
from apps.library.languages import language_name
from apps.library.models import Video, VideoSource, VideoStatus
from apps.library.services.expiry import expiring
from apps.teams.access import TeamRequest, member_of_team
from apps.teams.models import Team
from apps.teams.roles import Permission

SORTS = {"title": "title", "length": "duration_s", "made": "created_at", "changed": "updated_at"}
SORT_WORDS = [
    ("-made", "Newest"),
    ("made", "Oldest"),
    ("-changed", "Last changed"),
    ("title", "Title A–Z"),
    ("-length", "Longest"),
    ("length", "Shortest"),
]
PER_PAGE = 24
NOT_SHOWN = ("description", "search_text", "chapters_json", "own_chapters_json", "overrides_json")


@require_GET
@member_of_team(Permission.VIEW_STUDIO)
def video_list(request: TeamRequest) -> HttpResponse:
    return answer(request, "library/list.html", _list(request), partial="list")


def _list(request: TeamRequest) -> dict[str, Any]:
    """What the page shows; `here` is its address with filters, whichever view draws it."""
    form = VideoFilterForm(request.GET)
    wanted = form.wanted()
    found = queries.videos(request.team, wanted, order=ordering(request, SORTS, default="-created_at"))
    page = paginate(request, found.defer(*NOT_SHOWN), per_page=PER_PAGE)
    facets = queries.facets(request.team)
    address = reverse("library:list", args=[request.team.slug])
    return _keeping(request.team) | {
        "page": page,
        "cards": cards(request.team, page.object_list),
        "filtered": wanted != queries.VideoFilter(),
        "as_table": request.GET.get("view") == "table",
        "here": f"{address}?{request.GET.urlencode()}",
        "query": request.GET.urlencode(),
        "sorts": SORT_WORDS,
        "sort": request.GET.get("sort", "-made"),
        "statuses": VideoStatus.choices,
        "sources": VideoSource.choices,
        "periods": PERIODS,
        "tags": _with_current(facets.tags, wanted.tag),
        "languages": [(code, language_name(code)) for code in facets.languages],
        "channels": channel_choices(request.team),
        "may_edit": request.membership.may(Permission.EDIT_LIBRARY),
        "may_delete": request.membership.may(Permission.DELETE_VIDEO),
    }


def _keeping(team: Team) -> dict[str, Any]:
    """How much room the team's files take, and which of them go soon or can come back."""
    kept_days, now = KEPT_DAYS.value(team), timezone.now()
    return {
        "use": queries.storage_use(team),
        "expiring": expiring(team, now=now).count() if kept_days else 0,
        "kept_days": kept_days,
        "deleted": queries.deleted_videos(team, now=now).exists(),
    }


def _with_current(choices: list[tuple[str, str]], current: str) -> list[tuple[str, str]]:
    return choices if not current or current in dict(choices) else [(current, current), *choices]


@require_GET
@member_of_team(Permission.VIEW_STUDIO)
def export_csv(request: TeamRequest) -> HttpResponse:
    """The videos that the filters leave, all of them, as a table for a spreadsheet."""
    order = ordering(request, SORTS, default="-created_at")
    found = queries.videos(request.team, VideoFilterForm(request.GET).wanted(), order=order)
    name = f"{request.team.slug}-videos-{timezone.localdate():%Y-%m-%d}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(export.videos_csv(found), content_type="text/csv; charset=utf-8", headers=headers)


@require_POST
@member_of_team(Permission.EDIT_LIBRARY)
def tag_selected(request: TeamRequest) -> HttpResponse:
    """Put tags on the selected videos, or take them off."""
    form = TagSelectedForm(request.POST)
    form.is_valid()
    data = form.cleaned_data
    change = {"remove": data["tag"]} if data["remove"] else {"add": data["tag"]}
    try:
        done = services.tag_videos(team=request.team, ids=data["ids"], author=request.user, **change)
    except LibraryError as error:
        return _after(request, error)
    messages.success(request, _counted(done.changed, "video was changed", "videos were changed"))
    return _after(request)


@require_POST
@member_of_team(Permission.DELETE_VIDEO)
def delete_selected(request: TeamRequest) -> HttpResponse:
    """Delete the selected videos; the answer offers to bring them back."""
    form = SelectedForm(request.POST)
    form.is_valid()
    try:
        gone = services.delete_videos(team=request.team, ids=form.cleaned_data["ids"], actor=request.user)
    except LibraryError as error:
        return _after(request, error)
    words = _counted(len(gone), "video was deleted", "videos were deleted")
    if not request.htmx:
        messages.success(request, words)
        return _after(request)
    response = _after(request)
    response["HX-Trigger"] = json.dumps({"toast": undo_toast(request, words, gone)})
    return response


def undo_toast(request: TeamRequest, words: str, gone: Sequence[Video]) -> dict[str, str]:
    """A toast that can bring these videos back."""
    ids = urlencode([("ids", str(video.pk)) for video in gone])
    address = reverse("library:restore", args=[request.team.slug])
    return {"message": words, "level": "success", "undo": f"{address}?{ids}"}


def _after(request: TeamRequest, error: LibraryError | None = None) -> HttpResponse:
    """HTMX gets the list again, a plain form the page; an error is shown and changes nothing."""
    if error is not None:
        messages.error(request, error.message)
    request.GET = QueryDict(request.POST.get("here", ""))  # the list is drawn as it stood there
    if not request.htmx:
        return redirect(f"{reverse('library:list', args=[request.team.slug])}?{request.GET.urlencode()}")
    return answer(request, "library/list.html", _list(request), partial="list", status=422 if error else 200)


def _counted(count: int, one: str, many: str) -> str:
    return f"1 {one}." if count == 1 else f"{count} {many}."


@require_GET
@member_of_team(Permission.VIEW_STUDIO)
def deleted(request: TeamRequest) -> HttpResponse:
    """What was deleted and can still be brought back."""
    now = timezone.now()
    videos = queries.deleted_videos(request.team, now=now)[:200]
    media = queries.deleted_media(request.team, now=now)[:200]
    context = {
        "videos": [(video, queries.undo_left_s(video, now=now)) for video in videos],
        "media": [(asset, queries.undo_left_s(asset, now=now)) for asset in media],
        "may_delete": request.membership.may(Permission.DELETE_VIDEO),
        "may_edit": request.membership.may(Permission.EDIT_LIBRARY),
    }
    return answer(request, "library/deleted.html", context, partial="deleted")


@require_POST
@member_of_team(Permission.DELETE_VIDEO)
def restore(request: TeamRequest) -> HttpResponse:
    """Bring deleted videos back."""
    form = SelectedForm({"ids": [*request.POST.getlist("ids"), *request.GET.getlist("ids")]})
    form.is_valid()
    status = 204
    try:
        back = services.undelete_videos(team=request.team, ids=form.cleaned_data["ids"], actor=request.user)
        messages.success(request, _counted(len(back), "video is back", "videos are back"))
    except LibraryError as error:
        messages.error(request, error.message)
        status = 422
    if not request.htmx:
        return redirect("library:list", request.team.slug)
    return HttpResponse(status=status, headers={"HX-Trigger": "library-changed", "HX-Reswap": "none"})
