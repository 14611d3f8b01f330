"""Templates of words, and the same words for many videos at once."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.core.pages import answer, paginate, wants_partial
from apps.library import services
from apps.library.differences import differences
from apps.library.errors import LibraryError
from apps.library.forms import ApplyForm, EditSelectedForm, WordTemplateForm
from apps.library.models import Video, WordTemplate
from apps.library.services.bulk import AT_ONCE
from apps.library.services.word_templates import Filled, checked_template, fill, fill_all
from apps.library.wording import VARIABLES, used
from apps.teams.access import TeamRequest, member_of_team
from apps.teams.roles import Permission

PREVIEWED = 5
FIELDS = ("name", "title", "description", "tags", "category", "visibility")


def _template(request: TeamRequest, word_template_id: UUID) -> WordTemplate:
    return get_object_or_404(WordTemplate.objects.in_team(request.team), pk=word_template_id)


@require_GET
@member_of_team(Permission.EDIT_LIBRARY)
def template_list(request: TeamRequest) -> HttpResponse:
    """The team's templates of words."""
    found = WordTemplate.objects.in_team(request.team)
    if text := request.GET.get("q", "").strip()[:80]:
        found = found.filter(name__icontains=text)
    context = {"page": paginate(request, found), "filtered": bool(text)}
    return answer(request, "library/word_templates.html", context, partial="list")


@require_http_methods(["GET", "POST"])
@member_of_team(Permission.EDIT_LIBRARY)
def new_template(request: TeamRequest) -> HttpResponse:
    return _edited(request, None)


@require_http_methods(["GET", "POST"])
@member_of_team(Permission.EDIT_LIBRARY)
def edit_template(request: TeamRequest, word_template_id: UUID) -> HttpResponse:
    return _edited(request, _template(request, word_template_id))


def _edited(request: TeamRequest, template: WordTemplate | None) -> HttpResponse:
    """The form of a template, and the list once it is saved."""
    initial = {name: getattr(template, name) for name in FIELDS} if template else {"title": "{title}"}
    form = WordTemplateForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            row = services.save_template(team=request.team, template=template, **form.cleaned_data)
        except LibraryError as error:
            form.add_error(error.field, error.message)
        else:
            messages.success(request, f"“{row}” was saved.")
            return redirect("library:word_templates", request.team.slug)
    context = {"form": form, "template": template, "variables": VARIABLES} | _sample(request, form)
    return answer(request, "library/word_template.html", context, status=422 if form.is_bound else 200)


def _sample(request: TeamRequest, form: WordTemplateForm) -> dict[str, Any]:
    """What the template would say on the newest video, as far as it can be read."""
    video = Video.objects.in_team(request.team).order_by("-created_at").first()
    if video is None:
        return {"sample": None, "problem": ""}
    values: Any = {name: form[name].value() or "" for name in FIELDS}
    values["tags"] = form.fields["tags"].to_python(values["tags"])
    values["name"] = values["name"] or "?"
    try:
        template = checked_template(WordTemplate(team=request.team), values)
    except LibraryError as error:
        return {"sample": None, "problem": error.message}
    filled = fill(template, video, today=timezone.localdate(), channel="Your channel")
    return {"sample": filled, "problem": filled.error}


@require_POST
@member_of_team(Permission.EDIT_LIBRARY)
def preview_template(request: TeamRequest) -> HttpResponse:
    """The preview beside the form, while it is written."""
    return render(
        request, "library/word_template.html#preview", _sample(request, WordTemplateForm(request.POST))
    )


@require_POST
@member_of_team(Permission.EDIT_LIBRARY)
def delete_template(request: TeamRequest, word_template_id: UUID) -> HttpResponse:
    template = _template(request, word_template_id)
    services.delete_template(template, actor=request.user)
    messages.success(request, f"“{template.name}” was deleted. Videos keep their words.")
    return redirect("library:word_templates", request.team.slug)


@require_http_methods(["GET", "POST"])
@member_of_team(Permission.EDIT_LIBRARY)
def edit_selected(request: TeamRequest) -> HttpResponse:
    """The same change to the selected videos: first the form, then the change."""
    sent = "save" in request.POST
    form = EditSelectedForm(request.POST if sent else None, initial={"ids": _ids(request)})
    if sent and form.is_valid():
        data = form.cleaned_data
        try:
            done = services.edit_videos(
                team=request.team, ids=data["ids"], author=request.user,
                add=data["add_tags"], remove=data["remove_tags"], **form.changes(),
            )  # fmt: skip
        except LibraryError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
        else:
            return _done(request, done)
    context = {"form": form, "count": len(_ids(request))}
    status = 422 if form.is_bound else 200
    return answer(request, "library/edit_selected.html", context, partial="form", status=status)


@require_http_methods(["GET", "POST"])
@member_of_team(Permission.EDIT_LIBRARY)
def fill_selected(request: TeamRequest) -> HttpResponse:
    """A template for the selected videos: choose it, see what it makes of them, fill it in."""
    asked = request.POST if request.POST.get("template") else request.GET
    form = ApplyForm(asked if asked.get("template") else None, team=request.team)
    preview: list[tuple[Filled, Any]] = []
    if form.is_bound and form.is_valid():
        try:
            if "save" in request.POST:
                return _done(request, _fill(request, form))
            preview = _preview(request, form)
        except LibraryError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
    context = {
        "form": form,
        "ids": _ids(request),
        "preview": preview,
        "wrong": any(filled.error for filled, _ in preview),
        "asks_channel": _asks_channel(form),
        "templates": WordTemplate.objects.in_team(request.team).exists(),
    }
    status = 422 if form.errors else 200
    return answer(request, "library/fill_selected.html", context, partial="form", status=status)


def _fill(request: TeamRequest, form: ApplyForm) -> services.Bulk:
    """Fill the template into all that are selected. Raises LibraryError."""
    data = form.cleaned_data
    return services.apply_template(
        data["template"],
        ids=data["ids"],
        author=request.user,
        today=timezone.localdate(),
        channel=data["channel"],
    )


def _preview(request: TeamRequest, form: ApplyForm) -> list[tuple[Filled, Any]]:
    """The first of the selected videos with what would change, and every one that could not be filled."""
    data = form.cleaned_data
    videos = Video.objects.in_team(request.team).filter(pk__in=data["ids"][:AT_ONCE]).order_by("pk")
    filled = fill_all(data["template"], videos, today=timezone.localdate(), channel=data["channel"])
    shown = [one for number, one in enumerate(filled) if number < PREVIEWED or one.error]
    return [(one, differences(one.video, one.as_row())) for one in shown]


def _asks_channel(form: ApplyForm) -> bool:
    template = form.cleaned_data.get("template") if form.is_bound else None
    return template is not None and "channel" in used(template.title, template.description, *template.tags)


def _ids(request: TeamRequest) -> list[str]:
    return [*request.POST.getlist("ids"), *request.GET.getlist("ids")]


def _done(request: TeamRequest, done: services.Bulk) -> HttpResponse:
    """Back to the list, which hears of the change by itself where it is open."""
    words = "1 video was changed." if done.changed == 1 else f"{done.changed} videos were changed."
    messages.success(request, words)
    if wants_partial(request):
        return HttpResponse(
            status=204, headers={"HX-Trigger": '{"dialog-close": true, "library-changed": true}'}
        )
    return redirect(reverse("library:list", args=[request.team.slug]))
