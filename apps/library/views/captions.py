"""The editor of captions, beside the playing video (LIB-07)."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from apps.core.errors import UserError
from apps.core.pages import answer
from apps.library import cues as editing
from apps.library import services
from apps.library.errors import LibraryError
from apps.library.forms.captions import AT_ONCE, PER_PAGE, CaptionFileForm, Draft, SpeechForm
from apps.library.languages import language_choices, language_name
from apps.library.models import Video
from apps.library.scripted import script_of
from apps.library.services.captions import files_of, languages_of, read_captions
from apps.library.speech.state import speech_of
from apps.library.views.video import find_video, watching
from apps.teams.access import TeamRequest, member_of_team
from apps.teams.roles import Permission

LARGEST_FILE = 5_000_000


@require_http_methods(["GET", "POST"])
@member_of_team(Permission.EDIT_LIBRARY)
def captions(request: TeamRequest, video_id: UUID) -> HttpResponse:
    """The cues of one language: looked at, changed, and saved when all of them are right."""
    video = find_video(request, video_id)
    language = _language(request, video)
    kept = read_captions(video, language)
    scripted = script_of(video, language) is not None
    if request.method == "GET":
        page = request.GET.get("page", "1")
        draft = Draft.of_page(kept, video.duration_s, int(page) - 1 if page.isdecimal() else 0)
        return _editor(request, video, draft, scripted)
    draft = Draft.of_post(kept, video.duration_s, request.POST, scripted=scripted)
    does = request.POST.get("do", "save")
    if does == "save":
        return _save(request, video, draft, scripted)
    if not scripted:
        _press(request, video, draft, does)
    return _editor(request, video, draft, scripted, unsaved=True, status=422 if draft.error else 200)


def _language(request: TeamRequest, video: Video) -> str:
    asked = request.POST.get("language") or request.GET.get("language", "")
    return asked if asked in dict(language_choices()) else video.language


def _press(request: TeamRequest, video: Video, draft: Draft, does: str) -> None:
    others = {code: lambda code=code: read_captions(video, code).cues for code in languages_of(video)}
    if does == "shift":
        does = f"shift:{request.POST.get('by', '')}"
    try:
        draft.press(does, request.POST.get("caret", ""), others)
    except LibraryError as error:
        draft.error = error.message


def _save(request: TeamRequest, video: Video, draft: Draft, scripted: bool) -> HttpResponse:
    """Keep them where all are right; for a script, mend it."""
    if draft.is_wrong:
        return _editor(request, video, draft, scripted, unsaved=True, status=422)
    facts: Any = {
        "language": draft.kept.language,
        "cues": draft.whole(),
        "mark": request.POST.get("mark", ""),
        "actor": request.user,
    }
    try:
        if scripted:
            changed = services.mend_words(video, **facts)
            words = (
                "Only the scenes with these words are filmed again." if changed else "Nothing was changed."
            )
        else:
            services.save_captions(video, **facts)
            words = f"The {language_name(draft.kept.language)} captions were saved."
    except UserError as error:
        draft.error = error.message
        return _editor(request, video, draft, scripted, unsaved=True, status=422)
    messages.success(request, words)
    if not request.htmx:
        return redirect(_address(request, video, draft.kept.language, draft.first // PER_PAGE + 1))
    kept = draft.kept if scripted else read_captions(video, draft.kept.language)
    fresh = Draft.of_page(kept, video.duration_s, draft.first // PER_PAGE)
    return _editor(request, video, draft if scripted else fresh, scripted)


def _address(request: TeamRequest, video: Video, language: str, page: int = 1) -> str:
    here = reverse("library:captions", args=[request.team.slug, video.pk])
    return f"{here}?language={language}&page={page}"


def _editor(
    request: TeamRequest,
    video: Video,
    draft: Draft,
    scripted: bool,
    *,
    unsaved: bool = False,
    status: int = 200,
) -> HttpResponse:
    language = draft.kept.language
    there = languages_of(video)
    context = watching(request, video) | {
        "draft": draft,
        "unsaved": unsaved,
        "rows": draft.rows(),
        "scripted": scripted,
        "language": language,
        "tabs": [(code, language_name(code)) for code in dict.fromkeys([*there, language])],
        "others": [(code, language_name(code)) for code in there if code != language],
        "languages": language_choices(),
        "here": _address(request, video, language, draft.first // PER_PAGE + 1),
        "pages": range(1, -(-len(draft.kept.cues) // PER_PAGE) + 1),
        "page_now": draft.first // PER_PAGE + 1,
        "file_form": CaptionFileForm(language=language),
        "files": files_of(video, language),
        "speech": None if scripted else speech_of(video),
        "speech_form": SpeechForm(),
    }
    part = {"watch": "player", "speech": "speech"}.get(request.htmx.target or "", "cues")
    return answer(request, "library/captions.html", context, partial=part, status=status)


@require_POST
@member_of_team(Permission.EDIT_LIBRARY)
def import_captions(request: TeamRequest, video_id: UUID) -> HttpResponse:
    """Captions out of a file. What is wrong in it is shown in the editor, to be mended there."""
    video = find_video(request, video_id)
    form = CaptionFileForm(request.POST, request.FILES, language=video.language)
    if not form.is_valid():
        messages.error(request, str(next(iter(form.errors.values()))[0]))
        return redirect(_address(request, video, video.language))
    language, file = form.cleaned_data["language"], form.cleaned_data["file"]
    kept = read_captions(video, language)
    try:
        if script_of(video, language) is not None:
            raise LibraryError("The captions of this language come from the script. Mend its words instead.")
        if file.size > LARGEST_FILE:
            raise LibraryError("This file is larger than captions are (5 MB).")
        cues = editing.read_file(file.read())
        if len(cues) <= AT_ONCE and any(not one.warns for one in editing.problems(cues, video.duration_s)):
            return _editor(
                request, video, Draft.of_all(kept, video.duration_s, cues), False, unsaved=True, status=422
            )
        services.save_captions(video, language=language, cues=cues, mark=kept.mark, actor=request.user)
    except LibraryError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, f"{len(cues)} cues were taken from “{file.name}”.")
    return redirect(_address(request, video, language))


@require_POST
@member_of_team(Permission.EDIT_LIBRARY)
def delete_captions(request: TeamRequest, video_id: UUID) -> HttpResponse:
    """Remove the captions of one language."""
    video = find_video(request, video_id)
    language = _language(request, video)
    try:
        services.delete_captions(video, language=language)
    except LibraryError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, f"The {language_name(language)} captions were deleted.")
    return redirect(_address(request, video, video.language))
