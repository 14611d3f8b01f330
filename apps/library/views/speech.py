"""Captions from what is said in a video: started, watched and stopped beside the editor of captions (LIB-07)."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from apps.library import services
from apps.library.errors import LibraryError
from apps.library.forms.captions import SpeechForm
from apps.library.models import Video
from apps.library.speech.state import speech_of
from apps.library.views.video import find_video
from apps.teams.access import TeamRequest, member_of_team
from apps.teams.roles import Permission


@require_http_methods(["GET", "POST"])
@member_of_team(Permission.EDIT_LIBRARY)
def transcribe(request: TeamRequest, video_id: UUID) -> HttpResponse:
    """How far it is; a press of the button starts or stops it."""
    video = find_video(request, video_id)
    form, error = SpeechForm(), ""
    if request.method == "POST":
        form = SpeechForm(request.POST)
        try:
            _press(request, video, form)
        except LibraryError as refused:
            error = refused.message
    status = 422 if error else 200
    if request.htmx:
        context = {"video": video, "speech": speech_of(video), "speech_form": form, "speech_error": error}
        return render(request, "library/captions.html#speech", context, status=status)
    if error:
        messages.error(request, error)
    return redirect(reverse("library:captions", args=[request.team.slug, video.pk]))


def _press(request: TeamRequest, video: Video, form: SpeechForm) -> None:
    if request.POST.get("do") == "stop":
        services.stop_transcription(video)
        return
    if not form.is_valid():
        raise LibraryError("Choose the language that is spoken.", field="language")
    services.start_transcription(video, language=form.cleaned_data["language"])
