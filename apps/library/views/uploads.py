"""Uploading videos: the page, the form for browsers without scripts, and what is being made of an upload."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET, require_POST

from apps.core.limits import by_person, limited
from apps.core.pages import answer
from apps.library import flags, queries, services
from apps.library.errors import LibraryError, StorageFull
from apps.library.forms import VideoUploadForm
from apps.library.models import Video
from apps.library.services.receiving import GB
from apps.library.uploads.list import upload_rows
from apps.library.uploads.models import Upload
from apps.teams.access import TeamRequest, member_of_team
from apps.teams.roles import Permission


@require_GET
@member_of_team(Permission.EDIT_LIBRARY)
def uploads_page(request: TeamRequest) -> HttpResponse:
    """Where videos are dropped, and what became of the last ones."""
    context = _list(request) | {"form": VideoUploadForm()}
    return answer(request, "library/uploads.html", context, partial="list")


def _list(request: TeamRequest) -> dict[str, Any]:
    return {
        "rows": upload_rows(request.team),
        "piece_bytes": settings.UPLOAD_PIECE_BYTES,
        "largest_gb": flags.LARGEST_UPLOAD_GB.value(request.team),
        "largest_bytes": flags.LARGEST_UPLOAD_GB.value(request.team) * GB,
        "form_bytes": settings.LARGEST_BODY_BYTES,
        "use": queries.storage_use(request.team),
    }


@require_POST
@member_of_team(Permission.EDIT_LIBRARY)
@limited("library.upload", by=by_person)
def upload_files(request: TeamRequest) -> HttpResponse:
    """Files that come whole, with a form: for browsers without scripts."""
    form = VideoUploadForm(request.POST, request.FILES)
    if form.is_valid():
        taken = _take(request, form)
        if not form.errors:
            messages.success(request, f"{taken}: arrived, and being checked.")
            return redirect("library:uploads", request.team.slug)
    return answer(request, "library/uploads.html", _list(request) | {"form": form}, status=422)


def _take(request: TeamRequest, form: VideoUploadForm) -> str:
    """The names of the files that were taken; what is wrong with one stands in the form, and the others are kept."""
    names = []
    for file in form.cleaned_data["file"]:
        try:
            upload = services.take_whole_file(
                team=request.team,
                file=file,
                actor=request.user,
                provenance=form.provenance(str(request.user)),
            )
            names.append(upload.name)
        except (LibraryError, StorageFull) as error:
            form.add_error("file", f"{file.name}: {error.message}")
    return ", ".join(names)


@require_POST
@member_of_team(Permission.EDIT_LIBRARY)
def cancel(request: TeamRequest, upload_id: UUID) -> HttpResponse:
    """Give an upload up, or take an ended one off the list."""
    upload = get_object_or_404(Upload.objects.in_team(request.team), pk=upload_id)
    try:
        services.cancel_upload(upload)
    except LibraryError as error:
        messages.error(request, error.message)
    return _again(request)


def _again(request: TeamRequest) -> HttpResponse:
    if not request.htmx:
        return redirect("library:uploads", request.team.slug)
    return answer(request, "library/uploads.html", _list(request), partial="list")


@require_POST
@member_of_team(Permission.EDIT_LIBRARY)
def stop(request: TeamRequest, video_id: UUID) -> HttpResponse:
    """Stop what is being made of an uploaded video."""
    return _about_ingest(request, video_id, stop=True)


@require_POST
@member_of_team(Permission.EDIT_LIBRARY)
def retry(request: TeamRequest, video_id: UUID) -> HttpResponse:
    """Go on with it."""
    return _about_ingest(request, video_id, stop=False)


def _about_ingest(request: TeamRequest, video_id: UUID, *, stop: bool) -> HttpResponse:
    video = get_object_or_404(Video.objects.in_team(request.team), pk=video_id)
    try:
        if stop:
            services.stop_ingest(video)
        else:
            services.retry_ingest(video, actor=request.user)
    except LibraryError as error:
        messages.error(request, error.message)
    return redirect("library:video", request.team.slug, video.pk)
