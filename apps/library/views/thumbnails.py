"""Thumbnails: three that are offered, a frame or a picture of one's own, words and colours over it (LIB-06)."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.core.errors import UserError
from apps.core.limits import by_person, limited
from apps.core.pages import answer
from apps.library import queries, services
from apps.library.designs import PICTURE, film_of, render, variations
from apps.library.errors import LibraryError, StorageFull
from apps.library.forms.thumbnails import DesignForm, PictureForm, to_values
from apps.library.models import Asset, AssetKind, Brand, Video
from apps.library.views.video import find_video, watching
from apps.teams.access import TeamRequest, member_of_team
from apps.teams.roles import Permission

PICTURES = 12
PREVIEW_KEPT_S = 3600


@require_http_methods(["GET", "POST"])
@member_of_team(Permission.EDIT_LIBRARY)
def thumbnails(request: TeamRequest, video_id: UUID) -> HttpResponse:
    """The video's thumbnails and the editor; the design stands in the address, so that each can be opened again."""
    video = find_video(request, video_id)
    brand = services.brand_of(request.team)
    form = DesignForm(request.POST or request.GET or _first(video, brand), video=video, brand=brand)
    design = _query(form)
    if request.method == "POST" and form.is_valid():
        try:
            services.keep_thumbnail(video, form.design(), actor=request.user)
        except LibraryError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
            design = "" if error.field in form.fields else design
        else:
            messages.success(request, "The thumbnail was kept, and is the first one now.")
            return redirect("library:thumbnails", request.team.slug, video.pk)
    return _editor(request, video, brand, form, design)


def _first(video: Video, brand: Brand) -> dict[str, Any]:
    return to_values(variations(video, brand=brand)[0])


def _editor(request: TeamRequest, video: Video, brand: Brand, form: DesignForm, design: str) -> HttpResponse:
    """`design` is the address of what is drawn; empty where the form says nothing that can be."""
    offered = [urlencode(to_values(one)) for one in variations(video, brand=brand)]
    context = watching(request, video) | {
        "form": form,
        "design": design,
        "offered": [(query, _preview(request, video, query)) for query in offered],
        "preview": _preview(request, video, design) if design else "",
        "film": film_of(video),
        "pictures": _pictures(request, video),
        "picture_form": PictureForm(),
    }
    status = 422 if request.method == "POST" else 200
    part = "player" if request.htmx.target == "watch" else "preview"
    return answer(request, "library/thumbnails.html", context, partial=part, status=status)


def _query(form: DesignForm) -> str:
    """The design as an address says it."""
    return urlencode(to_values(form.design())) if form.is_valid() else ""


def _preview(request: TeamRequest, video: Video, query: str) -> str:
    return f"{reverse('library:thumbnail_preview', args=[request.team.slug, video.pk])}?{query}"


def _pictures(request: TeamRequest, video: Video) -> list[Asset]:
    """Own images, the newest first, to lay words over."""
    return list(queries.own_media(request.team, AssetKind.IMAGE)[:PICTURES])


@require_GET
@member_of_team(Permission.EDIT_LIBRARY)
@limited("library.thumbnail_preview", limit=240, window_s=60, by=by_person, methods=("GET",))
def thumbnail_preview(request: TeamRequest, video_id: UUID) -> HttpResponse:
    """The design of the address, drawn as it would be kept."""
    video = find_video(request, video_id)
    brand = services.brand_of(request.team)
    form = DesignForm(QueryDict(request.GET.urlencode()), video=video, brand=brand)
    if not form.is_valid():
        return HttpResponse("This design is not right.", status=422, content_type="text/plain")
    try:
        data = render(video, form.design(), brand=brand)
    except LibraryError as error:
        return HttpResponse(error.message, status=422, content_type="text/plain; charset=utf-8")
    return HttpResponse(
        data,
        content_type="image/jpeg",
        headers={"Cache-Control": f"private, max-age={PREVIEW_KEPT_S}", "X-Content-Type-Options": "nosniff"},
    )


@require_POST
@member_of_team(Permission.EDIT_LIBRARY)
@limited("library.upload", by=by_person)
def upload_picture(request: TeamRequest, video_id: UUID) -> HttpResponse:
    """A picture of one's own, to lay words over: it becomes one of the team's media."""
    video = find_video(request, video_id)
    form = PictureForm(request.POST, request.FILES)
    here = reverse("library:thumbnails", args=[request.team.slug, video.pk])
    if not form.is_valid():
        messages.error(request, " ".join(str(lines[0]) for lines in form.errors.values()))
        return redirect(here)
    try:
        done = services.upload_asset(
            team=request.team,
            uploaded_file=form.cleaned_data["file"],
            kind=AssetKind.IMAGE,
            actor=request.user,
            provenance=form.provenance(str(request.user)),
        )
    except (UserError, StorageFull) as error:
        messages.error(request, error.message)
        return redirect(here)
    query = {"source": PICTURE, "picture": done.asset.pk, "title": video.title[:120], "layout": "bold"}
    return redirect(f"{here}?{urlencode(query)}")


def _thumbnail(request: TeamRequest, video: Video, asset_id: UUID) -> Asset:
    found = Asset.objects.in_team(request.team).filter(video=video, kind=AssetKind.THUMBNAIL)
    return get_object_or_404(found, pk=asset_id)


@require_POST
@member_of_team(Permission.EDIT_LIBRARY)
def make_cover(request: TeamRequest, video_id: UUID, asset_id: UUID) -> HttpResponse:
    """Show this thumbnail first."""
    video = find_video(request, video_id)
    services.make_cover(video, _thumbnail(request, video, asset_id))
    messages.success(request, "This thumbnail is the first one now.")
    return redirect("library:thumbnails", request.team.slug, video.pk)


@require_POST
@member_of_team(Permission.EDIT_LIBRARY)
def remove_thumbnail(request: TeamRequest, video_id: UUID, asset_id: UUID) -> HttpResponse:
    video = find_video(request, video_id)
    services.remove_thumbnail(video, _thumbnail(request, video, asset_id))
    messages.success(request, "The thumbnail was removed.")
    return redirect("library:thumbnails", request.team.slug, video.pk)
