"""One video: watch it, read it, edit its words, see what it is made of."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from apps.core.pages import answer
from apps.library import queries, services
from apps.library.categories import category_name
from apps.library.differences import differences
from apps.library.errors import LibraryError, WordsChanged
from apps.library.forms import MetadataForm
from apps.library.models import Asset, Video, VideoSource, VideoVersion
from apps.library.overrides import platforms
from apps.library.review.threads import open_count, pinned
from apps.library.services.expiry import expiry_of
from apps.library.serving import serve
from apps.library.transcript import Cue, read_cues
from apps.library.uploads.list import making_of
from apps.media.formats import FormatName
from apps.teams.access import TeamRequest, member_of_team
from apps.teams.roles import Permission

SHAPES = {
    FormatName.VERTICAL: "tall",
    FormatName.SQUARE: "square",
    FormatName.PORTRAIT: "portrait",
}
LONGEST_TRANSCRIPT_BYTES = 2_000_000


def find_video(request: TeamRequest, video_id: UUID) -> Video:
    """The team's video of this id. Raises Http404."""
    return get_object_or_404(Video.objects.in_team(request.team), pk=video_id)


@require_GET
@member_of_team(Permission.VIEW_STUDIO)
def video_page(request: TeamRequest, video_id: UUID) -> HttpResponse:
    """The whole page; `?format=` chooses what is played. HTMX gets the player, or all that was made."""
    video = find_video(request, video_id)
    context = watching(request, video) | _words(request, video) | {"comments": pinned(video)}
    part = {"watch": "player", "making": "making"}.get(request.htmx.target or "", "made")
    return answer(request, "library/video.html", context, partial=part)


def watching(request: TeamRequest, video: Video) -> dict[str, Any]:
    """What a page needs to play the video; `?format=` chooses the rendition."""
    contents = queries.contents(video)
    playing = contents.rendition(request.GET.get("format", ""))
    track = contents.caption(".vtt")
    return {
        "video": video,
        "contents": contents,
        "playing": playing,
        "shape": SHAPES.get(playing.format, "") if playing else "",  # type: ignore[call-overload]
        "sprite": contents.of_timeline("sprite", "jpg"),
        "sprite_times": contents.of_timeline("sprite", "vtt"),
        "waveform": contents.of_timeline("waveform", "json"),
        "making": making_of(video) if video.source == VideoSource.UPLOADED else None,
        "may_edit": request.membership.may(Permission.EDIT_LIBRARY),
        "transcript": _cues(track or contents.caption(".srt")),
        "size_bytes": sum({asset.file_id: asset.file.size for asset in contents.all}.values()),
    }


def _cues(caption: Asset | None) -> list[Cue]:
    """The words of a caption file; none where its bytes are gone."""
    if caption is None or caption.file.size > LONGEST_TRANSCRIPT_BYTES:
        return []
    try:
        with caption.open() as file:
            return read_cues(file.read().decode("utf-8", errors="replace"))
    except FileNotFoundError:
        return []


def _words(request: TeamRequest, video: Video) -> dict[str, Any]:
    return {
        "video": video,
        "category": category_name(video.category),
        "differing": [platform for platform in platforms() if platform.slug in video.overrides_json],
        "versions": queries.versions(video),
        "open_comments": open_count(video),
        "expires_at": expiry_of(video, request.team),
        "may_edit": request.membership.may(Permission.EDIT_LIBRARY),
        "may_delete": request.membership.may(Permission.DELETE_VIDEO),
    }


@require_http_methods(["GET", "POST"])
@member_of_team(Permission.EDIT_LIBRARY)
def edit(request: TeamRequest, video_id: UUID) -> HttpResponse:
    """The form in place of the words, and the words again once they are saved."""
    video = find_video(request, video_id)
    form = MetadataForm(request.POST or None, video=video)
    read = _version_read(request, video)
    if request.method == "GET" or not form.is_valid():
        return _edit_form(request, video, form, read)
    try:
        version = services.edit_metadata(video, author=request.user, read=read, **form.changes())
    except WordsChanged as error:
        for name in error.fields:
            form.add_error(name if name in form.fields else None, error.message)
        return _edit_form(request, video, form, error.number)
    except LibraryError as error:
        form.add_error(error.field if error.field in form.fields else None, error.message)
        return _edit_form(request, video, form, read)
    words = f"Saved as version {version.number}." if version else "Nothing was changed."
    messages.success(request, words)
    return _words_again(request, video)


def _version_read(request: TeamRequest, video: Video) -> int | None:
    """The number of the version that the form was filled from."""
    if request.method == "GET":
        newest: int | None = queries.versions(video).values_list("number", flat=True).first()
        return newest
    sent = request.POST.get("read", "")
    return int(sent) if sent.isdecimal() and len(sent) < 10 else None


def _edit_form(request: TeamRequest, video: Video, form: MetadataForm, read: int | None) -> HttpResponse:
    context = {"video": video, "form": form, "read": read}
    return answer(request, "library/edit.html", context, partial="form", status=422 if form.is_bound else 200)


def _words_again(request: TeamRequest, video: Video) -> HttpResponse:
    if not request.htmx:
        return redirect("library:video", request.team.slug, video.pk)
    return render(request, "library/video.html#words", _words(request, video) | {"saved": True})


@require_GET
@member_of_team(Permission.VIEW_STUDIO)
def words(request: TeamRequest, video_id: UUID) -> HttpResponse:
    """The words and their versions alone, as they are after somebody's edit; without HTMX the page."""
    return _words_again(request, find_video(request, video_id))


def _version(request: TeamRequest, video_id: UUID, number: int) -> VideoVersion:
    found = VideoVersion.objects.in_team(request.team).select_related("video", "author", "team")
    return get_object_or_404(found, video_id=video_id, video__deleted_at=None, number=number)


@require_GET
@member_of_team(Permission.VIEW_STUDIO)
def version_page(request: TeamRequest, video_id: UUID, number: int) -> HttpResponse:
    """What a version changed, and how it differs from what the video says now."""
    version = _version(request, video_id, number)
    before = VideoVersion.objects.filter(video=version.video, number=number - 1).first()
    context = {
        "video": version.video,
        "version": version,
        "changed": differences(before, version),
        "from_now": differences(version.video, version),
        "may_edit": request.membership.may(Permission.EDIT_LIBRARY),
    }
    return answer(request, "library/version.html", context, partial="version")


@require_POST
@member_of_team(Permission.EDIT_LIBRARY)
def restore_version(request: TeamRequest, video_id: UUID, number: int) -> HttpResponse:
    version = _version(request, video_id, number)
    made = services.restore_version(version, author=request.user)
    if made:
        messages.success(request, f"Version {number} is back, as version {made.number}.")
    else:
        messages.info(request, "The video says this already.")
    response = _words_again(request, find_video(request, video_id))
    response["HX-Trigger"] = "dialog-close"
    return response


@require_POST
@member_of_team(Permission.DELETE_VIDEO)
def delete(request: TeamRequest, video_id: UUID) -> HttpResponse:
    video = services.delete_video(find_video(request, video_id), actor=request.user)
    messages.success(request, f"“{video.title}” was deleted. You can bring it back for ten minutes.")
    return redirect("library:list", request.team.slug)


def _asset(request: TeamRequest, asset_id: UUID) -> Asset:
    """An asset of the team. What was deleted, or whose video was, is not found."""
    found = Asset.objects.in_team(request.team).select_related("file", "video", "poster__file")
    asset: Asset = get_object_or_404(found, pk=asset_id)
    if asset.video and asset.video.deleted_at:
        return get_object_or_404(found.none())
    return asset


@require_safe
@member_of_team(Permission.VIEW_STUDIO)
def file(request: TeamRequest, asset_id: UUID) -> HttpResponseBase:
    """The bytes of an asset: in ranges, and with `?download` under a name for people."""
    return serve(request, _asset(request, asset_id))


@require_GET
@member_of_team(Permission.VIEW_STUDIO)
def evidence(request: TeamRequest, asset_id: UUID) -> HttpResponse:
    """Where an asset came from and by which right it is used (LIB-08)."""
    context = {"asset": _asset(request, asset_id)}
    return answer(request, "library/evidence.html", context, partial="evidence")
